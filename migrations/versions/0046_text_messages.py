"""Text messages, how people want to be told, and the words of messages in other languages

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
INDEXES = {
    "ix_text_message_stage": ["stage", "claimed_until"],
    "ix_text_message_stage_receipt": ["stage", "receipt_at"],
    "ix_text_message_worker_at": ["worker_id", "created_at"],
    "ix_text_message_county_at": ["county_code", "created_at"],
    "ix_text_message_phone": ["phone_digest", "why"],
}


def upgrade() -> None:
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("why", sa.String(40)))
        batch.add_column(sa.Column("not_before", AT))
    op.create_index("ix_message_reach", "message", ["reach", "until_on", "id"])
    op.create_table(
        "text_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(9), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(32), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("why", sa.String(40)),
        sa.Column("phone_digest", sa.String(64), nullable=False),
        sa.Column("claimed_until", AT),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("gateway", sa.String(20), nullable=False),
        sa.Column("handed_over_at", AT),
        sa.Column("receipt_at", AT),
        sa.Column("settled_at", AT),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_text_message_message_id_message")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_text_message_worker_id_worker")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_message")),
        sa.UniqueConstraint("message_id", "turn", name=op.f("uq_text_message_message_id_turn")),
        sa.UniqueConstraint("public_id", name=op.f("uq_text_message_public_id")),
    )
    for name, columns in INDEXES.items():
        op.create_index(name, "text_message", columns)
    op.create_table(
        "contact_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("texts_refused_at", AT),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("recorded_by_id", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"],
            ["user_account.id"],
            name=op.f("fk_contact_choice_recorded_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_contact_choice_worker_id_worker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_choice")),
        sa.UniqueConstraint("worker_id", name=op.f("uq_contact_choice_worker_id")),
    )
    op.create_table(
        "message_wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("base_id", sa.Integer()),
        sa.Column("state_since", AT),
        sa.Column("effect", sa.JSON()),
        *(sa.Column(name, sa.Integer()) for name in ("created_by_id", "proposed_by_id", "released_by_id")),
        sa.ForeignKeyConstraint(
            ["base_id"], ["message_wording.id"], name=op.f("fk_message_wording_base_id_message_wording")
        ),
        *(
            sa.ForeignKeyConstraint(
                [name], ["user_account.id"], name=op.f(f"fk_message_wording_{name}_user_account")
            )
            for name in ("created_by_id", "proposed_by_id", "released_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_wording")),
    )
    op.create_index(
        "ix_message_wording_kind_language", "message_wording", ["kind", "language", "state"]
    )


def downgrade() -> None:
    for table in ("message_wording", "contact_choice", "text_message"):
        op.drop_table(table)
    op.drop_index("ix_message_reach", "message")
    with op.batch_alter_table("message") as batch:
        batch.drop_column("not_before")
        batch.drop_column("why")
