"""Papers that were accepted serve again; a family member is taken off with a reason

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op

from models.types import UTCDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

REUSED = "fk_settlement_document_reused_from_id_settlement_document"
REMOVED = "fk_family_member_removed_by_id_user_account"


def upgrade() -> None:
    with op.batch_alter_table("settlement_document") as table:
        table.add_column(sa.Column("reused_from_id", sa.Integer(), nullable=True))
        table.create_foreign_key(REUSED, "settlement_document", ["reused_from_id"], ["id"])
    with op.batch_alter_table("family_member") as table:
        table.add_column(sa.Column("removed_at", UTCDateTime(), nullable=True))
        table.add_column(
            sa.Column("removed_reason", sa.String(length=200), nullable=False, server_default="")
        )
        table.add_column(sa.Column("removed_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(REMOVED, "user_account", ["removed_by_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("family_member") as table:
        table.drop_constraint(REMOVED, type_="foreignkey")
        for column in ("removed_by_id", "removed_reason", "removed_at"):
            table.drop_column(column)
    with op.batch_alter_table("settlement_document") as table:
        table.drop_constraint(REUSED, type_="foreignkey")
        table.drop_column("reused_from_id")
