"""The appointment for an interview: when, where, whom to ask for, and whether the person was told

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

from models.types import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interview",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("placement_id", sa.Integer(), sa.ForeignKey("placement.id"), nullable=False, unique=True),
        sa.Column("held_at", UTCDateTime(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("cancel_reason", sa.String(length=300), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.Column("told_channel", sa.String(length=40), nullable=True),
        sa.Column("told_by_id", sa.Integer(), sa.ForeignKey("user_account.id"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("interview")
