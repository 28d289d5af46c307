"""A row of a roster is evidence of an employment spell

Revision ID: 0057
Revises: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("spell_evidence") as batch:
        batch.add_column(sa.Column("import_row_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_spell_evidence_import_row_id_import_row"),
            "import_row",
            ["import_row_id"],
            ["id"],
            ondelete="SET NULL",
        )
        batch.create_index(op.f("ix_spell_evidence_import_row_id"), ["import_row_id"])


def downgrade() -> None:
    with op.batch_alter_table("spell_evidence") as batch:
        batch.drop_index(op.f("ix_spell_evidence_import_row_id"))
        batch.drop_constraint(op.f("fk_spell_evidence_import_row_id_import_row"), type_="foreignkey")
        batch.drop_column("import_row_id")
