"""Hard rules as rows of bits: one row of workers per (attribute, threshold), an order is a few ANDs.

A row's *key* is ``(attribute, threshold)``. :func:`rule_keys` says which rows each rule of an order needs; a
worker passes the rule exactly when the worker's bit is set in all of them.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from threading import Lock
from typing import Any

import numpy as np

from matching.pairs.attributes import ATTRIBUTES, Attribute, number_of
from matching.pairs.columns import Column, Frame
from matching.pairs.conditions import Condition, Conditions
from matching.pairs.rules import rule_keys
from matching.text.cleaning import skill_key
from matching.types import Order, Worker

# An attribute is the name of one of ours, or a user's condition.
Key = tuple[str | Condition, Any]
SPARE = 8
MOST_ANSWERS = 65536


def order_keys(order: Order, today: date, conditions: Conditions = ()) -> list[Key]:
    """All rows of an order, each once; of two age minimums only the stricter."""
    keys: set[Key] = {key for of_rule in rule_keys(order, today).values() for key in of_rule}
    born_by = sorted(key for key in keys if key[0] == "born_by")
    own: list[Key] = sorted(keys - set(born_by[1:]), key=str)
    return own + [key for condition in conditions for key in condition.keys(order)]


def skill_keys(order: Order) -> list[Key]:
    """The rows of the skills that an order wishes for."""
    return [("skill", key) for key in dict.fromkeys(map(skill_key, order.skills))]


def pack_bits(chosen: np.ndarray) -> np.ndarray:
    """Bools of shape (workers,) as uint64 words, 64 workers each.

    >>> pack_bits(np.array([True, False, True])).tolist()
    [5]
    """
    words = np.zeros((len(chosen) + 63) // 64, np.uint64)
    packed = np.packbits(chosen, bitorder="little")
    words.view(np.uint8)[: len(packed)] = packed
    return words


def unpack_bits(words: np.ndarray, workers: int) -> np.ndarray:
    """uint64 words as bools of shape (workers,).

    >>> unpack_bits(np.array([5], np.uint64), 3).tolist()
    [True, False, True]
    """
    return np.unpackbits(words.view(np.uint8), bitorder="little", count=workers).astype(bool)


def count_bits(words: np.ndarray) -> int:
    """How many bits are set.

    >>> count_bits(np.array([5, 1], np.uint64))
    3
    """
    return int(np.bitwise_count(words).sum())


class BitRows:
    """Bit rows over a frame of workers, made when first asked for.

    ``bits`` is uint64 of shape (rows, words): bit ``b`` of word ``w`` is worker ``64 * w + b``. Threads may
    ask at the same time: a row once numbered stays as it is, and ``bits`` read afterwards holds it.

    >>> from matching.pairs.columns import worker_frame
    >>> rows = BitRows(worker_frame([Worker(worker_id="1", education=2), Worker(worker_id="2", education=4)]))
    >>> rows.number([("education", 3)]), rows.bits.tolist()
    ({('education', 3): 0}, [[2]])
    """

    def __init__(self, frame: Frame, bits: np.ndarray | None = None, keys: Sequence[Key] = ()) -> None:
        self._frame = frame
        self._numbers: dict[Key, int] = {key: row for row, key in enumerate(keys)}
        self._numeric: dict[str, np.ndarray] = {}
        self._holders: dict[str, dict[str, list[int]]] = {}
        self._grouped: tuple[int, dict[str | Condition, tuple[str, np.ndarray, Any]]] | None = None
        self._answers: dict[tuple[str | Condition, Any], np.ndarray] = {}
        self.words = (len(frame) + 63) // 64
        self.bits = np.zeros((0, self.words), np.uint64) if bits is None else bits
        self._given = self._room = self.bits
        self._growing = Lock()

    def __len__(self) -> int:
        return len(self._numbers)

    @property
    def keys(self) -> list[Key]:
        """The key of every row."""
        return list(self._numbers)

    def replace(self, position: int, worker: Worker, fields: Collection[str] | None = None) -> None:
        """Set one worker's bit anew in every row, or in those that look at one of some ``fields``.

        >>> from matching.pairs.columns import worker_frame
        >>> rows = BitRows(worker_frame([Worker(worker_id="1")]))
        >>> _ = rows.number([("health", 2)])
        >>> rows.replace(0, Worker(worker_id="1", health=2))
        >>> rows.bits.tolist()
        [[1]]
        """
        where, passing = [np.empty(0, np.int64)], [np.empty(0, bool)]
        for attribute, (field, rows, thresholds) in self._by_attribute().items():
            if fields is None or field in fields:
                where.append(rows)
                passing.append(self._answer(attribute, getattr(worker, field), thresholds))
        changed, passes = np.concatenate(where), np.concatenate(passing)
        word, bit = position // 64, np.uint64(1) << np.uint64(position % 64)
        # Rows that were given may be a file; once rows are added, `bits` is a copy of them.
        for bits in (self.bits,) if self._room is self._given else (self.bits, self._given):
            is_there = changed < len(bits)
            chosen, held = changed[is_there], passes[is_there]
            words = np.asarray(bits)[chosen, word]
            bits[chosen, word] = np.where(held, words | bit, words & ~bit)

    def forget(self, name: str) -> None:
        """Read the values of a column anew when the next row is built: there are more of them now."""
        self._numeric.pop(name, None)
        self._holders.pop(name, None)

    def _answer(self, attribute: str | Condition, value: Any, thresholds: Any) -> np.ndarray:
        """Whether a value passes each threshold of an attribute; most values come again."""
        known = self._answers.get((attribute, value))
        if known is None:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            known = self._answers[attribute, value] = _passes(value, attribute, thresholds)
        return known

    def _by_attribute(self) -> dict[str | Condition, tuple[str, np.ndarray, Any]]:
        """Of every attribute the worker's field, the rows and their thresholds, numbers where it is compared
        by size."""
        if self._grouped is None or self._grouped[0] != len(self._numbers):
            gathered: dict[str | Condition, tuple[list[int], list[Any]]] = {}
            for (attribute, threshold), row in self._numbers.items():
                rows, thresholds = gathered.setdefault(attribute, ([], []))
                rows.append(row)
                thresholds.append(threshold if _is_listed(attribute) else number_of(threshold))
            packed = {
                attribute: (
                    self.column_of((attribute, None)),
                    np.array(rows),
                    given if _is_listed(attribute) else np.array(given),
                )
                for attribute, (rows, given) in gathered.items()
            }
            self._answers.clear()
            self._grouped = len(self._numbers), packed
        return self._grouped[1]

    def number(self, keys: Iterable[Key]) -> dict[Key, int]:
        """Row numbers of the keys; rows not yet there are built in one step."""
        wanted = list(dict.fromkeys(keys))
        if any(key not in self._numbers for key in wanted):
            with self._growing:
                new = [key for key in wanted if key not in self._numbers]
                first = len(self._numbers)
                self._grow(first + len(new))
                for row, key in enumerate(new, start=first):
                    self.bits[row] = pack_bits(self._passing(key))
                    self._numbers[key] = row  # last: another thread takes a row that has a number for ready
        return self._numbers

    def all_of(self, keys: Sequence[Key]) -> np.ndarray:
        """Bits of those who pass every key, uint64 of shape (words,).

        >>> from matching.pairs.columns import worker_frame
        >>> people = [Worker(worker_id="1", health=2, education=1), Worker(worker_id="2", health=2)]
        >>> BitRows(worker_frame(people)).all_of([("health", 1), ("education", 1)]).tolist()
        [1]
        """
        numbers = self.number(keys)
        passing: np.ndarray = np.bitwise_and.reduce(self.bits[[numbers[key] for key in keys]], axis=0)
        return passing

    def _grow(self, rows: int) -> None:
        """Make room for more rows, with some to spare so that not every new order copies them all."""
        if rows > len(self._room):
            used = self.bits
            self._room = np.zeros((rows + rows // SPARE, self.words), np.uint64)
            self._room[: len(used)] = used
        self.bits = self._room[:rows]

    def column_of(self, key: Key) -> str:
        """The worker's column that a key looks at."""
        attribute = key[0]
        if isinstance(attribute, Condition):
            return attribute.worker_field
        return ATTRIBUTES[attribute].field

    def passing_values(self, key: Key) -> np.ndarray:
        """Which distinct values of the key's column pass it, bool of shape (values,)."""
        attribute, threshold = key
        name = self.column_of(key)
        column = self._frame.columns[name]
        if isinstance(attribute, Condition):
            return attribute.passing(column.values, threshold)
        if _is_listed(attribute):
            return self._holding(name, column, ATTRIBUTES[attribute], threshold)
        return ATTRIBUTES[attribute].passing(self._numbers_of(name, column), number_of(threshold))

    def _passing(self, key: Key) -> np.ndarray:
        """Which workers pass a key, bool of shape (workers,): decided per distinct value, then spread."""
        return self.passing_values(key).take(self._frame.columns[self.column_of(key)].codes)

    def _numbers_of(self, name: str, column: Column) -> np.ndarray:
        if name not in self._numeric:
            self._numeric[name] = np.array([number_of(value) for value in column.values], np.int64)
        return self._numeric[name]

    def _holding(self, name: str, column: Column, attribute: Attribute, wanted: str) -> np.ndarray:
        if name not in self._holders:
            holders: dict[str, list[int]] = {}
            for number, cell in enumerate(column.values):
                for part in {attribute.key_of(value) for value in cell}:
                    holders.setdefault(part, []).append(number)
            self._holders[name] = holders
        passing = np.zeros(len(column.values), bool)
        passing[self._holders[name].get(wanted, [])] = True
        if attribute.unknown_passes:
            passing |= np.array([not cell for cell in column.values], bool)
        return passing


def _passes(value: Any, name: str | Condition, thresholds: Any) -> np.ndarray:
    """Whether a value passes each threshold of an attribute."""
    if isinstance(name, Condition):
        return np.array([name.passing([value], threshold)[0] for threshold in thresholds], bool)
    attribute = ATTRIBUTES[name]
    if not _is_listed(name):
        held = attribute.passing(np.int64(number_of(value)), thresholds)
        return np.broadcast_to(held, thresholds.shape)
    entries = {attribute.key_of(part) for part in value}
    refuses_nothing = attribute.unknown_passes and not entries
    return np.array([refuses_nothing or threshold in entries for threshold in thresholds], bool)


def _is_listed(attribute: str | Condition) -> bool:
    """Whether thresholds of an attribute are compared as they stand, not as numbers."""
    return isinstance(attribute, Condition) or ATTRIBUTES[attribute].holds is None
