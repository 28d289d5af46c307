"""How the people of a class eat and sleep, as the school says

Revision ID: 0051
Revises: 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cohort", sa.Column("meals", sa.String(100), nullable=False, server_default=""))
    with op.batch_alter_table("cohort") as batch:
        batch.alter_column("meals", server_default=None)


def downgrade() -> None:
    op.drop_column("cohort", "meals")
