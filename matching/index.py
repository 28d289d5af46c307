"""Workers and orders as plain arrays, ready for the kernel.

Texts, counties and wages become small numbers; what a number of the worker's side is worth to an order is
read from a row of that order, so that scoring a pair is a handful of additions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from matching.bitmaps import BitRows, order_keys
from matching.columns import Column, Frame, order_frame, worker_frame
from matching.plain import distance_level, order_text, wage_level
from matching.rules import NEEDS
from matching.similarity import similarity_table, vectors
from matching.text import skill_key
from matching.titles import Title, features, parse
from matching.types import Order, Worker


def ragged(rows: Sequence[Sequence[int]], dtype: type = np.int32) -> tuple[np.ndarray, np.ndarray]:
    """Rows of different lengths as (starts of shape rows + 1, values one after another)."""
    starts = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    return starts, np.fromiter((value for row in rows for value in row), dtype, starts[-1])


class WorkerIndex:
    """The workers' side: bit rows for hard rules, numbers of distinct texts, counties and wage floors."""

    def __init__(self, workers: Sequence[Worker] | Frame) -> None:
        self.frame = worker_frame(workers)
        self.rows = BitRows(self.frame)
        self.county = self.frame.columns["county_code"]
        self.floor = self.frame.columns["wage_floor_yuan"]
        self.experience = self.frame.columns["experience"]
        self.wish_starts, self.wish_numbers, self.wishes = _spread(self.frame.columns["wishes"])
        self.needs = _needs_mask(self.frame)

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def wish_titles(self) -> list[Title]:
        """The distinct wishes, parsed."""
        return [parse(wish) for wish in self.wishes]

    @cached_property
    def experience_vectors(self) -> Any:
        """Vectors of the distinct experience texts by text, int32 sparse of shape (texts, features)."""
        return vectors([parse(text) for text in self.experience.values])

    @cached_property
    def trained(self) -> dict[str, np.ndarray]:
        """Order id -> positions of the workers trained for it, rising."""
        starts, numbers, names = _spread(self.frame.columns["trained_for"])
        owners = np.repeat(np.arange(len(self)), np.diff(starts))
        by_name = np.lexsort((owners, numbers))
        bounds = np.searchsorted(numbers[by_name], np.arange(len(names) + 1))
        return {name: owners[by_name[bounds[i] : bounds[i + 1]]] for i, name in enumerate(names)}


@dataclass(frozen=True)
class OrderTables:
    """The orders' side: for every order, its bit rows and the rows of points that the kernel reads.

    ``*_row`` (int32, one per order) picks the row of a table; tables hold levels (uint8) or points (int32)
    by the worker-side number. ``rule_*``, ``skill_*`` and ``trained_*`` are ragged, one stretch per order.
    """

    orders: Frame
    rule_starts: np.ndarray
    rule_rows: np.ndarray
    skill_starts: np.ndarray
    skill_rows: np.ndarray
    trained_starts: np.ndarray
    trained_workers: np.ndarray
    occupation_row: np.ndarray
    occupation_levels: np.ndarray
    wage_row: np.ndarray
    wage_levels: np.ndarray
    county_row: np.ndarray
    county_levels: np.ndarray
    text_row: np.ndarray
    texts: Any

    def __len__(self) -> int:
        return len(self.orders)


def build_order_tables(index: WorkerIndex, orders: Sequence[Order] | Frame) -> OrderTables:
    """Number everything the orders need against this index; rows of bits are added where missing."""
    frame = order_frame(orders)
    listed = list(frame)
    occupation_row, occupation_levels = _occupations(index, listed)
    wage_row, wage_levels = _wages(index, listed)
    county_row, county_levels = _counties(index, listed)
    text_row, texts = _texts(listed)
    return OrderTables(
        frame,
        *_rules(index, listed),
        *_skills(index, listed),
        *ragged([index.trained.get(order.order_id, ()) for order in listed]),
        occupation_row,
        occupation_levels,
        wage_row,
        wage_levels,
        county_row,
        county_levels,
        text_row,
        texts,
    )


def _spread(column: Column) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """A column of tuples as one ragged stretch of numbers per row, and the distinct parts."""
    numbers: dict[str, int] = {}
    cells = [[numbers.setdefault(part, len(numbers)) for part in dict.fromkeys(cell)] for cell in column.values]
    cell_starts, parts = ragged(cells)
    lengths = np.diff(cell_starts)[column.codes]
    starts = np.zeros(len(column.codes) + 1, np.int64)
    np.cumsum(lengths, out=starts[1:])
    within = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
    return starts, parts[np.repeat(cell_starts[column.codes], lengths) + within], list(numbers)


def _needs_mask(frame: Frame) -> np.ndarray:
    """Bit ``k`` is set where the worker has not said the ``k``-th of NEEDS; uint8 of shape (workers,)."""
    mask = np.zeros(len(frame), np.uint8)
    for bit, name in enumerate(NEEDS):
        column = frame.columns[name]
        unknown = np.array([value in (None, ()) for value in column.values], np.uint8)
        mask |= unknown[column.codes] << bit if len(unknown) else 0
    return mask


def _rules(index: WorkerIndex, orders: list[Order]) -> tuple[np.ndarray, np.ndarray]:
    keys = [order_keys(order) for order in orders]
    numbers = index.rows.number(key for found in keys for key in found)
    return ragged([[numbers[key] for key in found] for found in keys])


def _skills(index: WorkerIndex, orders: list[Order]) -> tuple[np.ndarray, np.ndarray]:
    keys = [[("skill", key) for key in dict.fromkeys(map(skill_key, order.skills))] for order in orders]
    numbers = index.rows.number(key for found in keys for key in found)
    return ragged([[numbers[key] for key in found] for found in keys])


def _occupations(index: WorkerIndex, orders: list[Order]) -> tuple[np.ndarray, np.ndarray]:
    parsed = [parse(order.title, order.description) for order in orders]
    column = Column.of([(title.text, title.codes) for title in parsed])
    first = {number: title for title, number in reversed(list(zip(parsed, column.codes, strict=True)))}
    titles = [first[number] for number in range(len(column.values))]
    levels = (similarity_table(index.wish_titles, titles) // 50).astype(np.uint8)
    return column.codes, np.ascontiguousarray(levels.T)


def _wages(index: WorkerIndex, orders: list[Order]) -> tuple[np.ndarray, np.ndarray]:
    column = Column.of([(order.wage_low_yuan, order.wage_high_yuan) for order in orders])
    levels = [[wage_level(floor, *wage) for floor in index.floor.values] for wage in column.values]
    return column.codes, np.array(levels, np.uint8).reshape(len(column.values), len(index.floor.values))


def _counties(index: WorkerIndex, orders: list[Order]) -> tuple[np.ndarray, np.ndarray]:
    """Three levels at once by county: pairing, distance and villagers, as uint8 of shape (rows, counties, 3)."""
    column = Column.of([(o.priority_counties, o.city_code, o.fellow_counties) for o in orders])
    counties = index.county.values
    levels = [[_county_levels(county, *about) for county in counties] for about in column.values]
    return column.codes, np.array(levels, np.uint8).reshape(len(column.values), len(counties), 3)


def _county_levels(
    county: str, priority: tuple[str, ...], city: str, fellows: tuple[str, ...]
) -> tuple[int, int, int]:
    known = bool(county)
    return int(known and county in priority), distance_level(county, city), int(known and county in fellows)


def _texts(orders: list[Order]) -> tuple[np.ndarray, Any]:
    parsed = [order_text(order) for order in orders]
    column = Column.of([tuple(text.vector.items()) for text in parsed])
    kept = [Title("", (), dict(items)) for items in column.values]
    assert features()
    return column.codes, vectors(kept)
