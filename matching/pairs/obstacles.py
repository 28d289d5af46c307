"""What stands between workers and all orders together, rule by rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.clock import as_of
from matching.pairs.bitmaps import BitRows
from matching.pairs.columns import Frame, order_frame, worker_frame
from matching.pairs.index import ragged
from matching.pairs.rules import RULES, rule_keys
from matching.types import Order, Worker

RULE_NUMBERS = {rule.name: number for number, rule in enumerate(RULES)}


@dataclass(frozen=True)
class Obstacles:
    """Arrays of shape (workers,) or (workers, rules), rules in the order of RULES, int32.

    ``blocked`` counts orders per rule that fails, ``alone`` those where that rule is the only one, ``sample``
    is the position of one such order or -1; ``feasible`` counts orders without an obstacle, ``nearest`` is
    the position of the first order with the fewest failing rules, -1 where there are no orders.

    >>> found = obstacles([Worker(worker_id="1", birth_date=date(1990, 1, 1))], [Order(order_id="A")])
    >>> found.feasible.tolist(), found.nearest.tolist(), int(found.blocked.sum())
    ([1], [0], 0)
    """

    blocked: np.ndarray
    alone: np.ndarray
    sample: np.ndarray
    feasible: np.ndarray
    nearest: np.ndarray

    @classmethod
    def none_yet(cls, workers: int) -> "Obstacles":
        """Before any order has been looked at."""
        shape = workers, len(RULES)
        return cls(
            np.zeros(shape, np.int32),
            np.zeros(shape, np.int32),
            np.full(shape, -1, np.int32),
            np.zeros(workers, np.int32),
            np.full(workers, -1, np.int32),
        )


def obstacles(
    workers: Sequence[Worker] | Frame, orders: Sequence[Order] | Frame, today: date | None = None
) -> Obstacles:
    """What stands between all ``workers`` and all ``orders``. About 10 ms per million pairs.

    Positions are those of the frames: ids rising. While an order's start is unknown, ages are counted
    ``today`` (China's day by default).

    >>> people = [Worker(worker_id=i, birth_date=date(1990, 1, 1), night_shift=i == "1") for i in "12"]
    >>> found = obstacles(people, [Order(order_id="A", night_shift=True)])
    >>> found.feasible.tolist(), [RULES[rule].name for rule in np.flatnonzero(found.alone[1])]
    ([1, 0], ['night_shift'])
    """
    people = worker_frame(workers)
    return obstacles_of(BitRows(people), np.arange(len(people)), order_frame(orders), as_of(today))


def obstacles_of(rows: BitRows, workers: np.ndarray, orders: Frame, today: date) -> Obstacles:
    """What stands between the workers at some positions and all orders."""
    from matching.pairs import pair_kernel

    keys = [
        [(RULE_NUMBERS[rule], key) for rule, of_rule in rule_keys(order, today).items() for key in of_rule]
        for order in orders
    ]
    numbers = rows.number(key for of_order in keys for _, key in of_order)
    starts, bit_rows = ragged([[numbers[key] for _, key in of_order] for of_order in keys])
    _, rules = ragged([[rule for rule, _ in of_order] for of_order in keys])
    counts = Obstacles.none_yet(len(workers))
    pair_kernel.count_obstacles(
        rows.bits,
        (starts, rules, bit_rows),
        workers,
        counts.blocked,
        counts.alone,
        counts.sample,
        counts.feasible,
        counts.nearest,
    )
    return counts
