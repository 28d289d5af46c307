"""Messages: what kind each is, whose county it is, and how far it came

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

TEXTS = {"county_code": 9, "kind": 40, "language": 12, "own_text": 400, "reach": 40, "reach_note": 200}


def upgrade() -> None:
    with op.batch_alter_table("message") as batch:
        for name, length in TEXTS.items():
            # What was sent before lies in the inbox; nobody was asked whether it arrived.
            batch.add_column(
                sa.Column(
                    name,
                    sa.String(length),
                    nullable=False,
                    server_default={"kind": "old", "reach": "inbox"}.get(name, ""),
                )
            )
        batch.add_column(sa.Column("township_code", sa.String(9)))
        batch.add_column(sa.Column("until_on", sa.Date()))
        batch.add_column(sa.Column("reach_at", sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("read_at", sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("sent_by_id", sa.Integer()))
        batch.create_foreign_key(
            op.f("fk_message_sent_by_id_user_account"), "user_account", ["sent_by_id"], ["id"]
        )
    op.execute(
        "UPDATE message SET reach_at = created_at, "
        "county_code = (SELECT county_code FROM worker WHERE worker.id = message.worker_id), "
        "township_code = (SELECT township_code FROM worker WHERE worker.id = message.worker_id)"
    )
    with op.batch_alter_table("message") as batch:
        for name, length in TEXTS.items():
            batch.alter_column(
                name, existing_type=sa.String(length), existing_nullable=False, server_default=None
            )
        batch.alter_column("reach_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch.drop_column("channel")
    op.create_index("ix_message_county_reach", "message", ["county_code", "reach", "until_on"])
    op.create_index("ix_message_county_id", "message", ["county_code", "id"])
    op.create_index("ix_message_township_reach", "message", ["township_code", "reach", "until_on"])
    op.create_index(op.f("ix_message_placement_id"), "message", ["placement_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_message_placement_id"), "message")
    for name in ("ix_message_township_reach", "ix_message_county_id", "ix_message_county_reach"):
        op.drop_index(name, "message")
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("channel", sa.String(20), nullable=False, server_default="platform"))
        batch.drop_constraint(op.f("fk_message_sent_by_id_user_account"), type_="foreignkey")
        for name in (*TEXTS, "township_code", "until_on", "reach_at", "read_at", "sent_by_id"):
            batch.drop_column(name)
    with op.batch_alter_table("message") as batch:
        batch.alter_column("channel", existing_type=sa.String(20), server_default=None)
