"""Who stayed and who left, by job and county: the stored summary, written anew by the night."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, aliased

from app.kit.slices import read
from models.placement.acknowledgement import Card, cards_of_county
from models.placement.leaving import LeaveReason
from models.placement.placement import FollowUp, Placement, PlacementState
from models.placement.staying import ARRIVED, stayed
from models.problems.kind import ProblemKind
from models.problems.problem import Problem
from models.problems.staying import StayingSum, StayingSummary
from models.reference.calendar import months_after

COUNTED = (*ARRIVED, PlacementState.NOT_ARRIVED)
# Which promise was not kept, by what people gave as their reason or reported before they left.
BROKEN_BY_REASON = {
    LeaveReason.PAY: "wage",
    LeaveReason.HOURS: "hours",
    LeaveReason.NOT_AS_TOLD: "work",
    LeaveReason.FACTORY_CLOSED: "job",
}
BROKEN_BY_PROBLEM = {ProblemKind.WAGE: "wage", ProblemKind.NOT_AS_TOLD: "work"}


@dataclass
class Sums:
    """One job of one county."""

    city_code: str
    enterprise_id: int
    numbers: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    promises: Counter[str] = field(default_factory=Counter)
    cards: Counter[str] = field(default_factory=Counter)


def refresh(session: Session, today: date) -> int:
    """Sum up every county; commits by county. Returns how many rows there are."""
    read(session)
    counties = session.scalars(select(Placement.county_code).distinct()).all()
    return sum(refresh_county(session, code, today) for code in sorted(counties))


def refresh_county(session: Session, county_code: str, today: date) -> int:
    """Sum up one county and commit: all of it is written anew, and only the writing keeps others waiting."""
    read(session)
    sums: dict[int, Sums] = {}
    told, cards = _reported(session, county_code), cards_of_county(session, county_code)
    for row in _last_attempts(session, county_code):
        one = sums.setdefault(row.order_id, Sums(row.city_code, row.enterprise_id))
        _count(one, row, told, cards.get(row.id, Card.NONE), today)
    session.rollback()
    by_job = [{"order_id": order_id} | _row(county_code, one, today) for order_id, one in sums.items()]
    together = [_row(county_code, one, today) for one in _together(sums.values())]
    for table, rows in ((StayingSummary, by_job), (StayingSum, together)):
        session.execute(delete(table).where(table.county_code == county_code))
        if rows:
            session.execute(insert(table), rows)
    session.commit()
    return len(sums)


def _together(jobs: Iterable[Sums]) -> Iterable[Sums]:
    """All jobs of an enterprise in a city as one."""
    sums: dict[tuple[str, int], Sums] = {}
    for job in jobs:
        one = sums.setdefault((job.city_code, job.enterprise_id), Sums(job.city_code, job.enterprise_id))
        for name in ("numbers", "reasons", "promises", "cards"):
            getattr(one, name).update(getattr(job, name))
    return sums.values()


def _row(county_code: str, one: Sums, today: date) -> dict[str, Any]:
    return {
        "county_code": county_code,
        "city_code": one.city_code,
        "enterprise_id": one.enterprise_id,
        "reasons": dict(one.reasons),
        "promises": dict(one.promises),
        "cards": dict(one.cards),
        "computed_on": today,
        **{name: one.numbers[name] for name in NUMBERS},
    }


NUMBERS = (
    *("arrived", "left", "left_in_first_month", "not_arrived"),
    *("due3", "known3", "stayed3", "due6", "known6", "stayed6"),
)


def _last_attempts(session: Session, county_code: str) -> Iterator[Any]:
    """Each person of each job once: who came a second time counts by the second."""
    third, sixth = aliased(FollowUp), aliased(FollowUp)
    statement = (
        select(
            *(
                Placement.id,
                Placement.order_id,
                Placement.worker_id,
                Placement.city_code,
                Placement.enterprise_id,
            ),
            *(Placement.state, Placement.on_site_on, Placement.left_on, Placement.leave_reason),
            third.outcome.label("third"),
            sixth.outcome.label("sixth"),
        )
        .outerjoin(third, (third.placement_id == Placement.id) & (third.months == 3))
        .outerjoin(sixth, (sixth.placement_id == Placement.id) & (sixth.months == 6))
        .where(Placement.county_code == county_code, Placement.state.in_(COUNTED))
        .order_by(Placement.attempt)
    )
    last = {(row.order_id, row.worker_id): row for row in session.execute(statement)}
    yield from last.values()


def _reported(session: Session, county_code: str) -> dict[int, set[str]]:
    """By person, the promises that a problem said were not kept."""
    told: dict[int, set[str]] = defaultdict(set)
    rows = select(Problem.worker_id, Problem.kind).where(
        Problem.county_code == county_code, Problem.kind.in_(list(BROKEN_BY_PROBLEM))
    )
    for worker_id, kind in session.execute(rows):
        told[worker_id].add(BROKEN_BY_PROBLEM[kind])
    return told


def _count(one: Sums, row: Any, told: dict[int, set[str]], card: Card, today: date) -> None:
    if row.state is PlacementState.NOT_ARRIVED:
        one.numbers["not_arrived"] += 1
        return
    if row.state is PlacementState.LEFT:
        one.numbers["left"] += 1
        one.reasons[row.leave_reason.value if row.leave_reason else ""] += 1
        broken = told.get(row.worker_id, set()) | {BROKEN_BY_REASON.get(row.leave_reason, "")} - {""}
        one.promises.update(broken)
        if row.left_on and row.on_site_on and row.left_on <= months_after(row.on_site_on, 1):
            one.numbers["left_in_first_month"] += 1
    numbers = Counter({"arrived": 1})
    there = stayed(row)
    for months in (3, 6):
        if row.on_site_on and months_after(row.on_site_on, months) <= today:
            numbers[f"due{months}"] = 1
            numbers[f"known{months}"] = int(months in there)
            numbers[f"stayed{months}"] = int(there.get(months, False))
    one.numbers.update(numbers)
    one.cards.update({f"{card}_{name}": number for name, number in numbers.items() if number})
