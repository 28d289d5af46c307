"""What every reader yields, and how it goes out: one JSON value a line."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, NamedTuple

ROWS_A_LINE = 500
MERGED_LIMIT = 300_000
COLUMNS_LIMIT = 1000  # a register has dozens; beyond that a mark was left in a far cell

Cell = Any
Range = tuple[int, int, int, int]


class Sheet(NamedTuple):
    """A sheet begins."""

    name: str
    visible: bool = True


class Merged(NamedTuple):
    """Merged ranges of the sheet just read: first row, first column, last row, last column; from 1."""

    ranges: list[Range]


class Row(NamedTuple):
    """One row that is not blank, under the number the spreadsheet program shows, from column A on."""

    number: int
    cells: list[Cell]


Event = Sheet | Merged | Row


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
    seen = False
    for event in events:
        if isinstance(event, Row):
            if len(event.cells) > COLUMNS_LIMIT:
                raise Refused("TOO_LARGE")
            seen = True
            batch.append(event)
            if len(batch) < ROWS_A_LINE:
                continue
        batch = _flush(batch, out)
        if not isinstance(event, Row):
            _write(_heading(event), out)
    _flush(batch, out)
    if not seen:
        raise Refused("EMPTY")


def write_refusal(refusal: Refused, out: BinaryIO) -> None:
    """Write why the file is not taken."""
    _write({"refused": refusal.code, "params": refusal.params}, out)


def number_rows(rows: Iterable[list[Cell]], first: int = 1) -> Iterator[Row]:
    """Number rows as the program shows them, leaving out the blank ones."""
    for number, cells in enumerate(rows, first):
        if not is_blank(cells):
            yield Row(number, cells)


def _heading(event: Sheet | Merged) -> dict[str, object]:
    if isinstance(event, Sheet):
        return {"sheet": event.name, "visible": event.visible}
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
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, time | timedelta):
        return {"time": str(value)}
    raise TypeError(type(value).__name__)
