"""Delimited text: as many rows come out as went in, whatever marks and bytes strayed into it."""

import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kit.files.readers.spreadsheet.delimited import best_delimiter
from app.kit.files.readers.spreadsheet.quotes import Records
from app.kit.files.spreadsheet import SpreadsheetError, SpreadsheetProblem, open_workbook
from tests.whole import share

HEAD = ["姓名", "证件号码", "乡镇", "人联系电话", "备注"]
QUOTINGS = [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]
MANY = settings(max_examples=share(75, 300))


def people(count: int) -> list[list[str]]:
    return [
        [f"吉克{chr(0x4E00 + n)}", f"5134311990010{n:05d}", "四开乡", f"1380013{n:04d}", ""]
        for n in range(count)
    ]


def written(rows: list[list[str]], mark: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def records(text: str, mark: str = ",") -> list[list[str]]:
    return list(Records(iter(io.StringIO(text, newline="")), mark))


def read(data: bytes) -> tuple[list[list[object]], list[str]]:
    with open_workbook(data) as book:
        rows = [list(row.cells) for sheet in book.sheets for row in sheet.rows()]
        return rows, [str(remark) for remark in book.remarks]


# --- quotation marks ------------------------------------------------------------------------------------

WORDS = st.text(alphabet='会电焊a1 \n"，,;\t', max_size=12)


@MANY
@given(
    notes=st.lists(WORDS, min_size=1, max_size=8),
    mark=st.sampled_from(",\t;|"),
    quoting=st.sampled_from(QUOTINGS),
    place=st.sampled_from([0, 2, 4]),
)
def test_a_written_table_comes_back_cell_by_cell(
    notes: list[str], mark: str, quoting: int, place: int
) -> None:
    rows = people(len(notes))
    for row, note in zip(rows, notes, strict=True):
        row[place] = note
    assert records(written([HEAD, *rows], mark, quoting), mark) == [HEAD, *rows]


@settings(MANY, max_examples=share(250, 1000))
@given(data=st.data(), count=st.integers(2, 40), marks=st.integers(1, 4))
def test_a_stray_quotation_mark_at_any_place_loses_nobody(
    data: st.DataObject, count: int, marks: int
) -> None:
    text = written([HEAD, *people(count)])
    for _mark in range(marks):
        place = data.draw(st.integers(len(",".join(HEAD)) + 2, len(text)))
        text = text[:place] + '"' + text[place:]
    found = [re.sub(r"\D", "", row[1]) if len(row) > 1 else "" for row in records(text) if any(row)]
    there = [number for number in found if len(number) == 18]
    assert there == [row[1] for row in people(count)]


def test_a_stray_quotation_mark_does_not_swallow_the_rows_below_it() -> None:
    rows = [HEAD, *people(40)]
    text = written(rows).replace("四开乡,13800130001,", '四开乡,13800130001,"会电焊', 1)
    read_rows, remarks = read(text.encode("utf-8-sig"))
    assert [row[1] for row in read_rows] == [row[1] for row in rows]
    assert read_rows[2][4] == "会电焊"
    assert [remark for remark in remarks if "第 3 行" in remark and "引号" in remark]


@pytest.mark.parametrize("at", [0, 2, 4])
def test_a_note_with_line_breaks_is_one_cell_and_no_fault(at: int) -> None:
    rows = [HEAD, *people(6)]
    rows[3][at] = '会电焊，\n会"叉车"，\n2016年去过东莞,佛山'
    assert read(written(rows).encode()) == (rows, [])


def test_a_mark_that_is_never_closed_leaves_each_line_a_row() -> None:
    rows, remarks = read('姓名,证件号码\n"阿木,513431199005031016\n阿牛,513431199005031024\n'.encode())
    assert rows[1:] == [["阿木", "513431199005031016"], ["阿牛", "513431199005031024"]]
    assert len(remarks) == 1


def test_two_marks_in_one_line_do_not_make_one_cell_of_two() -> None:
    text = written([HEAD, *people(5)]).replace("吉克丁,513431199001000001", '"吉克丁,513431199001000001"', 1)
    assert [len(row) for row in records(text)] == [5] * 6


def test_a_heading_with_a_stray_mark_swallows_no_people() -> None:
    text = written([HEAD, *people(9)]).replace("乡镇", '"乡镇', 1)
    assert len(records(text)) == 10


def test_quoted_delimiters_stay_in_their_cell_beside_a_stray_mark() -> None:
    rows = people(6)
    rows[4][4] = "电焊,叉车"
    text = written([HEAD, *rows]).replace("吉克丁", '"吉克丁', 1)
    assert records(text)[5][4] == "电焊,叉车"


@pytest.mark.parametrize("mark", ["", '"'])
def test_a_cell_longer_than_any_program_keeps_is_refused(mark: str) -> None:
    with pytest.raises(SpreadsheetError) as refused:
        open_workbook(f"姓名,{mark}{'长' * 1_100_000}".encode())
    assert refused.value.problem is SpreadsheetProblem.DAMAGED


def test_stray_marks_do_not_hide_the_delimiter() -> None:
    assert best_delimiter(['姓名\t"备注\n', "阿木\t会,电焊\n", "阿牛\t无\n"]) == "\t"


# --- encodings ------------------------------------------------------------------------------------------

CODECS = ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("codec", CODECS)
def test_rows_in_each_encoding(codec: str) -> None:
    rows = [HEAD, *people(4)]
    assert read(written(rows).encode(codec)) == (rows, [])


def test_mostly_chinese_utf_16_without_a_mark_is_text() -> None:
    rows = [["姓名", "备注"], ["吉克阿牛", "会电焊、会叉车、会缝纫，身体好，愿意出去打工"]]
    assert read(written(rows).encode("utf-16-le"))[0] == rows


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("how", ["cut", "put"])
def test_one_bad_byte_spoils_one_cell_and_is_named(codec: str, how: str) -> None:
    rows = [HEAD, *people(8)]
    data = written(rows).encode(codec)
    at = data.index("四开乡".encode(codec.removesuffix("-sig")), data.index(b"13800130002"))
    data = data[:at] + (b"" if how == "cut" else b"\xff") + data[at + (1 if how == "cut" else 0) :]
    read_rows, remarks = read(data)
    assert len(read_rows) == 9
    spoilt = [
        (number, column)
        for number, row in enumerate(read_rows)
        for column, cell in enumerate(row)
        if cell != rows[number][column]
    ]
    assert spoilt == [(4, 2)]
    assert "\ufffd" in str(read_rows[4][2])
    assert [remark for remark in remarks if "C5" in remark]


def test_a_bad_byte_in_a_tiny_file_does_not_change_its_encoding() -> None:
    data = "姓名,证件号码\n阿木,513431199005031016\n阿�牛,513431199005031024\n".encode()
    data = data.replace("�".encode(), b"\xe8")
    assert read(data)[0][1] == ["阿木", "513431199005031016"]


def test_traditional_characters_are_read_and_told() -> None:
    rows = [["姓名", "身份證號碼", "備註"], ["陳國強", "513431199005031016", "會電焊，願意出去"]]
    read_rows, remarks = read(written(rows).encode("big5"))
    assert read_rows == rows
    assert any("Big5" in remark for remark in remarks)


def test_two_encodings_in_one_file_are_refused_by_name() -> None:
    rows = written(people(30))
    half = rows.encode("gb18030").replace(b",", b",\xff\xfe\xfd\xfc\xff\xfe\xfd\xfc")
    with pytest.raises(SpreadsheetError) as refused:
        open_workbook(half)
    assert refused.value.problem is SpreadsheetProblem.ENCODING


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_a_file_cut_short_is_told(codec: str) -> None:
    data = written([HEAD, *people(5)]).encode(codec)
    short = data[: data.rindex("四开乡".encode(codec)[-6:]) + 1]
    rows, remarks = read(short)
    assert len(rows) == 6
    assert any("第 6 行" in remark and "没有传完整" in remark for remark in remarks)
