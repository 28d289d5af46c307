"""Quotation marks in delimited text: a cell that holds line breaks is told from a mark that strayed in.

A tolerant reader lets a stray mark at the beginning of a cell swallow every row up to the next mark. Here a
cell may run over the line end only if it closes properly, and if the lines in it do not look like rows of the
table; otherwise each line is a row, and the mark that has no partner is dropped from its cell.
"""

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice

from .events import Refused

LONGEST_CELL = 40_000  # spreadsheet programs keep 32,767 characters of a cell
CELL_LIMIT = 1 << 20
SAMPLE_LINES = 200
QUOTE = '"'
OPEN, MALFORMED = "open", "malformed"
WIDE_ENOUGH = 4  # cells of a row in which four words between delimiters are no accident

_NUMBER = re.compile(r"\d{4}")

Cells = list[str]


class Shape:
    """What rows of the table look like: how many cells they have, and which columns hold numbers."""

    def __init__(self, lines: list[str], mark: str) -> None:
        rows = _sound_rows(lines, mark) or [split_line(line, mark) for line in lines]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        self.width = widths.most_common(1)[0][0] if widths else 1
        self._numbers = _number_columns([row for row in rows if len(row) == self.width])

    def fits(self, cells: Cells) -> bool:
        """Whether cells could be a row of people, orders or lessons of this table."""
        if len(cells) != self.width or self.width < 2:
            return False
        if not self._numbers:
            return self.width >= WIDE_ENOUGH
        shown = [cells[column].strip() for column in self._numbers]
        return any(shown) and all(not cell or _NUMBER.search(cell) for cell in shown)


class Records:
    """The rows of delimited lines; ``stray`` are the numbers of those with a stray mark."""

    def __init__(self, lines: Iterator[str], mark: str) -> None:
        sample = list(islice(lines, SAMPLE_LINES))
        self.stray: list[int] = []
        self.last_line = ""
        self.shape = Shape(sample, mark)
        self._ahead = deque(sample)
        self._lines = lines
        self._mark = mark
        self._number = 0

    def __iter__(self) -> Iterator[Cells]:
        while (line := self._next()) is not None:
            self._number += 1
            cells = self._record(line) if QUOTE in line else line.rstrip("\r\n").split(self._mark)
            if len(line) > CELL_LIMIT and max(map(len, cells)) > CELL_LIMIT:
                raise Refused("DAMAGED")
            yield cells

    def _next(self) -> str | None:
        line = self._ahead.popleft() if self._ahead else next(self._lines, None)
        if line is not None:
            self.last_line = line
        return line

    def _record(self, line: str) -> Cells:
        cells = strict([line], self._mark)
        if cells == OPEN:
            return self._over_lines(line)
        if cells == MALFORMED:
            return self._literal(line)
        if len(cells) != self.shape.width and self.shape.fits(self._line(line)):
            return self._literal(line)
        return list(cells)

    def _over_lines(self, line: str) -> Cells:
        """A cell that begins with a mark and is not closed on its line."""
        is_full = len(self._line(line)) == self.shape.width > 1
        taken, size, rows = [line], len(line), 0
        while size < LONGEST_CELL and (later := self._next()) is not None:
            taken.append(later)
            size += len(later)
            rows += self.shape.fits(self._line(later))
            if rows > (0 if is_full else 1):
                break
            cells = strict(taken, self._mark) if QUOTE in later else OPEN
            if cells == MALFORMED or (cells != OPEN and (rows or is_full) and len(cells) != self.shape.width):
                break
            if cells != OPEN:
                return list(cells)
        self._ahead.extendleft(reversed(taken[1:]))
        self.last_line = line
        return self._literal(line)

    def _line(self, line: str) -> Cells:
        """The cells of a line that is a row by itself, whatever marks are in it."""
        cells, plain = split_line(line, self._mark), line.rstrip("\r\n").split(self._mark)
        is_plain = len(cells) != self.shape.width and self.shape.fits(plain)
        return plain if is_plain else cells  # one mark here and one there, delimiters between them

    def _literal(self, line: str) -> Cells:
        self.stray.append(self._number)
        return [_without_stray(cell) for cell in self._line(line)]


def strict(lines: list[str], mark: str) -> Cells | str:
    """The cells of one record by the rules of the format; OPEN if a mark is not closed, or MALFORMED."""
    try:
        return next(csv.reader(lines, delimiter=mark, strict=True), [])
    except csv.Error as error:
        if "field larger" in str(error):
            raise Refused("DAMAGED") from None
        return OPEN if "end of data" in str(error) else MALFORMED


def _without_stray(cell: str) -> str:
    """A cell without the mark at one of its ends that has no partner; alone it means "as above"."""
    is_stray = QUOTE in (cell[:1], cell[-1:]) and cell.count(QUOTE) % 2 == 1
    return cell.strip(QUOTE) if is_stray and cell != QUOTE else cell


def split_line(line: str, mark: str) -> Cells:
    """The cells of one line: properly quoted ones without their marks, every other mark as it stands."""
    line, cells, at = line.rstrip("\r\n"), [], 0
    quoted = re.compile(rf'"((?:[^"]|"")*+)"(?={re.escape(mark)}|$)')
    while True:
        proper = quoted.match(line, at)
        end = proper.end() if proper else line.find(mark, at)
        end = len(line) if end < 0 else end
        cells.append(proper.group(1).replace('""', QUOTE) if proper else line[at:end])
        if end >= len(line):
            return cells
        at = end + len(mark)


def _sound_rows(lines: list[str], mark: str) -> list[Cells]:
    """The rows as the format has them, up to the first that breaks its rules; none if there are too few."""
    rows: list[Cells] = []
    try:
        for row in csv.reader(lines, delimiter=mark, strict=True):
            rows.append(row)
    except csv.Error:
        return rows if len(rows) > 2 else []
    return rows


def _number_columns(rows: list[Cells]) -> list[int]:
    """Columns in which most of what is filled in holds a number of four digits or more."""
    columns = []
    for column in range(len(rows[0]) if rows else 0):
        shown = [row[column].strip() for row in rows if row[column].strip()]
        numbers = sum(bool(_NUMBER.search(cell)) for cell in shown)
        if numbers and numbers * 5 >= len(shown) * 3 and len(shown) * 3 >= len(rows):
            columns.append(column)
    return columns
