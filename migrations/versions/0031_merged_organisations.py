"""Organisations that were registered twice are made one

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("organisation") as batch:
        batch.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            "fk_organisation_merged_into_id_organisation", "organisation", ["merged_into_id"], ["id"]
        )
        batch.create_index("ix_organisation_merged_into_id", ["merged_into_id"])


def downgrade() -> None:
    with op.batch_alter_table("organisation") as batch:
        batch.drop_index("ix_organisation_merged_into_id")
        batch.drop_constraint("fk_organisation_merged_into_id_organisation", type_="foreignkey")
        batch.drop_column("merged_into_id")
