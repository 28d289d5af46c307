"""One row of a table to one person: values, errors, doubts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from app.kit.files.spreadsheet import Cell
from app.workers.roster.choices import parse_yes
from app.workers.roster.columns import GATHERED, Column, asked_thing
from app.workers.roster.fields import BY_NAME, Field
from app.workers.roster.findings import Finding
from app.workers.roster.parsed import Parsed, Remark, plain, text_of
from app.workers.roster.rules import derived, row_doubts
from app.workers.roster.tables import Person, Table
from models.i18n import N_
from models.people.identity import IdNumber

REQUIRED = ("name", "id_number")

OTHER_COUNTY = N_("这一行写的是“%(text)s”，和正在导入的县不同，请核对")


@dataclass(frozen=True)
class RosterRow:
    """One row that is a person.

    ``values`` holds what is known, under the register's names; ``errors`` refuse the row, ``doubts`` only
    warn.
    ``repeats`` is the earlier (sheet, row) of the same person, whose values count.
    """

    sheet: str
    row: int
    values: dict[str, Any]
    errors: list[Finding]
    doubts: list[Finding]
    columns: list[Column] = field(repr=False)
    cells: list[Cell] = field(repr=False)
    context: Mapping[str, str] = field(repr=False)
    repeats: tuple[str, int] | None = None

    @property
    def raw(self) -> dict[str, str]:
        """What the file shows, by the key of each column, and the places its titles name: for refused
        rows."""
        shown = {
            column.key: self.cells[column.index] for column in self.columns if column.index < len(self.cells)
        }
        fields = {column.field for column in self.columns}
        places = {BY_NAME[name].label: text for name, text in self.context.items() if name not in fields}
        return {key: text_of(cell) for key, cell in shown.items()} | places


class RowReader:
    """Reads the rows of one table. ``county_names`` are the names the county goes by, empty if unknown."""

    def __init__(self, table: Table, county_names: frozenset[str], today: date) -> None:
        self.table = table
        self._today = today
        self._county_names = county_names
        self._fields = [(BY_NAME[column.field], column) for column in table.columns if column.field]

    @cached_property
    def _field_names(self) -> frozenset[str]:
        return frozenset(self.table.places)

    def read(self, sheet: str, person: Person, cells: list[Cell]) -> RosterRow:
        """Read every cell of the row, then the row as a whole."""
        row = RosterRow(
            sheet, person.row.number, {}, [], [], self.table.columns, person.row.cells, person.context
        )
        for one, column in self._fields:
            cell = cells[column.index] if column.index < len(cells) else ""
            if cell != "" or one.name in REQUIRED:
                self._read_cell(row, one, column, cell)
        number = row.values.get("id_number")
        if isinstance(number, IdNumber):
            self._look_at_whole(row, number)
        for name, value in person.context.items():
            row.values.setdefault(name, value)
        return row

    def note(self, row: RosterRow, field_name: str, remark: Remark, is_error: bool = False) -> None:
        """Put a remark on a field of the row."""
        header = self.table.header_of(field_name)
        found = Finding(row.sheet, row.row, header, remark.sentence, remark.params)
        (row.errors if is_error else row.doubts).append(found)

    def _read_cell(self, row: RosterRow, one: Field, column: Column, cell: Cell) -> None:
        parsed = one.read(cell, self._today)
        if one.name in GATHERED:
            parsed = Parsed([*row.values.get(one.name, []), *_gathered(column.header, cell, parsed)])
        if parsed.value is not None:
            row.values[one.name] = parsed.value
        if parsed.error:
            row.errors.append(Finding(row.sheet, row.row, column.header, *parsed.error))
        if parsed.doubt:
            row.doubts.append(Finding(row.sheet, row.row, column.header, *parsed.doubt))

    def _look_at_whole(self, row: RosterRow, number: IdNumber) -> None:
        for name, remark in row_doubts(row.values, self._field_names, number, self._today):
            self.note(row, name, remark)
        county = row.values.pop("county", "")
        if county and self._county_names and not any(name in plain(county) for name in self._county_names):
            self.note(row, "county", Remark(OTHER_COUNTY, {"text": county[:20]}))
        row.values.update(derived(row.values, number))


def _gathered(header: str, cell: Cell, parsed: Parsed) -> list[str]:
    """Words of a list, or, below a heading like 会开叉车吗, the thing it asks for if the answer is yes."""
    thing = asked_thing(header)
    answer = parse_yes(cell).value if thing else None
    if answer is None:
        return parsed.value or []
    return [thing] if answer else []
