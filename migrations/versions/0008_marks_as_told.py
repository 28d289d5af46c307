"""Marks as they were told: half points, and a word where a school gives no points

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PARTS = ("theory", "practice")


def upgrade() -> None:
    with op.batch_alter_table("enrolment") as table:
        for part in PARTS:
            table.alter_column(f"{part}_score", existing_type=sa.Integer(), type_=sa.Double())
            table.add_column(sa.Column(f"{part}_grade", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Half points are lost, and words."""
    with op.batch_alter_table("enrolment") as table:
        for part in PARTS:
            table.drop_column(f"{part}_grade")
            table.alter_column(f"{part}_score", existing_type=sa.Double(), type_=sa.Integer())
