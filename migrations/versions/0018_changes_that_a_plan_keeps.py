"""A plan says which changes by hand it keeps from the plan before it

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEY = "fk_match_adjustment_kept_from_id_match_adjustment"


def upgrade() -> None:
    with op.batch_alter_table("match_adjustment") as table:
        table.add_column(sa.Column("kept_from_id", sa.Integer(), nullable=True))
        table.create_foreign_key(KEY, "match_adjustment", ["kept_from_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("match_adjustment") as table:
        table.drop_constraint(KEY, type_="foreignkey")
        table.drop_column("kept_from_id")
