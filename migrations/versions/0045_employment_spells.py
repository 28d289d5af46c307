"""Employment spells with their evidence, and people at work whom no county has found yet

Every arrival there was begins a spell, every follow-up that found something is evidence of it; 5,000
placements at a time, so that a register of 300,000 never stands in memory.

Revision ID: 0045
Revises: 0044
"""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

SLICE = 5_000
CHINA = timezone(timedelta(hours=8))
KINDS = {1: "word", 2: "roster", 3: "wage", 4: "insurance"}


def upgrade() -> None:
    _spells()
    _newcomers()
    _evidence()
    _sheets()
    _fill()


def _spells() -> None:
    op.create_table(
        "employment_spell",
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("township_code", sa.String(length=9), nullable=True),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("employer_name", sa.String(length=100), nullable=False),
        sa.Column("place_code", sa.String(length=9), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("began_known", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=True),
        sa.Column("end_note", sa.String(length=300), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=True),
        sa.Column("told_wage_fen", sa.Integer(), nullable=True),
        sa.Column("is_part_time", sa.Boolean(), nullable=True),
        sa.Column("overlap_reason", sa.String(length=200), nullable=False),
        sa.Column("seeks_other", sa.Boolean(), nullable=True),
        sa.Column("stays_three_on", sa.Date(), nullable=False),
        sa.Column("stays_six_on", sa.Date(), nullable=False),
        sa.Column("evidence_level", sa.Integer(), nullable=False),
        sa.Column("shown_until", sa.Date(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("teller", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= began_on", name=op.f("ck_employment_spell_days")
        ),
        _key("employment_spell", "worker_id", "worker"),
        _key("employment_spell", "employer_id", "organisation"),
        _key("employment_spell", "placement_id", "placement"),
        _key("employment_spell", "recorded_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employment_spell")),
        sa.UniqueConstraint("placement_id", name=op.f("uq_employment_spell_placement_id")),
    )
    for name, columns in (
        ("ix_employment_spell_county_began", ["county_code", "began_on", "id"]),
        ("ix_employment_spell_employer_ended", ["employer_id", "ended_on", "id"]),
        ("ix_employment_spell_place", ["place_code", "id"]),
        ("ix_employment_spell_township_code", ["township_code"]),
        ("ix_employment_spell_worker_id", ["worker_id"]),
    ):
        op.create_index(name, "employment_spell", columns)


def _newcomers() -> None:
    place = sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql")
    op.create_table(
        "newcomer",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_digest", sa.String(length=64), nullable=False),
        sa.Column("id_last4", sa.String(length=4), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("county_code", sa.String(length=9), nullable=False),
        sa.Column("township", place, nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("employer_name", sa.String(length=100), nullable=False),
        sa.Column("place_code", sa.String(length=9), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("teller", sa.String(length=40), nullable=False),
        sa.Column("consent_channel", sa.String(length=40), nullable=False),
        sa.Column("seen_by_number", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_reason", sa.String(length=200), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=True),
        sa.Column("spell_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key("newcomer", "employer_id", "organisation"),
        _key("newcomer", "recorded_by_id", "user_account"),
        _key("newcomer", "worker_id", "worker"),
        _key("newcomer", "spell_id", "employment_spell", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newcomer")),
    )
    op.create_index("ix_newcomer_county_state", "newcomer", ["county_code", "state", "id"])
    for name in ("employer_id", "id_digest", "place_code", "spell_id", "worker_id"):
        op.create_index(f"ix_newcomer_{name}", "newcomer", [name])


def _evidence() -> None:
    op.create_table(
        "spell_evidence",
        sa.Column("spell_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("teller", sa.String(length=40), nullable=False),
        sa.Column("shown_on", sa.Date(), nullable=False),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("wage_fen", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("says_left", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("follow_up_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _key("spell_evidence", "spell_id", "employment_spell"),
        _key("spell_evidence", "follow_up_id", "follow_up"),
        _key("spell_evidence", "recorded_by_id", "user_account"),
        _key("spell_evidence", "verified_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spell_evidence")),
        sa.UniqueConstraint("follow_up_id", name=op.f("uq_spell_evidence_follow_up_id")),
    )
    op.create_index("ix_spell_evidence_spell_shown", "spell_evidence", ["spell_id", "shown_on"])
    with op.batch_alter_table("evidence_paper") as batch:
        batch.add_column(sa.Column("spell_evidence_id", sa.Integer(), nullable=True))
        batch.alter_column("follow_up_id", existing_type=sa.INTEGER(), nullable=True)
        batch.create_foreign_key(
            batch.f("fk_evidence_paper_spell_evidence_id_spell_evidence"),
            "spell_evidence",
            ["spell_evidence_id"],
            ["id"],
        )
        batch.create_check_constraint(
            batch.f("ck_evidence_paper_of_one"), "(follow_up_id IS NULL) <> (spell_evidence_id IS NULL)"
        )
    op.create_index("ix_evidence_paper_spell_evidence_id", "evidence_paper", ["spell_evidence_id"])


def _sheets() -> None:
    op.create_table(
        "spell_batch",
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
        _key("spell_batch", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spell_batch")),
    )
    op.create_index("ix_spell_batch_county_code", "spell_batch", ["county_code"])


def _key(table: str, column: str, to: str, **options: Any) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), **options)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _day(instant: datetime) -> date:
    aware = instant if instant.tzinfo else instant.replace(tzinfo=timezone.utc)
    return aware.astimezone(CHINA).date()


def _fill() -> None:
    connection = op.get_bind()
    meta = sa.MetaData()
    names = ("placement", "job_order", "organisation", "follow_up", "employment_spell", "spell_evidence")
    tables = {name: sa.Table(name, meta, autoload_with=connection, resolve_fks=False) for name in names}
    placement = tables["placement"]
    last = connection.scalar(sa.select(sa.func.max(placement.c.id))) or 0
    for first in range(1, last + 1, SLICE):
        _fill_slice(connection, tables, placement.c.id.between(first, first + SLICE - 1))


def _fill_slice(connection: sa.Connection, tables: dict[str, sa.Table], here: Any) -> None:
    placement, order, employer = tables["placement"], tables["job_order"], tables["organisation"]
    spell, evidence, follow_up = (
        tables[name] for name in ("employment_spell", "spell_evidence", "follow_up")
    )
    terms = sa.type_coerce(placement.c.told_terms, sa.JSON)
    arrived = (
        sa.select(
            placement,
            employer.c.name.label("employer_name"),
            terms["wage_low_fen"].as_integer().label("low_fen"),
            terms["base_wage_fen"].as_integer().label("base_fen"),
        )
        .join(order, order.c.id == placement.c.order_id)
        .join(employer, employer.c.id == placement.c.enterprise_id)
        .where(here, placement.c.on_site_on.is_not(None), placement.c.state.in_(("on_site", "stayed", "left")))
        .order_by(placement.c.id)
    )
    found: dict[int, list[Any]] = {}
    for one in connection.execute(
        sa.select(follow_up)
        .join(placement, placement.c.id == follow_up.c.placement_id)
        .where(here, follow_up.c.recorded_at.is_not(None), follow_up.c.outcome != "unknown")
    ):
        found.setdefault(one.placement_id, []).append(one)
    rows = [(one, _end(one)) for one in connection.execute(arrived)]
    if not rows:
        return
    spells = [_spell(one, end, found.get(one.id, [])) for one, end in rows]
    connection.execute(sa.insert(spell), spells)
    numbers = dict(
        connection.execute(
            sa.select(spell.c.placement_id, spell.c.id)
            .join(placement, placement.c.id == spell.c.placement_id)
            .where(here)
        ).all()
    )
    shown = [
        row for one, end in rows for row in _shown(one, end, numbers[one.id], found.get(one.id, []))
    ]
    connection.execute(sa.insert(evidence), shown)


def _end(placement: Any) -> date | None:
    """The last day; of somebody who left on a day that was not kept, the day it was written down."""
    if placement.state != "left":
        return None
    ended = placement.left_on or (_day(placement.state_since) if placement.state_since else None)
    return max(ended or placement.on_site_on, placement.on_site_on)


def _levels(findings: Iterable[Any]) -> list[Any]:
    return [one for one in findings if one.outcome == "employed" and one.evidence in KINDS]


def _spell(placement: Any, end: date | None, findings: list[Any]) -> dict[str, Any]:
    began, shown = placement.on_site_on, _levels(findings)
    return {
        "worker_id": placement.worker_id,
        "county_code": placement.county_code,
        "township_code": placement.township_code,
        "employer_id": placement.enterprise_id,
        "employer_name": placement.employer_name,
        "place_code": placement.city_code,
        "kind": "enterprise",
        "began_on": began,
        "began_known": True,
        "ended_on": end,
        "end_reason": placement.leave_reason if end else None,
        "end_note": placement.leave_note if end else "",
        "placement_id": placement.id,
        "told_wage_fen": placement.low_fen or placement.base_fen,
        "is_part_time": None,
        "overlap_reason": "",
        "seeks_other": None,
        "stays_three_on": _months_after(began, 3),
        "stays_six_on": _months_after(began, 6),
        "evidence_level": max([1, *(one.evidence for one in shown)]),
        "shown_until": max([began, *(_shown_on(began, end, one) for one in shown)]),
        "recorded_by_id": None,
        "teller": "platform",
        "version": 1,
        "created_at": placement.created_at,
    }


def _shown_on(began: date, end: date | None, finding: Any) -> date:
    day = _day(finding.recorded_at)
    return max(began, min(day, end) if end else day)


def _shown(placement: Any, end: date | None, number: int, findings: list[Any]) -> list[dict[str, Any]]:
    began = placement.on_site_on
    common = {"spell_id": number, "month": None, "days": None, "created_at": placement.created_at}
    arrival = {
        "kind": "word",
        "level": 1,
        "teller": "platform",
        "shown_on": began,
        "wage_fen": None,
        "says_left": False,
        "note": "",
        "follow_up_id": None,
        "recorded_by_id": None,
        "verified_at": None,
        "verified_by_id": None,
    }
    rows = [common | arrival]
    for one in findings:
        if one.evidence not in KINDS:
            continue
        rows.append(
            common
            | {
                "kind": KINDS[one.evidence],
                "level": one.evidence,
                "teller": "home",
                "shown_on": _shown_on(began, end, one),
                "wage_fen": one.wage_fen,
                "says_left": one.outcome != "employed",
                "note": one.evidence_note,
                "follow_up_id": one.id,
                "recorded_by_id": one.recorded_by_id,
                "verified_at": one.verified_at,
                "verified_by_id": one.verified_by_id,
            }
        )
    return rows


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM evidence_paper WHERE follow_up_id IS NULL"))
    op.drop_index("ix_evidence_paper_spell_evidence_id", "evidence_paper")
    with op.batch_alter_table("evidence_paper") as batch:
        batch.drop_constraint(batch.f("ck_evidence_paper_of_one"), type_="check")
        batch.drop_constraint(
            batch.f("fk_evidence_paper_spell_evidence_id_spell_evidence"), type_="foreignkey"
        )
        batch.alter_column("follow_up_id", existing_type=sa.INTEGER(), nullable=False)
        batch.drop_column("spell_evidence_id")
    for table in ("spell_batch", "spell_evidence", "newcomer", "employment_spell"):
        op.drop_table(table)
