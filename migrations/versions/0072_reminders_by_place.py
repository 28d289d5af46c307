"""Reminders of follow-ups are read off an index of their own place

Revision ID: 0072
Revises: 0071
"""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

REMINDS = sa.text("remind_on IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_follow_up_remind_on", "follow_up")
    for place in ("county", "city"):
        columns = [f"{place}_code", "remind_on"]
        name = f"ix_follow_up_remind_{place}"
        op.create_index(name, "follow_up", columns, sqlite_where=REMINDS, postgresql_where=REMINDS)


def downgrade() -> None:
    op.drop_index("ix_follow_up_remind_city", "follow_up")
    op.drop_index("ix_follow_up_remind_county", "follow_up")
    op.create_index(
        "ix_follow_up_remind_on", "follow_up", ["remind_on"], sqlite_where=REMINDS, postgresql_where=REMINDS
    )
