"""Early warnings computed anew: one county at a time, from what the platform knows, by indexes only."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.kit.slices import read
from models.employment.spell import EmploymentSpell, SpellEvidence
from models.i18n import Sentence
from models.jobs.order import Order, Shift
from models.people.couples import household_members, married
from models.people.worker import Worker
from models.placement.acknowledgement import Acknowledgement
from models.placement.follow_up import is_short
from models.placement.placement import HOLDING, WORKING, FollowUp, Placement, PlacementState
from models.problems.first_call import CALLED_FOR_DAYS, FirstCall
from models.problems.flow import ALIVE
from models.problems.kind import PROBLEM_KIND_LABELS
from models.problems.problem import Problem
from models.problems.warning import EarlyWarning, Signal

RECENT_DAYS, MANY_LEFT, SLICE, LATE_DAYS = 30, 2, 900, 3
NIGHT_SHIFTS = (Shift.NIGHT, Shift.THREE, Shift.TWO)
Noticed = tuple[Signal, Sentence]


@dataclass(frozen=True)
class AtWork:
    """One person at work, as far as the signals need."""

    id: int
    worker_id: int
    order_id: int
    enterprise_id: int
    told_fen: int | None
    night_shift: bool | None
    order_nights: bool | None
    household_id: int | None
    arrived_on: date | None


def refresh(session: Session, today: date) -> int:
    """Compute every county's warnings; commits by county. Returns how many persons have one."""
    counties = session.scalars(
        select(Placement.county_code).where(Placement.state.in_(WORKING)).distinct()
    ).all()
    known = session.scalars(select(EarlyWarning.county_code).distinct()).all()
    return sum(refresh_county(session, code, today) for code in sorted({*counties, *known}))


def refresh_county(session: Session, county_code: str, today: date) -> int:
    """Compute the warnings of one county and commit."""
    read(session)
    people = list(_at_work(session, county_code))
    noticed: dict[int, list[Noticed]] = defaultdict(list)
    for source in (_problems, _wages, _cards, _nights, _apart, _unreached, _others_left):
        for placement_id, one in source(session, people, today):
            noticed[placement_id].append(one)
    session.rollback()  # only the writing keeps others waiting
    stored = {
        row.placement_id: row
        for row in session.scalars(select(EarlyWarning).where(EarlyWarning.county_code == county_code))
    }
    for person in people:
        if signals := noticed.get(person.id):
            row = stored.pop(person.id, None) or EarlyWarning(placement_id=person.id, county_code=county_code)
            row.enterprise_id, row.count, row.computed_on = person.enterprise_id, len(signals), today
            row.signals = [{"signal": kind.value, "words": words.as_json()} for kind, words in signals]
            session.add(row)
    gone = [row.id for row in stored.values()]
    for start in range(0, len(gone), SLICE):
        session.execute(delete(EarlyWarning).where(EarlyWarning.id.in_(gone[start : start + SLICE])))
    session.commit()
    return len(noticed)


def _at_work(session: Session, county_code: str) -> Iterator[AtWork]:
    statement = (
        select(
            Placement.id,
            Placement.worker_id,
            Placement.order_id,
            Placement.enterprise_id,
            Placement.disclosed_terms,
            Worker.night_shift,
            Order.night_shift.label("order_night"),
            Order.shift,
            Worker.household_id,
            Placement.on_site_on,
        )
        .join(Worker, Worker.id == Placement.worker_id)
        .join(Order, Order.id == Placement.order_id)
        .where(Placement.county_code == county_code, Placement.state.in_(WORKING))
        .order_by(Placement.id)
    )
    for row in session.execute(statement):
        told = row.disclosed_terms.get("wage_low_fen") or row.disclosed_terms.get("base_wage_fen")
        nights = True if row.shift in NIGHT_SHIFTS else row.order_night
        yield AtWork(
            row[0], row[1], row[2], row[3], told, row.night_shift, nights, row.household_id, row.on_site_on
        )


def _sliced(session: Session, statement: Any, column: Any, numbers: Sequence[int]) -> Iterator[Any]:
    for start in range(0, len(numbers), SLICE):
        yield from session.execute(statement.where(column.in_(numbers[start : start + SLICE])))


def _problems(session: Session, people: list[AtWork], today: date) -> Iterator[tuple[int, Noticed]]:
    of_person = {person.worker_id: person.id for person in people}
    rows = select(Problem.worker_id, Problem.kind, Problem.created_at).where(Problem.state.in_(ALIVE))
    for worker_id, kind, _at in _sliced(session, rows, Problem.worker_id, list(of_person)):
        words = Sentence("反映过“%(kind)s”，还没办完", {"kind": Sentence(PROBLEM_KIND_LABELS[kind])})
        yield of_person[worker_id], (Signal.PROBLEM_OPEN, words)


def _wages(session: Session, people: list[AtWork], today: date) -> Iterator[tuple[int, Noticed]]:
    """The latest wage known, by follow-up or roster, far under what was told."""
    told = {person.id: person.told_fen for person in people}
    paid: dict[int, tuple[date, int]] = {}
    visits = select(FollowUp.placement_id, FollowUp.due_on, FollowUp.wage_fen).where(
        FollowUp.wage_fen.is_not(None)
    )
    shown = (
        select(EmploymentSpell.placement_id, SpellEvidence.shown_on, SpellEvidence.wage_fen)
        .join(SpellEvidence, SpellEvidence.spell_id == EmploymentSpell.id)
        .where(SpellEvidence.wage_fen.is_not(None))
    )
    sources = (visits, FollowUp.placement_id), (shown, EmploymentSpell.placement_id)
    for statement, column in sources:
        for placement_id, day, wage_fen in _sliced(session, statement, column, list(told)):
            if day and (placement_id not in paid or paid[placement_id][0] < day):
                paid[placement_id] = day, wage_fen
    for placement_id, (_day, wage_fen) in paid.items():
        if is_short(told[placement_id], wage_fen):
            known = {"paid": wage_fen // 100, "told": (told[placement_id] or 0) // 100}
            yield (
                placement_id,
                (Signal.WAGE_SHORT, Sentence("说好每月 %(told)s 元，问到的是 %(paid)s 元", known)),
            )


def _cards(session: Session, people: list[AtWork], today: date) -> Iterator[tuple[int, Noticed]]:
    """Newcomers who never went through the job card, so that nobody knows what they expect."""
    since = today - timedelta(days=RECENT_DAYS)
    new = [person.id for person in people if person.arrived_on and person.arrived_on >= since]
    rows = select(Acknowledgement.placement_id)
    seen = {row[0] for row in _sliced(session, rows, Acknowledgement.placement_id, new)}
    for placement_id in new:
        if placement_id not in seen:
            yield placement_id, (Signal.CARD_UNSEEN, Sentence("到岗前没有确认过岗位明白卡"))


def _nights(session: Session, people: list[AtWork], today: date) -> Iterator[tuple[int, Noticed]]:
    for person in people:
        if person.night_shift is False and person.order_nights:
            yield person.id, (Signal.NIGHT_WORK, Sentence("本人说过不上夜班，这个岗位有夜班"))


def _apart(session: Session, people: list[AtWork], today: date) -> Iterator[tuple[int, Noticed]]:
    """Husband and wife who both hold a place, at different factories."""
    homes = {person.household_id for person in people if person.household_id}
    spouses: dict[int, int] = {}
    for members in household_members(session, homes).values():
        spouses |= married(members)
    wanted = sorted({spouses[person.worker_id] for person in people if person.worker_id in spouses})
    held = select(Placement.worker_id, Placement.enterprise_id).where(Placement.state.in_(HOLDING))
    where = {row[0]: row[1] for row in _sliced(session, held, Placement.worker_id, wanted)}
    for person in people:
        other = where.get(spouses.get(person.worker_id, 0))
        if other is not None and other != person.enterprise_id:
            yield person.id, (Signal.SPOUSE_APART, Sentence("夫妻两人不在一个厂"))


def _unreached(session: Session, people: list[AtWork], today: date) -> Iterator[tuple[int, Noticed]]:
    ids = [person.id for person in people]
    rows = select(FirstCall.placement_id, FirstCall.day, FirstCall.tries).where(
        FirstCall.recorded_at.is_(None),
        FirstCall.due_on <= today - timedelta(days=LATE_DAYS),
        FirstCall.due_on >= today - timedelta(days=CALLED_FOR_DAYS),
    )
    latest = {row[0]: row for row in _sliced(session, rows, FirstCall.placement_id, ids)}
    for placement_id, day, tries in latest.values():
        tried = Sentence("到岗第 %(day)s 天的电话打了 %(n)s 次没打通", {"day": day, "n": tries})
        undone = Sentence("到岗第 %(day)s 天的电话还没有人打", {"day": day})
        yield placement_id, (Signal.UNREACHED, tried if tries else undone)


def _others_left(session: Session, people: list[AtWork], today: date) -> Iterator[tuple[int, Noticed]]:
    orders = sorted({person.order_id for person in people})
    rows = select(Placement.order_id).where(
        Placement.state == PlacementState.LEFT, Placement.left_on >= today - timedelta(days=RECENT_DAYS)
    )
    left = Counter(row[0] for row in _sliced(session, rows, Placement.order_id, orders))
    for person in people:
        if left[person.order_id] >= MANY_LEFT:
            told = {"days": RECENT_DAYS, "n": left[person.order_id]}
            yield person.id, (Signal.OTHERS_LEFT, Sentence("同一个岗位最近 %(days)s 天走了 %(n)s 人", told))
