"""A heading only claims a field: its cells decide, and what the clerk says of a file beats both."""

from datetime import date

import pytest

from app.workers.roster.columns import Grounds
from app.workers.roster.reader import RosterReading, read_roster
from tests.factories.ugly_rosters import HEAD, Row, delimited, person, sheet_of, xlsx

TODAY = date(2026, 6, 1)


def reading_of(data: bytes, **said: dict[str, str]) -> RosterReading:
    return read_roster(data, county_code="513431", today=TODAY, **said)


def beside(heading: str, *cells: object, others: tuple[str, ...] = ()) -> bytes:
    """Return a roster of people with one more column, and blank ones."""
    rows: list[Row] = [[*HEAD, heading, *others]]
    return delimited([*rows, *([*person(n), cell, *others] for n, cell in enumerate(cells))])


def values_of(data: bytes, field: str, **said: dict[str, str]) -> list[object]:
    with reading_of(data, **said) as reading:
        return [row.values.get(field) for row in reading.rows()]


def grounds_of(data: bytes, **said: dict[str, str]) -> dict[str, tuple[str | None, Grounds]]:
    with reading_of(data, **said) as reading:
        return {report.key: (report.field, report.grounds) for report in reading.columns}


def asked_of(data: bytes, **said: dict[str, str]) -> list[str]:
    with reading_of(data, **said) as reading:
        return [report.header for report in reading.columns if report.is_asked]


@pytest.mark.parametrize("heading", ["务工意愿", "就业意愿", "求职意向", "务工意向"])
def test_yes_and_no_below_a_wish_is_willingness_and_no_wished_job(heading: str) -> None:
    data = beside(heading, "是", "否", "无")
    assert values_of(data, "willing") == [True, False, False]
    assert values_of(data, "wishes") == [None, None, None]


def test_jobs_below_the_same_heading_stay_wished_jobs() -> None:
    assert values_of(beside("务工意愿", "保安", "缝纫工、保洁", "无"), "wishes") == [
        ["保安"],
        ["缝纫工", "保洁"],
        [],
    ]


def test_willingness_beside_a_wish_needs_no_question() -> None:
    data = delimited([[*HEAD, "务工意愿", "意向工种"], [*person(1), "是", "保安"], [*person(2), "否", ""]])
    assert asked_of(data) == []
    assert (values_of(data, "willing"), values_of(data, "wishes")) == ([True, False], [["保安"], None])


@pytest.mark.parametrize("heading", ["意向工种", "技能", "证书"])
def test_a_mere_yes_is_no_job_no_skill_and_no_certificate(heading: str) -> None:
    with reading_of(beside(heading, "电焊", "缝纫", "叉车", "保洁", "有")) as reading:
        last = list(reading.rows())[-1]
    assert [warning.header for warning in last.warnings] == [heading]
    assert not {"wishes", "skills", "certificates"} & last.values.keys()


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("联系方式", ["2019-03-05", "2019-04-01", "2020-01-02"]),
        ("务工时间", ["2019年3月", "2020年1月", "2020年2月"]),
        ("乡镇", ["1991-02-03", "1992-02-03", "1993-02-03"]),
        ("健康状况", ["初中", "小学", "高中"]),
        ("户联系电话", ["阿木", "尔布", "阿牛"]),
        ("文化程度", ["13812345678", "13812345679", "13812345670"]),
        ("是否愿意外出", ["保安", "缝纫工", "电焊工"]),
    ],
)
def test_a_column_whose_cells_do_not_fit_its_heading_is_asked_about(heading: str, cells: list[str]) -> None:
    names = ["姓名", "证件号码", heading]
    data = delimited([names, *([*person(n)[:2], cell] for n, cell in enumerate(cells))])
    assert asked_of(data) == [heading]
    with reading_of(data) as reading:
        assert [(row.errors, row.warnings) for row in reading.rows()] == [([], [])] * 3


@pytest.mark.parametrize(
    ("heading", "cells", "guess"),
    [
        ("外出意愿", ["广东", "深圳", "佛山"], "cities"),
        ("健康状况", ["初中", "小学", "高中"], "education_text"),
        ("联系方式", ["2019-03-05", "2019-04-01", "2020-01-02"], "phone"),
    ],
)
def test_the_cells_suggest_what_a_column_that_does_not_fit_may_be(
    heading: str, cells: list[str], guess: str
) -> None:
    data = delimited([["姓名", "证件号码", heading], *([*person(n)[:2], c] for n, c in enumerate(cells))])
    with reading_of(data) as reading:
        assert [report.guess.field for report in reading.columns if report.is_asked] == [guess]


def test_an_answer_ends_the_question_whatever_the_cells_say() -> None:
    data = beside("健康状况", "初中", "小学", "高中")
    assert asked_of(data) == ["健康状况"]
    assert asked_of(data, mapping={"健康状况": "education_text"}) == []
    assert values_of(data, "education_text", mapping={"健康状况": "education_text"}) == [
        "初中",
        "小学",
        "高中",
    ]
    assert asked_of(data, mapping={"健康状况": "health_text"}) == []


def test_ages_below_a_birth_date_and_birth_dates_below_an_age_need_no_question() -> None:
    assert grounds_of(beside("出生日期", "34", "45岁", "20"))["出生日期"] == ("", Grounds.VALUES)
    assert grounds_of(beside("年龄", "1990-01-01", "1990-1-1"))["年龄"] == ("birth_date", Grounds.VALUES)


def test_sex_by_the_standard_code_is_read_without_a_warning() -> None:
    with reading_of(beside("性别", "1", "1", "1")) as reading:
        assert [row.warnings for row in reading.rows()] == [[], [], []]
        assert [report.header for report in reading.columns if report.is_asked] == []


def test_codes_of_another_system_stay_in_their_column_with_a_warning_each() -> None:
    with reading_of(beside("民族", "02", "02", "02", "彝族")) as reading:
        assert [len(row.warnings) for row in reading.rows()] == [1, 1, 1, 0]


TWO_WAGES = delimited(
    [[*HEAD, "期望月薪", "期望工资"], [*person(1), "4500", "5000"], [*person(2), "4000", "4200"]]
)


def test_two_columns_of_one_field_are_both_asked_about_and_any_answer_ends_it() -> None:
    assert asked_of(TWO_WAGES) == ["期望月薪", "期望工资"]
    for answer in ({"期望月薪": "", "期望工资": "wage_floor_yuan"}, {"期望月薪": "note", "期望工资": ""}):
        assert asked_of(TWO_WAGES, mapping=answer) == []
    same = {"期望月薪": "wage_floor_yuan", "期望工资": "wage_floor_yuan"}
    assert asked_of(TWO_WAGES, mapping=same) == []
    assert values_of(TWO_WAGES, "wage_floor_yuan", mapping=same) == [4500, 4000]


def test_the_answer_beats_the_dictionary() -> None:
    chosen = {"期望月薪": "", "期望工资": "wage_floor_yuan"}
    assert values_of(TWO_WAGES, "wage_floor_yuan", mapping=chosen) == [5000, 4200]


def test_a_blank_or_equal_second_column_is_no_question() -> None:
    blank = delimited([[*HEAD, "期望月薪", "期望工资"], [*person(1), "", "5000"], [*person(2), "", "4200"]])
    assert (asked_of(blank), values_of(blank, "wage_floor_yuan")) == ([], [5000, 4200])
    equal = delimited([[*HEAD, "期望月薪", "期望工资"], [*person(1), "5000", "5000"]])
    assert asked_of(equal) == []


def test_two_columns_with_one_heading_can_be_told_apart_and_answered() -> None:
    data = delimited([[*HEAD, "健康", "健康"], [*person(1), "健康", "残疾"], [*person(2), "健康", "健康"]])
    assert asked_of(data) == ["健康", "健康"]
    assert asked_of(data, mapping={"健康": "health_text", "健康2": ""}) == []
    assert values_of(data, "health_text", mapping={"健康": "", "健康2": "health_text"}) == ["残疾", "健康"]


def test_wishes_and_notes_of_several_columns_add_up() -> None:
    head = [*HEAD, "意向工种1", "意向工种2", "备注", "其他说明"]
    data = delimited([head, [*person(1), "保安", "保洁", "有车", "会开车"]])
    assert (asked_of(data), values_of(data, "wishes")) == ([], [["保安", "保洁"]])
    assert values_of(data, "note") == ["有车；会开车"]


@pytest.mark.parametrize("heading", ["意向工种", "联系电话", "姓名", "乡(镇)"])
def test_a_heading_of_our_template_is_never_left_out_by_memory(heading: str) -> None:
    data = delimited([["姓名", "证件号码", "联系电话", "意向工种", "乡(镇)"], [*person(1), "保安", "竹核镇"]])
    plain, remembered = grounds_of(data), grounds_of(data, remembered={heading: "", "意向工种": "note"})
    assert remembered == plain


def test_memory_leaves_out_what_only_the_county_knows_and_says_so() -> None:
    data = beside("会啥手艺呀", "电焊")
    assert grounds_of(data, remembered={"会啥手艺呀": ""})["会啥手艺呀"] == ("", Grounds.REMEMBERED)
    assert grounds_of(data, remembered={"会啥手艺呀": "skills"})["会啥手艺呀"] == (
        "skills",
        Grounds.REMEMBERED,
    )


def test_every_column_that_is_not_read_is_reported_with_cells_and_count() -> None:
    data = xlsx(
        一组=sheet_of([["序号", *HEAD, "银行卡号", ""], [1, *person(1), "6217001234567890123", "有拖拉机"]])
    )
    with reading_of(data) as reading:
        told = {r.header: (r.filled, r.samples) for r in reading.columns if not r.field}
    assert told == {"序号": (1, ["1"]), "银行卡号": (1, ["…0123"]), "F列": (1, ["有拖拉机"])}


def test_a_column_without_a_heading_can_be_read_once_somebody_says_what_it_is() -> None:
    data = xlsx(一组=sheet_of([[*HEAD, ""], [*person(1), "有拖拉机"]]))
    assert asked_of(data) == []
    assert values_of(data, "note", mapping={"D列": "note"}) == ["有拖拉机"]


def test_cells_below_no_heading_far_down_are_reported_too() -> None:
    late: list[Row] = [HEAD, *([f"吉克{n}", "123", "1"] for n in range(80)), [*person(1), "看这里"]]
    with reading_of(xlsx(一组=sheet_of(late))) as reading:
        assert [(r.header, r.filled) for r in reading.columns if r.grounds is Grounds.EMPTY] == [("D列", 1)]


def test_headings_with_the_code_of_their_item_are_known() -> None:
    fields = grounds_of(
        delimited([["aac003姓名", "aac002身份证", "aav015就业意向"], [*person(1)[:2], "缝纫"]])
    )
    assert {key: field for key, (field, _grounds) in fields.items()} == {
        "aac003姓名": "name",
        "aac002身份证": "id_number",
        "aav015就业意向": "wishes",
    }
