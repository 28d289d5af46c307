"""The XML of an .xlsx workbook: hidden rows and columns, error cells, formulas without a result.

The parts are searched rather than parsed: an XML parser in Python would take longer than the whole reading.
"""

import posixpath
import re
import zipfile
from bisect import bisect_right
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree import ElementTree

from .events import formula
from .marks import LEAST_HEIGHT, LEAST_WIDTH, Marks

CHUNK = 1 << 20
LONGEST_ROW = 16 << 20
LONGEST_PREFIX = 40
_OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"

_ROW = re.compile(rb"row\b([^>]*)>")  # behind "<" or "prefix:"; a pattern that begins with a word is fast
_PLACE = re.compile(rb"\br\s*=\s*[\"'](?:([A-Z]+)(\d+)|(\d+))")
_HIDDEN = re.compile(rb"\bhidden\s*=\s*[\"'](?:1|true|on)")
_HEIGHT = re.compile(rb"\bht\s*=\s*[\"']([\d.]+)")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_NUMBERS = {name: re.compile(rb"\b" + name + rb"\s*=\s*[\"']([\d.]+)") for name in (b"min", b"max", b"width")}
_ERROR = re.compile(
    rb"<(?:\w+:)?c\b([^>]*\bt\s*=\s*[\"']e[\"'][^>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>([^<]*)<", re.DOTALL
)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>([^<]*)</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\b[^>]*?(?:/>|>\s*(0?)\s*</(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"
)
_PREFIX = re.compile(rb"<\w+:")
_NEVER_OPENED = re.compile(rb"fullCalcOnLoad\s*=\s*[\"'](?:1|true)")
_CELL = re.compile(rb"<(?:\w+:)?c\b")
_TEXT_RESULT = re.compile(rb"\bt\s*=\s*[\"']str[\"']")


def marks_of(file: BinaryIO) -> dict[str, Marks]:
    """By the names of the sheets."""
    with zipfile.ZipFile(file) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        main = next((name for name in names if name.endswith("workbook.xml")), "")
        is_calculated = not (main and _NEVER_OPENED.search(archive.read(names[main])))
        return {
            sheet: _Scan(archive, names[part.lower()], is_calculated).marks()
            for sheet, part in _sheet_parts(archive, names, main)
            if part.lower() in names
        }


def _sheet_parts(archive: zipfile.ZipFile, names: dict[str, str], main: str) -> Iterator[tuple[str, str]]:
    """Each sheet's name and part, as the workbook lists them."""
    folder = posixpath.dirname(main)
    relations = f"{folder}/_rels/workbook.xml.rels".lstrip("/")
    if not main or relations not in names:
        return
    targets = {
        element.get("Id"): element.get("Target", "") for element in _tree(archive.read(names[relations]))
    }
    for element in _tree(archive.read(names[main])).iter():
        if element.tag.rpartition("}")[2] == "sheet":
            target = targets.get(element.get(_OFFICE) or element.get(_STRICT), "")
            yield element.get("name", ""), posixpath.join("/", folder, target).lstrip("/")


def _tree(part: bytes) -> ElementTree.Element:
    """A small part as a tree: in the sandbox, where time and memory are limited, and without a network."""
    return ElementTree.fromstring(part)  # noqa: S314  # nosec B314


class _Scan:
    """Walks through the text of one sheet, row by row as far as they can be told apart.

    Libraries that write workbooks give a formula no result or a nought, and ask the program that opens the
    file first to calculate it; in such a file (``is_calculated`` is False) a nought is no result.
    """

    def __init__(self, archive: zipfile.ZipFile, part: str, is_calculated: bool) -> None:
        self._archive, self._part, self._is_calculated = archive, part, is_calculated
        self._marks = Marks()
        self._row = 0
        self._is_plain = True

    def marks(self) -> Marks:
        """What the sheet marks."""
        for text in self._pieces():
            if self._row == 0:
                self._take_columns(text.partition(b"sheetData")[0])
                self._is_plain = b":row" not in text and b"r='" not in text
            before = self._row
            self._take_rows(text)
            if self._row == before and b"filterColumn" in text:  # behind the last row
                self._marks.filtered = True
        return self._marks

    def _pieces(self) -> Iterator[bytes]:
        """The text in pieces that end where a row ends."""
        rest = b""
        with self._archive.open(self._part) as part:
            while chunk := part.read(CHUNK):
                text = rest + chunk
                cut = text.rfind(b"row>", max(0, len(rest) - 4))
                if cut < 0 and len(text) < LONGEST_ROW:
                    rest = text
                    continue
                end = cut + 4 if cut >= 0 else len(text)
                rest = text[end:]
                yield text[:end]
        yield rest

    def _take_rows(self, text: bytes) -> None:
        has_errors = b't="e"' in text or not self._is_plain
        has_formulas = b"<f" in text or not self._is_plain
        starts: list[tuple[int, int]] = []
        for match in _ROW.finditer(text):
            about = match.group(1)
            if not _opens(text, match.start()):
                continue
            place = _PLACE.search(about)
            self._row = int(place.group(3) or 0) if place else self._row + 1
            if b"hidden" in about or b"ht=" in about:
                self._take_row(about)
            if has_errors or has_formulas:
                starts.append((match.end(), self._row))
        if has_errors:
            for match in _ERROR.finditer(text):
                self._note(text, starts, match, match.group(2).decode("ascii", "replace"))
        if has_formulas:
            for match in _FORMULA.finditer(text):
                is_nought = match.group(3) == b"0"
                if not _TEXT_RESULT.search(match.group(1)) and not (is_nought and self._is_calculated):
                    source = (match.group(2) or "…".encode()).decode("utf-8", "replace")
                    self._note(text, starts, match, formula(source))

    def _take_row(self, about: bytes) -> None:
        height = _HEIGHT.search(about)
        if _HIDDEN.search(about) or (height and float(height.group(1)) < LEAST_HEIGHT):
            self._marks.rows.append(self._row)

    def _take_columns(self, text: bytes) -> None:
        for match in _COLUMN.finditer(text):
            found = {name: pattern.search(match.group(1)) for name, pattern in _NUMBERS.items()}
            first, last, width = (float(seen.group(1)) if seen else -1.0 for seen in found.values())
            if 0 < first <= last and (_HIDDEN.search(match.group(1)) or 0 <= width < LEAST_WIDTH):
                self._marks.columns.append((int(first), int(last)))

    def _note(self, text: bytes, starts: list[tuple[int, int]], match: re.Match[bytes], cell: object) -> None:
        place = _PLACE.search(match.group(1))
        if place and place.group(1):
            self._marks.note(int(place.group(2)), _column_number(place.group(1)), cell)
            return
        begun = bisect_right(starts, (match.start(), 0))
        if begun:
            start, row = starts[begun - 1]
            self._marks.note(row, len(_CELL.findall(text, start, match.start())) + 1, cell)


def _opens(text: bytes, name: int) -> bool:
    """Whether the name at a place is that of an opening tag, with or without a prefix."""
    if text[name - 1 : name] == b"<":
        return True
    start = text.rfind(b"<", max(0, name - LONGEST_PREFIX), name)
    return start >= 0 and bool(_PREFIX.fullmatch(text, start, name))


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters[:4]:
        number = number * 26 + letter - 64
    return number
