"""Open follow-ups of a county or a city stand in the order in which they are due

Revision ID: 0079
Revises: 0078
"""

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

OPEN = sa.text("recorded_at IS NULL")
OF_PLACES = {"ix_follow_up_county_due": "county_code", "ix_follow_up_city_due": "city_code"}


def upgrade() -> None:
    for name, column in OF_PLACES.items():
        op.drop_index(name, "follow_up")
        op.create_index(
            name,
            "follow_up",
            [column, "due_on", "id", "placement_id"],
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )


def downgrade() -> None:
    for name, column in OF_PLACES.items():
        op.drop_index(name, "follow_up")
        op.create_index(name, "follow_up", [column, "recorded_at", "due_on", "placement_id"])
