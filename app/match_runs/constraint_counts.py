"""Who is kept off which order by which hard rule, counted over many people at once.

The rules are the engine's: ``rule_keys`` names the rows of bits that a worker must pass, ``BitRows`` holds
them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.match_runs.candidate_pool import Part, Pool, count, unpacked
from matching import ORDER_SAYS, RULES, BitRows, Frame, Order, rule_keys

NAMES = tuple(rule.name for rule in RULES)
ASK = "ask:"
# What an order requires and a worker has not told: rule -> the column that is empty.
ASKED_OF = {
    "legal_age": "birth_date",
    "age": "birth_date",
    "forbidden_work": "sex",
    "education": "education",
    "mandarin": "mandarin",
    "health": "health",
    "certificates": "certificates",
}
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
            failing[NAMES.index(name)] = ~unpacked(passing, len(self.workers))
        return failing


@dataclass
class Found:
    """How one order's rules part the people of a pool.

    ``fitting`` pass all of them. ``reasons`` are the others by the first rule not passed (``ask:`` before
    what is only unknown). ``fitting_numbers`` and ``numbers`` are the same people by their numbers in the
    register,
    rising; empty where nobody is to be named. ``costs`` says per requirement how many come when it ``alone``
    is
    dropped, and how many it ``touched`` at all.
    """

    fitting: int = 0
    fitting_numbers: list[int] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, list[int]] = field(default_factory=dict)
    costs: list[dict[str, Any]] = field(default_factory=list)


def part_by_rules(pool: Pool, order: Order, *, names_people: bool) -> Found:
    """Ask an order's rules of everybody in ``pool``. About 5 ms per million people, numbers apart."""
    total, costs = Found(), dict[str, dict[str, Any]]()
    for part in pool.parts:
        with part.alone():
            passing = _passing(part, order)
            fitting = _all_of(part, passing.values())
            total.fitting += count(fitting)
            if names_people:
                total.fitting_numbers = sorted(total.fitting_numbers + part.numbers(fitting).tolist())
            _add_reasons(total, part, order, passing, names_people)
            _add_costs(costs, part, passing)
    total.reasons = _rules_in_order(total.reasons)
    total.costs = sorted(costs.values(), key=lambda cost: (-cost["alone"], -cost["touched"]))
    return total


def _passing(part: Part, order: Order) -> dict[str, np.ndarray]:
    """Rule -> who passes it, as bits, in the order of RULES."""
    keys, rows = rule_keys(order), part.index.rows
    numbers = rows.number(key for found in keys.values() for key in found)
    return {
        name: np.bitwise_and.reduce(rows.bits[[numbers[key] for key in keys[name]]], axis=0)
        for name in NAMES
        if name in keys
    }


def _all_of(part: Part, passing: Iterable[np.ndarray]) -> np.ndarray:
    return np.bitwise_and.reduce([part.mask, *passing])


def _add_reasons(
    total: Found, part: Part, order: Order, passing: dict[str, np.ndarray], names_people: bool
) -> None:
    left = part.mask
    for name, bits in passing.items():
        stopped, left = left & ~bits, left & bits
        if not stopped.any():
            continue
        unknown = _unknown(part, order, name)
        for reason, people in ((name, stopped & ~unknown), (ASK + name, stopped & unknown)):
            if number := count(people):
                total.reasons[reason] = total.reasons.get(reason, 0) + number
                if names_people:
                    total.numbers[reason] = sorted(
                        total.numbers.get(reason, []) + part.numbers(people).tolist()
                    )


def _unknown(part: Part, order: Order, name: str) -> np.ndarray:
    """Whom a rule only asks about: those who have not told, or everybody where the order does not say."""
    if name in ASKED_OF:
        return part.unknown(ASKED_OF[name])
    is_silent = name in ORDER_SAYS and getattr(order, ORDER_SAYS[name]) is None
    return part.mask if is_silent else np.zeros_like(part.mask)


def _add_costs(costs: dict[str, dict[str, Any]], part: Part, passing: dict[str, np.ndarray]) -> None:
    for name, bits in passing.items():
        if name in NOT_A_CHOICE:
            continue
        others = _all_of(part, (other for rule, other in passing.items() if rule != name))
        alone, touched = count(others & ~bits), count(part.mask & ~bits)
        if touched:
            cost = costs.setdefault(name, {"rule": name, "alone": 0, "touched": 0})
            cost["alone"], cost["touched"] = cost["alone"] + alone, cost["touched"] + touched


def _rules_in_order(reasons: dict[str, int]) -> dict[str, int]:
    """The reasons in the order of RULES, a refusal before an unknown answer."""
    ordered = sorted(
        reasons, key=lambda reason: (NAMES.index(reason.removeprefix(ASK)), reason.startswith(ASK))
    )
    return {reason: reasons[reason] for reason in ordered}


@dataclass(frozen=True)
class Obstacles:
    """What stands between the workers and all orders together; arrays end in (workers,).

    ``blocked`` counts orders per rule, ``alone`` those where that rule is the only one that fails, ``sample``
    is
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
        np.zeros(shape, np.int32),
        np.zeros(shape, np.int32),
        np.full(shape, -1, np.int32),
        np.zeros(shape[1], np.int32),
        np.full(shape[1], len(NAMES) + 1, np.int32),
        np.full(shape[1], -1, np.int32),
    )
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
