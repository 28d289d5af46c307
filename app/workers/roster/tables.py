"""Finds the tables of a sheet: their headings, which rows are people, and what the rest is."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise

from app.kit.files.cells.cell import text_of
from app.kit.files.spreadsheet import Cell, Range, Row, Sheet
from app.workers.roster import skipped_rows
from app.workers.roster.columns import (
    Column,
    Grounds,
    Meanings,
    column_letter,
    match_columns,
    prove_name,
    prove_number,
)
from app.workers.roster.county_places import CountyPlaces
from app.workers.roster.dictionary import normal
from app.workers.roster.fields import LEFT_OUT, REQUIRED
from app.workers.roster.headers import (
    DEEPEST,
    LONGEST_HEADING,
    Header,
    has_id_like,
    header_at,
    is_caption_row,
    is_header_row,
)
from app.workers.roster.home import Origin
from app.workers.roster.values import settle
from models.i18n import Sentence

FIRST_ROWS = 60
MOST_TABLES = 500
LONGEST_TITLE = 200
NUMBERING = "序号"


@dataclass(frozen=True)
class FileTitles:
    """The places of the county, and those that the file's name speaks of."""

    places: CountyPlaces
    of_file: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Table:
    """One table of a sheet."""

    header: Header
    columns: list[Column]
    places: dict[str, int] = field(init=False)
    texts: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.places = {column.field: column.index for column in self.columns if column.field}
        self.texts = self.header.texts

    def cell(self, cells: list[Cell], field_name: str) -> Cell:
        """The cell of a field, blank if the table has no such column."""
        index = self.places.get(field_name, len(cells))
        return cells[index] if index < len(cells) else ""

    def header_of(self, field_name: str, otherwise: str = "") -> str:
        """The heading the file shows above a field."""
        index = self.places.get(field_name)
        return next((column.header for column in self.columns if column.index == index), otherwise)


@dataclass(frozen=True)
class Person:
    """A row that is a person, or should be one.

    ``context`` are the places that file, sheet and titles name, ``origins`` says which of them names each.
    """

    table: Table
    row: Row
    context: Mapping[str, str]
    origins: Mapping[str, Origin] = field(default_factory=dict)


@dataclass(frozen=True)
class SkippedRow:
    """A row that is no person, and why."""

    number: int
    reason: Sentence


def walk(
    sheet: Sheet, meanings: Meanings, titles: FileTitles, left_out: Collection[str] = ()
) -> Iterator[Table | Person | SkippedRow]:
    """Walk a sheet from the top: each table at its row of headings, then its rows; one item for every
    row.

    The columns whose keys are ``left_out`` are found, and not read.
    """
    yield from _Walker(sheet, meanings, titles, left_out).walk()


class _Walker:
    """Where the walk through one sheet is."""

    def __init__(
        self, sheet: Sheet, meanings: Meanings, titles: FileTitles, left_out: Collection[str]
    ) -> None:
        self.sheet = sheet
        self.left_out = left_out
        self.meanings = meanings
        self.table: Table | None = None
        self.places = titles.places
        self.context: dict[str, str] = {}
        self.origins: dict[str, Origin] = {}
        self._take(titles.of_file, Origin.FILE)
        self._take(self._named(sheet.name), Origin.SHEET)
        self._titled: dict[str, str] = {}
        self.headers = 0

    def walk(self) -> Iterator[Table | Person | SkippedRow]:
        """Look at each row with the few rows around it that a block of headings may take."""
        source = self.sheet.rows()
        window = list(islice(source, FIRST_ROWS))
        start = _unnamed_header(window, self.meanings.fields)
        place = 0
        while place < len(window):
            yield from self._look(window, place, is_start=window[place].number == start)
            window.extend(islice(source, 1))
            if place >= FIRST_ROWS:
                del window[0]
            else:
                place += 1

    def _look(self, window: list[Row], place: int, is_start: bool) -> Iterator[Table | Person | SkippedRow]:
        row = window[place]
        if self.table and row.number <= self.table.header.bottom:
            yield SkippedRow(row.number, skipped_rows.HEADER)
            return
        if self.table and has_id_like([self.table.cell(row.cells, "id_number")]):
            yield self._with_number(self.table, row)
        elif is_start or is_header_row(row.cells, self.meanings.fields):
            yield from self._header(window, place)
        elif self.table is None:
            yield self._title(row)
        else:
            yield self._without_number(self.table, row)

    def _header(self, window: list[Row], place: int) -> Iterator[Table | SkippedRow]:
        row = window[place]
        self._take(self._titled, Origin.TITLE)
        is_known = self.table and (self._repeats(self.table, row) or self._explains(self.table, row))
        if is_known or self.headers == MOST_TABLES:
            yield SkippedRow(row.number, skipped_rows.REPEATED_HEADER)
            return
        self.headers += 1
        header = header_at(window, place, self._merged_near(row.number))
        below = [later.cells for later in window[place + 1 :] if later.number > header.bottom]
        self.table = Table(header, [self._kept(column) for column in self._columns(header, below)])
        yield self.table
        yield SkippedRow(row.number, skipped_rows.HEADER)

    def _kept(self, column: Column) -> Column:
        is_left_out = column.key in self.left_out and column.field not in REQUIRED
        return replace(column, field=LEFT_OUT, grounds=Grounds.ANSWER) if is_left_out else column

    def _columns(self, header: Header, below: list[list[Cell]]) -> list[Column]:
        paths = dict(header.paths) | dict(self._unnamed(header, below))
        columns = settle(match_columns(paths, self.meanings), below)
        return prove_name(prove_number(columns, below), below)

    def _unnamed(self, header: Header, below: list[list[Cell]]) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The columns that hold something and have no heading, or number the rows."""
        answered = self.meanings.answers
        for index in range(max(map(len, below), default=0)):
            cells = [row[index] for row in below if index < len(row) and row[index] != ""]
            is_answered = normal(f"{column_letter(index)}列") in answered
            if index not in header.paths and (cells or is_answered):
                yield index, ((NUMBERING,) if _is_numbering(cells) and not is_answered else ())

    def _merged_near(self, number: int) -> list[Range]:
        near = range(number - DEEPEST, number + DEEPEST + 1)
        return [merged for top in near for merged in self.sheet.merged_from.get(top, ())]

    def _repeats(self, table: Table, row: Row) -> bool:
        texts = _headings(row)
        return sum(text in table.texts for text in texts) * 2 > len(texts)

    def _explains(self, table: Table, row: Row) -> bool:
        """Whether a row right below the headings says the same again, in codes or in another language."""
        return row.number == table.header.bottom + 1 and {"name", "id_number"} <= table.places.keys()

    def _with_number(self, table: Table, row: Row) -> Person | SkippedRow:
        self._titled = {}
        if skipped_rows.is_example(row.cells, table.cell(row.cells, "name")):
            return SkippedRow(row.number, skipped_rows.EXAMPLE)
        return Person(table, row, dict(self.context), dict(self.origins))

    def _title(self, row: Row) -> SkippedRow:
        titled = self._named(_line(row))
        weak = {name: place for name, place in titled.items() if self.origins.get(name) is not Origin.TITLE}
        self._take(weak, Origin.TITLE)
        return SkippedRow(row.number, skipped_rows.BEFORE_HEADER)

    def _without_number(self, table: Table, row: Row) -> Person | SkippedRow:
        if is_caption_row(row.cells) and row.number <= table.header.bottom + 2:
            return SkippedRow(row.number, skipped_rows.COLUMN_NUMBERS)
        if self._repeats_part(table, row):
            return SkippedRow(row.number, skipped_rows.REPEATED_HEADER)
        place = skipped_rows.place_heading(row.cells)
        if place:
            self._take(self._named(place), Origin.TITLE)
            return SkippedRow(row.number, skipped_rows.TITLE)
        reason = skipped_rows.skip_reason(row.cells, table.cell(row.cells, "name"))
        if reason == skipped_rows.ONLY_A_NUMBER and table.cell(row.cells, "id_number") != "":
            reason = None
        self._titled = self._named(_line(row)) if reason == skipped_rows.TITLE else {}
        return (
            SkippedRow(row.number, reason)
            if reason
            else Person(table, row, dict(self.context), dict(self.origins))
        )

    def _named(self, text: str) -> dict[str, str]:
        return self.places.named_in(text)

    def _take(self, named: Mapping[str, str], origin: Origin) -> None:
        """Let the rows to come live where a text says, unless they say otherwise."""
        self.context.update(named)
        self.origins.update(dict.fromkeys(named, origin))

    def _repeats_part(self, table: Table, row: Row) -> bool:
        """Whether a row is a group row of headings that come again further down."""
        texts = _headings(row)
        return len(texts) >= 2 and all(text in table.texts for text in texts)


def _headings(row: Row) -> list[str]:
    """The texts of a row, normalised; one too long for a heading is cut and so equals none."""
    return [normal(cell[: LONGEST_HEADING + 1]) for cell in row.cells if isinstance(cell, str) and cell]


def _is_numbering(cells: Sequence[Cell]) -> bool:
    numbers = [text_of(cell).strip() for cell in cells]
    return all(text.isdigit() and len(text) < 6 for text in numbers) and all(
        int(above) <= int(below) for above, below in pairwise(numbers)
    )


def _line(row: Row) -> str:
    return " ".join(text_of(cell) for cell in row.cells if isinstance(cell, str))[:LONGEST_TITLE]


def _unnamed_header(rows: list[Row], remembered: Mapping[str, str]) -> int | None:
    """The row above the first identity numbers, where no row names columns in words we know."""
    if any(is_header_row(row.cells, remembered) for row in rows):
        return None
    for above, below in pairwise(rows):
        words = [cell for cell in above.cells if isinstance(cell, str) and cell]
        if has_id_like(below.cells) and len(words) >= 3 and not has_id_like(words):
            return above.number
    return None
