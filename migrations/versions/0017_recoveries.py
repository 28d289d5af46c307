"""Money to come back after a payment; why a certificate was revoked, and whether it brought its skill

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from models.types import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recovery",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("line_id", sa.Integer(), sa.ForeignKey("claim_line.id"), nullable=False),
        sa.Column("claim_id", sa.Integer(), sa.ForeignKey("claim.id"), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", UTCDateTime(), nullable=True),
        sa.Column("entry_id", sa.Integer(), sa.ForeignKey("ledger_entry.id"), nullable=True, unique=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
    )
    op.create_index("ix_recovery_claim_id", "recovery", ["claim_id"])
    op.create_index("ix_recovery_county_state", "recovery", ["county_code", "state", "id"])
    pending = sa.text("state IN ('open', 'returned')")
    op.create_index(
        "uq_recovery_line", "recovery", ["line_id"], unique=True, sqlite_where=pending, postgresql_where=pending
    )
    op.add_column("certificate", sa.Column("revoked_ground", sa.String(length=40), nullable=True))
    op.add_column("certificate", sa.Column("brought_skill", sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column("certificate", "brought_skill")
    op.drop_column("certificate", "revoked_ground")
    op.drop_table("recovery")
