"""Travel and retention subsidies to come back

Revision ID: 0066
Revises: 0065
"""

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "work_subsidy_recovery",
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("voucher", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["line_id"],
            ["work_subsidy_line.id"],
            name=op.f("fk_work_subsidy_recovery_line_id_work_subsidy_line"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_subsidy_recovery")),
    )
    with op.batch_alter_table("work_subsidy_recovery", schema=None) as batch_op:
        batch_op.create_index("ix_work_subsidy_recovery_county", ["county_code", "state", "id"], unique=False)
        batch_op.create_index(
            "uq_work_subsidy_recovery_line",
            ["line_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('to_recover', 'recovered')"),
            postgresql_where=sa.text("state IN ('to_recover', 'recovered')"),
        )


def downgrade() -> None:
    op.drop_table("work_subsidy_recovery")
