"""Account slips, and at most one account of a person

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

# Of several accounts of one person the oldest stays; the others, closed, belong to nobody.
SECOND = (
    "worker_id IS NOT NULL AND id NOT IN "
    "(SELECT min(id) FROM user_account WHERE worker_id IS NOT NULL GROUP BY worker_id)"
)


def upgrade() -> None:
    op.create_table(
        "account_slip",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("printed_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["printed_by_id"], ["user_account.id"], name=op.f("fk_account_slip_printed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_account_slip_worker_id_worker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_slip")),
        sa.UniqueConstraint("code_digest", name=op.f("uq_account_slip_code_digest")),
    )
    op.create_index(op.f("ix_account_slip_worker_id"), "account_slip", ["worker_id"])
    op.create_index(op.f("ix_sign_in_counter_place"), "sign_in_counter", ["place"])
    op.execute(f"UPDATE user_account SET is_active = false, worker_id = NULL WHERE {SECOND}")
    with op.batch_alter_table("user_account") as batch:
        batch.drop_index(op.f("ix_user_account_worker_id"))
        batch.create_unique_constraint(op.f("uq_user_account_worker_id"), ["worker_id"])


def downgrade() -> None:
    with op.batch_alter_table("user_account") as batch:
        batch.drop_constraint(op.f("uq_user_account_worker_id"), type_="unique")
        batch.create_index(op.f("ix_user_account_worker_id"), ["worker_id"])
    op.drop_index(op.f("ix_sign_in_counter_place"), "sign_in_counter")
    op.drop_table("account_slip")
