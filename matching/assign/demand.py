"""What an order's requirements cost it, and how crowded the market is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.pairs.bitmaps import rule_keys
from matching.pairs.columns import Frame, order_frame
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import build_order_tables
from matching.pairs.rules import RULES
from matching.pairs.scanning import scan_all
from matching.pairs.scorecard import DEFAULT_SCORECARD, Scorecard
from matching.types import Order, Worker

# What no enterprise can give up.
NOT_ITS_CHOICE = ("placed", "legal_age", "forbidden_work")


@dataclass(frozen=True, slots=True)
class RequirementCost:
    """Dropping the rule ``name`` alone would add ``more`` candidates."""

    name: str
    label: str
    more: int


@dataclass(frozen=True, slots=True)
class Congestion:
    """``reachable``: share of workers with at least one feasible order; ``first_choices``: share of all first
    choices that fall on the tenth of orders most often chosen first."""

    reachable: float
    first_choices: float


def requirement_costs(
    workers: Sequence[Worker] | Frame | WorkerIndex, order: Order
) -> tuple[int, list[RequirementCost]]:
    """How many candidates an order has, and how many more without each of its requirements.

    Requirements that cost nobody are left out; the dearest comes first. Pass a ``WorkerIndex`` to ask often.

    >>> from datetime import date
    >>> people = [Worker(worker_id=i, birth_date=date(1990, 1, 1), night_shift=i == "1") for i in "123"]
    >>> count, costs = requirement_costs(people, Order(order_id="A", night_shift=True))
    >>> count, [(cost.name, cost.more) for cost in costs]
    (1, [('night_shift', 2)])
    """
    index = workers if isinstance(workers, WorkerIndex) else WorkerIndex(workers)
    by_rule = rule_keys(order)
    numbers = index.rows.number(key for keys in by_rule.values() for key in keys)
    passing = {rule: _all_of(index, [numbers[key] for key in keys]) for rule, keys in by_rule.items()}
    everything = _count(np.bitwise_and.reduce(list(passing.values())))
    costs = []
    for rule in RULES:
        others = [bits for name, bits in passing.items() if name != rule.name]
        chosen = rule.name in passing and rule.name not in NOT_ITS_CHOICE
        if chosen and (more := _count(np.bitwise_and.reduce(others)) - everything):
            costs.append(RequirementCost(rule.name, rule.label, more))
    return everything, sorted(costs, key=lambda cost: -cost.more)


def congestion(
    workers: Sequence[Worker] | Frame, orders: Sequence[Order] | Frame, card: Scorecard = DEFAULT_SCORECARD
) -> Congestion:
    """How many workers the orders reach, and how far first choices crowd on few of them; 0 to 1 each.

    >>> from datetime import date
    >>> people = [Worker(worker_id=i, birth_date=date(1990, 1, 1), placed=i == "1") for i in "12"]
    >>> congestion(people, [Order(order_id="A")])
    Congestion(reachable=0.5, first_choices=1.0)
    """
    index, frame = WorkerIndex(workers), order_frame(orders)
    best = scan_all(index, build_order_tables(index, frame), card, 0, 1).of_worker.ravel()
    chosen = (-best[best != np.iinfo(np.int64).min]) & 0xFFFFFFFF
    crowded = np.sort(np.bincount(chosen, minlength=len(frame)))[::-1][: max(1, len(frame) // 10)]
    return Congestion(len(chosen) / max(len(index), 1), float(crowded.sum() / max(len(chosen), 1)))


def _all_of(index: WorkerIndex, rows: list[int]) -> np.ndarray:
    return np.bitwise_and.reduce(index.rows.bits[rows])


def _count(bits: np.ndarray) -> int:
    return int(np.bitwise_count(bits).sum())
