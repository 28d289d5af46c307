"""Money of the cooperation: accounts, postings, payments, findings, the treasury's lines

Revision ID: 0058
Revises: 0057
"""

import sqlalchemy as sa
from alembic import op

from models.append_only import protect, unprotect


revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

APPEND_ONLY = ("fund_posting", "fund_leg")
TABLES = (
    "treasury_line",
    "fund_leg",
    "treasury_batch",
    "fund_posting",
    "fund_payment",
    "fund_finding",
    "fund_account",
    "fund_item",
    "fund_rule",
)


def upgrade() -> None:
    op.create_table(
        "fund_rule",
        sa.Column("helper_code", sa.String(length=9), nullable=False),
        sa.Column("county_yuan", sa.BigInteger(), nullable=False),
        sa.Column("province_parts", sa.Integer(), nullable=False),
        sa.Column("city_parts", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("confidence", sa.String(length=40), nullable=True),
        sa.Column("basis", sa.String(length=40), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("entered", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("county_yuan > 0", name=op.f("ck_fund_rule_sum")),
        sa.CheckConstraint("province_parts >= 0 AND city_parts > 0", name=op.f("ck_fund_rule_parts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_rule")),
    )
    op.create_index(op.f("ix_fund_rule_helper_code"), "fund_rule", ["helper_code"], unique=False)

    op.create_table(
        "fund_item",
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["county_code"], ["area.code"], name=op.f("fk_fund_item_county_code_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_item")),
    )
    op.create_index("ix_fund_item_county_year", "fund_item", ["county_code", "year", "id"], unique=False)
    op.create_index(
        "uq_fund_item_subsidy",
        "fund_item",
        ["county_code", "year", "kind"],
        unique=True,
        sqlite_where=sa.text("kind <> 'project'"),
        postgresql_where=sa.text("kind <> 'project'"),
    )

    op.create_table(
        "fund_account",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(length=40), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "balance_fen >= 0 OR stage = 'source'", name=op.f("ck_fund_account_not_overspent")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["fund_item.id"], name=op.f("fk_fund_account_item_id_fund_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_account")),
        sa.UniqueConstraint("key", name=op.f("uq_fund_account_key")),
    )
    op.create_index("ix_fund_account_county_year", "fund_account", ["county_code", "year"], unique=False)
    op.create_index(op.f("ix_fund_account_item_id"), "fund_account", ["item_id"], unique=False)

    op.create_table(
        "fund_finding",
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found_by_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code"], ["area.code"], name=op.f("fk_fund_finding_county_code_area")
        ),
        sa.ForeignKeyConstraint(
            ["found_by_id"], ["user_account.id"], name=op.f("fk_fund_finding_found_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["fund_item.id"], name=op.f("fk_fund_finding_item_id_fund_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_finding")),
    )
    op.create_index(
        "ix_fund_finding_county_state", "fund_finding", ["county_code", "state", "due_on", "id"], unique=False
    )
    op.create_index(op.f("ix_fund_finding_item_id"), "fund_finding", ["item_id"], unique=False)

    op.create_table(
        "fund_payment",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("payee", sa.String(length=100), nullable=False),
        sa.Column("what_for", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("voucher", sa.String(length=60), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("paid_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["fund_item.id"], name=op.f("fk_fund_payment_item_id_fund_item")
        ),
        sa.ForeignKeyConstraint(
            ["paid_by_id"], ["user_account.id"], name=op.f("fk_fund_payment_paid_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["user_account.id"], name=op.f("fk_fund_payment_proposed_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_payment")),
    )
    op.create_index(
        "ix_fund_payment_county_state", "fund_payment", ["county_code", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_fund_payment_item_id"), "fund_payment", ["item_id"], unique=False)

    op.create_table(
        "fund_posting",
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("province_fen", sa.BigInteger(), nullable=False),
        sa.Column("city_fen", sa.BigInteger(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=60), nullable=False),
        sa.Column("payer_code", sa.String(length=9), nullable=True),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("posted_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "amount_fen = province_fen + city_fen AND amount_fen > 0", name=op.f("ck_fund_posting_whole")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["fund_item.id"], name=op.f("fk_fund_posting_item_id_fund_item")
        ),
        sa.ForeignKeyConstraint(
            ["posted_by_id"], ["user_account.id"], name=op.f("fk_fund_posting_posted_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_posting")),
    )
    op.create_index(
        "ix_fund_posting_county_year", "fund_posting", ["county_code", "year", "id"], unique=False
    )
    op.create_index("ix_fund_posting_document", "fund_posting", ["county_code", "document"], unique=False)
    op.create_index(op.f("ix_fund_posting_item_id"), "fund_posting", ["item_id"], unique=False)
    op.create_index(op.f("ix_fund_posting_subject"), "fund_posting", ["subject"], unique=False)

    op.create_table(
        "treasury_batch",
        sa.Column("county_code", sa.String(length=9), nullable=False),
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
            ["county_code"], ["area.code"], name=op.f("fk_treasury_batch_county_code_area")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_treasury_batch_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treasury_batch")),
    )
    op.create_index(op.f("ix_treasury_batch_county_code"), "treasury_batch", ["county_code"], unique=False)

    op.create_table(
        "fund_leg",
        sa.Column("posting_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["fund_account.id"], name=op.f("fk_fund_leg_account_id_fund_account")
        ),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["fund_posting.id"], name=op.f("fk_fund_leg_posting_id_fund_posting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund_leg")),
    )
    op.create_index(op.f("ix_fund_leg_account_id"), "fund_leg", ["account_id"], unique=False)
    op.create_index(op.f("ix_fund_leg_posting_id"), "fund_leg", ["posting_id"], unique=False)

    op.create_table(
        "treasury_line",
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("voucher", sa.String(length=60), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["treasury_batch.id"], name=op.f("fk_treasury_line_batch_id_treasury_batch")
        ),
        sa.ForeignKeyConstraint(
            ["county_code"], ["area.code"], name=op.f("fk_treasury_line_county_code_area")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treasury_line")),
        sa.UniqueConstraint("county_code", "voucher", name=op.f("uq_treasury_line_county_code_voucher")),
    )
    op.create_index(op.f("ix_treasury_line_batch_id"), "treasury_line", ["batch_id"], unique=False)
    op.create_index(
        "ix_treasury_line_county_day", "treasury_line", ["county_code", "paid_on", "id"], unique=False
    )
    for table in APPEND_ONLY:
        protect(op.get_bind(), table)


def downgrade() -> None:
    for table in APPEND_ONLY:
        unprotect(op.get_bind(), table)
    for table in TABLES:
        op.drop_table(table)
