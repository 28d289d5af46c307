"""The registers of the cooperation: their lines, papers and sheets

Revision ID: 0056
Revises: 0055
"""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "register_entry",
        sa.Column("register", sa.String(30), nullable=False),
        sa.Column("place_code", sa.String(9), nullable=False),
        sa.Column("city_code", sa.String(9), nullable=False),
        sa.Column("village", sa.String(60), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("partner", sa.String(120), nullable=False),
        sa.Column("owner", sa.String(60), nullable=False),
        sa.Column("owed_by", sa.String(40), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("planned_fen", sa.BigInteger(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(1000), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_code"], ["area.code"], name=op.f("fk_register_entry_place_code_area")
        ),
        sa.ForeignKeyConstraint(["city_code"], ["area.code"], name=op.f("fk_register_entry_city_code_area")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_register_entry_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["register_entry.id"], name=op.f("fk_register_entry_parent_id_register_entry")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_register_entry_entered_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_entry")),
    )
    op.create_index("ix_register_entry_place", "register_entry", ["register", "place_code", "id"])
    op.create_index("ix_register_entry_city", "register_entry", ["register", "city_code", "id"])
    op.create_index("ix_register_entry_due", "register_entry", ["state", "due_on"])
    op.create_index("ix_register_entry_title", "register_entry", ["register", "place_code", "title"])
    op.create_index(op.f("ix_register_entry_organisation_id"), "register_entry", ["organisation_id"])
    op.create_index(op.f("ix_register_entry_parent_id"), "register_entry", ["parent_id"])
    op.create_table(
        "entry_paper",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["register_entry.id"], name=op.f("fk_entry_paper_entry_id_register_entry")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["user_account.id"], name=op.f("fk_entry_paper_uploaded_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_paper")),
    )
    op.create_index(op.f("ix_entry_paper_entry_id"), "entry_paper", ["entry_id"])
    op.create_table(
        "entry_batch",
        sa.Column("register", sa.String(30), nullable=False),
        sa.Column("area_code", sa.String(9), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_entry_batch_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_batch")),
    )


def downgrade() -> None:
    op.drop_table("entry_batch")
    op.drop_table("entry_paper")
    op.drop_table("register_entry")
