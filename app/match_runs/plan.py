"""A county's proposal as it stands: what the engine proposed, with the changes made by hand on top."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import matching
from app.match_runs import reserved_places
from app.match_runs.run_input import read_pair
from app.match_runs.run_results import pair_row
from app.match_runs.scorecards.queries import stored_scorecard
from models.access import Actor, Permission, scope_of
from models.jobs.order import Order
from models.match_run import MatchAdjustment, MatchPair, MatchRun
from models.people.worker import Worker
from models.training.agreement import Agreement


@dataclass(frozen=True)
class Option:
    """Where a worker could be put: an order (None: nowhere), its points, the places the plan leaves, the
    price.

    ``price`` is what the plan's points lose by it; a gain is below zero.
    """

    order: Order | None
    score: int
    left: int
    price: int


@dataclass(frozen=True)
class Options:
    """Where a worker is in the plan, and all other choices."""

    now_id: int | None
    now_score: int
    choices: list[Option]

    def find(self, order_id: int | None) -> Option | None:
        """The choice of ``order_id`` (None: take out of the plan)."""
        return next((each for each in self.choices if (each.order and each.order.id) == order_id), None)


def changes(session: Session, run: MatchRun) -> dict[int, MatchAdjustment]:
    """The last change of each worker who was moved by hand."""
    rows = session.scalars(
        select(MatchAdjustment).where(MatchAdjustment.run_id == run.id).order_by(MatchAdjustment.id)
    )
    return {row.worker_id: row for row in rows}


def price_of_changes(session: Session, run: MatchRun) -> int:
    """What all changes by hand have cost the plan, in points."""
    total = select(func.sum(MatchAdjustment.price)).where(MatchAdjustment.run_id == run.id)
    return session.scalar(total) or 0


def planned(session: Session, run: MatchRun) -> Counter[int]:
    """How many workers the plan puts on each order."""
    statement = select(MatchPair.order_id, func.count()).where(MatchPair.run_id == run.id)
    counts = Counter(dict(session.execute(statement.group_by(MatchPair.order_id)).all()))
    moved = changes(session, run)
    for row in _pairs_of(session, run, moved):
        counts[row.order_id] -= 1
    counts.update(row.to_order_id for row in moved.values() if row.to_order_id)
    return counts


def _pairs_of(session: Session, run: MatchRun, worker_ids: dict[int, MatchAdjustment]) -> list[MatchPair]:
    statement = select(MatchPair).where(MatchPair.run_id == run.id, MatchPair.worker_id.in_(worker_ids))
    return list(session.scalars(statement)) if worker_ids else []


def places(session: Session, run: MatchRun) -> dict[int, int]:
    """Each placed worker's order, as the plan stands now."""
    rows = select(MatchPair.worker_id, MatchPair.order_id).where(MatchPair.run_id == run.id)
    at: dict[int, int] = dict(session.execute(rows).all())
    for worker_id, row in changes(session, run).items():
        at.pop(worker_id, None)
        if row.to_order_id:
            at[worker_id] = row.to_order_id
    return at


def place_of(session: Session, run: MatchRun, worker_id: int) -> int | None:
    """The order on which the plan has a worker now."""
    if moved := changes(session, run).get(worker_id):
        return moved.to_order_id
    statement = select(MatchPair.order_id).where(MatchPair.run_id == run.id, MatchPair.worker_id == worker_id)
    return session.scalar(statement)


def options(session: Session, actor: Actor, run: MatchRun, worker: Worker, today: date) -> Options:
    """Where the plan could put ``worker``, best first, each with its price, and taking them out last."""
    kept = reserved_places.places_kept(session, scope_of(actor, Agreement))
    takes = reserved_places.takes_people(today, kept)
    statement = select(Order).where(takes, scope_of(actor, Order, Permission.ORDER_READ))
    orders = list(session.scalars(statement.order_by(Order.id)))
    now_id = place_of(session, run, worker.id)
    scores = feasible_scores(session, actor, run, worker.id, orders)
    now_score = scores.get(now_id, 0) if now_id else 0
    left = _places_left(session, run, worker.id, orders, kept)
    choices = [
        Option(order, scores[order.id], left[order.id], now_score - scores[order.id])
        for order in orders
        if order.id in scores and order.id != now_id
    ]
    choices.sort(key=lambda option: (option.price, option.order.id if option.order else 0))
    return Options(now_id, now_score, choices + ([Option(None, 0, 0, now_score)] if now_id else []))


def _places_left(
    session: Session, run: MatchRun, worker_id: int, orders: list[Order], kept: reserved_places.Kept
) -> dict[int, int]:
    """Places the plan leaves to ``worker_id`` on each order; the worker's own class keeps some of them."""
    graduates = _planned_graduates(session, run)
    own = reserved_places.trained_for(session, Worker.id == worker_id).get(worker_id, ())
    left = open_places(session, run, orders, kept)
    for order in orders:
        if str(order.id) in own:
            left[order.id] += max(0, kept.get(order.id, 0) - graduates[order.id])
    return left


def open_places(
    session: Session, run: MatchRun, orders: list[Order], kept: reserved_places.Kept
) -> dict[int, int]:
    """Places the plan leaves to everybody on each order, without those kept for a class."""
    taken, graduates = planned(session, run), _planned_graduates(session, run)
    return {
        order.id: order.places_left - taken[order.id] + min(graduates[order.id], kept.get(order.id, 0))
        for order in orders
    }


def _planned_graduates(session: Session, run: MatchRun) -> Counter[int]:
    """How many workers the plan puts on the order they were trained for."""
    moved = changes(session, run)
    pairs = select(MatchPair.worker_id, MatchPair.order_id).where(MatchPair.run_id == run.id)
    graduates = pairs.where(MatchPair.worker_id.in_(reserved_places.finished()))
    at: dict[int, int | None] = dict(session.execute(graduates).all())
    at |= {number: row.to_order_id for number, row in moved.items()}
    trained = reserved_places.trained_for(session, Worker.id.in_(list(at))) if at else {}
    return Counter(
        order_id for number, order_id in at.items() if order_id and str(order_id) in trained.get(number, ())
    )


def feasible_scores(
    session: Session, actor: Actor, run: MatchRun, worker_id: int, orders: list[Order]
) -> dict[int, int]:
    """Points of ``worker_id`` on every order that no rule bars, by the run's own scorecard."""
    if not orders:
        return {}
    worker, asked = read_pair(session, actor, run, worker_id, orders)
    if worker is None:
        return {}
    scorecard = stored_scorecard(run.scorecard)
    ranking = matching.rank([worker], asked, len(asked), "worker", scorecard, today=run.as_of)
    return {int(row.order_id): row.score for row in ranking}


def brought_in(session: Session, actor: Actor, run: MatchRun, order: Order) -> list[MatchPair]:
    """The workers put on ``order`` by hand, as pairs of rank 0 that are not stored."""
    rows = []
    for change in changes(session, run).values():
        if change.to_order_id != order.id:
            continue
        worker, asked = read_pair(session, actor, run, change.worker_id, [order])
        if worker is not None:
            match = matching.score_pair(worker, asked[0], stored_scorecard(run.scorecard), run.as_of)
            rows.append(MatchPair(run_id=run.id, **pair_row(order.id, change.worker_id, 0, match)))
    return rows
