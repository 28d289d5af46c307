"""What a file hides is left out, named, and read only when somebody says so; errors are called errors."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from app.kit.files.hidden import Spans, Unhide
from app.kit.files.spreadsheet import Formula, Workbook, open_workbook

DATA = Path(__file__).parents[3] / "data"
EVERYTHING = Unhide(rows=True, columns=True, sheets=True)
HEAD = ["姓名", "证件号码", "乡镇", "备注"]
PEOPLE = ["吉克阿牛", "沙马乌且", "的日曲布", "阿说尔布", "海来木呷"]
XML_2003 = """<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="花名册"><Table><Column ss:Index="4" ss:Hidden="1"/>{rows}</Table></Worksheet>
<Worksheet ss:Name="旧名单"><Table>{old}</Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet></Workbook>"""


def rows() -> list[list[str]]:
    notes = ["愿意", "已外出", "愿意", "已死亡", ""]
    numbers = [f"51343119900101{n:04d}" for n in range(5)]
    people = zip(PEOPLE, numbers, notes, strict=True)
    return [HEAD, *([name, number, "四开乡", note] for name, number, note in people)]


def xlsx() -> bytes:
    """Row 3 hidden by a filter, row 5 of no height, column D hidden, a hidden and a very hidden sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("花名册")
        for place, row in enumerate(rows()):
            sheet.write_row(place, 0, row)
        sheet.write_formula("C6", "=NA()", None, "#N/A")
        sheet.autofilter(0, 0, 5, 3)
        sheet.filter_column("D", "x == 愿意 or x == Blanks")
        sheet.set_row(2, options={"hidden": True})
        sheet.set_row(4, 0)
        sheet.set_column("D:D", None, None, {"hidden": True})
        sheet.set_column("H:Z", None, None, {"hidden": True})
        for name, hide in (("旧名单", "hide"), ("更旧", "very_hidden")):
            old = book.add_worksheet(name)
            old.write_row(0, 0, HEAD)
            old.write_row(1, 0, rows()[1])
            getattr(old, hide)()
    return out.getvalue()


def xml_2003() -> bytes:
    def row(cells: list[str], about: str) -> str:
        return f"<Row {about}>{''.join(f'<Cell><Data>{cell}</Data></Cell>' for cell in cells)}</Row>"

    about = {2: 'ss:Hidden="1"', 4: 'ss:Height="0"'}
    text = "".join(row(cells, about.get(place, "")) for place, cells in enumerate(rows()))
    return XML_2003.format(rows=text, old=row(HEAD, "")).encode()


def html() -> bytes:
    about = {2: "style='display:none'", 4: "hidden"}
    text = "".join(
        f"<tr {about.get(place, '')}>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for place, cells in enumerate(rows())
    )
    return f"<meta charset=utf-8><table><col span=3><col width=0>{text}</table>".encode()


FILES = {
    "xlsx": xlsx,
    "xls, et": (DATA / "hidden.xls").read_bytes,
    "ods": (DATA / "hidden.ods").read_bytes,
    "xml": xml_2003,
    "html": html,
}


def names(book: Workbook) -> list[object]:
    return [row.cells[0] for sheet in book.sheets for row in sheet.rows()]


@pytest.mark.parametrize("kind", FILES)
def test_hidden_rows_columns_and_sheets_are_named_and_left_out(kind: str) -> None:
    with open_workbook(FILES[kind]()) as book:
        assert names(book) == ["姓名", "吉克阿牛", "的日曲布", "海来木呷"]
        assert all(row.cells[3] == "" for sheet in book.sheets for row in sheet.rows())
        told = book.hidden
    assert told[0].rows == [3, 5]
    assert told[0].columns == [["D", "备注"]]
    assert [part.sheet for part in told[1:]] == (
        [] if kind == "html" else ["旧名单", "更旧"][: len(told) - 1]
    )
    assert any("第 3、5 行" in str(sentence) for sentence in told[0].sentences)


@pytest.mark.parametrize("kind", FILES)
def test_what_is_hidden_is_read_when_somebody_says_so(kind: str) -> None:
    with open_workbook(FILES[kind](), EVERYTHING) as book:
        assert names(book)[:6] == ["姓名", *PEOPLE]
        assert [row.cells[3] for row in book.sheets[0].rows()][:2] == ["备注", "愿意"]
        assert len(book.sheets) == 1 + sum(bool(part.sheet_rows) for part in book.hidden)
    with open_workbook(FILES[kind](), Unhide(rows=True)) as book:
        assert names(book) == ["姓名", *PEOPLE]
        assert all(row.cells[3] == "" for row in book.sheets[0].rows())


def test_a_filter_is_told_from_hiding_by_hand() -> None:
    with open_workbook(xlsx()) as book:
        assert "筛选" in str(book.hidden[0].sentences[0])
    with open_workbook(html()) as book:
        assert "筛选" not in str(book.hidden[0].sentences[0])


def test_collapsed_groups_of_rows_are_hidden_rows() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows()):
            sheet.write_row(place, 0, row)
            if place in (2, 3):
                sheet.set_row(place, None, None, {"level": 1, "hidden": True})
        sheet.set_row(4, None, None, {"collapsed": True})
    with open_workbook(out.getvalue()) as read:
        assert read.hidden[0].rows == [3, 4]


def test_a_file_that_hides_nothing_says_nothing() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.set_column("H:XFD", None, None, {"hidden": True})
        sheet.set_row(90, None, None, {"hidden": True})
    with open_workbook(out.getvalue()) as read:
        assert read.hidden == []


def test_the_drop_down_lists_of_our_own_templates_are_not_told() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("名册").write("A1", "姓名")
        lists = book.add_worksheet("choices")
        lists.write("A1", "男")
        lists.hide()
    with open_workbook(out.getvalue()) as read:
        assert read.hidden == []


@pytest.mark.parametrize("kind", ["xlsx", "xls, et", "ods"])
def test_an_error_cell_is_its_error_and_not_a_blank(kind: str) -> None:
    with open_workbook(FILES[kind]()) as book:
        assert [row.cells[2] for row in book.sheets[0].rows()][-1] == "#N/A"


def test_a_formula_that_was_never_calculated_is_told_from_a_blank() -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "乡镇"])
    book.active.append(["阿木", "=VLOOKUP(A2,表2!A:B,2,0)"])
    out = io.BytesIO()
    book.save(out)
    with open_workbook(out.getvalue()) as read:
        cell = list(read.sheets[0].rows())[1].cells[1]
    assert isinstance(cell, Formula)
    assert cell == "=VLOOKUP(A2,表2!A:B,2,0)"


def test_a_nought_that_a_library_wrote_for_a_formula_is_no_result_and_a_calculated_nought_is() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "务工月数", "乡镇"])
        sheet.write_row(1, 0, ["阿木", 0, "=VLOOKUP(A2,D:E,2,0)"])
    data = out.getvalue()
    with open_workbook(data) as read:
        assert list(read.sheets[0].rows())[1].cells == ["阿木", 0, "=VLOOKUP(A2,D:E,2,0)"]
    with zipfile.ZipFile(io.BytesIO(data)) as honest, zipfile.ZipFile(out, "w") as opened:
        for name in honest.namelist():
            opened.writestr(name, honest.read(name).replace(b' fullCalcOnLoad="1"', b""))
    with open_workbook(out.getvalue()) as read:
        assert list(read.sheets[0].rows())[1].cells == ["阿木", 0, 0]


def test_spans_hold_their_numbers() -> None:
    spans = Spans([(2, 3), (7, 7)])
    assert [number for number in range(10) if number in spans] == [2, 3, 7]
    assert spans.indexes(3) == [1, 2]
