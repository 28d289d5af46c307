"""A follow-up says its county and its city, so that an index finds what is due

Revision ID: 0055
Revises: 0054
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

DUE = ["county_code", "recorded_at", "due_on", "placement_id"]
CHECK = ["city_code", "verified_at", "recorded_at", "id"]


def upgrade() -> None:
    for column in ("county_code", "city_code"):
        op.add_column("follow_up", sa.Column(column, sa.String(9), nullable=False, server_default=""))
    op.execute(
        "UPDATE follow_up SET"
        " county_code = (SELECT county_code FROM placement WHERE placement.id = follow_up.placement_id),"
        " city_code = (SELECT city_code FROM placement WHERE placement.id = follow_up.placement_id)"
    )
    op.create_index("ix_follow_up_county_due", "follow_up", DUE)
    op.create_index("ix_follow_up_city_check", "follow_up", CHECK)


def downgrade() -> None:
    op.drop_index("ix_follow_up_city_check", "follow_up")
    op.drop_index("ix_follow_up_county_due", "follow_up")
    for column in ("city_code", "county_code"):
        op.drop_column("follow_up", column)
