"""What an order does not say is unknown, not no; how the night's work went; holidays

Before this a box that was not ticked, or a column that a sheet did not have, was stored as no. Only these are
still a no afterwards: night shift where the shift is the day's, and what somebody took back in the form (the
audit names the field), unless a change of the shift did that.

Revision ID: 0004
Revises: 0003
"""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CONDITIONS = ("night_shift", "couple_rooms", "group_intake")
order = sa.table(
    "job_order",
    sa.column("id", sa.Integer),
    sa.column("shift", sa.String),
    *(sa.column(name, sa.Boolean) for name in CONDITIONS),
)
audit = sa.table("audit_event", sa.column("tag"), sa.column("subject"), sa.column("payload"))


def upgrade() -> None:
    op.create_table(
        "nightly_outcome",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=80), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nightly_outcome")),
        sa.UniqueConstraint("name", name=op.f("uq_nightly_outcome_name")),
    )
    op.create_table(
        "holiday",
        sa.Column("feast", sa.String(length=40), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
    )
    allow_null(True)
    connection = op.get_bind()
    said = set(said_in_the_form(connection))
    for name in CONDITIONS:
        unsaid = sa.select(order.c.id).where(order.c[name].is_(sa.false()))
        if name == "night_shift":
            unsaid = unsaid.where(sa.or_(order.c.shift.is_(None), order.c.shift != "day"))
        rows = [{"number": n} for n in connection.scalars(unsaid).all() if (n, name) not in said]
        if rows:
            change = order.update().where(order.c.id == sa.bindparam("number")).values({name: sa.null()})
            connection.execute(change, rows)


def downgrade() -> None:
    for name in CONDITIONS:
        op.execute(order.update().where(order.c[name].is_(None)).values({name: False}))
    allow_null(False)
    op.drop_table("holiday")
    op.drop_table("nightly_outcome")


def allow_null(nullable: bool) -> None:
    for name in CONDITIONS:
        if op.get_bind().dialect.name == "sqlite":
            replace_column(name, "BOOLEAN" if nullable else "BOOLEAN NOT NULL DEFAULT 0")
        else:
            op.alter_column("job_order", name, existing_type=sa.Boolean(), nullable=nullable)


def replace_column(name: str, kind: str) -> None:
    """Not by a batch: that builds job_order anew on SQLite, and loses what hangs on it."""
    op.execute(f"ALTER TABLE job_order ADD COLUMN new_{name} {kind}")
    op.execute(f"UPDATE job_order SET new_{name} = {name}")
    op.execute(f"ALTER TABLE job_order DROP COLUMN {name}")
    op.execute(f"ALTER TABLE job_order RENAME COLUMN new_{name} TO {name}")


def said_in_the_form(connection: sa.Connection) -> Iterator[tuple[int, str]]:
    """(order, condition) of every change by a person that names the condition and not the shift with it."""
    changes = sa.select(audit.c.subject, audit.c.payload).where(audit.c.tag == "order:update")
    for subject, payload in connection.execute(changes):
        fields = json.loads(payload).get("fields") or []
        for name in CONDITIONS:
            if name in fields and not (name == "night_shift" and "shift" in fields):
                yield int(subject.removeprefix("job_order:")), name
