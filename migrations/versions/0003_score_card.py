"""Points cards learned from outcomes

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "score_card",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("verdict", sa.String(40), nullable=True),
        sa.Column("champion_id", sa.Integer(), nullable=True),
        sa.Column("champion_name", sa.String(40), nullable=False),
        sa.Column("slot", sa.String(10), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["champion_id"], ["score_card.id"], name="fk_score_card_champion_id_score_card"),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name="fk_score_card_created_by_id_user_account"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name="fk_score_card_job_id_job"),
        sa.PrimaryKeyConstraint("id", name="pk_score_card"),
        sa.UniqueConstraint("name", name="uq_score_card_name"),
        sa.UniqueConstraint("slot", name="uq_score_card_slot"),
    )


def downgrade() -> None:
    op.drop_table("score_card")
