"""Orders as plain arrays against one index of workers: what every small number of a worker is worth to
them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from matching.clock import as_of
from matching.pairs.bitmaps import Key, order_keys, skill_keys
from matching.pairs.columns import Column, Frame, order_frame
from matching.pairs.conditions import Conditions
from matching.pairs.index import WorkerIndex, ragged
from matching.pairs.reference_scorer import distance_level, order_text, wage_level
from matching.pairs.rules import county
from matching.text.similarity import TextSide, TitleSide, similarity_table
from matching.text.titles import Title, parse
from matching.types import Order


class Trained:
    """The workers trained for each of some orders, as the index stands now."""

    def __init__(self, order_ids: Sequence[str], index: WorkerIndex) -> None:
        self._order_ids, self._index = list(order_ids), index
        self._changes, self._lists = -1, (np.empty(0, np.int64), np.empty(0, np.int64))

    @property
    def lists(self) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the workers, order after order: (starts of shape orders + 1, rising positions)."""
        changes = self._index.training_changes
        if self._changes != changes:
            nobody = np.empty(0, np.int64)
            self._lists = ragged([self._index.trained.get(order, nobody) for order in self._order_ids])
            self._changes = changes
        return self._lists


@dataclass(frozen=True)
class OrderTables:
    """The orders' side: for every order, its bit rows and its row in each table of levels (uint8).

    ``rule_*`` and ``skill_*`` are ragged, one stretch per order; ``county_levels`` has shape (rows, counties,
    3) for pairing, distance and villagers; ``texts`` are the distinct ones. ``in_points`` keeps what
    :func:`matching.pairs.prepared.order_arrays` has made of the levels, by card. Workers of the index may be
    replaced afterwards: bits and small numbers are read from the index, and ``trained`` follows it.
    """

    orders: Frame
    rule_starts: np.ndarray
    rule_rows: np.ndarray
    skill_starts: np.ndarray
    skill_rows: np.ndarray
    trained: Trained
    occupation_row: np.ndarray
    occupation_levels: np.ndarray
    wage_row: np.ndarray
    wage_levels: np.ndarray
    county_row: np.ndarray
    county_levels: np.ndarray
    text_row: np.ndarray
    texts: TextSide
    in_points: dict[Any, Any] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.orders)


def build_order_tables(
    index: WorkerIndex,
    orders: Sequence[Order] | Frame,
    today: date | None = None,
    wishes: TitleSide | None = None,
    conditions: Conditions = (),
) -> OrderTables:
    """Number everything the orders need against this index; rows of bits are added where missing.

    While an order's start is unknown, ages are counted ``today`` (China's day by default). ``wishes`` are the
    distinct wishes of the index, each read in other words (:meth:`WorkerIndex.wishes_read_as`).
    ``conditions`` are hard rules of the user's besides the engine's own.

    Raises ``InputError`` for ids that occur twice.

    >>> index = WorkerIndex([])
    >>> orders = [Order(order_id="A", title="焊工"), Order(order_id="B", title="焊工")]
    >>> tables = build_order_tables(index, orders)
    >>> len(tables), tables.occupation_row.tolist()
    (2, [0, 0])
    """
    frame = order_frame(orders)
    rows = list(frame)
    day = as_of(today)
    return OrderTables(
        frame,
        *_bit_rows(index, [order_keys(order, day, conditions) for order in rows]),
        *_bit_rows(index, [skill_keys(order) for order in rows]),
        Trained([order.order_id for order in rows], index),
        *_occupations(index, index.wishes if wishes is None else wishes, rows),
        *_wages(index, rows),
        *_counties(index, rows),
        *_texts(rows),
    )


def _bit_rows(index: WorkerIndex, keys: list[list[Key]]) -> tuple[np.ndarray, np.ndarray]:
    numbers = index.rows.number(key for of_order in keys for key in of_order)
    return ragged([[numbers[key] for key in of_order] for of_order in keys])


def _occupations(index: WorkerIndex, said: TitleSide, orders: list[Order]) -> tuple[np.ndarray, np.ndarray]:
    """Levels of the distinct titles by wish number: none, single wishes, then sets at their best wish's."""
    parsed = [parse(order.title, order.description) for order in orders]
    rows, titles = _distinct(parsed, [(title.text, title.codes) for title in parsed])
    starts, wishes = index.wish_lists
    single, sets = 1 + len(said), len(starts) - 1
    levels = np.zeros((len(titles), single + sets), np.uint8)
    levels[:, 1:single] = similarity_table(said, TitleSide(titles)) // 50
    if sets:
        levels[:, single:] = np.maximum.reduceat(levels[:, wishes], starts[:-1], axis=1)
    return rows, levels


def _wages(index: WorkerIndex, orders: list[Order]) -> tuple[np.ndarray, np.ndarray]:
    column = Column.of([(order.wage_low_yuan, order.wage_high_yuan) for order in orders])
    floors = index.floor.values

    def of_one(wage: tuple[int | None, int | None]) -> np.ndarray:
        return np.array([wage_level(floor, *wage) for floor in floors], np.uint8)

    levels = [index.kept(wage, partial(of_one, wage)) for wage in column.values]
    return column.codes, np.array(levels, np.uint8).reshape(len(levels), len(floors))


def _counties(index: WorkerIndex, orders: list[Order]) -> tuple[np.ndarray, np.ndarray]:
    column = Column.of([(o.priority_counties, o.city_code, o.fellow_counties) for o in orders])
    counties = index.county.values

    def of_one(about: tuple[tuple[str, ...], str, tuple[str, ...]]) -> np.ndarray:
        return np.array(_near(counties, *about), np.uint8)

    levels = [index.kept(about, partial(of_one, about)) for about in column.values]
    return column.codes, np.array(levels, np.uint8).reshape(len(levels), len(counties), 3)


def _near(
    counties: list[str], priority: tuple[str, ...], city: str, fellows: tuple[str, ...]
) -> list[tuple[int, int, int]]:
    """Levels of pairing, distance and villagers for people of each county."""
    paired, shared = ({county(code) for code in codes} for codes in (priority, fellows))
    homes = [county(code) for code in counties]
    return [
        (int(bool(home) and home in paired), distance_level(home, city), int(bool(home) and home in shared))
        for home in homes
    ]


def _texts(orders: list[Order]) -> tuple[np.ndarray, TextSide]:
    parsed = [order_text(order) for order in orders]
    rows, kept = _distinct(parsed, [tuple(text.vector.items()) for text in parsed])
    return rows, TextSide(kept)


def _distinct(parsed: list[Title], keys: list[Any]) -> tuple[np.ndarray, list[Title]]:
    """The number of each text among the distinct keys, and one text per number."""
    column = Column.of(keys)
    kept = dict(zip(reversed(column.codes.tolist()), reversed(parsed), strict=True))
    return column.codes, [kept[number] for number in range(len(kept))]
