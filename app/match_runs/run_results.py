"""What the engine answers to each kind of question, as rows ready to be stored. No table is read here."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import matching
from app.kit.web.queue import Progress
from app.match_runs.constraint_counts import part_by_rules
from app.match_runs.run_input import Question
from matching import Frame
from models.i18n import N_
from models.match_run import RunKind

RANKING, REASONS, ASSIGNING = N_("正在打分排序"), N_("正在找出不合适的原因"), N_("正在统一安排")
RANKED, COMPANIONS = "ranked", "companions"
Rows = list[dict[str, Any]]


@dataclass
class Answer:
    """Rows of match_pair, match_left_out and match_group without their run, and the run's figures.

    ``best`` are an order's best people by number; their rows are made when they have been read once more.
    """

    best: list[int] = field(default_factory=list)
    pairs: Rows = field(default_factory=list)
    left_out: Rows = field(default_factory=list)
    groups: Rows = field(default_factory=list)
    summary: dict[str, Any] = field(default_factory=dict)
    value: int | None = None
    bound: float | None = None
    gap: float | None = None


def answer(question: Question, progress: Progress) -> Answer:
    """Ask the engine; raises Cancelled between two stages when somebody wants it to stop."""
    from app.match_runs.county_results import answer_county

    kinds: dict[RunKind, Callable[[Question, Progress], Answer]] = {
        RunKind.ORDER: answer_order,
        RunKind.WORKER: answer_worker,
        RunKind.COUNTY: answer_county,
    }
    return kinds[question.kind](question, progress)


def answer_order(question: Question, progress: Progress) -> Answer:
    """The best workers of one order; everybody else by the first reason; what each requirement costs."""
    progress.tell(RANKING)
    order, top = question.orders[0], question.settings["top"]
    best = question.pool.best(order, top, question.card) if question.shows_people else []
    progress.tell(REASONS)
    found = part_by_rules(question.pool, order, names_people=not question.masked)
    people, numbers = dict(found.reasons), dict(found.numbers)
    if behind := found.fitting - min(top, found.fitting):
        kept = set(best)
        people[RANKED], numbers[RANKED] = (
            behind,
            [number for number in found.fitting_numbers if number not in kept],
        )
    groups = [
        {"reason": reason, "people": n, "worker_ids": numbers.get(reason)} for reason, n in people.items()
    ]
    if question.masked:
        groups = [group | {"worker_ids": None} for group in groups]
    return Answer(best=best, groups=groups, summary={"fitting": found.fitting, "costs": found.costs})


def rows_of_best(question: Question, people: Frame) -> Rows:
    """Rows of match_pair of an order's run for ``people`` just read: best first, without whom a rule stops
    now."""
    (order,) = question.orders
    matches = [
        (worker.worker_id, matching.score_pair(worker, order, question.card, question.day))
        for worker in people
    ]
    fitting = sorted((-match.score, int(number), match) for number, match in matches if match.feasible)
    return [
        pair_row(int(order.order_id), number, rank, match)
        for rank, (_, number, match) in enumerate(fitting, 1)
    ]


def answer_worker(question: Question, progress: Progress) -> Answer:
    """The best orders for one worker, and how many orders each rule closes to him."""
    progress.tell(RANKING)
    if not len(question.workers):
        return Answer(summary={"fitting": 0, "blocked": {}, "no_candidate": True})
    ranking = matching.rank(
        question.workers,
        question.orders,
        question.settings["top"],
        "worker",
        question.card,
        today=question.day,
    )
    blocked: dict[str, int] = {}
    for order in question.orders:
        for reason in part_by_rules(question.pool, order, names_people=False).reasons:
            blocked[reason] = blocked.get(reason, 0) + 1
    return Answer(
        pairs=pair_rows(question, [(row.worker_id, row.order_id) for row in ranking]),
        summary={"fitting": len(question.orders) - sum(blocked.values()), "blocked": blocked},
    )


def pair_rows(question: Question, pairs: Iterable[tuple[str, str]]) -> Rows:
    """Rows of match_pair by the engine's plain definition, ranked in the order given, from 1 within an order.

    In a worker's run the rank counts over his orders.
    """
    places = {number: place for place, number in enumerate(question.workers.ids.tolist())}
    orders = {order.order_id: order for order in question.orders}
    ranks: dict[str, int] = {}
    rows = []
    for worker_id, order_id in pairs:
        worker = question.workers.row(places[worker_id])
        match = matching.score_pair(worker, orders[order_id], question.card, question.day)
        counted = worker_id if question.kind is RunKind.WORKER else order_id
        ranks[counted] = ranks.get(counted, 0) + 1
        rows.append(pair_row(int(order_id), int(worker_id), ranks[counted], match))
    return rows


def pair_row(order_id: int, worker_id: int, rank: int, match: matching.Match) -> dict[str, Any]:
    """One row of match_pair."""
    return {
        "order_id": order_id,
        "worker_id": worker_id,
        "rank": rank,
        "score": match.score,
        "factors": dict(match.factors),
        "matched_skills": list(match.matched_skills),
        "missing_skills": list(match.missing_skills),
        "needs": list(match.needs),
    }


def subset(frame: Frame, positions: Sequence[int] | np.ndarray) -> Frame:
    """The rows of a frame at ``positions``."""
    rows = np.asarray(positions, np.int64)
    return Frame(
        frame.kind, frame.ids[rows], {name: column.take(rows) for name, column in frame.columns.items()}
    )
