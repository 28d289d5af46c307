"""Headings, questions about them, rules over rows, and the way back out."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from app.workers.roster import RosterError, RosterReading, read_roster
from app.workers.roster.columns import Guess, match_columns
from app.workers.roster.fields import TEMPLATE_FIELDS, headings
from app.workers.roster.writing import REASON, RefusedRow, write_people, write_refused, write_template
from tests.factories.ugly_rosters import HEAD, Row, delimited, number, person, sheet_of, xlsx

TODAY = date(2026, 6, 1)


def reading_of(data: bytes, **mapping: str) -> RosterReading:
    return read_roster(data, county_code="513431", today=TODAY, mapping=mapping)


def doubts_of(head: Row, *rows: Row) -> list[tuple[int, str]]:
    with reading_of(delimited([head, *rows])) as reading:
        return [(doubt.row, doubt.column) for row in reading.rows() for doubt in row.doubts]


def guess(*path: str) -> Guess:
    beside = {1: ("本人姓名",), 2: ("身份证",)} if "户主" in path[0] else {}
    column = match_columns({0: path, **beside}, {})[0]
    return Guess(column.field, column.confidence)


def test_no_heading_is_listed_for_two_fields() -> None:
    everything = [heading for known in headings().values() for heading in dict.fromkeys(known)]
    assert len(everything) == len(set(everything))


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("公民身份号 码",), "id_number"),
        (("贫困劳动力身份证号码（18位）",), "id_number"),
        (("户主", "姓名"), "head_name"),
        (("户主身份证号",), "head_id_number"),
        (("联系方式", "家庭"), "household_phone"),
        (("3、民族",), "ethnicity"),
        (("期望月薪（元/月）",), "wage_floor_yuan"),
        (("务工所在地点",), "work_place"),
        (("身份证地址",), None),
        (("监护人姓名",), None),
        (("帮扶人电话",), None),
    ],
)
def test_headings_find_their_field_and_other_peoples_do_not(path: tuple[str, ...], field: str | None) -> None:
    assert guess(*path).field == field


def test_unknown_heading_is_asked_with_samples_and_what_was_answered_is_used() -> None:
    data = delimited([[*HEAD, "咋个称呼", "会电焊吗"], [*person(1), "老木", "会"], [*person(2), "", "否"]])
    with reading_of(data) as reading:
        asked = {column.header: column for column in reading.unknown_columns}
        assert (asked["咋个称呼"].samples, asked["会电焊吗"].suggestion.field) == (["老木"], "skills")
    with reading_of(data, 咋个称呼="note", 会电焊吗="skills") as reading:
        assert reading.unknown_columns == []
        assert [(row.values.get("note"), row.values["skills"]) for row in reading.rows()] == [
            ("老木", ["电焊"]),
            (None, []),
        ]
    with reading_of(data, 咋个称呼="", 会电焊吗="") as reading:
        assert reading.unknown_columns == []


def test_table_whose_headings_are_all_strange_is_asked_about_and_read_once_answered() -> None:
    data = delimited(
        [["咋叫", "那一串", "哪里"], [person(1)[0], number(1), "竹核"], [person(2)[0], number(2), "比尔"]]
    )
    with reading_of(data) as reading:
        assert not reading.is_readable
        assert [column.header for column in reading.unknown_columns] == ["咋叫", "哪里"]
    with reading_of(data, 咋叫="name", 哪里="township") as reading:
        assert [row.values["township"] for row in reading.rows()] == ["竹核", "比尔"]


def test_spreadsheet_that_is_no_roster_is_refused_in_a_sentence() -> None:
    with pytest.raises(RosterError) as refused:
        reading_of(b"a,b\n1,2\n")
    assert "姓名" in refused.value.sentence


def test_all_errors_of_a_row_are_told_at_once() -> None:
    with reading_of(delimited([HEAD, ["", "123", "1"]])) as reading:
        row = next(iter(reading.rows()))
    assert [error.column for error in row.errors] == ["姓名", "证件号码"]
    assert row.raw == {"姓名": "", "证件号码": "123", "联系电话": "1"}


@pytest.mark.parametrize(
    ("columns", "cells", "column"),
    [
        (["性别"], ["女"], "性别"),
        (["出生年月"], ["1991-01-01"], "出生年月"),
        (["县"], ["美姑县"], "县"),
        (["文化程度", "在校生状况"], ["初中", "高一"], "在校生状况"),
        (["务工地", "务工时间"], ["东莞", ""], "务工时间"),
        (["务工地", "务工时间"], ["", "3"], "务工地"),
        (["健康状况", "劳动能力"], ["健康", "无劳动力"], "劳动能力"),
        (["务工地", "劳动能力"], ["东莞", "丧失劳动力"], "劳动能力"),
    ],
)
def test_rules_of_the_register_only_warn(columns: list[str], cells: list[str], column: str) -> None:
    assert doubts_of(["姓名", "证件号码", *columns], ["阿木", number(1), *cells]) == [(2, column)]


def test_fitting_row_has_no_doubt() -> None:
    head = [
        "姓名",
        "证件号码",
        "性别",
        "县",
        "文化程度",
        "在校生状况",
        "务工地",
        "务工时间",
        "健康状况",
        "劳动技能",
    ]
    row = ["阿木", number(1), "男", "昭觉县", "初中", "非在校生", "东莞", "3", "健康", "普通劳动力"]
    assert doubts_of(head, row) == []


def test_spouse_of_the_same_sex_and_household_without_head_are_doubted() -> None:
    head = ["户编号", "姓名", "证件号码", "与户主关系"]
    family = [
        ["H1", "阿木", number(1), "户主"],
        ["H1", "尔布", number(2), "配偶"],
        ["H2", "阿牛", number(3), "之子"],
    ]
    assert doubts_of(head, *family) == [(3, "与户主关系"), (4, "与户主关系")]


def test_child_is_registered_without_error() -> None:
    with reading_of(delimited([HEAD, ["阿小", number(1, "20190507"), ""]])) as reading:
        row = next(iter(reading.rows()))
    assert (row.errors, row.doubts, row.values["birth_date"]) == ([], [], date(2019, 5, 7))


def test_unknown_values_stay_away() -> None:
    with reading_of(delimited([[*HEAD, "文化程度", "普通话"], [*person(1), "", "/"]])) as reading:
        values = next(iter(reading.rows())).values
    assert values.keys() == {"name", "id_number", "phone", "birth_date", "sex"}


FULL: dict[str, Any] = {
    "township": "竹核乡",
    "village": "瓦古村",
    "household_code": "5134310001",
    "name": "吉克·阿牛",
    "id_number": number(1),
    "relation": "户主",
    "ethnicity": "彝族",
    "education_text": "初中",
    "health_text": "长期慢性病,残疾",
    "work_place": "广东佛山",
    "months_away": 6,
    "phone": "13812345678",
    "willing": True,
    "wishes": ["电子厂普工", "焊工"],
    "cities": ["440600", "440300"],
    "wage_floor_yuan": 4500,
    "available_on": date(2026, 7, 1),
    "night_shift": False,
    "mandarin": 2,
    "skills": ["叉车"],
    "note": "=1+1",
    "experience": "\t@SUM(A1)",
}


def test_export_read_again_gives_the_same_values() -> None:
    out = io.BytesIO()
    write_people(out, [FULL])
    with reading_of(out.getvalue()) as reading:
        row = next(iter(reading.rows()))
        assert reading.unknown_columns == []
    assert (row.errors, row.doubts) == ([], [])
    assert {name: row.values[name] for name in FULL} == FULL


def test_template_has_the_columns_of_the_export_and_every_choice() -> None:
    out, export = io.BytesIO(), io.BytesIO()
    write_template(out)
    write_people(export, [])
    template, written = (openpyxl.load_workbook(io.BytesIO(file.getvalue())) for file in (out, export))
    heads = [[cell.value for cell in book["名册"][1]] for book in (template, written)]
    assert heads[0] == heads[1] == [field.label for field in TEMPLATE_FIELDS]
    lists = [rule for rule in template["名册"].data_validations.dataValidation if rule.type == "list"]
    assert len(lists) == sum(bool(field.choices) for field in TEMPLATE_FIELDS)
    with reading_of(out.getvalue()) as reading:
        assert (reading.row_count, reading.unknown_columns) == (0, [])


def test_refused_rows_can_be_corrected_in_their_own_workbook_and_read_again() -> None:
    titled = [["竹核乡名册"], ["序号", *HEAD, "咋样"], [1, "阿木", "123", "13812345678", "好"]]
    with reading_of(xlsx(一组=sheet_of(titled), 二组=sheet_of([HEAD, ["", number(2), ""]]))) as reading:
        rows = list(reading.rows())
    out = io.BytesIO()
    write_refused(out, (RefusedRow(row.sheet, row.raw, [error.text for error in row.errors]) for row in rows))
    book = openpyxl.load_workbook(io.BytesIO(out.getvalue()))
    assert book.sheetnames == ["一组", "二组"]
    assert [cell.value for cell in book["一组"][1]] == ["序号", *HEAD, "咋样", "乡(镇)", REASON]
    assert "18位" in book["一组"]["G2"].value
    book["一组"]["C2"], book["二组"]["A2"] = number(1), "尔布"
    corrected = io.BytesIO()
    book.save(corrected)
    with reading_of(corrected.getvalue()) as reading:
        again = list(reading.rows())
    assert [(row.sheet, row.errors) for row in again] == [("一组", []), ("二组", [])]
    assert again[0].values["township"] == "竹核乡"
