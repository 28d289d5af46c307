"""One row of a table to one person: values, errors, warnings."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date
from functools import cached_property
from typing import Any

from app.kit.files.cells.amounts import unit_of_heading
from app.kit.files.cells.cell import Parsed, plain, text_of
from app.kit.files.cells.people import parse_words
from app.kit.files.cells.spoilt import BAD_CHARACTER, spoilt
from app.kit.files.spreadsheet import Cell
from app.workers.roster.choices import parse_yes
from app.workers.roster.columns import GATHERED_LISTS, GATHERED_TEXTS, Column
from app.workers.roster.county_places import CountyPlaces
from app.workers.roster.dictionary import asked_thing
from app.workers.roster.fields import BY_NAME, REQUIRED, Field
from app.workers.roster.home import Address, Origin, Titles, settle_home
from app.workers.roster.rules import contradicted, derived, row_warnings
from app.workers.roster.tables import Person, Table
from models.bulk_upload import CellProblem
from models.i18n import Sentence
from models.people.identity import IdNumber


@dataclass(frozen=True)
class RosterRow:
    """One row that is a person.

    ``values`` holds what is known, under the register's names; ``errors`` reject the row, ``warnings`` do
    not. ``repeats`` is the earlier (sheet, row) of the same person, whose values count. ``cells`` are those
    of the file, ``filled`` the same with what blank ones took from above. ``remarks`` are those of the
    warnings that doubt what the person is, not how a cell was read: they matter where a row says something
    new.
    """

    sheet: str
    row: int
    values: dict[str, Any]
    errors: list[CellProblem]
    warnings: list[CellProblem]
    columns: list[Column] = dataclass_field(repr=False)
    cells: list[Cell] = dataclass_field(repr=False)
    context: Mapping[str, str] = dataclass_field(repr=False)
    filled: list[Cell] = dataclass_field(repr=False)
    remarks: list[CellProblem] = dataclass_field(default_factory=list)
    repeats: tuple[str, int] | None = None
    origins: dict[str, Origin] = dataclass_field(default_factory=dict)

    @property
    def raw(self) -> dict[str, str]:
        """What the file shows, by the key of each column, and the places its titles name."""
        shown = {
            column.key: self.cells[column.index] for column in self.columns if column.index < len(self.cells)
        }
        fields = {column.field for column in self.columns}
        places = {BY_NAME[name].label: text for name, text in self.context.items() if name not in fields}
        return {key: text_of(cell) for key, cell in shown.items()} | places


class RowReader:
    """Reads the rows of one table of a county's file."""

    def __init__(self, table: Table, places: CountyPlaces, today: date) -> None:
        self.table = table
        self._today = today
        self._places = places
        self._fields = [(BY_NAME[column.field], column) for column in table.columns if column.field]

    @cached_property
    def _field_names(self) -> frozenset[str]:
        return frozenset(self.table.places)

    def read(self, sheet: str, person: Person, cells: list[Cell]) -> RosterRow:
        """Read every cell of the row, then the row as a whole."""
        row = RosterRow(
            sheet, person.row.number, {}, [], [], self.table.columns, person.row.cells, person.context, cells
        )
        for field, column in self._fields:
            cell = cells[column.index] if column.index < len(cells) else ""
            if cell != "" or field.name in REQUIRED:
                self._read_cell(row, field, column, cell)
        number = row.values.get("id_number")
        if isinstance(number, IdNumber):
            self._check_whole(row, number)
        self._settle_home(row, person, cells)
        return row

    def _settle_home(self, row: RosterRow, person: Person, cells: list[Cell]) -> None:
        """Where the person lives, from whatever says it."""
        row.values.pop("address", None)
        addresses = [
            Address(column.header, text_of(cells[column.index]))
            for field, column in self._fields
            if field.name == "address" and column.index < len(cells) and cells[column.index] != ""
        ]
        titles = Titles(person.context, person.origins)
        origins, warnings = settle_home(row.values, addresses, titles, self._places)
        row.origins.update(origins)
        for header, sentence in warnings:
            row.warnings.append(CellProblem(header, sentence))

    def reject(self, row: RosterRow, field: str, sentence: Sentence) -> None:
        """Reject the row for one of its fields."""
        row.errors.append(CellProblem(self.table.header_of(field), sentence))

    def warn(self, row: RosterRow, field: str, sentence: Sentence) -> None:
        """Warn of one field of the row."""
        warning = CellProblem(self.table.header_of(field), sentence)
        row.warnings.append(warning)
        if not BY_NAME[field].checked_only:
            row.remarks.append(warning)

    def _read_cell(self, row: RosterRow, field: Field, column: Column, cell: Cell) -> None:
        is_free = field.parse is parse_words
        if fault := spoilt(cell, is_free):
            (row.errors if field.name in REQUIRED else row.warnings).append(CellProblem(column.header, fault))
            if not (is_free and BAD_CHARACTER in str(cell)):
                return
        parsed = _answered(field, column.header, cell) or field.read(
            cell, self._today, unit_of_heading(column.header)
        )
        before = row.values.get(field.name)
        if before and parsed.value is not None:
            parsed = _gathered(field, before, parsed)
        if parsed.value is not None:
            row.values[field.name] = parsed.value
        if parsed.error:
            row.errors.append(CellProblem(column.header, parsed.error))
        if parsed.warning:
            row.warnings.append(CellProblem(column.header, parsed.warning))

    def _check_whole(self, row: RosterRow, number: IdNumber) -> None:
        for field, sentence in row_warnings(row.values, self._field_names, number, self._today):
            self.warn(row, field, sentence)
        county = row.values.pop("county", "")
        names = self._places.names
        if county and names and not any(name in plain(county) for name in names):
            sentence = Sentence("这一行写的是“%(text)s”，和正在导入的县不同，请核对", {"text": county[:20]})
            self.warn(row, "county", sentence)
        for name in contradicted(row.values):
            del row.values[name]
        row.values.update(derived(row.values, number))


def _answered(field: Field, header: str, cell: Cell) -> Parsed | None:
    """Below a heading like 会开叉车吗, the thing it asks for if the answer is yes."""
    thing = asked_thing(header) if field.name in GATHERED_LISTS else ""
    answer = parse_yes(cell).value if thing else None
    return None if answer is None else Parsed([thing] if answer else [])


def _gathered(field: Field, before: Any, parsed: Parsed) -> Parsed:
    """What two columns of one list or of one text say together."""
    if field.name in GATHERED_LISTS:
        return parsed._replace(value=list(dict.fromkeys([*before, *parsed.value])))
    if field.name in GATHERED_TEXTS and parsed.value != before:
        both = f"{before}；{parsed.value}"
        too_long = Sentence("几列写在一起太长，只登记了前%(most)d个字", {"most": field.longest})
        return Parsed(
            both[: field.longest], warning=too_long if len(both) > field.longest else parsed.warning
        )
    return parsed
