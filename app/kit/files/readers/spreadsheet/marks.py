"""What a workbook's own parts say and its reader does not: hidden parts, errors, formulas without result."""

from .events import Cell, Hidden, Run, runs_of

LEAST_HEIGHT = 2.0  # points; a row or column below it cannot be read on the screen
LEAST_WIDTH = 0.5  # characters
ERROR_WORDS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


class Marks:
    """Of one sheet: rows and columns that are hidden, cells by row and column; all from 1."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.columns: list[Run] = []
        self.filtered = False
        self.cells: dict[int, dict[int, Cell]] = {}

    def note(self, row: int, column: int, cell: Cell) -> None:
        """Remember what a cell holds instead of nothing."""
        self.cells.setdefault(row, {})[column] = cell

    @property
    def hidden(self) -> Hidden:
        """What is hidden, as an event."""
        return Hidden(runs_of(sorted(self.rows)), _merged(self.columns), self.filtered)


def _merged(runs: list[Run]) -> list[Run]:
    """Runs in rising order and apart."""
    merged: list[Run] = []
    for first, last in sorted(runs):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
