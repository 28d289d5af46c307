"""A change of a training standard is a row of its own, weighed, and released by a second person

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLE = "training_standard"
PEOPLE = ("created_by_id", "proposed_by_id", "released_by_id")


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as table:
        table.add_column(sa.Column("state", sa.String(length=40), nullable=False, server_default="live"))
        table.add_column(sa.Column("state_since", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("effect", sa.JSON(), nullable=True))
        table.add_column(sa.Column("base_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_training_standard_base_id_training_standard"), TABLE, ["base_id"], ["id"])
        for name in PEOPLE:
            table.add_column(sa.Column(name, sa.Integer(), nullable=True))
            key = op.f(f"fk_training_standard_{name}_user_account")
            table.create_foreign_key(key, "user_account", [name], ["id"])


def downgrade() -> None:
    with op.batch_alter_table(TABLE) as table:
        for name in PEOPLE:
            table.drop_constraint(op.f(f"fk_training_standard_{name}_user_account"), type_="foreignkey")
        table.drop_constraint(op.f("fk_training_standard_base_id_training_standard"), type_="foreignkey")
        for name in (*PEOPLE, "base_id", "effect", "state_since", "state"):
            table.drop_column(name)
