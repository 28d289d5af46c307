"""Persons by home, city and figure, counted beforehand

Revision ID: 0054
Revises: 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "summary",
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("last_event", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary")),
    )
    op.create_table(
        "summary_figure",
        sa.Column("home_code", sa.String(9), nullable=False),
        sa.Column("city_code", sa.String(9), nullable=False),
        sa.Column("figure", sa.String(40), nullable=False),
        sa.Column("detail", sa.String(40), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_summary_figure")),
    )
    op.create_index(
        "ix_summary_figure_place",
        "summary_figure",
        ["home_code", "city_code", "figure", "detail"],
        unique=True,
    )
    op.create_index("ix_summary_figure_figure", "summary_figure", ["figure", "detail", "home_code", "city_code"])


def downgrade() -> None:
    op.drop_table("summary_figure")
    op.drop_table("summary")
