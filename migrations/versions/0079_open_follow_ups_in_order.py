"""Open follow-ups of a county stand in the order in which they are due

Revision ID: 0079
Revises: 0078
"""

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

def upgrade() -> None:
    is_open = sa.text("recorded_at IS NULL")
    op.create_index(
        "ix_follow_up_county_open",
        "follow_up",
        ["county_code", "due_on", "id", "placement_id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def downgrade() -> None:
    op.drop_index("ix_follow_up_county_open", "follow_up")
