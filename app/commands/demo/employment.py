"""Employment spells of the demo: of everybody who arrived, of some at home or elsewhere, and of two people
whom an enterprise tells of.

Those of placements are written as rows, as the placements are; all else goes through the operations.
"""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from stdnum.cn import ric

from app.commands.demo.accounts import ZHAOJUE, actor_named
from app.commands.demo.rows import write
from app.employment.spells import newcomer_batches, newcomer_sheet
from app.kit.files.spreadsheet import Column, Page, write_workbook
from models.clock import day_of, utc_now
from models.employment.recording import Workplace, begin_spell
from models.employment.spell import (
    KIND_OF_LEVEL,
    EmploymentSpell,
    EvidenceKind,
    SpellEvidence,
    SpellKind,
    Teller,
)
from models.jobs.order import Order
from models.people.worker import Worker, WorkerState
from models.placement.placement import Evidence, FollowUp, Outcome, Placement
from models.reference.calendar import months_after
from models.reference.organisation import Organisation

CHUNK, AWAY, ARRIVED_BY = 2000, 60, (Teller.ENTERPRISE, Teller.RECEIVING)
ELSEWHERE = (
    Workplace(SpellKind.WORKSHOP, ZHAOJUE, "昭觉县彝绣扶贫车间"),
    Workplace(SpellKind.PUBLIC_WELFARE, ZHAOJUE, "护林员"),
    Workplace(SpellKind.PUBLIC_WELFARE, ZHAOJUE, "保洁员"),
    Workplace(SpellKind.ENTERPRISE, "510100", "成都建筑工地"),
    Workplace(SpellKind.ENTERPRISE, "330000", "浙江服装厂"),
    Workplace(SpellKind.CASUAL, "513400"),
)
NEWCOMERS = ("吉木拉则", "马海伍各")


def tell_employment(session: Session, rng: Random, today: date) -> None:
    """Write all of it; the accounts are there already."""
    _of_placements(session, rng)
    _elsewhere(session, rng, today)
    _newcomers(session, rng, today)


def _of_placements(session: Session, rng: Random) -> None:
    arrived = (
        select(Placement)
        .where(Placement.on_site_on.is_not(None))
        .options(joinedload(Placement.order).joinedload(Order.enterprise))
        .order_by(Placement.id)
    )
    found: dict[int, list[FollowUp]] = {}
    told = FollowUp.outcome.in_((Outcome.EMPLOYED, Outcome.LEFT, Outcome.ELSEWHERE))
    for row in session.scalars(select(FollowUp).where(told)):
        found.setdefault(row.placement_id, []).append(row)
    placements = session.scalars(arrived).all()
    for start in range(0, len(placements), CHUNK):
        part = placements[start : start + CHUNK]
        shown = [list(_shown(one, found.get(one.id, []), rng)) for one in part]
        rows = [_spell(one, evidence) for one, evidence in zip(part, shown, strict=True)]
        numbers = write(session, EmploymentSpell, rows)
        lines = [row | {"spell_id": n} for n, some in zip(numbers, shown, strict=True) for row in some]
        write(session, SpellEvidence, lines)


def _shown(placement: Placement, findings: list[FollowUp], rng: Random) -> Iterator[dict[str, Any]]:
    """The arrival, and what follow-ups found."""
    began_on = placement.on_site_on
    common = {"created_at": placement.created_at, "note": "", "says_left": False, "wage_fen": None}
    teller = rng.choice(ARRIVED_BY)
    first = {"kind": EvidenceKind.WORD, "level": int(Evidence.SELF_REPORT), "teller": teller}
    yield common | first | {"shown_on": began_on, "follow_up_id": None}
    for one in findings:
        kind = KIND_OF_LEVEL.get(Evidence(one.evidence))
        if kind is None or one.recorded_at is None or began_on is None:
            continue
        day = day_of(one.recorded_at)
        yield common | {
            "kind": kind,
            "level": int(kind.level),
            "teller": Teller.HOME,
            "shown_on": max(began_on, min(day, placement.left_on or day)),
            "wage_fen": one.wage_fen,
            "says_left": one.outcome is not Outcome.EMPLOYED,
            "follow_up_id": one.id,
        }


def _spell(placement: Placement, shown: list[dict[str, Any]]) -> dict[str, Any]:
    began_on, there = placement.on_site_on, [row for row in shown if not row["says_left"]]
    if began_on is None:
        raise ValueError(f"placement {placement.id} has no day of arrival")
    return {
        "worker_id": placement.worker_id,
        "county_code": placement.county_code,
        "township_code": placement.township_code,
        "employer_id": placement.enterprise_id,
        "employer_name": placement.order.enterprise.name,
        "place_code": placement.city_code,
        "kind": SpellKind.ENTERPRISE,
        "began_on": began_on,
        "began_known": True,
        "ended_on": placement.left_on,
        "end_reason": placement.leave_reason if placement.left_on else None,
        "end_note": "",
        "placement_id": placement.id,
        "told_wage_fen": placement.told_wage_fen,
        "overlap_reason": "",
        "stays_three_on": months_after(began_on, 3),
        "stays_six_on": months_after(began_on, 6),
        "evidence_level": max(row["level"] for row in there),
        "shown_until": max(row["shown_on"] for row in there),
        "teller": shown[0]["teller"],
        "version": 1,
        "created_at": placement.created_at,
    }


def _elsewhere(session: Session, rng: Random, today: date) -> None:
    """What the county was told of those who did not want to go far."""
    clerk = actor_named(session, "county", today)
    idle = select(Worker).where(
        Worker.county_code == ZHAOJUE, Worker.state == WorkerState.POOL, Worker.willing.is_(False)
    )
    for worker in session.scalars(idle.order_by(Worker.id).limit(AWAY)).all():
        began_on = today - timedelta(days=rng.randint(20, 300))
        known = rng.random() < 0.7
        begin_spell(
            session,
            worker,
            rng.choice(ELSEWHERE),
            began_on if known else today - timedelta(days=rng.randint(1, 10)),
            actor=clerk,
            today=today,
            began_known=known,
            seeks_other=rng.choice((None, None, False, True)),
        )


def _newcomers(session: Session, rng: Random, today: date) -> None:
    """Two people at work whom no register has yet, told by the enterprise's sheet with their own word."""
    actor = actor_named(session, "enterprise", today)
    (number,) = actor.organisations()
    firm = session.get_one(Organisation, number)
    rows = []
    for n, name in enumerate(NEWCOMERS):
        body = f"{ZHAOJUE}19880{n + 1}15{rng.randrange(100, 999)}"
        identity = body + ric.calc_check_digit(body + "0")
        since = today - timedelta(days=80 + n)
        rows.append((name, identity, "昭觉县", since.isoformat(), "当面"))
    target = io.BytesIO()
    headings = [Column(one, 20) for one in ("姓名", "证件号码", "户籍县", "开始日期", "本人怎么同意登记的")]
    write_workbook(target, [Page("已在当地上班的人", headings, rows)])
    reading = newcomer_sheet.read(session, firm, target.getvalue(), today)
    batch = newcomer_batches.keep(session, actor, "已在当地上班的人.xlsx", reading)
    newcomer_batches.confirm(session, actor, batch, utc_now(), len(rows))
