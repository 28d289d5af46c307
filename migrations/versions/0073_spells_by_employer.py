"""A county's spells in groups of enterprises are read off an index

Revision ID: 0073
Revises: 0072
"""

from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

NAME, COLUMNS = "ix_employment_spell_county_employer", ["county_code", "employer_id", "ended_on", "id"]


def upgrade() -> None:
    op.create_index(NAME, "employment_spell", COLUMNS)


def downgrade() -> None:
    op.drop_index(NAME, "employment_spell")
