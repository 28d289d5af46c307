"""Monthly rosters with their lines and sheets, differences between the two ends, and whose turn it is to verify

Revision ID: 0047
Revises: 0046
"""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _monthly_roster()
    _roster_line()
    _roster_batch()
    _difference()
    _duty()


def _monthly_roster() -> None:
    op.create_table(
        "monthly_roster",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=30), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("county_code", sa.String(length=9), nullable=True),
        sa.Column("city_code", sa.String(length=9), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("working", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"],
            ["user_account.id"],
            name=op.f("fk_monthly_roster_confirmed_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_monthly_roster_enterprise_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_roster")),
        sa.UniqueConstraint("owner", "month", name=op.f("uq_monthly_roster_owner_month")),
        sa.UniqueConstraint(
            "source", "enterprise_id", "month", name=op.f("uq_monthly_roster_source_enterprise_id_month")
        ),
    )
    op.create_index(op.f("ix_monthly_roster_city_month"), "monthly_roster", ["city_code", "month", "id"])
    op.create_index(op.f("ix_monthly_roster_county_code"), "monthly_roster", ["county_code"])
    op.create_index(op.f("ix_monthly_roster_enterprise_month"), "monthly_roster", ["enterprise_id", "month"])


def _roster_line() -> None:
    op.create_table(
        "roster_line",
        sa.Column("roster_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("employer_name", sa.String(length=100), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("spell_id", sa.Integer(), nullable=True),
        sa.Column("presence", sa.String(length=40), nullable=False),
        sa.Column("wage_fen", sa.Integer(), nullable=True),
        sa.Column("told_fen", sa.Integer(), nullable=True),
        sa.Column("is_insured", sa.Boolean(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("leave_reason", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("is_new", sa.Boolean(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict_note", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_roster_line_enterprise_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["monthly_roster.id"], name=op.f("fk_roster_line_roster_id_monthly_roster")
        ),
        sa.ForeignKeyConstraint(
            ["spell_id"],
            ["employment_spell.id"],
            name=op.f("fk_roster_line_spell_id_employment_spell"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["user_account.id"], name=op.f("fk_roster_line_verified_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_roster_line_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_line")),
        sa.UniqueConstraint(
            "roster_id",
            "worker_id",
            "employer_name",
            name=op.f("uq_roster_line_roster_id_worker_id_employer_name"),
        ),
    )
    op.create_index(op.f("ix_roster_line_county_month"), "roster_line", ["county_code", "month", "id"])
    op.create_index(op.f("ix_roster_line_enterprise_month"), "roster_line", ["enterprise_id", "month"])
    op.create_index(op.f("ix_roster_line_spell_id"), "roster_line", ["spell_id"])
    op.create_index(op.f("ix_roster_line_worker_month"), "roster_line", ["worker_id", "month"])


def _roster_batch() -> None:
    op.create_table(
        "roster_batch",
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("county_code", sa.String(length=9), nullable=True),
        sa.Column("city_code", sa.String(length=9), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_roster_batch_enterprise_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_roster_batch_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_batch")),
    )
    op.create_index(op.f("ix_roster_batch_city_code"), "roster_batch", ["city_code"])
    op.create_index(op.f("ix_roster_batch_county_code"), "roster_batch", ["county_code"])
    op.create_index(op.f("ix_roster_batch_enterprise_id"), "roster_batch", ["enterprise_id"])


def _difference() -> None:
    op.create_table(
        "difference",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("other_county", sa.String(length=9), nullable=True),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("other_id", sa.Integer(), nullable=True),
        sa.Column("employer_name", sa.String(length=100), nullable=False),
        sa.Column("other_name", sa.String(length=100), nullable=False),
        sa.Column("spell_id", sa.Integer(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("changed_spell_id", sa.Integer(), nullable=True),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("wage_fen", sa.Integer(), nullable=True),
        sa.Column("told_fen", sa.Integer(), nullable=True),
        sa.Column("open_key", sa.String(length=80), nullable=True),
        sa.Column("subject_key", sa.String(length=80), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("resolution", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_spell_id"],
            ["employment_spell.id"],
            name=op.f("fk_difference_changed_spell_id_employment_spell"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_difference_enterprise_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["roster_line.id"], name=op.f("fk_difference_line_id_roster_line")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["organisation.id"], name=op.f("fk_difference_other_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by_id"], ["user_account.id"], name=op.f("fk_difference_settled_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["spell_id"],
            ["employment_spell.id"],
            name=op.f("fk_difference_spell_id_employment_spell"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_difference_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difference")),
        sa.UniqueConstraint("open_key", name=op.f("uq_difference_open_key")),
    )
    op.create_index(op.f("ix_difference_changed_spell_id"), "difference", ["changed_spell_id"])
    op.create_index(op.f("ix_difference_city_open"), "difference", ["city_code", "closed_on", "due_on", "id"])
    op.create_index(op.f("ix_difference_closed"), "difference", ["closed_on"])
    op.create_index(
        op.f("ix_difference_county_open"), "difference", ["county_code", "closed_on", "due_on", "id"]
    )
    op.create_index(op.f("ix_difference_enterprise_id"), "difference", ["enterprise_id"])
    op.create_index(op.f("ix_difference_opened"), "difference", ["opened_on"])
    op.create_index(op.f("ix_difference_spell_id"), "difference", ["spell_id"])
    op.create_index(op.f("ix_difference_subject_key"), "difference", ["subject_key"])
    op.create_index(op.f("ix_difference_worker_id"), "difference", ["worker_id"])


def _duty() -> None:
    op.create_table(
        "duty",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("active_worker_id", sa.Integer(), nullable=True),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("spell_id", sa.Integer(), nullable=True),
        sa.Column("employer_name", sa.String(length=100), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("told_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["spell_id"],
            ["employment_spell.id"],
            name=op.f("fk_duty_spell_id_employment_spell"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["told_by_id"], ["user_account.id"], name=op.f("fk_duty_told_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_duty_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
        sa.UniqueConstraint("active_worker_id", name=op.f("uq_duty_active_worker_id")),
    )
    op.create_index(op.f("ix_duty_city_state"), "duty", ["city_code", "state", "due_on", "id"])
    op.create_index(op.f("ix_duty_county_state"), "duty", ["county_code", "state", "due_on", "id"])
    op.create_index(op.f("ix_duty_spell_id"), "duty", ["spell_id"])
    op.create_index(op.f("ix_duty_worker_id"), "duty", ["worker_id"])


def downgrade() -> None:
    op.drop_table("duty")
    op.drop_table("difference")
    op.drop_table("roster_batch")
    op.drop_table("roster_line")
    op.drop_table("monthly_roster")
