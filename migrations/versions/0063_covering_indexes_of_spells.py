"""Indexes of spells that answer who works where on a day by themselves

Revision ID: 0063
Revises: 0062
"""

from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_employment_spell_county_began": (["county_code", "began_on"], ["ended_on"]),
    "ix_employment_spell_place": (["place_code"], ["began_on", "ended_on"]),
}


def upgrade() -> None:
    for name, (first, more) in INDEXES.items():
        op.drop_index(name, "employment_spell")
        op.create_index(name, "employment_spell", [*first, *more, "id"])


def downgrade() -> None:
    for name, (first, _more) in INDEXES.items():
        op.drop_index(name, "employment_spell")
        op.create_index(name, "employment_spell", [*first, "id"])
