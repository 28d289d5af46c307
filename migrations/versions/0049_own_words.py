"""What people say about themselves on their own pages, and the county's look at it

Revision ID: 0049
Revises: 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "own_word",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(9), nullable=False),
        sa.Column("township_code", sa.String(9), nullable=True),
        sa.Column("field", sa.String(30), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(300), nullable=False),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_own_word_worker_id_worker")),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["user_account.id"], name=op.f("fk_own_word_settled_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_word")),
    )
    op.create_index(op.f("ix_own_word_worker_id"), "own_word", ["worker_id"])
    op.create_index("ix_own_word_county_state", "own_word", ["county_code", "state", "id"])
    op.create_index("ix_own_word_township_state", "own_word", ["township_code", "state", "id"])


def downgrade() -> None:
    op.drop_table("own_word")
