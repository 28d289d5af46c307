"""Blank cells that mean "as above": merged cells, 同上, places and households written only once."""

from app.kit.files.cells.above import AS_ABOVE, MergedCells
from app.kit.files.spreadsheet import Cell, Row, Sheet
from app.workers.roster.fields import BY_NAME
from app.workers.roster.tables import Table

_ONE_PERSON = ("name", "id_number", "person_code", "relation")
_HOUSEHOLD = ("household_code", "head_name", "head_id_number")
_PLACE = ("county", "township", "village", "hamlet")


class Filler:
    """Fills the rows of one table, which must come from the top."""

    def __init__(self, table: Table, sheet: Sheet) -> None:
        self._table = table
        own = {table.places[name] + 1 for name in _ONE_PERSON if name in table.places}
        self._merged = MergedCells(sheet, own=own)
        self._fields = {column.index: column.field for column in table.columns}
        self._last: list[Cell] = []

    def fill(self, row: Row) -> list[Cell]:
        """The cells of the row with what they mean."""
        cells = self._merged.fill(row)
        self._as_above(cells)
        self._carry(cells)
        self._last = cells
        return cells

    def _as_above(self, cells: list[Cell]) -> None:
        for index, cell in enumerate(cells):
            if cell in AS_ABOVE:
                allowed = index < len(self._last) and self._fields.get(index) not in _ONE_PERSON[:3]
                cells[index] = self._last[index] if allowed else ""

    def _carry(self, cells: list[Cell]) -> None:
        """Take place or household from the row above where this row gives none at all."""
        if not self._last:
            return
        relation = self._table.cell(cells, "relation")
        if all(self._table.cell(cells, name) == "" for name in _PLACE):
            self._take(_PLACE, cells)
        if relation not in ("", "户主") and all(self._table.cell(cells, name) == "" for name in _HOUSEHOLD):
            self._take(_HOUSEHOLD, cells)

    def _take(self, names: tuple[str, ...], cells: list[Cell]) -> None:
        for name in names:
            index = self._table.places.get(name)
            if index is not None and index < min(len(cells), len(self._last)) and BY_NAME[name].carried:
                cells[index] = self._last[index]
