"""Groups that go home or come back: when they left, on which day they arrived

Revision ID: 0053
Revises: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("departure", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("departure", sa.Column("arrived_on", sa.Date(), nullable=True))


def downgrade() -> None:
    op.drop_column("departure", "arrived_on")
    op.drop_column("departure", "left_at")
