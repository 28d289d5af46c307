"""People without a township of their county are found by index

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_worker_county_town_code", "worker", ["county_code", "township_code", "id"])


def downgrade() -> None:
    op.drop_index("ix_worker_county_town_code", "worker")
