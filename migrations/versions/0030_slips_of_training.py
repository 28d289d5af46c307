"""Training: a class stopped midway, a learner who moves or joins late, supplements, decisions of a county

Revision ID: 0030
Revises: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _keys() -> list[sa.Column]:
    return [sa.Column("id", sa.Integer(), primary_key=True), sa.Column("created_at", INSTANT, nullable=False)]


def _reference(table: str, column: str, to: str, optional: bool = False) -> list[sa.schema.SchemaItem]:
    key = sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))
    return [sa.Column(column, sa.Integer(), nullable=optional), key]


def upgrade() -> None:
    op.add_column("cohort", sa.Column("stopped_on", sa.Date(), nullable=True))
    with op.batch_alter_table("enrolment") as table:
        table.add_column(sa.Column("joined_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("moved_from_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_enrolment_moved_from_id_enrolment"), "enrolment", ["moved_from_id"], ["id"]
        )
        table.create_unique_constraint(op.f("uq_enrolment_moved_from_id"), ["moved_from_id"])
    _decisions()
    _supplements()


def _decisions() -> None:
    name = "standard_decision"
    op.create_table(
        name,
        *_keys(),
        *_reference(name, "cohort_id", "cohort"),
        *_reference(name, "enrolment_id", "enrolment", optional=True),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        *_reference(name, "decided_by_id", "user_account"),
        sa.Column("decided_by_name", sa.String(length=60), nullable=False),
    )
    op.create_index(op.f("ix_standard_decision_cohort_id"), name, ["cohort_id"])
    op.create_index(op.f("ix_standard_decision_enrolment_id"), name, ["enrolment_id"])


def _supplements() -> None:
    name = "agreement_supplement"
    op.create_table(
        name,
        *_keys(),
        *_reference(name, "agreement_id", "training_agreement"),
        *_reference(name, "cohort_id", "cohort", optional=True),
        sa.Column("number", sa.String(length=48), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", INSTANT, nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("ready_by", sa.Date(), nullable=False),
        sa.Column("ready_by_before", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("starts_on_before", sa.Date(), nullable=True),
        sa.Column("ends_on_before", sa.Date(), nullable=True),
        *_reference(name, "proposed_by_id", "user_account", optional=True),
        sa.UniqueConstraint("number", name=op.f("uq_agreement_supplement_number")),
    )
    op.create_index(op.f("ix_agreement_supplement_agreement_id"), name, ["agreement_id"])
    is_open = sa.text("state = 'signing'")
    op.create_index(
        "uq_agreement_supplement_open",
        name,
        ["agreement_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    name = "supplement_signature"
    op.create_table(
        name,
        *_keys(),
        *_reference(name, "supplement_id", "agreement_supplement"),
        sa.Column("party", sa.String(length=40), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=True),
        *_reference(name, "signed_by_id", "user_account", optional=True),
        sa.Column("signed_name", sa.String(length=60), nullable=False),
        sa.UniqueConstraint(
            "supplement_id", "party", name=op.f("uq_supplement_signature_supplement_id_party")
        ),
    )
    op.create_index(op.f("ix_supplement_signature_supplement_id"), name, ["supplement_id"])


def downgrade() -> None:
    for name in ("supplement_signature", "agreement_supplement", "standard_decision"):
        op.drop_table(name)
    with op.batch_alter_table("enrolment") as table:
        table.drop_constraint(op.f("uq_enrolment_moved_from_id"), type_="unique")
        table.drop_constraint(op.f("fk_enrolment_moved_from_id_enrolment"), type_="foreignkey")
        table.drop_column("moved_from_id")
        table.drop_column("joined_on")
    op.drop_column("cohort", "stopped_on")
