"""Workers as plain arrays, ready for the kernel: bits for hard rules, small numbers for everything else."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from matching.bitmaps import BitRows
from matching.columns import Column, Frame, worker_frame
from matching.rules import NEEDS
from matching.similarity import vectors
from matching.titles import Title, parse
from matching.types import Worker

WISH_SLOTS = 4
SMALL = np.iinfo(np.uint16).max


def ragged(rows: Sequence[Sequence[int] | np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Rows of different lengths as (starts of shape rows + 1, values one after another), int64."""
    starts = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    return starts, np.fromiter((value for row in rows for value in row), np.int64, starts[-1])


class WorkerIndex:
    """The workers' side.

    ``codes`` (uint16, or uint32 where numbers are many) of shape (workers, 3 + slots) holds the number of
    the worker's experience text, wage floor and county, then of his wishes. Wish 0 is no wish; people with
    more wishes than slots share one number for all the wishes from the last slot on.
    """

    def __init__(self, workers: Sequence[Worker] | Frame) -> None:
        self.frame = worker_frame(workers)
        self.rows = BitRows(self.frame)
        self.county = self.frame.columns["county_code"]
        self.floor = self.frame.columns["wage_floor_yuan"]
        self.experience, self.experiences = _distinct_texts(self.frame.columns["experience"])
        self.wish_titles, self.wish_sets, wishes = _wish_numbers(self.frame.columns["wishes"])
        self.codes = _narrow([self.experience, self.floor.codes, self.county.codes, *wishes.T], len(self.frame))
        self.needs = _needs_mask(self.frame)

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def experience_vectors(self) -> Any:
        """Vectors of the distinct experience texts, int32 sparse of shape (texts, features)."""
        return vectors(self.experiences)

    @cached_property
    def trained(self) -> dict[str, np.ndarray]:
        """Order id -> positions of the workers trained for it, rising."""
        column = self.frame.columns["trained_for"]
        cells: dict[str, list[int]] = {}
        for number, cell in enumerate(column.values):
            for order_id in set(cell):
                cells.setdefault(order_id, []).append(number)
        by_cell = np.argsort(column.codes, kind="stable")
        bounds = np.searchsorted(column.codes[by_cell], np.arange(len(column.values) + 1))
        owners = [by_cell[bounds[n] : bounds[n + 1]] for n in range(len(column.values))]
        return {name: np.sort(np.concatenate([owners[n] for n in found])) for name, found in cells.items()}


def _distinct_texts(column: Column) -> tuple[np.ndarray, list[Title]]:
    """Texts that have the same vector are the same text: number per row, and one parsed text per number."""
    parsed = [parse(text) if text else EMPTY_TITLE for text in column.values]
    distinct = Column.of([tuple(title.vector.items()) for title in parsed])
    kept = dict(zip(reversed(distinct.codes.tolist()), reversed(parsed), strict=True))
    return distinct.codes[column.codes] if len(parsed) else column.codes, [kept[n] for n in range(len(kept))]


EMPTY_TITLE = Title("", (), {})


def _wish_numbers(column: Column) -> tuple[list[Title], list[list[int]], np.ndarray]:
    """Distinct parsed wishes, sets of wishes that share a slot, and the numbers in the slots of every row.

    Numbers 1 to ``len(titles)`` are wishes, those after them are sets; int64 of shape (rows, slots).
    """
    numbers: dict[tuple[str, tuple[str, ...]], int] = {}
    titles: list[Title] = []
    cells: list[list[int]] = []
    for cell in column.values:
        found = [parse(wish) for wish in cell]
        for title in found:
            if (title.text, title.codes) not in numbers:
                titles.append(title)
                numbers[title.text, title.codes] = len(titles)
        cells.append(list(dict.fromkeys(numbers[title.text, title.codes] for title in found)))
    width = min(max(map(len, cells), default=0), WISH_SLOTS) or 1
    sets: dict[tuple[int, ...], int] = {}
    slots = np.zeros((len(cells), width), np.int64)
    for row, cell in zip(slots, cells, strict=True):
        if len(cell) > width:
            rest = tuple(sorted(cell[width - 1 :]))
            cell = [*cell[: width - 1], len(titles) + 1 + sets.setdefault(rest, len(sets))]
        row[: len(cell)] = cell
    return titles, [list(rest) for rest in sets], slots[column.codes] if len(cells) else slots


def _narrow(columns: Sequence[np.ndarray], rows: int) -> np.ndarray:
    """Columns side by side in the narrowest unsigned type that holds them."""
    largest = max((int(column.max(initial=0)) for column in columns), default=0)
    out = np.empty((rows, len(columns)), np.uint16 if largest <= SMALL else np.uint32)
    for number, column in enumerate(columns):
        out[:, number] = column
    return out


def _needs_mask(frame: Frame) -> np.ndarray:
    """Bit ``k`` is set where the worker has not said the ``k``-th of NEEDS; uint8 of shape (workers,)."""
    mask = np.zeros(len(frame), np.uint8)
    for bit, name in enumerate(NEEDS):
        column = frame.columns[name]
        unknown = np.array([value in (None, ()) for value in column.values], np.uint8)
        mask |= unknown[column.codes] << bit if len(unknown) else 0
    return mask
