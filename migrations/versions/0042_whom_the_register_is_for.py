"""Whom the register is for as dated rows, local feasts and farm seasons, the spring return, rounds of follow-ups

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

SLICE = 20_000
FILED = "建档立卡贫困户"
LIFTED = "脱贫户"
FILED_ATTRIBUTES = ("一般贫困户", "低保贫困户", "五保贫困户", "一般脱贫户", "低保脱贫户", "特困供养脱贫户")
LIFTED_WORDS = ("新脱贫", "已脱贫(享受政策)")
LIFTED_ATTRIBUTES = ("一般脱贫户", "低保脱贫户", "特困供养脱贫户")
OWN = {
    "低保户": ("低保贫困户", "低保脱贫户"),
    "特困供养": ("五保贫困户", "特困供养脱贫户"),
}


def _dated(*columns: sa.Column) -> list[sa.Column]:
    """The columns of a dated, sourced fact."""
    return [
        *columns,
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("confidence", sa.String(40), nullable=True),
        sa.Column("basis", sa.String(40), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("entered", sa.Boolean(), nullable=False),
        *_numbered(),
    ]


def _numbered() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def _indexed(table: str, *names: str) -> None:
    for name in names:
        op.create_index(f"ix_{table}_{name}", table, [name])


def upgrade() -> None:
    _categories()
    _local_days()
    _returns()
    _rounds()
    _fill()


def _categories() -> None:
    with op.batch_alter_table("worker") as batch:
        for name, kind in (
            ("registered_poor", sa.Boolean()),
            ("is_lifted", sa.Boolean()),
            ("lifted_year", sa.Integer()),
            ("monitored_on", sa.Date()),
            ("risk_cleared", sa.Boolean()),
            ("risk_cleared_on", sa.Date()),
            ("relocated", sa.Boolean()),
            ("retired_fisher", sa.Boolean()),
        ):
            batch.add_column(sa.Column(name, kind, nullable=True))
        batch.add_column(sa.Column("monitored_type", sa.String(20), nullable=False, server_default=""))
    op.create_table(
        "target_category",
        *_dated(
            sa.Column("name", sa.String(40), nullable=False),
            sa.Column("use", sa.String(40), nullable=False),
            sa.Column("counts", sa.Boolean(), nullable=False),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_target_category"),
    )
    _indexed("target_category", "name")
    op.create_table(
        "person_category",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("held_from", sa.Date(), nullable=True),
        sa.Column("held_to", sa.Date(), nullable=True),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("over_seen_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(40), nullable=False),
        sa.Column("source", sa.String(200), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=True),
        *_numbered(),
        _key("person_category", "worker_id", "worker"),
        _key("person_category", "noted_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_person_category"),
    )
    _indexed("person_category", "worker_id")
    op.create_index("ix_person_category_category_worker", "person_category", ["category", "worker_id"])


def _local_days() -> None:
    op.create_table(
        "local_day",
        *_dated(
            sa.Column("kind", sa.String(40), nullable=False),
            sa.Column("name", sa.String(40), nullable=False),
            sa.Column("area_code", sa.String(9), nullable=False),
            sa.Column("ethnicity", sa.String(20), nullable=False),
            sa.Column("calendar", sa.String(40), nullable=False),
            sa.Column("month", sa.Integer(), nullable=True),
            sa.Column("day", sa.Integer(), nullable=True),
            sa.Column("days", sa.Integer(), nullable=False),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_local_day"),
    )
    _indexed("local_day", "area_code")


def _returns() -> None:
    op.create_table(
        "return_round",
        sa.Column("county_code", sa.String(9), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("home_from", sa.Date(), nullable=False),
        sa.Column("back_by", sa.Date(), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        *_numbered(),
        _key("return_round", "created_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_return_round"),
        sa.UniqueConstraint("county_code", "year", name="uq_return_round_county_code_year"),
    )
    _indexed("return_round", "county_code")
    op.create_table(
        "return_answer",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=True),
        sa.Column("county_code", sa.String(9), nullable=False),
        sa.Column("city_code", sa.String(9), nullable=False),
        sa.Column("goes_home", sa.Boolean(), nullable=True),
        sa.Column("leaves_on", sa.Date(), nullable=True),
        sa.Column("seat_home", sa.Boolean(), nullable=True),
        sa.Column("comes_back", sa.Boolean(), nullable=True),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.Column("seat_back", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(40), nullable=True),
        sa.Column("came_back_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_numbered(),
        _key("return_answer", "round_id", "return_round"),
        _key("return_answer", "worker_id", "worker"),
        _key("return_answer", "placement_id", "placement"),
        _key("return_answer", "answered_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_return_answer"),
        sa.UniqueConstraint("round_id", "worker_id", name="uq_return_answer_round_id_worker_id"),
    )
    _indexed("return_answer", "worker_id", "placement_id")
    op.create_index("ix_return_answer_round_county", "return_answer", ["round_id", "county_code", "city_code"])
    op.create_table(
        "return_batch",
        sa.Column("county_code", sa.String(9), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        *_batch_columns("return_batch"),
        _key("return_batch", "round_id", "return_round"),
    )
    _indexed("return_batch", "county_code")


def _batch_columns(table: str) -> list[sa.Column | sa.Constraint]:
    """The columns of models.bulk_upload.UploadBatch."""
    return [
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(200), nullable=False),
        sa.Column("good", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        *_numbered(),
        _key(table, "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def _rounds() -> None:
    with op.batch_alter_table("follow_up") as batch:
        batch.add_column(sa.Column("assigned_to_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("call_note", sa.String(300), nullable=False, server_default=""))
        batch.add_column(sa.Column("remind_on", sa.Date(), nullable=True))
        batch.create_foreign_key(
            "fk_follow_up_assigned_to_id_user_account", "user_account", ["assigned_to_id"], ["id"]
        )
    _indexed("follow_up", "assigned_to_id", "remind_on")
    op.create_table(
        "follow_up_batch",
        sa.Column("county_code", sa.String(9), nullable=True),
        sa.Column("city_code", sa.String(9), nullable=True),
        sa.Column("township_code", sa.String(9), nullable=True),
        *_batch_columns("follow_up_batch"),
    )
    _indexed("follow_up_batch", "county_code", "city_code", "township_code")


def _fill() -> None:
    """What the households' columns say becomes dated rows, a slice of people at a time."""
    bind = op.get_bind()
    last = bind.scalar(sa.text("SELECT max(id) FROM worker")) or 0
    for first in range(1, last + 1, SLICE):
        between = {"first": first, "last": first + SLICE - 1}
        for statement in (*_of_household(), _of_disability()):
            bind.execute(statement.bindparams(**between))


def _of_household() -> list[sa.TextClause]:
    attributes, lifted = _listed(FILED_ATTRIBUTES), _listed(LIFTED_WORDS)
    filed = f"(h.poverty_attribute IN ({attributes}) OR h.lifted <> '')"
    is_lifted = f"(h.lifted IN ({lifted}) OR (h.lifted = '' AND h.poverty_attribute IN ({_listed(LIFTED_ATTRIBUTES)})))"
    kinds = {name: f"h.poverty_attribute IN ({_listed(words)})" for name, words in OWN.items()}
    since = {FILED: "h.identified_on"}
    return [
        _insert(name, since.get(name, "NULL"), f"JOIN household h ON h.id = w.household_id AND {condition}")
        for name, condition in ({FILED: filed, LIFTED: is_lifted} | kinds).items()
    ]


def _of_disability() -> sa.TextClause:
    return _insert("残疾人", "NULL", "AND w.disability <> ''", before="")


def _insert(name: str, since: str, condition: str, before: str = "") -> sa.TextClause:
    joins, where = (condition, "") if condition.startswith("JOIN") else ("", condition)
    return sa.text(
        "INSERT INTO person_category (worker_id, category, held_from, seen_on, evidence, source, created_at) "
        f"SELECT w.id, '{name}', {since}, date(w.created_at), 'register', '', w.created_at "
        f"FROM worker w {joins} WHERE w.id BETWEEN :first AND :last AND w.erased_at IS NULL {where}"
    )


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def downgrade() -> None:
    op.drop_table("follow_up_batch")
    with op.batch_alter_table("follow_up") as batch:
        batch.drop_constraint("fk_follow_up_assigned_to_id_user_account", type_="foreignkey")
        batch.drop_index("ix_follow_up_assigned_to_id")
        batch.drop_index("ix_follow_up_remind_on")
        for name in ("remind_on", "call_note", "assigned_to_id"):
            batch.drop_column(name)
    for table in ("return_batch", "return_answer", "return_round", "local_day", "person_category", "target_category"):
        op.drop_table(table)
    for name in (
        "registered_poor",
        "is_lifted",
        "lifted_year",
        "monitored_type",
        "monitored_on",
        "risk_cleared",
        "risk_cleared_on",
        "relocated",
        "retired_fisher",
    ):
        op.drop_column("worker", name)
