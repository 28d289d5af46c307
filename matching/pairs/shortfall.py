"""What training could add: the skills, certificates and Mandarin that workers lack for an order."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from matching.pairs.bitmaps import BitRows, Key, unpack_bits
from matching.pairs.rules import rule_keys
from matching.text.cleaning import skill_key
from matching.types import Order

TRAINABLE = ("certificates", "mandarin")
Thing = tuple[str, str]


@dataclass(frozen=True)
class Shortfall:
    """Who lacks what for one order, of those who pass every rule that training cannot change.

    ``rows`` are their positions; ``lacks``, bool of shape (things, rows), says who is without which of
    ``things``: ("skill", word), ("certificate", word) or ("mandarin", ""). What has not been asked yet counts
    as lacking.

    >>> short = Shortfall([("skill", "电焊")], np.array([4, 7]), np.array([[True, False]]))
    >>> short.counts.tolist(), short.of(4)
    ([1, 0], [('skill', '电焊')])
    """

    things: list[Thing]
    rows: np.ndarray
    lacks: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """How many things each of ``rows`` lacks."""
        counts: np.ndarray = self.lacks.sum(axis=0)
        return counts

    def of(self, row: int) -> list[Thing]:
        """What the worker at a position of the index lacks."""
        at = int(np.searchsorted(self.rows, row))
        return [thing for thing, lacking in zip(self.things, self.lacks[:, at], strict=True) if lacking]


@dataclass(frozen=True)
class OneShort:
    """Of those who pass every rule that training cannot change, as bits: who lacks nothing (``ready``), and
    per thing who lacks it and nothing else (``alone``)."""

    ready: np.ndarray
    alone: dict[Thing, np.ndarray]

    @property
    def any_one(self) -> np.ndarray:
        """Who lacks exactly one thing."""
        some: np.ndarray = np.bitwise_or.reduce([np.zeros_like(self.ready), *self.alone.values()])
        return some


def one_short(rows: BitRows, order: Order, today: date, counted: np.ndarray) -> OneShort:
    """Of the workers whose bits are ``counted``. Whole words at once, nobody is looked at alone: about 0.3 ms
    per million workers."""
    keys, eligible = learnable_keys(order), _eligible(rows, order, today, counted)
    numbers = rows.number(keys.values())
    lacking = {thing: eligible & ~rows.bits[numbers[key]] for thing, key in keys.items()}
    some, several = np.zeros_like(eligible), np.zeros_like(eligible)
    for bits in lacking.values():
        several |= some & bits
        some |= bits
    single = some & ~several
    return OneShort(eligible & ~some, {thing: bits & single for thing, bits in lacking.items()})


def _eligible(rows: BitRows, order: Order, today: date, counted: np.ndarray) -> np.ndarray:
    """Who of ``counted`` passes every rule that training cannot change."""
    rules = [
        key for name, of_rule in rule_keys(order, today).items() if name not in TRAINABLE for key in of_rule
    ]
    passing: np.ndarray = rows.all_of(rules) & counted
    return passing


def shortfall(rows: BitRows, order: Order, today: date, counted: np.ndarray) -> Shortfall:
    """Of the workers whose bits are ``counted``. About 5 ms per million workers."""
    keys = learnable_keys(order)
    numbers = rows.number(keys.values())
    eligible = np.flatnonzero(unpack_bits(_eligible(rows, order, today, counted), 64 * rows.words))
    words = rows.bits[[numbers[key] for key in keys.values()]][:, eligible // 64]
    lacks = (words >> (eligible % 64).astype(np.uint64)) & np.uint64(1) == 0
    return Shortfall(list(keys), eligible, lacks)


def learnable_keys(order: Order) -> dict[Thing, Key]:
    """What an order asks for that training gives, each once, with its row of bits."""
    asked: dict[Thing, Key] = {}
    for kind, words in (("skill", order.skills), ("certificate", order.certificates)):
        by_key = {skill_key(word): word for word in reversed(words)}
        asked |= {(kind, word): (kind, key) for key, word in reversed(by_key.items())}
    if order.min_mandarin:
        asked["mandarin", ""] = ("mandarin", order.min_mandarin)
    return asked
