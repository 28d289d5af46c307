"""Consents in the words that were shown; the identity of somebody erased that the law has kept

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("placement", sa.Column("consent_version", sa.Integer(), nullable=True))
    op.create_table(
        "consent",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=600), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["worker.id"], name=op.f("fk_consent_worker_id_worker")),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_consent_placement_id_placement")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user_account.id"], name=op.f("fk_consent_recorded_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_worker_id"), "consent", ["worker_id"])
    op.create_index(op.f("ix_consent_placement_id"), "consent", ["placement_id"])
    op.create_table(
        "retained_identity",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("kept", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("law", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.id"], name=op.f("fk_retained_identity_worker_id_worker")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retained_identity")),
        sa.UniqueConstraint("worker_id", name=op.f("uq_retained_identity_worker_id")),
    )


def downgrade() -> None:
    op.drop_table("retained_identity")
    op.drop_table("consent")
    op.drop_column("placement", "consent_version")
