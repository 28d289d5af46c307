"""The content of an .ods workbook: hidden rows and columns, formulas without a result."""

import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from .events import COLUMNS_LIMIT, formula
from .marks import ERROR_WORDS, Marks

CHUNK = 1 << 20
LONGEST_TAG = 1 << 20
ROWS_LIMIT = 1_048_576

_TAG = re.compile(
    rb"<table:(table|table-row|table-column|(?:covered-)?table-cell)(?=[\s/>])([^>]*)>"
    rb"(?:\s*<text:p[^>]*>([^<]*)<)?"
)
_NAME = re.compile(rb'table:name="([^"]*)"')
_UNSEEN = re.compile(rb'table:visibility="(collapse|filter)"')
_TIMES = re.compile(rb'table:number-(?:rows|columns)-repeated="(\d{1,9})"')
_FORMULA = re.compile(rb'table:formula="(?:of:|oooc:|msoxl:)?=?([^"]*)"')
_WORDS = frozenset(word.encode() for word in ERROR_WORDS.values())


def marks_of(file: BinaryIO) -> dict[str, Marks]:
    """By the names of the sheets."""
    scan = _Scan()
    with zipfile.ZipFile(file) as archive, archive.open("content.xml") as part:
        for text in _pieces(part):
            for match in _TAG.finditer(text):
                scan.take(match)
    return scan.sheets


def _pieces(part: object) -> Iterator[bytes]:
    """The text in pieces that end where a cell, row or column does."""
    rest = b""
    while chunk := part.read(CHUNK):  # type: ignore[attr-defined]
        text = rest + chunk
        since = max(0, len(rest) - 20)
        cut = max(text.rfind(b"</table:table-row>", since), text.rfind(b"<table:table-row", since))
        if cut <= 0 and len(text) < LONGEST_TAG * 16:
            rest = text
            continue
        cut = cut if cut > 0 else len(text)
        yield text[:cut]
        rest = text[cut:]
    yield rest


class _Scan:
    """Counts rows, columns and cells, which may stand for many."""

    def __init__(self) -> None:
        self.sheets: dict[str, Marks] = {}
        self._marks = Marks()
        self._row = self._column = self._cell = 0
        self._times = 1

    def take(self, match: re.Match[bytes]) -> None:
        """Take one tag of a sheet, row, column or cell."""
        kind, about, text = match.groups()
        times = _TIMES.search(about)
        count = int(times.group(1)) if times else 1
        if kind == b"table":
            name = _NAME.search(about)
            self._marks = Marks()
            self.sheets[_unescaped(name.group(1) if name else b"")] = self._marks
            self._row = self._column = 0
        elif kind == b"table-column":
            self._take_column(about, count)
        elif kind == b"table-row":
            self._take_row(about, count)
        else:
            self._take_cell(about, count, text)

    def _take_column(self, about: bytes, count: int) -> None:
        first, self._column = self._column + 1, self._column + count
        if seen := _UNSEEN.search(about):
            self._marks.columns.append((first, self._column))
            self._marks.filtered |= seen.group(1) == b"filter"

    def _take_row(self, about: bytes, count: int) -> None:
        self._row, self._cell = self._row + self._times if self._row else 1, 0
        self._times = min(count, ROWS_LIMIT)
        if (seen := _UNSEEN.search(about)) and self._row <= ROWS_LIMIT:
            last = min(self._row + self._times, ROWS_LIMIT)
            self._marks.rows.extend(range(self._row, last))
            self._marks.filtered |= seen.group(1) == b"filter"

    def _take_cell(self, about: bytes, count: int, text: bytes | None) -> None:
        source = _FORMULA.search(about)
        if source and self._cell < COLUMNS_LIMIT:
            if text and text.strip() in _WORDS:
                self._marks.note(self._row, self._cell + 1, text.strip().decode())
            elif b"office:value-type" not in about:
                self._marks.note(self._row, self._cell + 1, formula(_unescaped(source.group(1))))
        self._cell += count


def _unescaped(text: bytes) -> str:
    plain = text.decode("utf-8", "replace")
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        plain = plain.replace(entity, char)
    return plain
