"""A county's file to rows of people: what each says, what rejects it, what to ask about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from app.kit.files.file_account import FileAccount, RowCounter
from app.kit.files.hidden import EVERYTHING, SEEN_ONLY, Unhide
from app.kit.files.spreadsheet import Cell, Sheet, Workbook, open_workbook
from app.workers.roster import skipped_rows
from app.workers.roster.blank_cells import Filler
from app.workers.roster.column_reports import ColumnReport, ColumnReports
from app.workers.roster.columns import Meanings
from app.workers.roster.county_places import places_of
from app.workers.roster.dictionary import Guess, normal
from app.workers.roster.fields import REQUIRED
from app.workers.roster.households import Households
from app.workers.roster.rows import RosterRow, RowReader
from app.workers.roster.tables import FileTitles, Person, SkippedRow, Table, walk
from app.workers.roster.values import is_second_table
from app.workers.roster.whole_file import WholeFile
from models.i18n import Refusal


class RosterError(Refusal):
    """The file is a spreadsheet, but not a roster."""


@dataclass(frozen=True)
class Answers:
    """What people said to a preview: ``left_out`` are keys of columns, ``corrected`` the texts of cells by
    (sheet, row) and key of the column."""

    left_out: frozenset[str] = frozenset()
    corrected: Mapping[tuple[str, int], Mapping[str, str]] = field(default_factory=dict)


NO_ANSWERS = Answers()


class UnknownColumn(NamedTuple):
    """A heading that is not read until somebody says what it means, once for the file."""

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

    def __init__(
        self, book: Workbook, titles: FileTitles, meanings: Meanings, today: date, answers: Answers
    ) -> None:
        self._book = book
        self._answers = answers
        self._today = today
        self._titles = titles
        self._meanings = meanings
        self._households = Households()
        self._reports = ColumnReports()
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
        """The headings that are not read until somebody says what they mean, each once in a file."""
        asked = {
            normal(report.key): report for report in self.columns if report.is_asked and not report.field
        }
        return [
            UnknownColumn(report.key, report.header, report.sheet, report.guess, report.samples)
            for report in asked.values()
        ]

    @property
    def columns(self) -> list[ColumnReport]:
        """What became of each column of each sheet."""
        return list(self._reports)

    def rows(self) -> Iterator[RosterRow]:
        """Read the people, in the order of the file; each call reads anew."""
        whole = WholeFile(self._households)
        for place, sheet in enumerate(self._book.sheets):
            for reader, person, cells in self._people(sheet):
                self._correct(sheet.name, person, cells)
                yield whole.check(place, reader, reader.read(sheet.name, person, cells))

    def _survey(self, place: int, sheet: Sheet) -> None:
        """Walk a sheet for the first time."""
        reading = SheetReading(sheet.name)
        self.sheets.append(reading)
        left: list[SkippedRow] = []
        filler: Filler | None = None
        for item in walk(sheet, self._meanings, self._titles, self._answers.left_out):
            if isinstance(item, Table):
                reading.tables.append(item)
                filler = Filler(item, sheet)
                self._reports.begin(sheet.name, item)
            elif isinstance(item, SkippedRow):
                left.append(item)
            elif filler and _is_complete(item.table):
                self.row_count += 1
                self._correct(sheet.name, item, item.row.cells)
                self._households.add(place, item, filler)
                self._reports.count(item.row.cells)
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
            if is_second_table(table.columns)
        ]
        return account

    def _people(self, sheet: Sheet) -> Iterator[tuple[RowReader, Person, list[Cell]]]:
        """Walk a sheet again, for its people only."""
        for item in walk(sheet, self._meanings, self._titles, self._answers.left_out):
            if isinstance(item, Table):
                reader = RowReader(item, self._titles.places, self._today)
                filler = Filler(item, sheet)
            elif isinstance(item, Person) and _is_complete(item.table):
                yield reader, item, filler.fill(item.row)

    def _correct(self, sheet: str, person: Person, cells: list[Cell]) -> None:
        """Put what a person corrected in the preview in the place of what the file says."""
        for key, text in self._answers.corrected.get((sheet, person.row.number), {}).items():
            index = next((column.index for column in person.table.columns if column.key == key), None)
            if index is not None:
                missing = index + 1 - len(cells)
                for row in [cells] if cells is person.row.cells else [cells, person.row.cells]:
                    row.extend([""] * missing)
                    row[index] = text


def read_roster(
    source: bytes | Path,
    *,
    county_code: str,
    today: date,
    mapping: Mapping[str, str] | None = None,
    remembered: Mapping[str, str] | None = None,
    unhide: Unhide = SEEN_ONLY,
    answers: Answers = NO_ANSWERS,
    filename: str = "",
) -> RosterReading:
    """Open a county's file, told by its content.

    ``mapping`` gives the fields of headings as they were explained for this file, ``remembered`` those the
    county explained for others; ``unhide`` says what is read of what the file hides.

    Raises SpreadsheetError if the file cannot be read, RosterError if no sheet holds a table of people. Close
    the reading, or use it in ``with``.
    """
    book = open_workbook(source, unhide)
    try:
        meanings = Meanings(mapping or {}, remembered or {})
        titles = titles_of(county_code, filename)
        reading = RosterReading(book, titles, meanings, today, answers)
        if not reading.is_readable and book.hidden:
            book.show(EVERYTHING)
            reading.file.needs_hidden = RosterReading(book, titles, meanings, today, answers).is_readable
            book.show(unhide)
        if not any(sheet.tables for sheet in reading.sheets) and not reading.file.needs_hidden:
            raise RosterError(skipped_rows.NO_TABLE)
        return reading
    except BaseException:
        book.close()
        raise


def titles_of(county_code: str, filename: str) -> FileTitles:
    """What the name of a file says of the home of its people: only townships that the county has."""
    places = places_of(county_code)
    named = places.named_in(filename.rsplit(".", 1)[0])
    return FileTitles(places, named if named.get("township") in places.townships else {})


def _is_complete(table: Table) -> bool:
    return all(name in table.places for name in REQUIRED)
