"""The job card gone through before departure, and the three jobs a person would take

Revision ID: 0048
Revises: 0047
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "card_acknowledgement",
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("is_clear", sa.Boolean(), nullable=False),
        sa.Column("question", sa.LargeBinary(), nullable=True),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_card_acknowledgement_placement_id_placement")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_card_acknowledgement_worker_id_worker")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["user_account.id"],
            name=op.f("fk_card_acknowledgement_recorded_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_acknowledgement")),
    )
    op.create_index(op.f("ix_card_acknowledgement_placement_id"), "card_acknowledgement", ["placement_id"])
    op.create_index(op.f("ix_card_acknowledgement_worker_id"), "card_acknowledgement", ["worker_id"])
    op.create_table(
        "job_preference",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rank > 0", name=op.f("ck_job_preference_rank")),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_job_preference_worker_id_worker")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["job_order.id"], name=op.f("fk_job_preference_order_id_job_order")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["user_account.id"],
            name=op.f("fk_job_preference_recorded_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_preference")),
        sa.UniqueConstraint("worker_id", "rank", name=op.f("uq_job_preference_worker_id_rank")),
        sa.UniqueConstraint("worker_id", "order_id", name=op.f("uq_job_preference_worker_id_order_id")),
    )
    op.create_index(op.f("ix_job_preference_order_id"), "job_preference", ["order_id"])


def downgrade() -> None:
    op.drop_table("job_preference")
    op.drop_table("card_acknowledgement")
