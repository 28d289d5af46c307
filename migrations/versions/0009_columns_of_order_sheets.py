"""What enterprises say their own headings mean; words of a sheet that no field keeps; the file until it is confirmed

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BATCHES = ("order_batch", "timetable_batch", "result_batch", "proposal_batch")


def upgrade() -> None:
    op.create_table(
        "order_column",
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("header", sa.String(length=100), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_order_column_enterprise_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_column")),
        sa.UniqueConstraint("enterprise_id", "header", name=op.f("uq_order_column_enterprise_id_header")),
    )
    op.create_index(op.f("ix_order_column_enterprise_id"), "order_column", ["enterprise_id"])
    op.add_column(
        "job_order", sa.Column("further_text", sa.String(length=2000), nullable=False, server_default="")
    )
    for table in BATCHES:
        op.add_column(table, sa.Column("content", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    for table in BATCHES:
        op.drop_column(table, "content")
    op.drop_column("job_order", "further_text")
    op.drop_table("order_column")
