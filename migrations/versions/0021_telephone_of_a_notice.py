"""A public list names the telephone that takes objections

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("public_notice", sa.Column("phone", sa.String(length=40), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("public_notice", "phone")
