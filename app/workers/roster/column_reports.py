"""What became of each column of a file: as what it is read and why, or that it is not, with a few cells."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from app.kit.files.cells.cell import text_of
from app.kit.files.cells.masked import OF_A_NUMBER, masked
from app.kit.files.spreadsheet import Cell
from app.workers.roster.columns import Column, Grounds, column_letter
from app.workers.roster.dictionary import Guess, normal, suggestion
from app.workers.roster.tables import Table
from app.workers.roster.values import nearest_field

SAMPLES = 3
LONGEST_SAMPLE = 20


@dataclass
class ColumnReport:
    """One heading of one sheet; ``filled`` counts the people whose cell below it is not blank.

    ``field`` is None or "" for a column that is not read; ``samples`` show no whole personal number.
    """

    key: str
    header: str
    sheet: str
    field: str | None
    grounds: Grounds
    claimed: str
    is_asked: bool
    filled: int = 0
    samples: list[str] = dataclass_field(default_factory=list)

    @property
    def guess(self) -> Guess:
        """What to suggest to somebody who is asked."""
        if self.grounds in (Grounds.RIVAL, Grounds.EMPTY):
            return Guess("", 0.0)
        if self.grounds is Grounds.MISFIT and self.samples:
            return Guess(nearest_field(self.samples) or self.claimed, 0.0)
        return Guess(self.field, 1.0) if self.field else suggestion(self.header)

    def note(self, cell: Cell) -> None:
        """Count a cell, and keep it where it tells something new."""
        self.filled += 1
        if len(self.samples) < SAMPLES:
            sample = masked(text_of(cell), OF_A_NUMBER)[:LONGEST_SAMPLE]
            if sample.strip() and sample not in self.samples:
                self.samples.append(sample)


class ColumnReports:
    """Filled in the first walk through a file, table by table."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], ColumnReport] = {}
        self._here: dict[int, ColumnReport] = {}
        self._sheet = ""

    def __iter__(self) -> Iterator[ColumnReport]:
        return iter(self._known.values())

    def begin(self, sheet: str, table: Table) -> None:
        """Go on with the rows of ``table``."""
        self._sheet = sheet
        self._here = {column.index: self._report(column) for column in table.columns}

    def count(self, cells: Iterable[Cell]) -> None:
        """Count the cells of one person's row; those below no heading at all open a report of their own."""
        for index, cell in enumerate(cells):
            if cell == "":
                continue
            if index not in self._here:
                name = f"{column_letter(index)}列"
                self._here[index] = self._report(Column(index, name, name, None, 0.0, Grounds.EMPTY))
            self._here[index].note(cell)

    def _report(self, column: Column) -> ColumnReport:
        place = (self._sheet, normal(column.key) or column.key)
        if place not in self._known:
            self._known[place] = ColumnReport(
                column.key,
                column.header,
                self._sheet,
                column.field,
                column.grounds,
                column.claimed,
                column.is_asked,
            )
        return self._known[place]
