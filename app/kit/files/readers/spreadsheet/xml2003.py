"""XML Spreadsheet 2003: the workbook as one XML file."""

import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from .encoding import encoding_of
from .events import COLUMNS_LIMIT, Cell, Event, Merged, Range, Refused, Row, Sheet, formula, is_blank
from .marks import LEAST_HEIGHT, Marks

CHUNK = 1 << 20
_NS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_VISIBLE = "{urn:schemas-microsoft-com:office:excel}Visible"


def read(file: BinaryIO) -> Iterator[Event]:
    """The sheets of the workbook. Raises Refused."""
    text = io.TextIOWrapper(file, encoding=encoding_of(file), errors="replace")
    parser: Any = XMLPullParser(("start", "end"))
    reader = _Reader()
    try:
        while chunk := text.read(CHUNK):
            if "<!ENTITY" in chunk:
                raise Refused("DAMAGED")
            parser.feed(chunk)
            for event, element in parser.read_events():
                yield from reader.take(event, element)
    except ParseError:
        raise Refused("DAMAGED") from None


class _Reader:
    """Follows the elements of the file and numbers rows and cells."""

    def __init__(self) -> None:
        self.row = self.column = 0
        self.ranges: list[Range] = []
        self.marks = Marks()
        self.is_hidden = False

    def take(self, event: str, element: Element) -> Iterator[Event]:
        """What this start or end of an element finished."""
        if event == "start":
            if element.tag == f"{_NS}Worksheet":
                self.__init__()  # type: ignore[misc]
                yield Sheet(element.get(f"{_NS}Name", ""))
        elif element.tag == f"{_NS}Column":
            self._column(element)
        elif element.tag == f"{_NS}Row":
            yield from self._row(element)
            element.clear()
        elif element.tag == _VISIBLE:
            self.is_hidden = (element.text or "").strip() != "SheetVisible"
        elif element.tag == f"{_NS}Worksheet":
            yield self.marks.hidden._replace(sheet=self.is_hidden)
            yield Merged(self.ranges)
            element.clear()

    def _column(self, element: Element) -> None:
        first = _index(element, self.column)
        self.column = first + int(element.get(f"{_NS}Span", "0"))
        if _is_hidden(element, "Width", LEAST_HEIGHT):
            self.marks.columns.append((first, self.column))

    def _row(self, element: Element) -> Iterator[Row]:
        self.row = _index(element, self.row)
        if _is_hidden(element, "Height", LEAST_HEIGHT):
            self.marks.rows.append(self.row)
        cells = self._cells(element)
        if not is_blank(cells):
            yield Row(self.row, cells)
        self.row += int(element.get(f"{_NS}Span", "0"))

    def _cells(self, row: Element) -> list[Cell]:
        cells: list[Cell] = []
        for element in row.iterfind(f"{_NS}Cell"):
            column = _index(element, len(cells))
            cells.extend([""] * (column - 1 - len(cells)))
            data, source = element.find(f"{_NS}Data"), element.get(f"{_NS}Formula")
            cells.append(formula(source.lstrip("=")) if source and data is None else _value(data))
            across, down = (int(element.get(f"{_NS}Merge{way}", "0")) for way in ("Across", "Down"))
            if across or down:
                self.ranges.append((self.row, column, self.row + down, column + across))
                cells.extend([""] * min(across, COLUMNS_LIMIT))
        return cells


def _is_hidden(element: Element, size: str, least: float) -> bool:
    return element.get(f"{_NS}Hidden") == "1" or float(element.get(f"{_NS}{size}", least)) < least


def _index(element: Element, before: int) -> int:
    """The 1-based place of a row or cell, given or next. Raises Refused for an absurd one."""
    place = int(element.get(f"{_NS}Index", before + 1))
    if not before < place <= before + 1_048_576:
        raise Refused("DAMAGED")
    return place


def _value(data: Element | None) -> Cell:
    if data is None:
        return ""
    text = "".join(data.itertext())
    kind = data.get(f"{_NS}Type")
    if kind == "Number":
        return float(text)
    if kind == "Boolean":
        return text == "1"
    if kind == "DateTime":
        return datetime.fromisoformat(text)
    return text
