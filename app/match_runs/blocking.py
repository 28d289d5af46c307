"""Who is kept off which order by which hard rule, counted over many people at once.

The rules are the engine's: ``rule_keys`` names the rows of bits that a worker must pass, ``BitRows`` holds them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matching import RULES, Order
from matching.bitmaps import BitRows, rule_keys
from matching.columns import Frame

NAMES = tuple(rule.name for rule in RULES)
ASK = "ask:"
# What an order requires and a worker has not told: rule -> the column that is empty.
ASKED_OF = {
    "legal_age": "birth_date", "age": "birth_date", "forbidden_work": "sex", "education": "education",
    "mandarin": "mandarin", "health": "health", "certificates": "certificates",
}  # fmt: skip
# What nobody may waive, and therefore costs no candidates.
NOT_A_CHOICE = ("placed", "legal_age", "forbidden_work")


class Blocking:
    """Bit rows of ``workers`` for all rules of ``orders``."""

    def __init__(self, workers: Frame, orders: Sequence[Order]) -> None:
        self.workers = workers
        self.keys = {order.order_id: rule_keys(order) for order in orders}
        self.rows = BitRows(workers)
        self.numbers = self.rows.number(
            key for rules in self.keys.values() for found in rules.values() for key in found
        )

    def fails(self, order: Order) -> np.ndarray:
        """Return which rules each worker does not pass: bool of shape (rules, workers), rules as in RULES."""
        failing = np.zeros((len(NAMES), len(self.workers)), bool)
        for name, keys in self.keys[order.order_id].items():
            passing = np.bitwise_and.reduce(self.rows.bits[[self.numbers[key] for key in keys]], axis=0)
            bits = np.unpackbits(passing.view(np.uint8), bitorder="little", count=len(self.workers))
            failing[NAMES.index(name)] = bits == 0
        return failing

    def unknown(self, rule: str) -> np.ndarray:
        """Return for whom ``rule`` fails only because nobody has asked: bool of shape (workers,)."""
        if rule not in ASKED_OF:
            return np.zeros(len(self.workers), bool)
        column = self.workers.columns[ASKED_OF[rule]]
        return np.array([value in (None, "", ()) for value in column.values], bool)[column.codes]

    def numbers_of(self, where: np.ndarray) -> list[int]:
        """Return the register's numbers of the workers where a mask is set."""
        return [int(number) for number in self.workers.ids[where]]


def first_reasons(blocking: Blocking, order: Order) -> dict[str, list[int]]:
    """Return who is off the list of ``order`` by the first rule not passed, ``ask:`` before what is unknown."""
    fails = blocking.fails(order)
    first = np.where(fails.any(axis=0), fails.argmax(axis=0), -1)
    found: dict[str, list[int]] = {}
    for index in np.unique(first[first >= 0]):
        unknown = blocking.unknown(NAMES[index])
        for reason, where in ((NAMES[index], ~unknown), (ASK + NAMES[index], unknown)):
            if people := blocking.numbers_of((first == index) & where):
                found[reason] = people
    return found


def requirement_costs(blocking: Blocking, order: Order) -> list[dict[str, Any]]:
    """Return per requirement how many candidates come when it alone is dropped, and how many it touches at all."""
    fails = blocking.fails(order)
    only = fails & (fails.sum(axis=0) == 1)
    costs: list[dict[str, Any]] = [
        {"rule": name, "alone": int(only[index].sum()), "touched": int(fails[index].sum())}
        for index, name in enumerate(NAMES)
        if name not in NOT_A_CHOICE and fails[index].any()
    ]
    return sorted(costs, key=lambda cost: (-cost["alone"], -cost["touched"]))


@dataclass(frozen=True)
class Obstacles:
    """What stands between the workers and all orders together; arrays end in (workers,).

    ``blocked`` counts orders per rule, ``alone`` those where that rule is the only one that fails, ``sample`` is
    the position of one such order; ``feasible`` counts orders without an obstacle; ``fewest`` is the smallest
    number of failing rules and ``nearest`` the position of the first order that has it.
    """

    blocked: np.ndarray
    alone: np.ndarray
    sample: np.ndarray
    feasible: np.ndarray
    fewest: np.ndarray
    nearest: np.ndarray


def obstacles(blocking: Blocking, orders: Sequence[Order]) -> Obstacles:
    """Go through all orders once. About 10 ms per million pairs."""
    shape = len(NAMES), len(blocking.workers)
    found = Obstacles(
        np.zeros(shape, np.int32), np.zeros(shape, np.int32), np.full(shape, -1, np.int32),
        np.zeros(shape[1], np.int32), np.full(shape[1], len(NAMES) + 1, np.int32), np.full(shape[1], -1, np.int32),
    )  # fmt: skip
    for position, order in enumerate(orders):
        _add(found, position, blocking.fails(order))
    return found


def _add(found: Obstacles, position: int, fails: np.ndarray) -> None:
    failing = fails.sum(axis=0)
    only = fails & (failing == 1)
    found.blocked[:] += fails
    found.sample[only & (found.alone == 0)] = position
    found.alone[:] += only
    found.feasible[:] += failing == 0
    closer = failing < found.fewest
    found.fewest[closer] = failing[closer]
    found.nearest[closer] = position
