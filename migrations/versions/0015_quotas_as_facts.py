"""A year's quota is a dated fact: how sure it is, what it rests on, and when it was last looked at

No page has changed a quota so far; those the platform ships get their confidence from the next
``load-reference``.

Revision ID: 0015
Revises: 0014
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLE = "settlement_quota"
quota = sa.table(
    TABLE, sa.column("year", sa.Integer), sa.column("valid_from", sa.Date), sa.column("valid_to", sa.Date)
)


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("note", sa.String(length=200), nullable=False, server_default=""))
    op.add_column(TABLE, sa.Column("confidence", sa.String(length=40), nullable=True))
    op.add_column(TABLE, sa.Column("basis", sa.String(length=40), nullable=True))
    op.add_column(TABLE, sa.Column("checked_on", sa.Date(), nullable=True))
    op.add_column(TABLE, sa.Column("entered", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(TABLE, sa.Column("valid_to", sa.Date(), nullable=True))
    # A rebuilt table would lose its CHECK (used <= total) on SQLite, so the column starts with some day.
    op.add_column(TABLE, sa.Column("valid_from", sa.Date(), nullable=False, server_default="2000-01-01"))
    for year in op.get_bind().scalars(sa.select(quota.c.year).distinct()).all():
        days = {"valid_from": date(year, 1, 1), "valid_to": date(year, 12, 31)}
        op.execute(quota.update().where(quota.c.year == year).values(days))


def downgrade() -> None:
    for column in ("valid_from", "valid_to", "entered", "checked_on", "basis", "confidence", "note"):
        op.drop_column(TABLE, column)
