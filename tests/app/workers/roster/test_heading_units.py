"""The unit that a county's heading names counts for the cells below it that name none."""

from datetime import date

import pytest
from xlsxwriter.worksheet import Worksheet

from app.kit.files.spreadsheet import Cell
from app.workers.roster.reader import read_roster
from tests.factories.people import id_number
from tests.factories.ugly_rosters import xlsx

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("heading", "cell", "field", "value"),
    [
        ("期望月薪（千元）", "4.5-6", "wage_floor_yuan", 4500),
        ("期望月薪(元/天)", 200, "wage_floor_yuan", None),
        ("期望月薪(元)", 4500, "wage_floor_yuan", 4500),
        ("务工时间（天）", 9, "months_away", None),
        ("务工时间(月)", 9, "months_away", 9),
    ],
)
def test_a_cell_without_a_unit_has_that_of_its_heading(
    heading: str, cell: Cell, field: str, value: int | None
) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["姓名", "证件号码", heading])
        sheet.write_row(1, 0, ["马牧", id_number(), cell])

    data = xlsx(表=fill)
    with read_roster(data, county_code="513431", today=TODAY) as reading:
        (row,) = reading.rows()
    assert row.values.get(field) == value
    assert bool(row.warnings) == (value != cell)
