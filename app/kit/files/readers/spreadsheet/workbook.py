"""Workbooks (.xlsx, .xls, .et, .xlsb, .ods) through calamine."""

from collections.abc import Iterator
from typing import BinaryIO

import python_calamine as calamine

from .events import Cell, Event, Merged, Refused, Sheet, number_rows

ROWS_LIMIT = (
    1_048_576  # of the format; a row numbered beyond makes calamine walk through billions of blank ones
)


def read(file: BinaryIO) -> Iterator[Event]:
    """The sheets of a workbook, hidden ones too. Raises Refused."""
    try:
        book = calamine.load_workbook(file)
        for index, about in enumerate(book.sheets_metadata):
            if about.typ == calamine.SheetTypeEnum.WorkSheet:
                visible = about.visible == calamine.SheetVisibleEnum.Visible
                yield Sheet(about.name, visible)
                yield from _rows(book.get_sheet_by_index(index))
    except calamine.PasswordError:
        raise Refused("PASSWORD") from None
    except calamine.CalamineError as error:
        raise Refused("PASSWORD" if "assword" in str(error) else "DAMAGED") from None


def _rows(sheet: calamine.CalamineSheet) -> Iterator[Event]:
    if sheet.start is None or sheet.end is None:
        return
    if sheet.end[0] >= ROWS_LIMIT:
        raise Refused("TOO_LARGE")
    yield from number_rows(_from_column_a(sheet))
    ranges = sheet.merged_cell_ranges or []
    yield Merged([(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges])


def _from_column_a(sheet: calamine.CalamineSheet) -> Iterator[list[Cell]]:
    """calamine numbers rows from the top of the sheet, but begins them at the first column in use."""
    left: list[Cell] = [""] * (sheet.start or (0, 0))[1]
    for cells in sheet.iter_rows():
        yield left + cells if left else cells
