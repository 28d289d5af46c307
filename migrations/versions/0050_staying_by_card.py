"""Who stayed, by how far they had gone through the job card; the night fills it

Revision ID: 0050
Revises: 0049
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staying_summary", sa.Column("cards", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("staying_summary") as batch:
        batch.alter_column("cards", server_default=None)


def downgrade() -> None:
    op.drop_column("staying_summary", "cards")
