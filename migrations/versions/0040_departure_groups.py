"""Departure groups: what they go by, seats, who was rung, who left it, the list signed at the factory

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("departure") as batch:
        batch.add_column(sa.Column("way", sa.String(40), nullable=False, server_default="out"))
        batch.add_column(sa.Column("vehicle", sa.String(40), nullable=False, server_default=""))
        batch.add_column(sa.Column("seats", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("postponed_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("departure") as batch:
        batch.alter_column("way", server_default=None)
        batch.alter_column("vehicle", server_default=None)
    op.create_table(
        "hand_over",
        sa.Column("departure_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_by", sa.String(60), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["departure_id"], ["departure.id"], name=op.f("fk_hand_over_departure_id_departure")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["organisation.id"], name=op.f("fk_hand_over_enterprise_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_hand_over_recorded_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over")),
        sa.UniqueConstraint(
            "departure_id", "enterprise_id", name=op.f("uq_hand_over_departure_id_enterprise_id")
        ),
    )
    op.create_index(op.f("ix_hand_over_departure_id"), "hand_over", ["departure_id"])
    op.create_index(op.f("ix_hand_over_enterprise_id"), "hand_over", ["enterprise_id"])
    op.create_table(
        "passenger",
        sa.Column("departure_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=True),
        sa.Column("seat", sa.String(20), nullable=False),
        sa.Column("emergency_contact", sa.LargeBinary(), nullable=True),
        sa.Column("reached", sa.Boolean(), nullable=True),
        sa.Column("rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rung_by_id", sa.Integer(), nullable=True),
        sa.Column("joined_late", sa.Boolean(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_reason", sa.String(200), nullable=False),
        sa.Column("hand_over_id", sa.Integer(), nullable=True),
        sa.Column("arrived", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["departure_id"], ["departure.id"], name=op.f("fk_passenger_departure_id_departure")
        ),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_passenger_worker_id_worker")),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_passenger_placement_id_placement")
        ),
        sa.ForeignKeyConstraint(
            ["rung_by_id"], ["user_account.id"], name=op.f("fk_passenger_rung_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["hand_over_id"], ["hand_over.id"], name=op.f("fk_passenger_hand_over_id_hand_over")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passenger")),
        sa.UniqueConstraint("departure_id", "worker_id", name=op.f("uq_passenger_departure_id_worker_id")),
    )
    for name in ("departure_id", "worker_id", "placement_id", "hand_over_id"):
        op.create_index(op.f(f"ix_passenger_{name}"), "passenger", [name])
    # Everybody who is in a group now gets a place in it.
    op.execute(
        "INSERT INTO passenger (departure_id, worker_id, placement_id, seat, joined_late, left_reason, created_at)"
        " SELECT departure_id, worker_id, id, '', false, '', created_at FROM placement p"
        " WHERE departure_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM placement o WHERE"
        " o.departure_id = p.departure_id AND o.worker_id = p.worker_id AND o.id > p.id)"
    )


def downgrade() -> None:
    op.drop_table("passenger")
    op.drop_table("hand_over")
    with op.batch_alter_table("departure") as batch:
        for name in ("postponed_at", "seats", "vehicle", "way"):
            batch.drop_column(name)
