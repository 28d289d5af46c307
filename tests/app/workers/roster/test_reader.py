"""Headings, questions about them, rules over rows, and the way back out."""

from datetime import date

import pytest

from app.workers.roster.columns import match_columns
from app.workers.roster.dictionary import Guess
from app.workers.roster.fields import headings
from app.workers.roster.reader import RosterError, RosterReading, read_roster
from tests.factories.ugly_rosters import HEAD, Row, delimited, number, person, sheet_of, xlsx

TODAY = date(2026, 6, 1)


def reading_of(data: bytes, **mapping: str) -> RosterReading:
    return read_roster(data, county_code="513431", today=TODAY, mapping=mapping)


def warnings_of(head: Row, *rows: Row) -> list[tuple[int, str]]:
    with reading_of(delimited([head, *rows])) as reading:
        return [(row.row, warning.header) for row in reading.rows() for warning in row.warnings]


def guess(*path: str) -> Guess:
    beside = {1: ("本人姓名",), 2: ("身份证",)} if "户主" in path[0] else {}
    column = match_columns({0: path, **beside})[0]
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
        (("身份证地址",), "address"),
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
    assert "姓名" in str(refused.value)


def test_all_errors_of_a_row_are_told_at_once() -> None:
    with reading_of(delimited([HEAD, ["", "123", "1"]])) as reading:
        row = next(iter(reading.rows()))
    assert [error.header for error in row.errors] == ["姓名", "证件号码"]
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
    assert warnings_of(["姓名", "证件号码", *columns], ["阿木", number(1), *cells]) == [(2, column)]


def test_fitting_row_has_no_warning() -> None:
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
    assert warnings_of(head, row) == []


def test_spouse_of_the_same_sex_and_household_without_head_are_warned_of() -> None:
    head = ["户编号", "姓名", "证件号码", "与户主关系"]
    family = [
        ["H1", "阿木", number(1), "户主"],
        ["H1", "尔布", number(2), "配偶"],
        ["H2", "阿牛", number(3), "之子"],
    ]
    assert warnings_of(head, *family) == [(3, "与户主关系"), (4, "与户主关系")]


def test_child_is_registered_without_error() -> None:
    with reading_of(delimited([HEAD, ["阿小", number(1, "20190507"), ""]])) as reading:
        row = next(iter(reading.rows()))
    assert (row.errors, row.warnings, row.values["birth_date"]) == ([], [], date(2019, 5, 7))


def test_unknown_values_stay_away() -> None:
    with reading_of(delimited([[*HEAD, "文化程度", "普通话"], [*person(1), "", "/"]])) as reading:
        values = next(iter(reading.rows())).values
    assert values.keys() == {"name", "id_number", "phone", "birth_date", "sex"}


def test_refused_row_shows_its_cells_and_the_township_its_title_names() -> None:
    titled: list[Row] = [["竹核乡名册"], ["序号", *HEAD, "咋样"], [1, "阿木", "123", "13812345678", "好"]]
    with reading_of(xlsx(一组=sheet_of(titled))) as reading:
        raw = next(iter(reading.rows())).raw
    assert raw == {
        "序号": "1",
        "姓名": "阿木",
        "证件号码": "123",
        "联系电话": "13812345678",
        "咋样": "好",
        "乡(镇)": "竹核乡",
    }
