"""What first pages and sums read: who stayed by enterprise, open follow-ups off an index

Revision ID: 0075
Revises: 0074
"""

import json
from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

NAMES = (
    *("arrived", "left", "left_in_first_month", "not_arrived"),
    *("due3", "known3", "stayed3", "due6", "known6", "stayed6"),
)
COUNTS = ("reasons", "promises", "cards")
INDEX, COLUMNS = "ix_follow_up_open", ["placement_id", "recorded_at", "due_on"]
OPEN = sa.text("recorded_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "staying_sum",
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in NAMES),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in COUNTS),
        sa.Column("computed_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_staying_sum_enterprise_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staying_sum")),
    )
    op.create_index("ix_staying_sum_county", "staying_sum", ["county_code", "enterprise_id"])
    op.create_index("ix_staying_sum_city", "staying_sum", ["city_code", "enterprise_id"])
    op.create_index("ix_staying_sum_enterprise", "staying_sum", ["enterprise_id"])
    _fill(op.get_bind())
    op.create_index(INDEX, "follow_up", COLUMNS, sqlite_where=OPEN, postgresql_where=OPEN)


def _fill(connection: sa.Connection) -> None:
    """What the night would write: nobody waits for it until tomorrow."""
    meta = sa.MetaData()
    old, new = (sa.Table(name, meta, autoload_with=connection) for name in ("staying_summary", "staying_sum"))
    key = ("county_code", "city_code", "enterprise_id")
    sums: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in connection.execute(sa.select(old)).mappings():
        one = sums.setdefault(
            tuple(row[name] for name in key),
            {name: row[name] for name in (*key, "computed_on", "created_at")}
            | dict.fromkeys(NAMES, 0)
            | {name: Counter() for name in COUNTS},
        )
        for name in NAMES:
            one[name] += row[name]
        for name in COUNTS:
            told = row[name]
            one[name].update(json.loads(told) if isinstance(told, str) else told)
    if sums:
        connection.execute(sa.insert(new), list(sums.values()))


def downgrade() -> None:
    op.drop_index(INDEX, "follow_up")
    op.drop_table("staying_sum")
