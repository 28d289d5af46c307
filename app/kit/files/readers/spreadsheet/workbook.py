"""Workbooks (.xlsx, .xls, .et, .xlsb, .ods) through calamine.

calamine tells no hidden row and column and reads an error cell, or a formula that was never calculated, as a
blank one; those come from the file's own parts (``marks``).
"""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

import python_calamine as calamine

from . import biff, ooxml, opendocument
from .events import Cell, Event, Merged, Refused, Remark, Row, Sheet, is_blank
from .marks import Marks

ROWS_LIMIT = (
    1_048_576  # of the format; a row numbered beyond makes calamine walk through billions of blank ones
)
Marker = Callable[[BinaryIO], dict[str, Marks]]


def read_ooxml(file: BinaryIO) -> Iterator[Event]:
    """The sheets of an .xlsx or .xlsb workbook. Raises Refused."""
    yield from _read(file, ooxml.marks_of)
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        if any(name.endswith("workbook.bin") for name in archive.namelist()):
            yield Remark("NOT_TOLD")


def read_ole(file: BinaryIO) -> Iterator[Event]:
    """The sheets of an .xls or .et workbook. Raises Refused."""
    return _read(file, biff.marks_of)


def read_opendocument(file: BinaryIO) -> Iterator[Event]:
    """The sheets of an .ods workbook. Raises Refused."""
    return _read(file, opendocument.marks_of)


def _read(file: BinaryIO, marker: Marker) -> Iterator[Event]:
    """The sheets of a workbook, hidden ones too."""
    try:
        book = calamine.load_workbook(file)
        marks = _marks_of(file, marker)
        for index, about in enumerate(book.sheets_metadata):
            if about.typ == calamine.SheetTypeEnum.WorkSheet:
                visible = about.visible == calamine.SheetVisibleEnum.Visible
                yield Sheet(about.name, visible)
                yield from _rows(book.get_sheet_by_index(index), marks.get(about.name, Marks()))
    except calamine.PasswordError:
        raise Refused("PASSWORD") from None
    except calamine.CalamineError as error:
        raise Refused("PASSWORD" if "assword" in str(error) else "DAMAGED") from None


def _marks_of(file: BinaryIO, marker: Marker) -> dict[str, Marks]:
    """The marks of the file's own parts; calamine alone judges a file whose parts are odd."""
    file.seek(0)
    try:
        return marker(file)
    except (zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, struct.error, OSError):
        return {}


def _rows(sheet: calamine.CalamineSheet, marks: Marks) -> Iterator[Event]:
    if sheet.start is None or sheet.end is None:
        return
    if sheet.end[0] >= ROWS_LIMIT:
        raise Refused("TOO_LARGE")
    if marks.hidden:
        yield marks.hidden
    for number, cells in enumerate(_from_column_a(sheet), 1):
        if number in marks.cells:
            _put(cells, marks.cells[number])
        if not is_blank(cells):
            yield Row(number, cells)
    ranges = sheet.merged_cell_ranges or []
    yield Merged([(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges])


def _from_column_a(sheet: calamine.CalamineSheet) -> Iterator[list[Cell]]:
    """calamine numbers rows from the top of the sheet, but begins them at the first column in use."""
    left: list[Cell] = [""] * (sheet.start or (0, 0))[1]
    for cells in sheet.iter_rows():
        yield left + cells if left else cells


def _put(cells: list[Cell], marked: dict[int, Cell]) -> None:
    """Put what a cell really holds where calamine shows it blank."""
    for column, cell in marked.items():
        cells.extend([""] * (column - len(cells)))
        if cells[column - 1] in ("", 0):
            cells[column - 1] = cell
