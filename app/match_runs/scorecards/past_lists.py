"""The lists of candidates that offices offered from: everybody's place and points, and what became of offers.

A run keeps its list for good, and an offer the run that it came from, so how an offer came about is known:
by which scorecard the list was ordered, at which place the person stood, and who else stood there.
"""

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

import matching
from app.match_runs.scorecards.outcomes import OutcomeHistory
from app.match_runs.scorecards.queries import stored_scorecard
from models.match_run import MatchPair, MatchRun, RunKind
from models.placement.placement import Placement

# The latest lists; each holds two hundred people at most.
MOST_LISTS = 500
UNKNOWN = -1


def read(session: Session, history: OutcomeHistory, months: int) -> matching.PastLists:
    """Lists from which somebody was offered whose outcome is in ``history``.

    A list whose points cannot be read back whole (an enterprise's, which tells no wage floor) is left out.
    """
    runs = sorted({run for run, _order, _worker in history.of_lists}, reverse=True)[:MOST_LISTS]
    of_orders = (MatchRun.id.in_(runs), MatchRun.kind == RunKind.ORDER)
    asked = session.execute(select(MatchRun.id, MatchRun.scorecard).where(*of_orders))
    cards = {run: stored_scorecard(card) for run, card in asked}
    offers = select(Placement.run_id, Placement.order_id, Placement.worker_id).where(
        Placement.run_id.in_(cards)
    )
    offered = {tuple(row) for row in session.execute(offers)}
    listed = select(MatchPair).where(MatchPair.run_id.in_(cards)).order_by(MatchPair.run_id, MatchPair.rank)
    rows: list[tuple[int, int, bool, int]] = []
    levels: list[tuple[int, ...]] = []
    unreadable: set[int] = set()
    for pair in session.scalars(listed.execution_options(yield_per=1000)):
        about = (pair.run_id, pair.order_id, pair.worker_id)
        try:
            levels.append(matching.levels_of(pair.factors, cards[pair.run_id]))
        except ValueError:
            unreadable.add(pair.run_id)
            continue
        rows.append((pair.run_id, pair.rank, about in offered, _there(history, about, months)))
    of, rank, was_offered, there = (
        (np.array(column) for column in zip(*rows, strict=True)) if rows else _none()
    )
    whole = ~np.isin(of, list(unreadable))
    shaped = np.array(levels, np.uint8).reshape(-1, len(matching.FACTORS))
    return matching.PastLists(
        of[whole], rank[whole], was_offered[whole].astype(bool), there[whole].astype(np.int8), shaped[whole]
    )


def _there(history: OutcomeHistory, about: tuple[int, int, int], months: int) -> int:
    """Whether the offer led to somebody still there: a no, a refusal and a non-arrival did not."""
    outcome = history.of_lists.get(about)
    if outcome is None:
        return UNKNOWN
    if outcome.reached == 0:
        return 0
    there = outcome.stayed.get(months)
    return UNKNOWN if there is None else int(there)


def _none() -> tuple[np.ndarray, ...]:
    return tuple(np.empty(0, np.int64) for _ in range(4))
