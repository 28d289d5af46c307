"""One row as a batch keeps it, sealed: the cells of the file, and what was read from them.

``raw`` is what the file shows, by the key of each column. ``typed`` holds the cells that are more than their
text (numbers, days, what a blank cell took from above), ``above`` the keys of the latter, ``values`` what the
register would take, ``table`` the number of the row's table in the batch's reading.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.kit.files.spreadsheet import Cell, Row
from app.workers.intake.diff import ID_FIELD, given, plain, storable
from app.workers.roster.columns import Column
from app.workers.roster.headers import Header
from app.workers.roster.rows import RosterRow
from app.workers.roster.tables import Person, Table


def kept(row: RosterRow, table: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a batch keeps of ``row``; ``values`` are those the register would take."""
    typed: dict[str, Any] = {}
    above: list[str] = []
    for column in row.columns:
        shown, cell = _at(row.cells, column.index), _at(row.filled, column.index)
        if not isinstance(cell, str) or cell != shown:
            typed[str(column.index)] = packed(cell)
        if cell != shown:
            above.append(column.key)
    payload = {"raw": row.raw, "table": table, "values": _readable(values)}
    extra = {"typed": typed, "above": above, "context": dict(row.context)}
    return payload | {name: value for name, value in extra.items() if value}


def _readable(values: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON can keep; a row without a number was not read as a whole, its Mandarin is no level yet."""
    if ID_FIELD in values:
        return storable(values)
    return {name: plain(value) for name, value in given(values).items() if name != "mandarin"}


def _at(cells: Sequence[Cell], index: int) -> Cell:
    return cells[index] if index < len(cells) else ""


def packed(cell: Cell) -> Any:
    """A cell as JSON keeps it."""
    if isinstance(cell, datetime):
        return {"instant": cell.isoformat()}
    return {"day": cell.isoformat()} if isinstance(cell, date) else cell


def unpacked(value: Any) -> Cell:
    """The cell that :func:`packed` wrote."""
    if isinstance(value, dict):
        return (
            datetime.fromisoformat(value["instant"])
            if "instant" in value
            else date.fromisoformat(value["day"])
        )
    cell: Cell = value
    return cell


def table_of(columns: Sequence[Column]) -> Table:
    """A table as the reader of rows needs it; where it stood in the file is forgotten."""
    return Table(Header(0, 0, {column.index: (column.header,) for column in columns}), list(columns))


def person_of(payload: Mapping[str, Any], table: Table, number: int) -> tuple[Person, list[Cell]]:
    """The row again as the file had it, and its cells with what blank ones took from above."""
    width = 1 + max(column.index for column in table.columns)
    cells: list[Cell] = [""] * width
    for column in table.columns:
        cells[column.index] = payload["raw"].get(column.key, "")
    filled = list(cells)
    for index, value in payload.get("typed", {}).items():
        filled[int(index)] = unpacked(value)
    return Person(table, Row(number, cells), payload.get("context", {})), filled
