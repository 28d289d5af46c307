"""What every reader yields, and how it goes out: one JSON value a line.

No dataclass here: loading what makes them is a sixth of a reader's start, and each file has its own reader.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, NamedTuple

ROWS_A_LINE = 500
MERGED_LIMIT = 300_000
LONGEST_FORMULA = 100
COLUMNS_LIMIT = 1000  # a register has dozens; beyond that a mark was left in a far cell

Cell = Any
Range = tuple[int, int, int, int]
Run = tuple[int, int]


class Sheet(NamedTuple):
    """A sheet begins."""

    name: str
    visible: bool = True


class Merged(NamedTuple):
    """Merged ranges of the sheet just read: first row, first column, last row, last column; from 1."""

    ranges: list[Range]


class Hidden(NamedTuple):
    """What the sheet just begun hides: runs of rows and of columns, from 1; ``filtered``: by a filter."""

    rows: Sequence[Run] = ()
    columns: Sequence[Run] = ()
    filtered: bool = False
    sheet: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows or self.columns or self.sheet)


class Remark(NamedTuple):
    """What the sender is told about the file; ``code`` names a member of the parent's FileRemark."""

    code: str
    params: dict[str, Any] = {}  # nobody adds to it


class Row(NamedTuple):
    """One row that is not blank, under the number the spreadsheet program shows, from column A on."""

    number: int
    cells: list[Cell]


Event = Sheet | Merged | Hidden | Remark | Row


class Refused(Exception):
    """The file is not taken; ``code`` names a member of the parent's SpreadsheetProblem."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def is_blank(cells: list[Cell]) -> bool:
    """Whether no cell of the row holds anything."""
    return cells.count("") == len(cells)


def write_events(events: Iterable[Event], out: BinaryIO) -> None:
    """Write sheets, rows in batches, and merged ranges. Raises Refused when there is no row at all."""
    batch: list[Row] = []
    seen = count = 0
    for event in events:
        if isinstance(event, Row):
            if len(event.cells) > COLUMNS_LIMIT:
                raise Refused("TOO_LARGE")
            count += 1
            batch.append(event)
            if len(batch) < ROWS_A_LINE:
                continue
        batch = _flush(batch, out)
        if isinstance(event, Sheet) and count:
            _write({"rows": count}, out)
            seen, count = seen + count, 0
        if not isinstance(event, Row):
            _write(_heading(event), out)
    _flush(batch, out)
    if count:
        _write({"rows": count}, out)
    if not seen + count:
        raise Refused("EMPTY")


def write_refusal(refusal: Refused, out: BinaryIO) -> None:
    """Write why the file is not taken."""
    _write({"refused": refusal.code, "params": refusal.params}, out)


def number_rows(rows: Iterable[list[Cell]], first: int = 1) -> Iterator[Row]:
    """Number rows as the program shows them, leaving out the blank ones."""
    for number, cells in enumerate(rows, first):
        if not is_blank(cells):
            yield Row(number, cells)


def formula(text: str) -> Cell:
    """A cell whose formula was never calculated: no result stands beside it."""
    return {"formula": f"={text[:LONGEST_FORMULA]}"}


def runs_of(numbers: Iterable[int]) -> list[Run]:
    """Rising numbers as runs."""
    runs: list[Run] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        elif not runs or number > runs[-1][1]:
            runs.append((number, number))
    return runs


def _heading(event: Sheet | Merged | Hidden | Remark) -> dict[str, object]:
    if isinstance(event, Sheet):
        return {"sheet": event.name, "visible": event.visible}
    if isinstance(event, Remark):
        return {"remark": event.code, "params": event.params}
    if isinstance(event, Hidden):
        told = {"hidden_rows": event.rows, "hidden_columns": event.columns}
        return told | {"filtered": event.filtered, "hidden_sheet": event.sheet}
    if len(event.ranges) > MERGED_LIMIT:
        raise Refused("TOO_LARGE")
    return {"merged": event.ranges}


def _flush(batch: list[Row], out: BinaryIO) -> list[Row]:
    if batch:
        _write(batch, out)
    return []


def _write(value: object, out: BinaryIO) -> None:
    text = json.dumps(value, ensure_ascii=False, default=_encode, separators=(",", ":"))
    out.write(text.encode("utf-8", "replace") + b"\n")


def _encode(value: object) -> dict[str, str]:
    if isinstance(value, datetime) and value.time() == time() and value.tzinfo is None:
        value = value.date()
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time | timedelta):
        return {"time": str(value)}
    raise TypeError(type(value).__name__)
