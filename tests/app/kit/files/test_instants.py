"""An instant with a zone is read as the day it was in China, whatever kind of file brings it."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from app.kit.files.cells.dates import parse_date, parse_day
from app.kit.files.spreadsheet import Cell, open_workbook

NEXT_DAY = date(2016, 12, 2)
XML = """<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table><Row><Cell>
<Data ss:Type="DateTime">{instant}</Data></Cell></Row></Table></Worksheet></Workbook>"""


def first_cell(data: bytes) -> Cell:
    with open_workbook(data) as book:
        return next(book.sheets[0].rows()).cells[0]


def xlsx(instant: str) -> bytes:
    """A workbook whose date cell is written in ISO 8601, with a zone."""
    book = openpyxl.Workbook(iso_dates=True)
    book.active["A1"] = datetime(2016, 12, 1, 1, 1)  # noqa: DTZ001 - openpyxl knows no zones
    out, changed = io.BytesIO(), io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as honest, zipfile.ZipFile(changed, "w") as archive:
        for name in honest.namelist():
            part = honest.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b"2016-12-01T01:01:00", instant.encode())
            archive.writestr(name, part)
    return changed.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "2016-12-01T16:30:00Z",
        "2016-12-01 16:30:00 +0000",
        "2016-12-01T16:30Z",
        "2016-12-01 16:30:00 UTC",
        "2016/12/01 16:30 GMT",
        "2016-12-01T16:30:00.0000000Z",
        "2016-12-01T08:30:00-08:00",
    ],
)
def test_an_instant_late_in_the_day_elsewhere_is_the_next_day_in_china(text: str) -> None:
    assert parse_date(text).value == parse_day(text).value == NEXT_DAY


def test_an_instant_on_chinas_own_clock_keeps_its_day() -> None:
    assert parse_date("2016-12-02T00:30:00+08:00").value == NEXT_DAY
    assert parse_date("2016-12-02 23:30:00").value == NEXT_DAY


@pytest.mark.parametrize("instant", ["2016-12-01T16:30:00.000Z", "2016-12-02T00:00:00+08:00"])
def test_typed_cells_with_a_zone_are_read_on_chinas_day(instant: str) -> None:
    assert parse_date(first_cell(XML.format(instant=instant).encode())).value == NEXT_DAY
    assert parse_date(first_cell(xlsx(instant))).value == NEXT_DAY
