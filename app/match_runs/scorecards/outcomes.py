"""What became of placements, as the engine learns from it.

The only read here that no area bounds: a card is learned from everybody. So it reads no name, number or
address, needs the right to learn a card, and nothing leaves but sums over groups.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

import matching
from matching import Outcome, levels_of
from models.access import Actor, Permission
from models.clock import CHINA
from models.match_run import MatchRun
from models.people.worker import Worker
from models.placement.placement import FollowUp, Placement, PlacementState
from models.placement.placement import Outcome as Found
from models.reference.calendar import months_after

CHUNK = 5000
ARRIVED = (PlacementState.ON_SITE, PlacementState.STAYED, PlacementState.LEFT)
NEVER_THERE = (PlacementState.DECLINED, PlacementState.NOT_HIRED, PlacementState.NOT_ARRIVED)


@dataclass
class Known:
    """Outcomes to learn from, and how many offers carry no points to learn by."""

    outcomes: list[Outcome] = field(default_factory=list)
    without_points: int = 0
    is_synthetic: bool = False


def read(session: Session, actor: Actor, day: date) -> Known:
    """Read every finished offer; invented ones only where there is not one real. Raises PermissionError.

    Whether somebody stayed counts only once the months are over on ``day``: before that those who left are
    known and those who stay are not, and everybody would seem to leave.
    """
    if not actor.can(Permission.CARD_SWITCH):
        raise PermissionError(Permission.CARD_SWITCH)
    finished = Placement.state.in_((*ARRIVED, *NEVER_THERE))
    real = select(Placement.id).where(finished, Placement.is_synthetic.is_(False)).limit(1)
    known = Known(is_synthetic=session.scalar(real) is None)
    cards = _Cards(session)
    for row in _rows(session, known.is_synthetic):
        try:
            known.outcomes.append(_outcome(row, levels_of(row.factors, cards.of(row.run_id)), day))
        except ValueError:
            known.without_points += 1
    return known


def _rows(session: Session, synthetic: bool) -> Iterator[Any]:
    third, sixth = aliased(FollowUp), aliased(FollowUp)
    statement = (
        select(
            Placement.order_id,
            Placement.worker_id,
            Placement.run_id,
            Placement.factors,
            Placement.state,
            Placement.created_at,
            Placement.on_site_on,
            Placement.left_on,
            Worker.sex,
            Worker.ethnicity,
            Placement.county_code,
            third.outcome.label("third"),
            sixth.outcome.label("sixth"),
        )
        .join(Worker, Worker.id == Placement.worker_id)
        .outerjoin(third, (third.placement_id == Placement.id) & (third.months == 3))
        .outerjoin(sixth, (sixth.placement_id == Placement.id) & (sixth.months == 6))
        .where(Placement.state.in_((*ARRIVED, *NEVER_THERE)), Placement.is_synthetic.is_(synthetic))
        .order_by(Placement.id)
    )
    yield from session.execute(statement.execution_options(yield_per=CHUNK))


class _Cards:
    """The card behind each run; an offer without a run was scored by the platform's own."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[int | None, matching.Scorecard] = {None: matching.DEFAULT_SCORECARD}

    def of(self, run_id: int | None) -> matching.Scorecard:
        if run_id not in self.known:
            stored = self.session.scalar(select(MatchRun.card).where(MatchRun.id == run_id))
            self.known[run_id] = matching.Scorecard.from_json(json.dumps(stored))
        return self.known[run_id]


def _outcome(row: Any, levels: tuple[int, ...], day: date) -> Outcome:
    offered = row.created_at.astimezone(CHINA).date()
    stayed = {
        months: there
        for months, there in _stayed(row).items()
        if months_after(row.on_site_on or offered, months) <= day
    }
    return Outcome(
        order_id=str(row.order_id),
        worker_id=str(row.worker_id),
        offered_on=offered,
        levels=levels,
        stayed=stayed,
        reached=_reached(row.state, stayed),
        groups={"sex": row.sex or "", "ethnicity": row.ethnicity, "county": row.county_code},
    )


def _stayed(row: Any) -> dict[int, bool]:
    """Who was hired and never came did not stay; who said no, or was refused, was never there to stay."""
    if row.state is PlacementState.NOT_ARRIVED:
        return {3: False, 6: False}
    if row.state not in ARRIVED:
        return {}
    found = {3: _there(row, 3, row.third), 6: _there(row, 6, row.sixth)}
    if found[6]:
        found[3] = True
    if found[3] is False:
        found[6] = False
    return {months: there for months, there in found.items() if there is not None}


def _there(row: Any, months: int, seen: Found | None) -> bool | None:
    """By the day of leaving where it is known, else by the follow-up; None while nobody knows."""
    if row.state is PlacementState.STAYED:
        return True
    if row.left_on and row.on_site_on:
        return _after(row.left_on, row.on_site_on, months)
    return None if seen in (None, Found.UNKNOWN) else seen is Found.EMPLOYED


def _after(left: date, arrived: date, months: int) -> bool:
    return left > months_after(arrived, months)


def _reached(state: PlacementState, stayed: dict[int, bool]) -> int | None:
    if state in NEVER_THERE:
        return 0
    return 1 + stayed[3] + stayed[6] if len(stayed) == 2 else None
