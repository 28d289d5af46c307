"""Workers as plain arrays, ready for the kernel: bits for hard rules, small numbers for everything else."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from matching.pairs.bitmaps import BitRows, order_keys, skill_keys
from matching.pairs.columns import Column, Frame, worker_frame
from matching.pairs.rules import NEEDS, needs
from matching.text.similarity import TextSide, TitleSide
from matching.text.titles import Title, parse, title_key
from matching.types import Order, Worker

WISH_SLOTS = 4
MOST_READINGS = 16
MOST_ANSWERS = 4096
FIRST_WISH = 3
SMALL = np.iinfo(np.uint16).max


def ragged(rows: Sequence[Sequence[int] | np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Rows of different lengths as (starts of shape rows + 1, values one after another), int64."""
    starts = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    return starts, np.fromiter((value for row in rows for value in row), np.int64, starts[-1])


class WorkerIndex:
    """The workers' side.

    ``codes`` (uint16, or uint32 where numbers are many) of shape (workers, 3 + slots) holds the number of the
    worker's experience text, wage floor and county, then of the wishes. Wish 0 is no wish; people with more
    wishes than slots share one number for all the wishes from the last slot on. ``wishes`` and
    ``experiences`` are the distinct texts themselves.

    Raises ``InputError`` for ids that occur twice. An index answers any number of questions:

    >>> from matching import DEFAULT_SCORECARD
    >>> from matching.pairs import factors
    >>> from matching.pairs.order_tables import build_order_tables
    >>> from matching.pairs.scanning import scan_all
    >>> born = date(1990, 1, 1)
    >>> index = WorkerIndex([Worker(worker_id=i, birth_date=born, wishes=("焊工",)) for i in "12"])
    >>> tables = build_order_tables(index, [Order(order_id="A", title="焊工")])
    >>> factors.split_keys(scan_all(index, tables, DEFAULT_SCORECARD, 1, 0).of_order)[2:]
    (array([0]), array([400], dtype=int32))
    """

    # How often a worker's training was changed: order tables made before follow it.
    training_changes = 0
    # How often a worker was changed, and what ``matching.pairs.neighbours`` keeps here: its last reading.
    changes = 0
    neighbours: Any = None
    # What ``matching.pairs.wishers`` keeps here: its lists, and how often single orders asked before.
    wishers: Any = None
    asked = 0

    def __init__(self, workers: Sequence[Worker] | Frame) -> None:
        self.frame = worker_frame(workers)
        self.rows = BitRows(self.frame)
        self.county = self.frame.columns["county_code"]
        self.floor = self.frame.columns["wage_floor_yuan"]
        experience, experiences = _distinct_texts(self.frame.columns["experience"])
        wish_titles, self.wish_sets, wishes = _wish_numbers(self.frame.columns["wishes"])
        self.wishes, self.experiences = TitleSide(wish_titles), TextSide(experiences)
        self.codes = _narrow([experience, self.floor.codes, self.county.codes, *wishes.T], len(self.frame))
        self.needs = _needs_mask(self.frame)

    def __len__(self) -> int:
        return len(self.frame)

    def prepare_for(self, orders: Iterable[Order], today: date) -> None:
        """Make the rows of bits that some orders will ask for, before they are waited for.

        >>> index = WorkerIndex([Worker(worker_id="1")])
        >>> index.prepare_for([Order(order_id="A", skills=("踩平车",))], date(2017, 3, 1))
        >>> ("skill", "平车操作") in index.rows.keys
        True
        """
        self.rows.number(key for order in orders for key in (*order_keys(order, today), *skill_keys(order)))

    def born_by(self, day: date) -> np.ndarray:
        """Bits of those born on ``day`` or before, uint64 words.

        >>> people = [Worker(worker_id="1", birth_date=date(1990, 5, 1)), Worker(worker_id="2")]
        >>> WorkerIndex(people).born_by(date(1990, 5, 1)).tolist()
        [1]
        """
        return self.rows.all_of([("born_by", day)])

    def wishes_read_as(self, names: Mapping[str, str]) -> TitleSide:
        """The distinct wishes with some words (cleaned) read by other names; kept for the next time.

        >>> index = WorkerIndex([Worker(worker_id="1", wishes=("踩车的",))])
        >>> [title.codes for title in index.wishes_read_as({"踩车的": "缝纫工"}).titles]
        [('6-05-01-03',)]
        """
        renamed = {word: name for word, name in names.items() if word in self.wishes.places}
        if not renamed:
            return self.wishes
        key = tuple(sorted(renamed.items()))
        if key not in self._readings:
            if len(self._readings) >= MOST_READINGS:
                self._readings.clear()
            titles = self.wishes.titles
            self._readings[key] = TitleSide(
                [parse(renamed[title.text]) if title.text in renamed else title for title in titles]
            )
        return self._readings[key]

    def kept(self, about: Hashable, make: Callable[[], np.ndarray]) -> np.ndarray:
        """What orders were answered before about this index's counties or floors, else made now.

        >>> index = WorkerIndex([])
        >>> index.kept("any", lambda: np.ones(1)) is index.kept("any", lambda: np.ones(1))
        True
        """
        row = self._answers.get(about)
        if row is None:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            row = self._answers[about] = make()
        return row

    @cached_property
    def _answers(self) -> dict[Hashable, np.ndarray]:
        return {}

    @cached_property
    def _readings(self) -> dict[tuple[tuple[str, str], ...], TitleSide]:
        return {}

    def replace(self, position: int, worker: Worker) -> None:
        """Put a changed worker in the place of the one at a position.

        Raises, changing nothing, ``LookupError`` for a wish, experience, county or wage floor that did not
        occur when the index was built (only building it anew makes room for those), ``IndexError`` for a
        position that is not there and ``ValueError`` for a worker of another id than the one at the position.

        >>> index = WorkerIndex([Worker(worker_id="1", county_code="441802"), Worker(worker_id="2")])
        >>> index.replace(1, Worker(worker_id="2", county_code="441802", health=2))
        >>> index.frame.row(1).health
        2
        >>> index.replace(1, Worker(worker_id="2", county_code="440232"))
        Traceback (most recent call last):
        LookupError: 2: not in this index, build it anew
        """
        if not 0 <= position < len(self):
            raise IndexError(f"no position {position} among {len(self)} workers")
        if worker.worker_id != self.frame.ids[position]:
            raise ValueError(f"position {position} holds {self.frame.ids[position]}, not {worker.worker_id}")
        before = {name: values[codes[position]] for name, (codes, values) in self._cells.items()}
        given = {name: getattr(worker, name) for name in before}
        values = {name: value for name, value in given.items() if value != before[name]}
        codes = self._codes_of(worker)
        for name, value in values.items():
            if value not in self._values[name]:
                self._admit(name, value)
        if self.wishers is not None and self.codes[position].tolist() != codes:
            self.wishers.moved.append(position)
        self.codes[position] = codes
        unsaid = needs(worker)
        self.needs[position] = sum(1 << bit for bit, name in enumerate(NEEDS) if name in unsaid)
        self.rows.replace(position, worker, values)
        for name, value in values.items():
            if name == "trained_for":
                self._retrain(position, set(before[name]), set(value))
            self._cells[name][0][position] = self._values[name][value]
        self.changes += 1

    def _retrain(self, position: int, before: set[str], now: set[str]) -> None:
        """Move a worker between the lists of those trained for an order."""
        self.training_changes += 1
        if "trained" not in self.__dict__:
            return
        for order_id in before ^ now:
            workers = self.trained.get(order_id, np.empty(0, np.int64))
            at = int(np.searchsorted(workers, position))
            self.trained[order_id] = (
                np.insert(workers, at, position) if order_id in now else np.delete(workers, at)
            )

    def _admit(self, name: str, value: Any) -> None:
        """Number a value that is new in a column."""
        column = self.frame.columns[name]
        self._values[name][value] = len(column.values)
        column.values.append(value)
        self.rows.forget(name)

    def _codes_of(self, worker: Worker) -> list[int]:
        """The row of ``codes`` of a worker."""
        text = self._numbers["experiences"].of(worker.experience)
        floor = self._values["wage_floor_yuan"].get(worker.wage_floor_yuan, -1)
        county = self._values["county_code"].get(worker.county_code, -1)
        wishes = [self._numbers["wishes"].of(wish) + 1 for wish in worker.wishes]
        slots = self.codes.shape[1] - FIRST_WISH
        known = min(text, floor, county) >= 0 and 0 not in wishes
        if known and len(wishes) > slots:  # those from the last slot on share a number
            rest = self._set_numbers.get(tuple(sorted(set(wishes[slots - 1 :]))), -1)
            known, wishes = rest >= 0, [*wishes[: slots - 1], len(self.wishes) + 1 + rest]
        if not known:
            raise LookupError(f"{worker.worker_id}: not in this index, build it anew")
        return [text, floor, county, *wishes, *[0] * (slots - len(wishes))]

    @cached_property
    def _set_numbers(self) -> dict[tuple[int, ...], int]:
        """The number of every set of wishes that share a slot."""
        return {tuple(numbers): number for number, numbers in enumerate(self.wish_sets)}

    @cached_property
    def _cells(self) -> dict[str, tuple[np.ndarray, list[Any]]]:
        """Every column's codes, mapped or not as plain arrays, and its values."""
        return {
            name: (np.asarray(column.codes), column.values) for name, column in self.frame.columns.items()
        }

    @cached_property
    def _values(self) -> dict[str, dict[Any, int]]:
        """Of every column, the number of each distinct value."""
        return {
            name: {v: n for n, v in enumerate(column.values)} for name, column in self.frame.columns.items()
        }

    @cached_property
    def _numbers(self) -> dict[str, "Numbering"]:
        return {
            "experiences": Numbering(self.experiences.titles, lambda title: tuple(title.vector.items())),
            "wishes": Numbering(self.wishes.titles, lambda title: (title.text, title.codes)),
        }

    @cached_property
    def wish_lists(self) -> tuple[np.ndarray, np.ndarray]:
        """The wishes of every set of ``wish_sets``: starts and numbers."""
        return ragged(self.wish_sets)

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
        return {
            order_id: np.sort(np.concatenate([owners[n] for n in numbers]))
            for order_id, numbers in cells.items()
        }


class Numbering:
    """Finds the number of a distinct text by what makes it distinct; most texts come again."""

    def __init__(self, titles: Sequence[Title], key: Callable[[Title], Hashable]) -> None:
        self._key = key
        self._numbers = {key(title): number for number, title in enumerate(titles)}
        self._found: dict[str, int] = {}

    def of(self, text: str) -> int:
        """The number, or -1 for a text that is not there."""
        number = self._found.get(text)
        if number is None:
            if len(self._found) >= MOST_ANSWERS:
                self._found.clear()
            number = self._found[text] = self._numbers.get(self._key(parse(text)), -1)
        return number


def _distinct_texts(column: Column) -> tuple[np.ndarray, list[Title]]:
    """Texts that have the same vector are the same text: number per row, and one parsed text per number."""
    cleaned = Column.of([title_key(text) for text in column.values])
    spelt = dict(zip(reversed(cleaned.codes.tolist()), reversed(column.values), strict=True))
    parsed = [parse(spelt[number]) for number in range(len(spelt))]
    distinct = Column.of([tuple(title.vector.items()) for title in parsed])
    kept = dict(zip(reversed(distinct.codes.tolist()), reversed(parsed), strict=True))
    return distinct.codes[cleaned.codes][column.codes], [kept[number] for number in range(len(kept))]


def _wish_numbers(column: Column) -> tuple[list[Title], list[list[int]], np.ndarray]:
    """Distinct parsed wishes, sets of wishes that share a slot, and the numbers in the slots of every row.

    Numbers 1 to ``len(titles)`` are wishes, those after them are sets; int64 of shape (rows, slots).
    """
    starts, parts, titles = _number_parts(column)
    lengths = np.diff(starts)
    width = min(int(lengths.max(initial=0)), WISH_SLOTS) or 1
    slots = np.zeros((len(lengths), width), np.int64)
    within = np.arange(len(parts)) - np.repeat(starts[:-1], lengths)
    owner, fits = np.repeat(np.arange(len(lengths)), lengths), within < width
    slots[owner[fits], within[fits]] = parts[fits]
    sets: dict[tuple[int, ...], int] = {}
    for cell in np.flatnonzero(lengths > width).tolist():
        rest = tuple(np.unique(parts[starts[cell] + width - 1 : starts[cell + 1]]).tolist())
        slots[cell, -1] = len(titles) + 1 + sets.setdefault(rest, len(sets))
    return titles, [list(rest) for rest in sets], slots[column.codes]


def _number_parts(column: Column) -> tuple[np.ndarray, np.ndarray, list[Title]]:
    """Every cell's wishes as numbers from 1 (starts, numbers), and the distinct parsed wishes."""
    starts = np.zeros(len(column.values) + 1, np.int64)
    np.cumsum([len(cell) for cell in column.values], out=starts[1:])
    said = Column.of([wish for cell in column.values for wish in cell])
    parsed = [parse(wish) for wish in said.values]
    meant = Column.of([(title.text, title.codes) for title in parsed])
    first = dict(zip(reversed(meant.codes.tolist()), reversed(parsed), strict=True))
    return (
        starts,
        meant.codes[said.codes].astype(np.int64) + 1,
        [first[number] for number in range(len(first))],
    )


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
