"""The register in order of age, and in groups of the months in which people were entered

Revision ID: 0074
Revises: 0073
"""

from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_worker_county_birth": ["county_code", "birth_date", "id"],
    "ix_worker_county_created": ["county_code", "created_at", "id"],
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "worker", columns)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "worker")
