"""Many workers or orders, column by column, each distinct value kept once.

A million workers hold a few thousand distinct wishes, wages or dates. Every column is a list of distinct
values and one number per row, so that whatever is done to a value is done once.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from matching.fields import checked_values
from matching.types import CellError, InputError, Order, Worker, restored


@dataclass(frozen=True, slots=True)
class Column:
    """``values[codes[row]]`` is the value of a row; codes are int32 of shape (rows,).

    >>> column = Column.of(["焊工", "保安", "焊工"])
    >>> column.codes.tolist(), column.values, column.take(np.array([1])).codes.tolist()
    ([0, 1, 0], ['焊工', '保安'], [1])
    """

    codes: np.ndarray
    values: list[Any]

    @classmethod
    def of(cls, cells: Sequence[Hashable]) -> "Column":
        """Number the distinct values of a list of cells."""
        numbers: dict[Hashable, int] = {}
        codes = np.fromiter((numbers.setdefault(cell, len(numbers)) for cell in cells), np.int32, len(cells))
        return cls(codes, list(numbers))

    def take(self, rows: np.ndarray) -> "Column":
        """The same column with its rows in another order."""
        return Column(self.codes[rows], self.values)


@dataclass(frozen=True, slots=True)
class Frame:
    """Rows of one kind (``Worker`` or ``Order``) by column, sorted by id: a lower position is a lower id.

    ``is_checked`` says that every value is known to be one that its field may hold; where it is not, the
    engine looks at the distinct values once before it uses them.

    >>> frame = Frame.of(Worker, [Worker(worker_id="10"), Worker(worker_id="9", wishes=("焊工",))])
    >>> frame.ids.tolist(), frame.row(0).wishes, frame.position("10"), len(frame.take(np.array([0])))
    (['9', '10'], ('焊工',), 1, 1)
    """

    kind: type
    ids: np.ndarray
    columns: Mapping[str, Column]
    is_checked: bool = False

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Any]:
        return (self.row(position) for position in range(len(self)))

    def row(self, position: int) -> Any:
        """One row as a dataclass."""
        cells = {name: column.values[column.codes[position]] for name, column in self.columns.items()}
        cells[id_field(self.kind)] = str(self.ids[position])
        return restored(self.kind, cells) if self.is_checked else self.kind(**cells)

    def position(self, identifier: str) -> int:
        """Where an id stands. Raises ``KeyError`` when no row has it."""
        places = np.flatnonzero(self.ids == identifier)
        if not len(places):
            raise KeyError(identifier)
        return int(places[0])

    def take(self, rows: np.ndarray) -> "Frame":
        """Some rows, in the order given."""
        columns = {name: column.take(rows) for name, column in self.columns.items()}
        return Frame(self.kind, self.ids[rows], columns, self.is_checked)

    def checked(self) -> "Frame":
        """The same frame with every distinct value looked at.

        Raises ``InputError`` for a column that is missing or of another length, and for values that a field
        may not hold.

        >>> good, sex = Frame.of(Worker, [Worker(worker_id="1")]), Column(np.array([0]), ["Male"])
        >>> Frame(Worker, good.ids, {**good.columns, "sex": sex}).checked()
        Traceback (most recent call last):
        matching.problems.InputError: Worker: sex: must be M, F or empty: 'Male'
        """
        if self.is_checked:
            return self
        kind, columns, errors = self.kind.__name__, {}, []
        for name in _other_fields(self.kind):
            column = self.columns.get(name)
            if column is None or len(column.codes) != len(self.ids):
                problem = "column is missing" if column is None else "column is of another length"
                errors.append(CellError(kind, 0, name, problem))
                continue
            try:
                columns[name] = Column(column.codes, checked_values(kind, name, column.values))
            except InputError as wrong:
                errors += wrong.errors
        if errors:
            raise InputError(errors)
        return Frame(self.kind, self.ids, columns, is_checked=True)

    @classmethod
    def of(cls, kind: type, rows: "Sequence[Any] | Frame") -> "Frame":
        """Columns of a list of dataclasses; a frame passes through once it is checked.

        Raises ``InputError`` for equal ids, rows of another kind, and values that a field may not hold.
        """
        if isinstance(rows, Frame):
            if rows.kind is not kind:
                raise InputError(
                    [CellError("", 0, "", f"a frame of {rows.kind.__name__}, not {kind.__name__}")]
                )
            return rows.checked()
        rows = list(rows)
        for number, row in enumerate(rows):
            if not isinstance(row, kind):
                problem = f"entry {number} is a {type(row).__name__}, not a {kind.__name__}"
                raise InputError([CellError(kind.__name__, 0, "", problem)])
        name = id_field(kind)
        columns = {other: Column.of([getattr(row, other) for row in rows]) for other in _other_fields(kind)}
        return cls.sorted_by_id(kind, [getattr(row, name) for row in rows], columns, is_checked=True)

    @classmethod
    def sorted_by_id(
        cls, kind: type, ids: Sequence[str], columns: dict[str, Column], is_checked: bool = False
    ) -> "Frame":
        """Build a frame from unsorted columns. Raises ``InputError`` for equal ids."""
        labels = np.array(ids, dtype=np.str_) if len(ids) else np.array([], "U1")
        rows = id_order(labels)
        taken = {name: column.take(rows) for name, column in columns.items()}
        frame = cls(kind, labels[rows], taken, is_checked)
        if len(labels) and (frame.ids[1:] == frame.ids[:-1]).any():
            again = frame.ids[1:][frame.ids[1:] == frame.ids[:-1]]
            raise InputError(
                [CellError(kind.__name__.lower(), 0, id_field(kind), f"twice: {i}") for i in again]
            )
        return frame


def _other_fields(kind: type) -> list[str]:
    """The fields of ``Worker`` or ``Order`` but for the id."""
    return [field.name for field in fields(kind) if field.name != id_field(kind)]


def id_field(kind: type) -> str:
    """The name of the identifying field of ``Worker`` or ``Order``."""
    return f"{kind.__name__.lower()}_id"


def id_order(labels: np.ndarray) -> np.ndarray:
    """Positions that sort ids from low to high: as numbers when all are numbers, else as text."""
    if len(labels) and labels.dtype.itemsize <= 72 and np.char.isdecimal(labels).all():
        try:
            return np.lexsort((labels, labels.astype(np.int64)))
        except (OverflowError, ValueError):
            pass
    return np.argsort(labels, kind="stable")


def worker_frame(workers: "Sequence[Worker] | Frame") -> Frame:
    """Workers as columns."""
    return Frame.of(Worker, workers)


def order_frame(orders: "Sequence[Order] | Frame") -> Frame:
    """Orders as columns."""
    return Frame.of(Order, orders)
