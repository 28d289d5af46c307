"""Cells that mean the cell above them: those of a merged range, and 同上."""

from collections.abc import Collection

from app.kit.files.spreadsheet import Cell, Range, Row, Sheet

AS_ABOVE = frozenset({"同上", "〃", "″", '"', "''", "″″", "“", "”", "々"})


def is_as_above(cell: Cell) -> bool:
    """Whether the cell is a sign for "the same as above"."""
    return isinstance(cell, str) and cell.strip() in AS_ABOVE


class MergedCells:
    """Walks down the rows below a heading, laying the value of a merged range into every row it spans.

    A range that touches a column of ``own`` (counted from 1), where each row has a value of its own, is left
    alone.
    """

    def __init__(self, sheet: Sheet, own: Collection[int] = ()) -> None:
        self._sheet, self._own = sheet, own
        self._reaching: list[tuple[Range, Cell]] = []

    def fill(self, row: Row) -> list[Cell]:
        """The cells of the next row with what the ranges from above say."""
        cells = list(row.cells)
        self._reaching = [pair for pair in self._reaching if pair[0].bottom >= row.number]
        for area, value in self._reaching:
            cells += [""] * (area.left - len(cells))
            if cells[area.left - 1] == "":
                cells[area.left - 1] = value
        for area in self._sheet.merged_from.get(row.number, ()):
            spans_own = any(area.left <= own <= area.right for own in self._own)
            if area.bottom > row.number and not spans_own:
                self._reaching.append((area, cells[area.left - 1] if area.left <= len(cells) else ""))
        return cells
