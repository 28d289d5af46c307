"""A county's file to rows of people: what each says, what rejects it, what to ask about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

from app.kit.files.cells.cell import text_of
from app.kit.files.file_account import FileAccount, RowCounter
from app.kit.files.hidden import EVERYTHING, SEEN_ONLY, Unhide
from app.kit.files.spreadsheet import Cell, Sheet, Workbook, open_workbook
from app.workers.roster import skipped_rows
from app.workers.roster.blank_cells import Filler
from app.workers.roster.columns import Column, Guess, known_field, normal, suggestion
from app.workers.roster.households import Households
from app.workers.roster.places import county_names
from app.workers.roster.rows import REQUIRED, RosterRow, RowReader
from app.workers.roster.tables import Person, SkippedRow, Table, walk
from models.i18n import Refusal, Sentence
from models.people.name import name_key

SAMPLES = 3


class RosterError(Refusal):
    """The file is a spreadsheet, but not a roster."""


class UnknownColumn(NamedTuple):
    """A heading to ask about, once: with the likeliest field and some cells from below it."""

    key: str
    header: str
    sheet: str
    suggestion: Guess
    samples: list[str]


@dataclass
class SheetReading:
    """The tables of one sheet: their heading rows and columns."""

    name: str
    tables: list[Table] = field(default_factory=list)


class RosterReading:
    """A file walked through once for its tables, skipped rows, questions; ``rows()`` reads the people."""

    def __init__(self, book: Workbook, county_code: str, mapping: Mapping[str, str], today: date) -> None:
        self._book = book
        self._today = today
        self._county_names = county_names(county_code)
        self._remembered = {normal(heading): name for heading, name in mapping.items()}
        self._households = Households()
        self._unknown: dict[str, UnknownColumn] = {}
        self.sheets: list[SheetReading] = []
        self.row_count = 0
        self._counter = RowCounter()
        for place, sheet in enumerate(book.sheets):
            self._survey(place, sheet)
        self.file = self._account()

    def __enter__(self) -> "RosterReading":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget the file's rows."""
        self._book.close()

    @property
    def is_readable(self) -> bool:
        """Whether some table has the columns without which no person can be registered."""
        return any(_is_complete(table) for sheet in self.sheets for table in sheet.tables)

    @property
    def unknown_columns(self) -> list[UnknownColumn]:
        """The headings to ask about, each once in a file."""
        return list(self._unknown.values())

    def rows(self) -> Iterator[RosterRow]:
        """Read the people, in the order of the file; each call reads anew."""
        seen: dict[str, tuple[str, int, str]] = {}
        for place, sheet in enumerate(self._book.sheets):
            for reader, person, cells in self._people(sheet):
                row = reader.read(sheet.name, person, cells)
                if "id_number" in row.values:
                    self._ask_household(place, reader, row)
                    row = _compare(seen, reader, row)
                yield row

    def _survey(self, place: int, sheet: Sheet) -> None:
        """Walk a sheet for the first time."""
        reading = SheetReading(sheet.name)
        self.sheets.append(reading)
        left: list[SkippedRow] = []
        filler: Filler | None = None
        for item in walk(sheet, self._remembered):
            if isinstance(item, Table):
                reading.tables.append(item)
                filler = Filler(item, sheet)
                self._ask(sheet.name, item.columns)
            elif isinstance(item, SkippedRow):
                left.append(item)
            elif filler and _is_complete(item.table):
                self.row_count += 1
                self._households.add(place, item, filler)
                self._sample(item)
            else:
                left.append(SkippedRow(item.row.number, skipped_rows.NO_TABLE))
        self._leave(sheet, reading, left)

    def _leave(self, sheet: Sheet, reading: SheetReading, left: list[SkippedRow]) -> None:
        """Note every row that is no person; what stands above a table may have turned out to be headings."""
        headings = {
            row for table in reading.tables for row in range(table.header.top, table.header.bottom + 1)
        }
        for row in left:
            reason = skipped_rows.HEADER if row.number in headings else row.reason
            self._counter.leave(sheet.name, row.number, reason if reading.tables else skipped_rows.NO_TABLE)

    def _account(self) -> FileAccount:
        """Where every row of the file went, and what of it was not read."""
        self._counter.taken = self.row_count
        account = self._counter.account(self._book)
        account.remarks += [
            skipped_rows.side_by_side(sheet.name, table.header.bottom)
            for sheet in self.sheets
            for table in sheet.tables
            if _is_side_by_side(table)
        ]
        return account

    def _people(self, sheet: Sheet) -> Iterator[tuple[RowReader, Person, list[Cell]]]:
        """Walk a sheet again, for its people only."""
        for item in walk(sheet, self._remembered):
            if isinstance(item, Table):
                reader = RowReader(item, self._county_names, self._today)
                filler = Filler(item, sheet)
            elif isinstance(item, Person) and _is_complete(item.table):
                yield reader, item, filler.fill(item.row)

    def _ask(self, sheet: str, columns: list[Column]) -> None:
        for column in columns:
            if column.field is None and normal(column.header) and normal(column.key) not in self._unknown:
                guess = suggestion(column.header)
                self._unknown[normal(column.key)] = UnknownColumn(column.key, column.header, sheet, guess, [])

    def _sample(self, person: Person) -> None:
        """Keep a few cells from below the unknown headings, to show with the question."""
        if self.row_count > 50 or not self._unknown:
            return
        for column in person.table.columns:
            asked = self._unknown.get(normal(column.key)) if column.field is None else None
            cell = person.row.cells[column.index] if column.index < len(person.row.cells) else ""
            if asked and cell != "" and len(asked.samples) < SAMPLES:
                asked.samples.append(text_of(cell)[:20])

    def _ask_household(self, place: int, reader: RowReader, row: RosterRow) -> None:
        code, relation = row.values.get("household_code", ""), row.values.get("relation", "")
        number = row.values["id_number"]
        for sentence in self._households.errors(code, relation, number):
            reader.reject(row, "relation", sentence)
        for sentence in self._households.warnings(code, relation, number, (place, row.row)):
            reader.warn(row, "relation", sentence)


def read_roster(
    source: bytes | Path,
    *,
    county_code: str,
    today: date,
    mapping: Mapping[str, str] | None = None,
    unhide: Unhide = SEEN_ONLY,
) -> RosterReading:
    """Open a county's file, told by its content. ``mapping``: the fields of headings the county explained;
    ``unhide``: what is read of what the file hides.

    Raises SpreadsheetError if the file cannot be read, RosterError if no sheet holds a table of people. Close
    the reading, or use it in ``with``.
    """
    book = open_workbook(source, unhide)
    try:
        reading = RosterReading(book, county_code, mapping or {}, today)
        if not reading.is_readable and book.hidden:
            book.show(EVERYTHING)
            reading.file.needs_hidden = RosterReading(book, county_code, mapping or {}, today).is_readable
            book.show(unhide)
        if not any(sheet.tables for sheet in reading.sheets) and not reading.file.needs_hidden:
            raise RosterError(skipped_rows.NO_TABLE)
        return reading
    except BaseException:
        book.close()
        raise


def _is_complete(table: Table) -> bool:
    return all(name in table.places for name in REQUIRED)


def _is_side_by_side(table: Table) -> bool:
    return any(column.field is None and known_field(column.header) == "id_number" for column in table.columns)


def _compare(seen: dict[str, tuple[str, int, str]], reader: RowReader, row: RosterRow) -> RosterRow:
    """Look for the same number above: the same person counts once, another name rejects the row."""
    name = name_key(row.values.get("name", ""))
    number = row.values["id_number"]
    if number not in seen:
        if name:
            seen[number] = (row.sheet, row.row, name)
        return row
    sheet, first, other = seen[number]
    if name and name != other:
        clash = Sentence("这个证件号码在第%(row)d行已经登记给另一个姓名，请核对是谁的号码", {"row": first})
        reader.reject(row, "id_number", clash)
        return row
    same = Sentence("和第%(row)d行是同一个人，只登记一次，以第%(row)d行为准", {"row": first})
    reader.warn(row, "id_number", same)
    return replace(row, repeats=(sheet, first))
