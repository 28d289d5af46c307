"""People of the register whom a line of the cooperation is about

Revision ID: 0059
Revises: 0058
"""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_person",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(9), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["register_entry.id"], name=op.f("fk_entry_person_entry_id_register_entry")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_entry_person_worker_id_worker")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name=op.f("fk_entry_person_added_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_person")),
    )
    op.create_index("ix_entry_person_entry", "entry_person", ["entry_id", "worker_id"])
    op.create_index("ix_entry_person_county", "entry_person", ["county_code", "id"])
    op.create_index(op.f("ix_entry_person_worker_id"), "entry_person", ["worker_id"])


def downgrade() -> None:
    op.drop_table("entry_person")
