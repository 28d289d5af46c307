"""Findings of the legal check kept in half-width punctuation are told as they are written now

Revision ID: 0026
Revises: 0025
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

FULL = str.maketrans(",:;()", "，：；（）")
PLACE = re.compile(r"(%\(\w+\)[a-z])")
finding = sa.table("order_finding", sa.column("reason", sa.String))


def upgrade() -> None:
    connection = op.get_bind()
    for (reason,) in connection.execute(sa.select(finding.c.reason).distinct()).all():
        said = "".join(part if PLACE.fullmatch(part) else part.translate(FULL) for part in PLACE.split(reason))
        if said != reason:
            change = sa.update(finding).where(finding.c.reason == reason).values(reason=said)
            connection.execute(change)


def downgrade() -> None:
    """Punctuation needs no way back."""
