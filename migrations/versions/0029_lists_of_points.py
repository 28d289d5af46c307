"""A list of points stays as it was put up; a year's places are given along it

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

from models.append_only import protect, unprotect
from models.types import UTCDateTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KEPT = ("points_list_row", "points_list_note")


def upgrade() -> None:
    op.create_table(
        "points_list",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("awarded_at", UTCDateTime(), nullable=True),
        sa.Column("awarded_by_id", sa.Integer(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["settlement_rule.id"], name=op.f("fk_points_list_rule_id_settlement_rule")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user_account.id"], name=op.f("fk_points_list_published_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["awarded_by_id"], ["user_account.id"], name=op.f("fk_points_list_awarded_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_list")),
    )
    op.create_index(op.f("ix_points_list_rule_id"), "points_list", ["rule_id"])
    op.create_index(op.f("ix_points_list_city_code"), "points_list", ["city_code"])
    op.create_table(
        "points_list_row",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("ranked_by", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["points_list.id"], name=op.f("fk_points_list_row_list_id_points_list")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["settlement_case.id"], name=op.f("fk_points_list_row_case_id_settlement_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_list_row")),
    )
    op.create_index(op.f("ix_points_list_row_list_id"), "points_list_row", ["list_id"])
    op.create_index(op.f("ix_points_list_row_case_id"), "points_list_row", ["case_id"])
    op.create_table(
        "points_list_note",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["points_list.id"], name=op.f("fk_points_list_note_list_id_points_list")),
        sa.ForeignKeyConstraint(
            ["noted_by_id"], ["user_account.id"], name=op.f("fk_points_list_note_noted_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_list_note")),
    )
    op.create_index(op.f("ix_points_list_note_list_id"), "points_list_note", ["list_id"])
    for table in KEPT:
        protect(op.get_bind(), table)


def downgrade() -> None:
    for table in reversed(KEPT):
        unprotect(op.get_bind(), table)
        op.drop_table(table)
    op.drop_table("points_list")
