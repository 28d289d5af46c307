"""What the engine answers about an order or a worker, as rows ready to be stored. No table is read here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

import matching
from app.kit.web.queue import Progress
from app.match_runs.bands import counts_in_bands, seen_factors, without_floors
from app.match_runs.constraint_counts import ConstraintCounts, part_by_rules
from app.match_runs.run_input import RunInput
from matching import Frame
from models.i18n import N_
from models.match_run import (
    RANKED,
    GroupRow,
    LeftOutRow,
    NoSummary,
    OrderSummary,
    PairRow,
    RunKind,
    Summary,
    WorkerSummary,
)

RANKING, REASONS = N_("正在打分排序"), N_("正在找出不合适的原因")


@dataclass
class RunResults:
    """Rows of match_pair, match_left_out and match_group without their run, and the run's figures.

    ``best`` are an order's best workers by number; their rows are made when they have been read once more.
    ``pinned`` are the points of those whom a change by hand keeps in their place.
    """

    best: list[int] = field(default_factory=list)
    pairs: list[PairRow] = field(default_factory=list)
    left_out: list[LeftOutRow] = field(default_factory=list)
    groups: list[GroupRow] = field(default_factory=list)
    summary: Summary = field(default_factory=NoSummary)
    value: int | None = None
    bound: float | None = None
    gap: float | None = None
    pinned: dict[int, int] = field(default_factory=dict)


def order_results(run_input: RunInput, progress: Progress) -> RunResults:
    """The best workers of one order; the others by the first reason; what each requirement costs."""
    progress.tell(RANKING)
    (order,) = run_input.orders
    top, scorecard = run_input.top, _ranked_with(run_input)
    best = run_input.pool.best(order, top, scorecard) if run_input.shows_people else []
    progress.tell(REASONS)
    counts = _counts(run_input, order)
    people, numbers = dict(counts.reasons), dict(counts.numbers)
    if behind := max(counts.fitting - top, 0):
        kept = set(best)
        people[RANKED] = behind
        numbers[RANKED] = [number for number in counts.fitting_numbers if number not in kept]
    groups = [
        GroupRow(reason=reason, people=n, worker_ids=None if run_input.masked else numbers.get(reason))
        for reason, n in people.items()
    ]
    summary = OrderSummary(fitting=counts.fitting, costs=counts.costs)
    if run_input.asked is not None:
        summary["asked"] = run_input.asked
    if run_input.masked and not run_input.shows_people:
        summary["sampled"] = True
    return RunResults(best=best, groups=groups, summary=summary)


def _ranked_with(run_input: RunInput) -> matching.Scorecard:
    return without_floors(run_input.scorecard) if run_input.masked else run_input.scorecard


def _counts(run_input: RunInput, order: matching.Order) -> ConstraintCounts:
    """Exact and with numbers for those who may see the people; else in bands, of the sample for a draft."""
    if not run_input.masked:
        return part_by_rules(run_input.pool, order, names_people=True)
    return counts_in_bands(run_input.pool, order, None if run_input.shows_people else run_input.as_of)


def rows_of_best(run_input: RunInput, workers: Frame) -> list[PairRow]:
    """Pairs of an order's run for ``workers`` just read, best first; without those whom a rule stops now."""
    (order,) = run_input.orders
    matches = [
        (worker.worker_id, matching.score_pair(worker, order, run_input.scorecard, run_input.as_of))
        for worker in workers
    ]
    told = seen_factors if run_input.masked else dict
    fitting = sorted(
        (-sum(told(match.factors).values()), int(number), match)
        for number, match in matches
        if match.feasible
    )
    return [
        pair_row(int(order.order_id), number, rank, match)
        for rank, (_, number, match) in enumerate(fitting, 1)
    ]


def worker_results(run_input: RunInput, progress: Progress) -> RunResults:
    """The best orders for one worker, and how many orders each rule closes to this worker."""
    progress.tell(RANKING)
    workers, orders = run_input.workers, run_input.orders
    if not len(workers):
        return RunResults(summary=WorkerSummary(fitting=0, blocked={}, no_candidate=True))
    ranking = matching.rank(
        workers, orders, run_input.top, "worker", run_input.scorecard, today=run_input.as_of
    )
    blocked: dict[str, int] = {}
    for order in orders:
        for reason in part_by_rules(run_input.pool, order, names_people=False).reasons:
            blocked[reason] = blocked.get(reason, 0) + 1
    return RunResults(
        pairs=pair_rows(run_input, [(row.worker_id, row.order_id) for row in ranking]),
        summary=WorkerSummary(fitting=len(orders) - sum(blocked.values()), blocked=blocked),
    )


def pair_rows(run_input: RunInput, pairs: Iterable[tuple[str, str]]) -> list[PairRow]:
    """Pairs by the engine's reference definition, ranked in the order given, from 1 within an order.

    In a worker's run the rank counts over the worker's orders.
    """
    places = {number: place for place, number in enumerate(run_input.workers.ids.tolist())}
    orders = {order.order_id: order for order in run_input.orders}
    ranks: dict[str, int] = {}
    rows = []
    for worker_id, order_id in pairs:
        worker = run_input.workers.row(places[worker_id])
        match = matching.score_pair(worker, orders[order_id], run_input.scorecard, run_input.as_of)
        counted = worker_id if run_input.kind is RunKind.WORKER else order_id
        ranks[counted] = ranks.get(counted, 0) + 1
        rows.append(pair_row(int(order_id), int(worker_id), ranks[counted], match))
    return rows


def pair_row(order_id: int, worker_id: int, rank: int, match: matching.Match) -> PairRow:
    """One pair as it is stored."""
    return PairRow(
        order_id=order_id,
        worker_id=worker_id,
        rank=rank,
        score=match.score,
        factors=dict(match.factors),
        matched_skills=list(match.matched_skills),
        missing_skills=list(match.missing_skills),
        needs=list(match.needs),
    )


def subset(frame: Frame, positions: Sequence[int] | np.ndarray) -> Frame:
    """The rows of a frame at ``positions``."""
    rows = np.asarray(positions, np.int64)
    columns = {name: column.take(rows) for name, column in frame.columns.items()}
    return Frame(frame.kind, frame.ids[rows], columns)
