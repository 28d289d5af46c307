"""Every dated fact: how sure it is, what it rests on, when it was last looked at, and who wrote it

A row that an administrator or an owner wrote or changed, as the audit tells, is marked so: later loads of the
shipped facts leave it alone. All others are corrected by the next ``load-reference``.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    "area",
    "pairing",
    "programme_county",
    "minimum_wage",
    "code_item",
    "occupation",
    "skill",
    "holiday",
    "money_figure",
    "training_standard",
)
BY_A_PERSON = ("reference:update", "figure:update")
audit = sa.table("audit_event", sa.column("tag"), sa.column("subject"))


def upgrade() -> None:
    for name in TABLES:
        op.add_column(name, sa.Column("confidence", sa.String(length=40), nullable=True))
        op.add_column(name, sa.Column("basis", sa.String(length=40), nullable=True))
        op.add_column(name, sa.Column("checked_on", sa.Date(), nullable=True))
        op.add_column(name, sa.Column("entered", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("minimum_wage", sa.Column("hourly_confidence", sa.String(length=40), nullable=True))
    op.add_column(
        "minimum_wage", sa.Column("hourly_verified", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    mark_what_people_wrote()


def mark_what_people_wrote() -> None:
    connection = op.get_bind()
    for name in TABLES:
        key = sa.column("code" if name == "area" else "id")
        subjects = connection.scalars(
            sa.select(audit.c.subject).where(
                audit.c.tag.in_(BY_A_PERSON), audit.c.subject.like(f"{name}:%")
            )
        )
        written = {subject.split(":", 1)[1] for subject in subjects}
        keys = sorted(written if name == "area" else map(int, written))
        table = sa.table(name, key, sa.column("entered"))
        for start in range(0, len(keys), 500):
            op.execute(table.update().where(key.in_(keys[start : start + 500])).values(entered=sa.true()))
    holiday = sa.table("holiday", sa.column("entered"))
    op.execute(holiday.update().values(entered=sa.true()))  # none was ever shipped
    figure = sa.table("money_figure", sa.column("entered"), sa.column("valid_to"))
    ended = figure.c.valid_to.is_not(None)  # only an owner ends one, and the audit names the row that follows
    op.execute(figure.update().where(ended).values(entered=sa.true()))


def downgrade() -> None:
    op.drop_column("minimum_wage", "hourly_verified")
    op.drop_column("minimum_wage", "hourly_confidence")
    for name in TABLES:
        for column in ("entered", "checked_on", "basis", "confidence"):
            op.drop_column(name, column)
