"""Indexes that answer what lists ask at a million people

Revision ID: 0071
Revises: 0070
"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

IN_LINE = ["state_since", "created_at", "respond_by"]
STATES = {
    "ix_placement_county_state": ["county_code", "state", "id"],
    "ix_placement_enterprise_state": ["enterprise_id", "state", "id"],
    "ix_placement_city_state": ["city_code", "state", "id"],
    "ix_placement_state": ["state", "id"],
}
CHECK = ["city_code", "verified_at", "recorded_at", "id"]
REMIND = sa.text("remind_on IS NOT NULL")
UNASKED = sa.text("willing IS NULL AND merged_into_id IS NULL")


def upgrade() -> None:
    for name, columns in STATES.items():
        op.drop_index(name, "placement")
        op.create_index(name, "placement", [*columns, *IN_LINE])
    op.drop_index("ix_placement_order_id", "placement")
    op.create_index("ix_placement_order_county", "placement", ["order_id", "county_code"])
    op.create_index("ix_follow_up_city_due", "follow_up", ["city_code", "recorded_at", "due_on", "placement_id"])
    op.drop_index("ix_follow_up_city_check", "follow_up")
    op.create_index("ix_follow_up_city_check", "follow_up", [*CHECK, "outcome", "recorded_by_id"])
    op.drop_index("ix_follow_up_remind_on", "follow_up")
    op.create_index("ix_follow_up_remind_on", "follow_up", ["remind_on"], sqlite_where=REMIND, postgresql_where=REMIND)
    op.create_index(
        "ix_worker_unasked", "worker", ["county_code", "state", "id"], sqlite_where=UNASKED, postgresql_where=UNASKED
    )
    _look_again()


def downgrade() -> None:
    op.drop_index("ix_worker_unasked", "worker")
    op.drop_index("ix_follow_up_remind_on", "follow_up")
    op.create_index("ix_follow_up_remind_on", "follow_up", ["remind_on"])
    op.drop_index("ix_follow_up_city_check", "follow_up")
    op.create_index("ix_follow_up_city_check", "follow_up", CHECK)
    op.drop_index("ix_follow_up_city_due", "follow_up")
    op.drop_index("ix_placement_order_county", "placement")
    op.create_index("ix_placement_order_id", "placement", ["order_id"])
    for name, columns in STATES.items():
        op.drop_index(name, "placement")
        op.create_index(name, "placement", columns)


def _look_again() -> None:
    """SQLite chooses among indexes by what ANALYZE counted; PostgreSQL looks by itself."""
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        bind.execute(sa.text("PRAGMA analysis_limit = 100000"))
        for table in ("placement", "follow_up", "worker"):
            bind.execute(sa.text(f"ANALYZE {table}"))
