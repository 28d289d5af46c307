"""What was changed on a roll more than a day later stays with the mark; heads counted when a roll ends

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attendance", sa.Column("corrections", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("lesson", sa.Column("head_count", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("lesson", "head_count")
    op.drop_column("attendance", "corrections")
