"""Every telephone of a person, with whose it is

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Where ``phones`` is empty, ``phone`` is all that is known; nothing is opened and sealed anew."""
    op.add_column("worker", sa.Column("phones", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """All but the person's own first number is lost."""
    op.drop_column("worker", "phones")
