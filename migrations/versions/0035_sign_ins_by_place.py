"""Tries at an account's door are counted by place; a sign-in knows its device and when it was last seen

Who is locked at the moment of the upgrade is free after it; so is everybody after a downgrade.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_counter",
        sa.Column("name_digest", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("succeeded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_sign_in_counter_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_counter")),
        sa.UniqueConstraint("name_digest", "place", name=op.f("uq_sign_in_counter_name_digest_place")),
    )
    op.create_index(op.f("ix_sign_in_counter_user_id"), "sign_in_counter", ["user_id"])
    op.add_column(
        "login_session", sa.Column("device", sa.String(length=60), nullable=False, server_default="")
    )
    op.add_column("login_session", sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True))
    for name in ("failed_count", "first_failed_at", "locked_until"):
        op.drop_column("user_account", name)


def downgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.add_column(
        "user_account", sa.Column("failed_count", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("user_account", sa.Column("first_failed_at", instant, nullable=True))
    op.add_column("user_account", sa.Column("locked_until", instant, nullable=True))
    op.drop_column("login_session", "last_seen_at")
    op.drop_column("login_session", "device")
    op.drop_table("sign_in_counter")
