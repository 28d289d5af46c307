"""Strangers' spreadsheets: read whole, or refused in a sentence; and nothing we write is a formula."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from app.kit.files import sandbox
from app.kit.files.spreadsheet import (
    Column,
    Page,
    SpreadsheetError,
    SpreadsheetProblem,
    Workbook,
    open_workbook,
    write_workbook,
)
from tests.factories.watched_process import own_seconds
from tests.whole import is_whole

DATA = Path(__file__).parents[3] / "data"
SHARED = Path(__file__).parents[5] / "shared" / "data" / "workbooks"
XML_2003 = """<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="城关镇"><Table>
 <Row ss:Index="3"><Cell ss:Index="2" ss:MergeDown="1"><Data ss:Type="String">姓名</Data></Cell>
 <Cell><Data ss:Type="Number">5</Data></Cell>
<Cell><Data ss:Type="DateTime">2017-05-03T00:00:00.000</Data></Cell>
 </Row></Table></Worksheet></Workbook>"""


def rows_of(book: Workbook, sheet: int = 0) -> list[tuple[int, list[object]]]:
    return [(row.number, list(row.cells)) for row in book.sheets[sheet].rows()]


def read(data: bytes) -> list[tuple[int, list[object]]]:
    with open_workbook(data) as book:
        return rows_of(book)


def refusal(data: bytes) -> SpreadsheetProblem:
    with pytest.raises(SpreadsheetError) as refused:
        open_workbook(data)
    return refused.value.problem


def xlsx(fill: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        fill(book)
    return out.getvalue()


def far_cells(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet()
    sheet.write("A1", "x")
    sheet.write("XFD1048576", "y")


def scattered(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("一")
    sheet.write_string("C4", "513431197605278701")
    sheet.write_number("D4", 5)
    sheet.write_boolean("E4", True)
    sheet.write_datetime("F4", date(2017, 5, 3), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.merge_range("C6:C7", "河头乡")


def test_rows_keep_the_numbers_the_program_shows_and_cells_their_kind_and_place() -> None:
    with open_workbook(xlsx(scattered)) as book:
        assert rows_of(book) == [
            (4, ["", "", "513431197605278701", 5.0, True, date(2017, 5, 3)]),
            (6, ["", "", "河头乡", "", "", ""]),
        ]
        assert book.sheets[0].merged == [(6, 3, 7, 3)]


def test_rows_can_be_walked_twice() -> None:
    with open_workbook(b"a,b\n1,2\n") as book:
        assert rows_of(book) == rows_of(book) == [(1, ["a", "b"]), (2, ["1", "2"])]


@pytest.mark.parametrize("codec", ["gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_delimited_text_of_every_encoding(codec: str, mark: str) -> None:
    text = f'姓名{mark}证件号码\r\n\r\n吉克{mark}="513431197605278701"\r\n'
    expected = [(1, ["姓名", "证件号码"]), (3, ["吉克", '="513431197605278701"'])]
    assert read(text.encode(codec)) == expected


def test_html_table_under_a_spreadsheet_name() -> None:
    page = """<html><!-- <tr><td>no</td></tr> --><table><tr><th rowspan=2>姓&nbsp;名<th colspan="2">联系
      方式</tr><tr><td>本人<td>家庭</tr><tr></tr><tr><td>阿<br>木</td><td></td><td>1&lt;2</td></tr></table>"""
    with open_workbook(page.encode("gb18030")) as book:
        assert rows_of(book) == [
            (1, ["姓 名", "联系 方式"]),
            (2, ["", "本人", "家庭"]),
            (4, ["阿\n木", "", "1<2"]),
        ]
        assert book.sheets[0].merged == [(1, 1, 2, 1), (1, 2, 1, 3)]


def test_single_file_web_page_is_unpacked() -> None:
    head = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n"
    part = "--B\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    page = f"{head}{part}<table><tr><td>姓名</td></tr></table>\n--B--\n"
    assert read(page.encode()) == [(1, ["姓名"])]


def test_xml_spreadsheet_2003() -> None:
    with open_workbook(XML_2003.encode()) as book:
        assert rows_of(book) == [(3, ["", "姓名", 5.0, date(2017, 5, 3)])]
        assert (book.sheets[0].name, book.sheets[0].merged) == ("城关镇", [(3, 2, 4, 2)])


def archive(*parts: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts:
            packed.writestr(name, data)
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """The archive with the bit that says a password is needed, in both of its lists."""
    packed = bytearray(data)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(mark) + place] |= 1
    return bytes(packed)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", SpreadsheetProblem.EMPTY),
        (b" \r\n\r\n", SpreadsheetProblem.EMPTY),
        (b"%PDF-1.7 ...", SpreadsheetProblem.NOT_A_SHEET),
        (b"\x89PNG\r\n\x1a\n\0\0", SpreadsheetProblem.NOT_A_SHEET),
        (b"\x01\x00\x00\x02\x03", SpreadsheetProblem.NOT_A_SHEET),
        (archive(("word/document.xml", b"<w/>")), SpreadsheetProblem.NOT_A_SHEET),
        (archive(("a.xlsx", b"x")), SpreadsheetProblem.NOT_A_SHEET),
        (archive(("mimetype", b"text"), ("content.xml", b"<x/>")), SpreadsheetProblem.NOT_A_SHEET),
        (archive(("META-INF/manifest.xml", b"<encryption-data/>")), SpreadsheetProblem.PASSWORD),
        ((DATA / "password.xls").read_bytes(), SpreadsheetProblem.PASSWORD),
        (locked(archive(("xl/workbook.xml", b"<x/>"))), SpreadsheetProblem.PASSWORD),
        (locked(archive(("名册.xlsx", b"x"))), SpreadsheetProblem.LOCKED_ARCHIVE),
        (archive(("xl/workbook.xml", b"<x/>")), SpreadsheetProblem.DAMAGED),
        (b"PK\x03\x04" + b"\0" * 40, SpreadsheetProblem.DAMAGED),
        (b"<html><p>403 Forbidden</p></html>", SpreadsheetProblem.NO_TABLE),
        (b"<table>" + b"<a" * 5_000_000, SpreadsheetProblem.DAMAGED),
        (XML_2003.replace("</Table>", "").encode(), SpreadsheetProblem.DAMAGED),
        (xlsx(far_cells), SpreadsheetProblem.TOO_LARGE),
        (xlsx(lambda book: book.add_worksheet()), SpreadsheetProblem.EMPTY),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(data: bytes, problem: SpreadsheetProblem) -> None:
    started = own_seconds()
    assert refusal(data) is problem
    assert own_seconds() - started < 10


def test_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    honest = archive(("xl/workbook.xml", b" " * 100_000))
    boasting = honest.replace((100_000).to_bytes(4, "little"), (4_000_000_000).to_bytes(4, "little"))
    assert refusal(boasting) is SpreadsheetProblem.TOO_LARGE


def test_swollen_sheet_kills_only_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.kit.files.spreadsheet.MEMORY_LIMIT", 128 * 1024 * 1024)
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"a" * 60_000_000 + b"</t></is></c></row>"
    namespace = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    swollen = b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (namespace, row)
    with zipfile.ZipFile(io.BytesIO(xlsx(far_cells))) as honest:
        parts = [(name, honest.read(name)) for name in honest.namelist() if "sheet1" not in name]
    problem = refusal(archive(*parts, ("xl/worksheets/sheet1.xml", swollen)))
    assert problem is SpreadsheetProblem.TOO_LARGE


DANGEROUS = [
    mark + rest
    for mark in ("", "\ufeff", "\u200b", " ", "\t", "\r")
    for rest in (
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "|x",
        "%0A",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "=cmd|' /C calc'!A0",
    )
] + ["a\tb", "a\rb", "a\nb", "_x000D_", "'x", "5千", "00123"]


def test_a_busy_machine_is_not_told_as_a_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """50,000 good rows beside eleven other programs were refused as too slow, to be split in two files."""
    monkeypatch.setattr(sandbox, "CLOCK", 1e-6)  # a warm parent reads it in 8 ms
    with pytest.raises(SpreadsheetError) as refusal:
        open_workbook("姓名\n阿木\n".encode())
    assert refusal.value.problem is SpreadsheetProblem.BUSY


def test_formula_like_text_stays_text_and_comes_back_exactly() -> None:
    out = io.BytesIO()
    write_workbook(
        out, [Page("名册", [Column("姓名"), Column("备注")], ([text, text] for text in DANGEROUS))]
    )
    sheet = openpyxl.load_workbook(io.BytesIO(out.getvalue()))["名册"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} == {"s"}
    assert [row[0] for _, row in read(out.getvalue())[1:]] == DANGEROUS


def test_written_columns_are_text_with_drop_downs_from_a_hidden_sheet() -> None:
    out = io.BytesIO()
    nations = tuple(f"第{number}族" for number in range(58))
    columns = [Column("证件号码", 22, hint="18位"), Column("民族", choices=nations)]
    write_workbook(
        out, [Page("[a]/", columns, [["513431197605278701", "第1族"]], spare_rows=9), Page("a", columns)]
    )
    book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    assert [sheet.sheet_state for sheet in book] == ["visible", "visible", "hidden"]
    rules = book.worksheets[0].data_validations.dataValidation
    assert [(str(rule.sqref), rule.type) for rule in rules] == [("A2:A11", None), ("B2:B11", "list")]
    assert book.worksheets[0].column_dimensions["A"].width > 20


def outcome_of(path: Path) -> str:
    try:
        with open_workbook(path) as book:
            return "read" if [list(sheet.rows()) for sheet in book.sheets] else ""
    except SpreadsheetError as error:
        return error.sentence


@pytest.mark.shared_data
@pytest.mark.skipif(not SHARED.exists(), reason="the shared workbooks are not here")
def test_every_shared_workbook_is_read_or_refused_within_ten_seconds() -> None:
    """A third of them in the suite, all with HOSTILE=whole (``make drill-files``)."""
    outcomes, paths = [], sorted(SHARED.iterdir())
    for path in paths if is_whole("HOSTILE") else paths[::3]:
        started = own_seconds()
        outcomes.append(outcome_of(path))
        assert own_seconds() - started < 10
    assert all(outcomes)
    assert outcomes.count("read") >= len(outcomes) * 3 // 4
