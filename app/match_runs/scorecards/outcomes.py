"""What became of placements, as the engine learns from it.

The only read here that no area bounds: a scorecard is learned from everyone. So it reads no name, number or
address, needs the right to learn one, and nothing leaves but sums over groups.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

import matching
from app.match_runs.scorecards.queries import stored_scorecard
from matching import Outcome, levels_of
from models.access import Actor, Permission
from models.clock import CHINA
from models.match_run import MatchRun
from models.people.worker import Worker
from models.placement.placement import FollowUp, Placement, PlacementState
from models.placement.staying import ARRIVED
from models.placement.staying import stayed as stayed_of
from models.reference.calendar import months_after

CHUNK = 5000
NEVER_THERE = (PlacementState.DECLINED, PlacementState.NOT_HIRED, PlacementState.NOT_ARRIVED)


@dataclass
class OutcomeHistory:
    """Outcomes to learn from, and how many offers carry no points to learn by.

    ``of_lists`` are those offered from a run's list, by run, order and worker.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    of_lists: dict[tuple[int, int, int], Outcome] = field(default_factory=dict)
    without_points: int = 0
    is_synthetic: bool = False


def read(session: Session, actor: Actor, today: date) -> OutcomeHistory:
    """Every finished offer; invented ones only where there is not one real. Raises PermissionError.

    Whether a worker stayed counts only once the months are over ``today``: before that those who left are
    known and those who stay are not, and everyone would seem to leave.
    """
    if not actor.can(Permission.CARD_SWITCH):
        raise PermissionError(Permission.CARD_SWITCH)
    finished = Placement.state.in_((*ARRIVED, *NEVER_THERE))
    real = select(Placement.id).where(finished, Placement.is_synthetic.is_(False)).limit(1)
    history = OutcomeHistory(is_synthetic=session.scalar(real) is None)
    scorecards = _RunScorecards(session)
    for row in _rows(session, history.is_synthetic):
        try:
            levels = levels_of(row.factors, scorecards.of(row.run_id))
        except ValueError:
            history.without_points += 1
            continue
        outcome = _outcome(row, levels, today)
        history.outcomes.append(outcome)
        if row.run_id is not None:
            history.of_lists[row.run_id, row.order_id, row.worker_id] = outcome
    return history


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


class _RunScorecards:
    """The scorecard behind each run; an offer without a run was scored by the platform's own."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.of_run: dict[int | None, matching.Scorecard] = {None: matching.DEFAULT_SCORECARD}

    def of(self, run_id: int | None) -> matching.Scorecard:
        if run_id not in self.of_run:
            stored = self.session.scalar(select(MatchRun.scorecard).where(MatchRun.id == run_id))
            self.of_run[run_id] = stored_scorecard(stored or {})
        return self.of_run[run_id]


def _outcome(row: Any, levels: tuple[int, ...], today: date) -> Outcome:
    offered = row.created_at.astimezone(CHINA).date()
    stayed = {
        months: there
        for months, there in stayed_of(row).items()
        if months_after(row.on_site_on or offered, months) <= today
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


def _reached(state: PlacementState, stayed: dict[int, bool]) -> int | None:
    if state in NEVER_THERE:
        return 0
    return 1 + stayed[3] + stayed[6] if len(stayed) == 2 else None
