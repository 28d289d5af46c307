"""Problems of people at work, resident contacts, calls of the first weeks, early warnings, who stayed

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op


revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resident_contact",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=True),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("assigned_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"],
            ["user_account.id"],
            name=op.f("fk_resident_contact_assigned_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["organisation.id"],
            name=op.f("fk_resident_contact_enterprise_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_resident_contact_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_contact")),
    )
    op.create_index("ix_resident_contact_city_code", "resident_contact", ["city_code"])
    op.create_index("ix_resident_contact_county_code", "resident_contact", ["county_code"])
    op.create_index("ix_resident_contact_enterprise", "resident_contact", ["enterprise_id", "valid_to"])
    op.create_index("ix_resident_contact_user", "resident_contact", ["user_id", "valid_to"])

    op.create_table(
        "contact_visit",
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("met", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_contact_visit_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["resident_contact.id"], name=op.f("fk_contact_visit_contact_id_resident_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_visit")),
    )
    op.create_index("ix_contact_visit_contact_id", "contact_visit", ["contact_id"])

    op.create_table(
        "staying_summary",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("arrived", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("left_in_first_month", sa.Integer(), nullable=False),
        sa.Column("not_arrived", sa.Integer(), nullable=False),
        sa.Column("due3", sa.Integer(), nullable=False),
        sa.Column("known3", sa.Integer(), nullable=False),
        sa.Column("stayed3", sa.Integer(), nullable=False),
        sa.Column("due6", sa.Integer(), nullable=False),
        sa.Column("known6", sa.Integer(), nullable=False),
        sa.Column("stayed6", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("promises", sa.JSON(), nullable=False),
        sa.Column("computed_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_staying_summary_enterprise_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["job_order.id"], name=op.f("fk_staying_summary_order_id_job_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staying_summary")),
        sa.UniqueConstraint("order_id", "county_code", name=op.f("uq_staying_summary_order_id_county_code")),
    )
    op.create_index("ix_staying_summary_city", "staying_summary", ["city_code", "order_id"])
    op.create_index("ix_staying_summary_county", "staying_summary", ["county_code", "order_id"])
    op.create_index("ix_staying_summary_enterprise", "staying_summary", ["enterprise_id", "order_id"])

    op.create_table(
        "early_warning",
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("computed_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_early_warning_enterprise_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_early_warning_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_warning")),
        sa.UniqueConstraint("placement_id", name=op.f("uq_early_warning_placement_id")),
    )
    op.create_index("ix_early_warning_county", "early_warning", ["county_code", "count", "id"])
    op.create_index("ix_early_warning_enterprise", "early_warning", ["enterprise_id", "count", "id"])

    op.create_table(
        "problem",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=True),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=True),
        sa.Column("city_code", sa.String(length=9), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("words", sa.String(length=600), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("level_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("remind_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inspection_office", sa.String(length=100), nullable=False),
        sa.Column("inspection_number", sa.String(length=60), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("days_of_tries", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_words", sa.String(length=600), nullable=False),
        sa.Column("closed_channel", sa.String(length=40), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["user_account.id"], name=op.f("fk_problem_closed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_problem_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_problem_enterprise_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_problem_owner_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_problem_placement_id_placement")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_problem_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
    )
    op.create_index("ix_problem_city_state", "problem", ["city_code", "state", "due_on", "id"])
    op.create_index("ix_problem_county_state", "problem", ["county_code", "state", "due_on", "id"])
    op.create_index("ix_problem_enterprise_state", "problem", ["enterprise_id", "state", "due_on", "id"])
    op.create_index("ix_problem_owner_state", "problem", ["owner_id", "state", "due_on", "id"])
    op.create_index("ix_problem_placement_id", "problem", ["placement_id"])
    op.create_index("ix_problem_state_due", "problem", ["state", "due_on", "id"])
    op.create_index("ix_problem_township_state", "problem", ["township_code", "state", "due_on", "id"])
    op.create_index("ix_problem_worker_state", "problem", ["worker_id", "state"])

    op.create_table(
        "first_call",
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("result", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("problem_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("day IN (3, 7, 14)", name=op.f("ck_first_call_day")),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_first_call_placement_id_placement")
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_first_call_problem_id_problem")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_first_call_recorded_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_first_call")),
        sa.UniqueConstraint("placement_id", "day", name=op.f("uq_first_call_placement_id_day")),
    )
    op.create_index("ix_first_call_open_due", "first_call", ["recorded_at", "due_on"])
    op.create_index("ix_first_call_placement_id", "first_call", ["placement_id"])

    op.create_table(
        "problem_note",
        sa.Column("problem_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=600), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["user_account.id"], name=op.f("fk_problem_note_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_problem_note_problem_id_problem")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem_note")),
    )
    op.create_index("ix_problem_note_problem_id", "problem_note", ["problem_id"])

    op.create_table(
        "warning_call",
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.Column("called_by_id", sa.Integer(), nullable=True),
        sa.Column("problem_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["called_by_id"], ["user_account.id"], name=op.f("fk_warning_call_called_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_warning_call_placement_id_placement")
        ),
        sa.ForeignKeyConstraint(
            ["problem_id"], ["problem.id"], name=op.f("fk_warning_call_problem_id_problem")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_call")),
    )
    op.create_index("ix_warning_call_placement_id", "warning_call", ["placement_id"])


def downgrade() -> None:

    op.drop_table("warning_call")

    op.drop_table("problem_note")

    op.drop_table("first_call")

    op.drop_table("problem")

    op.drop_table("early_warning")

    op.drop_table("staying_summary")

    op.drop_table("contact_visit")

    op.drop_table("resident_contact")
