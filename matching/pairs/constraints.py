"""An order's hard rules as its requirements: who passes which, and how many candidates each costs."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import numpy as np

from matching.pairs.bitmaps import BitRows, count_bits
from matching.pairs.rules import RULES, rule_keys
from matching.types import Order

# What no enterprise can give up, and what therefore costs no candidates.
NOT_WAIVABLE = ("placed", "legal_age", "forbidden_work")


class RequirementCount(NamedTuple):
    """Without the rule ``name`` there would be ``alone`` more candidates; it keeps out ``touched`` in all.

    >>> RequirementCount("night_shift", alone=2, touched=5).alone
    2
    """

    name: str
    alone: int
    touched: int


def passing_bits(rows: BitRows, order: Order, today: date) -> dict[str, np.ndarray]:
    """Rule -> who passes it, as bits, in the order of RULES; rules that ask nothing are absent."""
    keys = rule_keys(order, today)
    rows.number(key for of_rule in keys.values() for key in of_rule)
    return {rule.name: rows.all_of(keys[rule.name]) for rule in RULES if rule.name in keys}


def requirement_counts(passing: Mapping[str, np.ndarray], counted: np.ndarray) -> list[RequirementCount]:
    """What each requirement costs among the workers whose bits are ``counted``; those that cost nothing are
    left out.

    >>> from matching.pairs.columns import worker_frame
    >>> from matching.types import Worker
    >>> people = [Worker(worker_id=i, birth_date=date(1990, 1, 1), night_shift=i == "1") for i in "123"]
    >>> order = Order(order_id="A", night_shift=True)
    >>> passing = passing_bits(BitRows(worker_frame(people)), order, date(2017, 3, 1))
    >>> requirement_counts(passing, np.array([7], np.uint64))
    [RequirementCount(name='night_shift', alone=2, touched=2)]
    """
    counts = []
    for name, bits in passing.items():
        if name not in NOT_WAIVABLE and (touched := count_bits(counted & ~bits)):
            others = [other for rule, other in passing.items() if rule != name]
            alone = count_bits(np.bitwise_and.reduce([counted, *others]) & ~bits)
            counts.append(RequirementCount(name, alone, touched))
    return counts
