"""What an order's requirements cost it, and how crowded the market is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.clock import as_of
from matching.pairs.bitmaps import count_bits, pack_bits
from matching.pairs.columns import Frame, order_frame
from matching.pairs.constraints import passing_bits, requirement_counts
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import build_order_tables
from matching.pairs.rules import RULES
from matching.pairs.scanning import scan_all
from matching.pairs.scorecard import DEFAULT_SCORECARD, Scorecard
from matching.types import Order, Worker


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
    workers: Sequence[Worker] | Frame | WorkerIndex, order: Order, today: date | None = None
) -> tuple[int, list[RequirementCost]]:
    """How many candidates an order has, and how many more without each of its requirements.

    Requirements that cost nothing are left out; the dearest comes first. Pass a ``WorkerIndex`` to ask often.
    While the order's start is unknown, ages are counted ``today`` (China's day by default).

    >>> people = [Worker(worker_id=i, birth_date=date(1990, 1, 1), night_shift=i == "1") for i in "123"]
    >>> count, costs = requirement_costs(people, Order(order_id="A", night_shift=True))
    >>> count, [(cost.name, cost.more) for cost in costs]
    (1, [('night_shift', 2)])
    """
    index = workers if isinstance(workers, WorkerIndex) else WorkerIndex(workers)
    passing, labels = passing_bits(index.rows, order, as_of(today)), {rule.name: rule.label for rule in RULES}
    counts = requirement_counts(passing, pack_bits(np.ones(len(index), bool)))
    costs = [RequirementCost(count.name, labels[count.name], count.alone) for count in counts if count.alone]
    candidates = count_bits(np.bitwise_and.reduce(list(passing.values())))
    return candidates, sorted(costs, key=lambda cost: -cost.more)


def congestion(
    workers: Sequence[Worker] | Frame,
    orders: Sequence[Order] | Frame,
    card: Scorecard = DEFAULT_SCORECARD,
    today: date | None = None,
) -> Congestion:
    """How many workers the orders reach, and how far first choices crowd on few of them; 0 to 1 each.

    >>> people = [Worker(worker_id=i, birth_date=date(1990, 1, 1), placed=i == "1") for i in "12"]
    >>> congestion(people, [Order(order_id="A")])
    Congestion(reachable=0.5, first_choices=1.0)
    """
    index, frame = WorkerIndex(workers), order_frame(orders)
    best = scan_all(index, build_order_tables(index, frame, today), card, 0, 1).of_worker.ravel()
    chosen = (-best[best != np.iinfo(np.int64).min]) & 0xFFFFFFFF
    crowded = np.sort(np.bincount(chosen, minlength=len(frame)))[::-1][: max(1, len(frame) // 10)]
    return Congestion(len(chosen) / max(len(index), 1), float(crowded.sum() / max(len(chosen), 1)))
