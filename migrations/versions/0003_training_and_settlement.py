"""Order training, settling, words that clerks confirm, changes the index of candidates looks for

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

from models.append_only import protect, unprotect
from models.people.worker_change import unwatch, watch

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "settlement_quota",
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("route", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("used >= 0 AND used <= total", name=op.f("ck_settlement_quota_places")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_quota")),
        sa.UniqueConstraint("city_code", "route", "year", name=op.f("uq_settlement_quota_city_code_route_year")),
    )
    op.create_table(
        "training_standard",
        sa.Column("area_code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=True),
        sa.Column("occupation_code", sa.String(length=20), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_standard")),
    )
    with op.batch_alter_table("training_standard", schema=None) as batch_op:
        batch_op.create_index("ix_training_standard_name_area", ["name", "area_code", "valid_from"], unique=False)

    op.create_table(
        "worker_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_change")),
    )
    with op.batch_alter_table("worker_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_worker_change_at"), ["at"], unique=False)

    op.create_table(
        "occupation_word",
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("industry", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=24), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_occupation_word_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupation_word")),
        sa.UniqueConstraint(
            "word", "industry", "unit", "user_id", name=op.f("uq_occupation_word_word_industry_unit_user_id")
        ),
    )
    with op.batch_alter_table("occupation_word", schema=None) as batch_op:
        batch_op.create_index("ix_occupation_word_unit", ["unit"], unique=False)

    op.create_table(
        "settlement_rule",
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("route", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=False),
        sa.Column("version_name", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("ranking", sa.JSON(), nullable=False),
        sa.Column("ranking_text", sa.String(length=200), nullable=False),
        sa.Column("priority_orders", sa.Boolean(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.Column("notice_days", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("confidence", sa.String(length=20), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verified_document", sa.String(length=200), nullable=False),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("effect", sa.JSON(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["base_id"], ["settlement_rule.id"], name=op.f("fk_settlement_rule_base_id_settlement_rule")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_settlement_rule_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user_account.id"], name=op.f("fk_settlement_rule_proposed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["user_account.id"], name=op.f("fk_settlement_rule_released_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["user_account.id"], name=op.f("fk_settlement_rule_verified_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_rule")),
        sa.UniqueConstraint(
            "city_code", "route", "version_number", name=op.f("uq_settlement_rule_city_code_route_version_number")
        ),
    )
    with op.batch_alter_table("settlement_rule", schema=None) as batch_op:
        batch_op.create_index("ix_settlement_rule_state", ["state", "city_code"], unique=False)

    op.create_table(
        "settlement_case",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("active_digest", sa.String(length=64), nullable=True),
        sa.Column("notice_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("applied_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("priority_basis", sa.String(length=200), nullable=False),
        sa.Column("priority_by_id", sa.Integer(), nullable=True),
        sa.Column("evaluation", sa.JSON(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("quota_id", sa.Integer(), nullable=True),
        sa.Column("notice_ends_on", sa.Date(), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_reason", sa.String(length=600), nullable=False),
        sa.Column("permit_number", sa.String(length=40), nullable=False),
        sa.Column("permitted_on", sa.Date(), nullable=True),
        sa.Column("moved_out_on", sa.Date(), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_settlement_case_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_settlement_case_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_settlement_case_enterprise_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["priority_by_id"], ["user_account.id"], name=op.f("fk_settlement_case_priority_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["quota_id"], ["settlement_quota.id"], name=op.f("fk_settlement_case_quota_id_settlement_quota")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by_id"], ["user_account.id"], name=op.f("fk_settlement_case_reviewed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["settlement_rule.id"], name=op.f("fk_settlement_case_rule_id_settlement_rule")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_settlement_case_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_case")),
        sa.UniqueConstraint("active_digest", name=op.f("uq_settlement_case_active_digest")),
        sa.UniqueConstraint("number", name=op.f("uq_settlement_case_number")),
    )
    with op.batch_alter_table("settlement_case", schema=None) as batch_op:
        batch_op.create_index(
            "ix_settlement_case_city_state", ["city_code", "state", "due_on", "id"], unique=False
        )
        batch_op.create_index("ix_settlement_case_county_state", ["county_code", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_settlement_case_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_settlement_case_rule_id"), ["rule_id"], unique=False)
        batch_op.create_index("ix_settlement_case_worker", ["worker_id", "id"], unique=False)

    op.create_table(
        "settlement_outlook",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("meets_on", sa.Date(), nullable=True),
        sa.Column("became_on", sa.Date(), nullable=True),
        sa.Column("evaluated_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["settlement_rule.id"], name=op.f("fk_settlement_outlook_rule_id_settlement_rule")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_settlement_outlook_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_outlook")),
        sa.UniqueConstraint(
            "worker_id", "rule_id", "city_code", name=op.f("uq_settlement_outlook_worker_id_rule_id_city_code")
        ),
    )
    with op.batch_alter_table("settlement_outlook", schema=None) as batch_op:
        batch_op.create_index("ix_settlement_outlook_city_worker", ["city_code", "worker_id"], unique=False)
        batch_op.create_index(
            "ix_settlement_outlook_county", ["county_code", "verdict", "became_on", "id"], unique=False
        )
        batch_op.create_index("ix_settlement_outlook_rule", ["rule_id", "verdict"], unique=False)

    op.create_table(
        "training_order",
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("job_order_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("occupation_code", sa.String(length=20), nullable=False),
        sa.Column("occupation_name", sa.String(length=60), nullable=False),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("certificate", sa.String(length=80), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("ready_by", sa.Date(), nullable=False),
        sa.Column("wage_floor_fen", sa.Integer(), nullable=False),
        sa.Column("hire_share_percent", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("asked_school_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("headcount > 0", name=op.f("ck_training_order_headcount")),
        sa.ForeignKeyConstraint(
            ["asked_school_id"], ["organisation.id"], name=op.f("fk_training_order_asked_school_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_training_order_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_training_order_enterprise_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["job_order_id"], ["job_order.id"], name=op.f("fk_training_order_job_order_id_job_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_order")),
    )
    with op.batch_alter_table("training_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_order_city_code"), ["city_code"], unique=False)
        batch_op.create_index("ix_training_order_county_state", ["county_code", "state", "id"], unique=False)
        batch_op.create_index("ix_training_order_enterprise", ["enterprise_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_order_job_order_id"), ["job_order_id"], unique=False)
        batch_op.create_index("ix_training_order_state", ["state", "id"], unique=False)

    op.create_table(
        "case_step",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("working_days", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=600), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["settlement_case.id"], name=op.f("fk_case_step_case_id_settlement_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_step")),
    )
    with op.batch_alter_table("case_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_step_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_case_step_state", ["state", "left_at"], unique=False)

    op.create_table(
        "family_member",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("needs_school", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["settlement_case.id"], name=op.f("fk_family_member_case_id_settlement_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_member")),
    )
    with op.batch_alter_table("family_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_member_case_id"), ["case_id"], unique=False)

    op.create_table(
        "settlement_document",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("refused_reason", sa.String(length=300), nullable=False),
        sa.Column("judged_by_id", sa.Integer(), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["settlement_case.id"], name=op.f("fk_settlement_document_case_id_settlement_case")
        ),
        sa.ForeignKeyConstraint(
            ["judged_by_id"], ["user_account.id"], name=op.f("fk_settlement_document_judged_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_settlement_document_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"],
            ["user_account.id"],
            name=op.f("fk_settlement_document_uploaded_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_settlement_document_worker_id_worker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_document")),
    )
    with op.batch_alter_table("settlement_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_settlement_document_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_settlement_document_county_code"), ["county_code"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_settlement_document_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index("ix_settlement_document_valid", ["valid_until", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_settlement_document_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "settlement_follow_up",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("still_there", sa.Boolean(), nullable=True),
        sa.Column("school_places", sa.Boolean(), nullable=True),
        sa.Column("insurance_moved", sa.Boolean(), nullable=True),
        sa.Column("trouble", sa.String(length=400), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days IN (90, 180, 365)", name=op.f("ck_settlement_follow_up_days")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["settlement_case.id"], name=op.f("fk_settlement_follow_up_case_id_settlement_case")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["user_account.id"],
            name=op.f("fk_settlement_follow_up_recorded_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_follow_up")),
        sa.UniqueConstraint("case_id", "days", name=op.f("uq_settlement_follow_up_case_id_days")),
    )
    with op.batch_alter_table("settlement_follow_up", schema=None) as batch_op:
        batch_op.create_index("ix_settlement_follow_up_open_due", ["recorded_at", "due_on"], unique=False)

    op.create_table(
        "training_agreement",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_training_agreement_enterprise_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["training_order.id"], name=op.f("fk_training_agreement_order_id_training_order")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["organisation.id"], name=op.f("fk_training_agreement_school_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_agreement")),
        sa.UniqueConstraint("number", name=op.f("uq_training_agreement_number")),
    )
    with op.batch_alter_table("training_agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_agreement_city_code"), ["city_code"], unique=False)
        batch_op.create_index("ix_training_agreement_county_state", ["county_code", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_agreement_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_agreement_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_agreement_school_id"), ["school_id"], unique=False)
        batch_op.create_index(
            "uq_training_agreement_live",
            ["order_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )

    op.create_table(
        "training_bid",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("periods", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("plan", sa.String(length=2000), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_training_bid_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["training_order.id"], name=op.f("fk_training_bid_order_id_training_order")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["organisation.id"], name=op.f("fk_training_bid_school_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_bid")),
        sa.UniqueConstraint("order_id", "school_id", name=op.f("uq_training_bid_order_id_school_id")),
    )
    with op.batch_alter_table("training_bid", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_bid_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_bid_school_id"), ["school_id"], unique=False)

    op.create_table(
        "agreement_signature",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_name", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["training_agreement.id"],
            name=op.f("fk_agreement_signature_agreement_id_training_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["signed_by_id"], ["user_account.id"], name=op.f("fk_agreement_signature_signed_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_signature")),
        sa.UniqueConstraint("agreement_id", "party", name=op.f("uq_agreement_signature_agreement_id_party")),
    )
    with op.batch_alter_table("agreement_signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_signature_agreement_id"), ["agreement_id"], unique=False)

    op.create_table(
        "cohort",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=24), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("occupation_code", sa.String(length=20), nullable=False),
        sa.Column("occupation_name", sa.String(length=60), nullable=False),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("enrolled", sa.Integer(), nullable=False),
        sa.Column("periods", sa.Integer(), nullable=False),
        sa.Column("scheduled_periods", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("head_teacher", sa.String(length=60), nullable=False),
        sa.Column("standards", sa.JSON(), nullable=False),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("site_checked_on", sa.Date(), nullable=True),
        sa.Column("graded_on", sa.Date(), nullable=True),
        sa.Column("ungraded", sa.Integer(), nullable=True),
        sa.Column("uncertified", sa.Integer(), nullable=True),
        sa.Column("unplaced", sa.Integer(), nullable=True),
        sa.Column("unfollowed", sa.Integer(), nullable=True),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("notice_ends_on", sa.Date(), nullable=True),
        sa.Column("notice_over", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("enrolled >= 0 AND enrolled <= capacity", name=op.f("ck_cohort_seats")),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["training_agreement.id"], name=op.f("fk_cohort_agreement_id_training_agreement")
        ),
        sa.ForeignKeyConstraint(
            ["applied_by_id"], ["user_account.id"], name=op.f("fk_cohort_applied_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["user_account.id"], name=op.f("fk_cohort_approved_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["user_account.id"], name=op.f("fk_cohort_checked_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["claimed_by_id"], ["user_account.id"], name=op.f("fk_cohort_claimed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_cohort_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_cohort_enterprise_id_organisation")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["organisation.id"], name=op.f("fk_cohort_school_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("number", name=op.f("uq_cohort_number")),
    )
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cohort_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index("ix_cohort_city_state", ["city_code", "state", "id"], unique=False)
        batch_op.create_index("ix_cohort_county_state", ["county_code", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cohort_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index("ix_cohort_school_state", ["school_id", "state", "id"], unique=False)
        batch_op.create_index("ix_cohort_state", ["state", "id"], unique=False)

    op.create_table(
        "person_fact",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("growing", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["settlement_document.id"],
            name=op.f("fk_person_fact_document_id_settlement_document"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_person_fact_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_person_fact_recorded_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_person_fact_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_fact")),
    )
    with op.batch_alter_table("person_fact", schema=None) as batch_op:
        batch_op.create_index("ix_person_fact_city_worker", ["city_code", "worker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_fact_county_code"), ["county_code"], unique=False)
        batch_op.create_index("ix_person_fact_worker", ["worker_id", "superseded_at"], unique=False)

    op.create_table(
        "place_reservation",
        sa.Column("job_order_id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("release_reason", sa.String(length=300), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("used >= 0 AND used <= places", name=op.f("ck_place_reservation_places")),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["training_agreement.id"],
            name=op.f("fk_place_reservation_agreement_id_training_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["job_order_id"], ["job_order.id"], name=op.f("fk_place_reservation_job_order_id_job_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_reservation")),
        sa.UniqueConstraint("agreement_id", name=op.f("uq_place_reservation_agreement_id")),
    )
    with op.batch_alter_table("place_reservation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_reservation_job_order_id"), ["job_order_id"], unique=False)

    op.create_table(
        "claim",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("anomalies", sa.JSON(), nullable=False),
        sa.Column("report", sa.String(length=1000), nullable=False),
        sa.Column("account_name", sa.String(length=100), nullable=False),
        sa.Column("account_number", sa.LargeBinary(), nullable=True),
        sa.Column("account_digest", sa.String(length=64), nullable=True),
        sa.Column("bank_name", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_claim_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_claim_made_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["organisation.id"], name=op.f("fk_claim_school_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("cohort_id", name=op.f("uq_claim_cohort_id")),
        sa.UniqueConstraint("number", name=op.f("uq_claim_number")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_account_digest"), ["account_digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_city_code"), ["city_code"], unique=False)
        batch_op.create_index("ix_claim_county", ["county_code", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_school_id"), ["school_id"], unique=False)

    op.create_table(
        "enrolment",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_channel", sa.String(length=40), nullable=True),
        sa.Column("endorsed_by_id", sa.Integer(), nullable=True),
        sa.Column("seat", sa.Integer(), nullable=True),
        sa.Column("active_digest", sa.String(length=64), nullable=True),
        sa.Column("trained_key", sa.String(length=120), nullable=True),
        sa.Column("theory_score", sa.Integer(), nullable=True),
        sa.Column("practice_score", sa.Integer(), nullable=True),
        sa.Column("exam_passed", sa.Boolean(), nullable=True),
        sa.Column("exam_on", sa.Date(), nullable=True),
        sa.Column("graded_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome_note", sa.String(length=300), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_enrolment_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["endorsed_by_id"], ["user_account.id"], name=op.f("fk_enrolment_endorsed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_enrolment_enterprise_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["graded_by_id"], ["user_account.id"], name=op.f("fk_enrolment_graded_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_enrolment_placement_id_placement")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["organisation.id"], name=op.f("fk_enrolment_school_id_organisation")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_enrolment_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("active_digest", name=op.f("uq_enrolment_active_digest")),
        sa.UniqueConstraint("cohort_id", "worker_id", name=op.f("uq_enrolment_cohort_id_worker_id")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolment_city_code"), ["city_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index("ix_enrolment_county_state", ["county_code", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_enterprise_id"), ["enterprise_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_placement_id"), ["placement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_school_id"), ["school_id"], unique=False)
        batch_op.create_index("ix_enrolment_township_state", ["township_code", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_trained_key"), ["trained_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_enrolment_worker_id"), ["worker_id"], unique=False)

    op.create_table(
        "lesson",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("content", sa.String(length=120), nullable=False),
        sa.Column("periods", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("teacher_name", sa.String(length=60), nullable=False),
        sa.Column("teacher_id_number", sa.LargeBinary(), nullable=True),
        sa.Column("teacher_digest", sa.String(length=64), nullable=True),
        sa.Column("teacher_user_id", sa.Integer(), nullable=True),
        sa.Column("material", sa.String(length=120), nullable=False),
        sa.Column("code_secret", sa.LargeBinary(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("periods > 0", name=op.f("ck_lesson_periods")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_lesson_cohort_id_cohort")),
        sa.ForeignKeyConstraint(["school_id"], ["organisation.id"], name=op.f("fk_lesson_school_id_organisation")),
        sa.ForeignKeyConstraint(
            ["teacher_user_id"], ["user_account.id"], name=op.f("fk_lesson_teacher_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("cohort_id", "held_on", "starts", name=op.f("uq_lesson_cohort_id_held_on_starts")),
    )
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lesson_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index("ix_lesson_school_day", ["school_id", "held_on"], unique=False)
        batch_op.create_index("ix_lesson_teacher_day", ["teacher_user_id", "held_on"], unique=False)
        batch_op.create_index("ix_lesson_teacher_digest_day", ["teacher_digest", "held_on"], unique=False)

    op.create_table(
        "proposal_batch",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_proposal_batch_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_proposal_batch_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_batch")),
    )
    with op.batch_alter_table("proposal_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_batch_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_batch_county_code"), ["county_code"], unique=False)

    op.create_table(
        "result_batch",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_result_batch_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["organisation.id"], name=op.f("fk_result_batch_school_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_result_batch_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_batch")),
    )
    with op.batch_alter_table("result_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_result_batch_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "timetable_batch",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_timetable_batch_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["organisation.id"], name=op.f("fk_timetable_batch_school_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_timetable_batch_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timetable_batch")),
    )
    with op.batch_alter_table("timetable_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_timetable_batch_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_timetable_batch_school_id"), ["school_id"], unique=False)

    op.create_table(
        "agreement_breach",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=40), nullable=True),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("answer", sa.String(length=400), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["training_agreement.id"],
            name=op.f("fk_agreement_breach_agreement_id_training_agreement"),
        ),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_agreement_breach_answered_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_agreement_breach_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_agreement_breach_recorded_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_breach")),
    )
    with op.batch_alter_table("agreement_breach", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_breach_agreement_id"), ["agreement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_agreement_breach_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("presence", sa.String(length=40), nullable=False),
        sa.Column("how", sa.String(length=40), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.Column("device", sa.String(length=64), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_attendance_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_attendance_lesson_id_lesson")),
        sa.ForeignKeyConstraint(
            ["marked_by_id"], ["user_account.id"], name=op.f("fk_attendance_marked_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("lesson_id", "enrolment_id", name=op.f("uq_attendance_lesson_id_enrolment_id")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index("ix_attendance_device", ["lesson_id", "device"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "certificate",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("issuer", sa.String(length=100), nullable=False),
        sa.Column("occupation_code", sa.String(length=20), nullable=False),
        sa.Column("occupation_name", sa.String(length=60), nullable=False),
        sa.Column("skill", sa.String(length=60), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("profile_name", sa.String(length=60), nullable=False),
        sa.Column("in_profile", sa.Boolean(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.String(length=300), nullable=False),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("is_synthetic", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_certificate_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_certificate_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by_id"], ["user_account.id"], name=op.f("fk_certificate_issued_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["user_account.id"], name=op.f("fk_certificate_revoked_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["organisation.id"], name=op.f("fk_certificate_school_id_organisation")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_certificate_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("token", name=op.f("uq_certificate_token")),
    )
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificate_cohort_id"), ["cohort_id"], unique=False)
        batch_op.create_index("ix_certificate_county_id", ["county_code", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index("ix_certificate_profile_expiry", ["in_profile", "expires_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_certificate_school_id"), ["school_id"], unique=False)
        batch_op.create_index("ix_certificate_worker", ["worker_id", "id"], unique=False)
        batch_op.create_index(
            "uq_certificate_held",
            ["enrolment_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )

    op.create_table(
        "claim_line",
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("refused", sa.String(length=300), nullable=False),
        sa.Column("refused_params", sa.JSON(), nullable=False),
        sa.Column("refused_by_id", sa.Integer(), nullable=True),
        sa.Column("payment_key", sa.String(length=100), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_line_claim_id_claim")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_claim_line_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["refused_by_id"], ["user_account.id"], name=op.f("fk_claim_line_refused_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_line")),
        sa.UniqueConstraint(
            "claim_id", "enrolment_id", "scheme", name=op.f("uq_claim_line_claim_id_enrolment_id_scheme")
        ),
        sa.UniqueConstraint("payment_key", name=op.f("uq_claim_line_payment_key")),
    )
    with op.batch_alter_table("claim_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_line_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_line_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "inspection",
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("lesson_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("marked", sa.Integer(), nullable=True),
        sa.Column("in_order", sa.Boolean(), nullable=False),
        sa.Column("teacher_agrees", sa.Boolean(), nullable=True),
        sa.Column("place_agrees", sa.Boolean(), nullable=True),
        sa.Column("content_agrees", sa.Boolean(), nullable=True),
        sa.Column("draw_seed", sa.String(length=64), nullable=True),
        sa.Column("draw_rank", sa.Integer(), nullable=True),
        sa.Column("finding", sa.String(length=400), nullable=False),
        sa.Column("inspector_id", sa.Integer(), nullable=False),
        sa.Column("inspector_name", sa.String(length=60), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_inspection_cohort_id_cohort")),
        sa.ForeignKeyConstraint(
            ["inspector_id"], ["user_account.id"], name=op.f("fk_inspection_inspector_id_user_account")
        ),
        sa.ForeignKeyConstraint(["lesson_id"], ["lesson.id"], name=op.f("fk_inspection_lesson_id_lesson")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inspection_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "public_notice",
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_public_notice_claim_id_claim")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_notice")),
        sa.UniqueConstraint("token", name=op.f("uq_public_notice_token")),
    )
    with op.batch_alter_table("public_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_public_notice_claim_id"), ["claim_id"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("city_code", sa.String(length=9), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("payee", sa.String(length=100), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("voucher", sa.String(length=60), nullable=False),
        sa.Column("paid_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_ledger_entry_claim_id_claim")),
        sa.ForeignKeyConstraint(["line_id"], ["claim_line.id"], name=op.f("fk_ledger_entry_line_id_claim_line")),
        sa.ForeignKeyConstraint(
            ["paid_by_id"], ["user_account.id"], name=op.f("fk_ledger_entry_paid_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("line_id", name=op.f("uq_ledger_entry_line_id")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entry_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index("ix_ledger_entry_county_day", ["county_code", "paid_on", "id"], unique=False)

    op.create_table(
        "notice_objection",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=600), nullable=False),
        sa.Column("by_whom", sa.String(length=60), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(length=600), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_notice_objection_answered_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["public_notice.id"], name=op.f("fk_notice_objection_notice_id_public_notice")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_notice_objection_recorded_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_objection")),
    )
    with op.batch_alter_table("notice_objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_objection_notice_id"), ["notice_id"], unique=False)

    _reserve()
    watch(op.get_bind())
    protect(op.get_bind(), "ledger_entry")


def downgrade() -> None:
    unprotect(op.get_bind(), "ledger_entry")
    unwatch(op.get_bind())
    op.drop_column("job_order", "reserved")

    with op.batch_alter_table("notice_objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notice_objection_notice_id"))

    op.drop_table("notice_objection")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_entry_county_day")
        batch_op.drop_index(batch_op.f("ix_ledger_entry_claim_id"))

    op.drop_table("ledger_entry")
    with op.batch_alter_table("public_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_public_notice_claim_id"))

    op.drop_table("public_notice")
    with op.batch_alter_table("inspection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inspection_cohort_id"))

    op.drop_table("inspection")
    with op.batch_alter_table("claim_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_line_enrolment_id"))
        batch_op.drop_index(batch_op.f("ix_claim_line_claim_id"))

    op.drop_table("claim_line")
    with op.batch_alter_table("certificate", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_certificate_held",
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
        batch_op.drop_index("ix_certificate_worker")
        batch_op.drop_index(batch_op.f("ix_certificate_school_id"))
        batch_op.drop_index("ix_certificate_profile_expiry")
        batch_op.drop_index(batch_op.f("ix_certificate_enrolment_id"))
        batch_op.drop_index("ix_certificate_county_id")
        batch_op.drop_index(batch_op.f("ix_certificate_cohort_id"))

    op.drop_table("certificate")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_enrolment_id"))
        batch_op.drop_index("ix_attendance_device")

    op.drop_table("attendance")
    with op.batch_alter_table("agreement_breach", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_breach_enrolment_id"))
        batch_op.drop_index(batch_op.f("ix_agreement_breach_agreement_id"))

    op.drop_table("agreement_breach")
    with op.batch_alter_table("timetable_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_timetable_batch_school_id"))
        batch_op.drop_index(batch_op.f("ix_timetable_batch_cohort_id"))

    op.drop_table("timetable_batch")
    with op.batch_alter_table("result_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_result_batch_cohort_id"))

    op.drop_table("result_batch")
    with op.batch_alter_table("proposal_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_batch_county_code"))
        batch_op.drop_index(batch_op.f("ix_proposal_batch_cohort_id"))

    op.drop_table("proposal_batch")
    with op.batch_alter_table("lesson", schema=None) as batch_op:
        batch_op.drop_index("ix_lesson_teacher_digest_day")
        batch_op.drop_index("ix_lesson_teacher_day")
        batch_op.drop_index("ix_lesson_school_day")
        batch_op.drop_index(batch_op.f("ix_lesson_cohort_id"))

    op.drop_table("lesson")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_worker_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_trained_key"))
        batch_op.drop_index("ix_enrolment_township_state")
        batch_op.drop_index(batch_op.f("ix_enrolment_school_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_placement_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_enterprise_id"))
        batch_op.drop_index("ix_enrolment_county_state")
        batch_op.drop_index(batch_op.f("ix_enrolment_cohort_id"))
        batch_op.drop_index(batch_op.f("ix_enrolment_city_code"))

    op.drop_table("enrolment")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_school_id"))
        batch_op.drop_index("ix_claim_county")
        batch_op.drop_index(batch_op.f("ix_claim_city_code"))
        batch_op.drop_index(batch_op.f("ix_claim_account_digest"))

    op.drop_table("claim")
    with op.batch_alter_table("place_reservation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_reservation_job_order_id"))

    op.drop_table("place_reservation")
    with op.batch_alter_table("person_fact", schema=None) as batch_op:
        batch_op.drop_index("ix_person_fact_worker")
        batch_op.drop_index(batch_op.f("ix_person_fact_county_code"))
        batch_op.drop_index("ix_person_fact_city_worker")

    op.drop_table("person_fact")
    with op.batch_alter_table("cohort", schema=None) as batch_op:
        batch_op.drop_index("ix_cohort_state")
        batch_op.drop_index("ix_cohort_school_state")
        batch_op.drop_index(batch_op.f("ix_cohort_enterprise_id"))
        batch_op.drop_index("ix_cohort_county_state")
        batch_op.drop_index("ix_cohort_city_state")
        batch_op.drop_index(batch_op.f("ix_cohort_agreement_id"))

    op.drop_table("cohort")
    with op.batch_alter_table("agreement_signature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_signature_agreement_id"))

    op.drop_table("agreement_signature")
    with op.batch_alter_table("training_bid", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_bid_school_id"))
        batch_op.drop_index(batch_op.f("ix_training_bid_order_id"))

    op.drop_table("training_bid")
    with op.batch_alter_table("training_agreement", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_training_agreement_live",
            sqlite_where=sa.text("state <> 'cancelled'"),
            postgresql_where=sa.text("state <> 'cancelled'"),
        )
        batch_op.drop_index(batch_op.f("ix_training_agreement_school_id"))
        batch_op.drop_index(batch_op.f("ix_training_agreement_order_id"))
        batch_op.drop_index(batch_op.f("ix_training_agreement_enterprise_id"))
        batch_op.drop_index("ix_training_agreement_county_state")
        batch_op.drop_index(batch_op.f("ix_training_agreement_city_code"))

    op.drop_table("training_agreement")
    with op.batch_alter_table("settlement_follow_up", schema=None) as batch_op:
        batch_op.drop_index("ix_settlement_follow_up_open_due")

    op.drop_table("settlement_follow_up")
    with op.batch_alter_table("settlement_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_document_worker_id"))
        batch_op.drop_index("ix_settlement_document_valid")
        batch_op.drop_index(batch_op.f("ix_settlement_document_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_settlement_document_county_code"))
        batch_op.drop_index(batch_op.f("ix_settlement_document_case_id"))

    op.drop_table("settlement_document")
    with op.batch_alter_table("family_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_member_case_id"))

    op.drop_table("family_member")
    with op.batch_alter_table("case_step", schema=None) as batch_op:
        batch_op.drop_index("ix_case_step_state")
        batch_op.drop_index(batch_op.f("ix_case_step_case_id"))

    op.drop_table("case_step")
    with op.batch_alter_table("training_order", schema=None) as batch_op:
        batch_op.drop_index("ix_training_order_state")
        batch_op.drop_index(batch_op.f("ix_training_order_job_order_id"))
        batch_op.drop_index("ix_training_order_enterprise")
        batch_op.drop_index("ix_training_order_county_state")
        batch_op.drop_index(batch_op.f("ix_training_order_city_code"))

    op.drop_table("training_order")
    with op.batch_alter_table("settlement_outlook", schema=None) as batch_op:
        batch_op.drop_index("ix_settlement_outlook_rule")
        batch_op.drop_index("ix_settlement_outlook_county")
        batch_op.drop_index("ix_settlement_outlook_city_worker")

    op.drop_table("settlement_outlook")
    with op.batch_alter_table("settlement_case", schema=None) as batch_op:
        batch_op.drop_index("ix_settlement_case_worker")
        batch_op.drop_index(batch_op.f("ix_settlement_case_rule_id"))
        batch_op.drop_index(batch_op.f("ix_settlement_case_enterprise_id"))
        batch_op.drop_index("ix_settlement_case_county_state")
        batch_op.drop_index("ix_settlement_case_city_state")

    op.drop_table("settlement_case")
    with op.batch_alter_table("settlement_rule", schema=None) as batch_op:
        batch_op.drop_index("ix_settlement_rule_state")

    op.drop_table("settlement_rule")
    with op.batch_alter_table("occupation_word", schema=None) as batch_op:
        batch_op.drop_index("ix_occupation_word_unit")

    op.drop_table("occupation_word")
    with op.batch_alter_table("worker_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_worker_change_at"))

    op.drop_table("worker_change")
    with op.batch_alter_table("training_standard", schema=None) as batch_op:
        batch_op.drop_index("ix_training_standard_name_area")

    op.drop_table("training_standard")
    op.drop_table("settlement_quota")


def _reserve() -> None:
    # Written into the column on SQLite: a batch would build job_order anew, and lose what hangs on it.
    check = "reserved >= 0 AND taken + reserved <= headcount"
    column = f"reserved INTEGER DEFAULT '0' NOT NULL CONSTRAINT ck_job_order_reserved CHECK ({check})"
    op.execute(f"ALTER TABLE job_order ADD COLUMN {column}")
