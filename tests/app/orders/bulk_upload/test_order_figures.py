"""Figures of an enterprise's own sheet: whole, with their unit, or refused; what was assumed is said."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session

from app.kit.files.bulk_upload.reading import Line
from app.orders.bulk_upload import operations as bulk_upload
from app.orders.bulk_upload.columns import order_form
from models.access import SYSTEM
from models.clock import today
from models.jobs.order import Order, Provision, Shift
from models.reference.area import guangdong_cities
from models.reference.organisation import Organisation
from tests.factories.people import FOSHAN, make_enterprise

SOON = str(today() + timedelta(days=30))


@pytest.fixture
def enterprise(session: Session) -> Organisation:
    return make_enterprise(session)


def row(session: Session, **cells: Any) -> Line:
    """One row of a sheet with the headings and cells given."""
    book = openpyxl.Workbook()
    told = {"岗位名称": "普工", "招聘人数": "10", "招聘截止": SOON} | cells
    book.active.append(list(told))
    book.active.append(list(told.values()))
    target = io.BytesIO()
    book.save(target)
    (line,) = bulk_upload.read(session, target.getvalue(), FOSHAN).lines
    return line


def values(session: Session, line: Line) -> dict[str, Any]:
    assert not line.problems, [str(problem.sentence) for problem in line.problems]
    return order_form(line.raw, guangdong_cities(session)).values()


def said(line: Line) -> str:
    return " ".join(str(sentence) for sentence in line.warnings)


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("5k-6k", 5000, 6000),
        ("3千-5千", 3000, 5000),
        ("4500－5500", 4500, 5500),
        ("4500−5500", 4500, 5500),
        ("月薪4500", 4500, 4500),
        ("1.2万", 12_000, 12_000),
        ("4500+", 4500, None),
        ("计件 5000-7000", 5000, 7000),
        ("4500-5500元/月，包吃住", 4500, 5500),
        ("4500-5500+提成", 4500, 5500),
    ],
)
def test_a_wage_keeps_its_scale_and_both_ends(
    session: Session, cell: str, low: int | None, high: int | None
) -> None:
    order = values(session, row(session, 综合工资=cell))
    found = [None if fen is None else fen // 100 for fen in (order["wage_low_fen"], order["wage_high_fen"])]
    assert found == [low, high]


@pytest.mark.parametrize("cell", ["18元/小时", "150元/天", "0.5元/件"])
def test_an_hourly_wage_is_not_read_as_a_monthly_one(session: Session, cell: str) -> None:
    line = row(session, 综合工资=cell, 底薪=cell)
    order = values(session, line)
    assert (order["wage_low_fen"], order["wage_high_fen"], order["base_wage_fen"]) == (None, None, None)
    assert order["wage_note"] == f"综合工资：{cell}；底薪：{cell}"
    assert f"“{cell}”是一" in said(line)


def test_an_hourly_wage_becomes_monthly_where_the_row_says_the_hours(session: Session) -> None:
    line = row(session, 底薪="20元/小时", 综合工资="150元/天", 每天几小时=10, 每周几天=6)
    order = values(session, line)
    assert (order["base_wage_fen"], order["wage_low_fen"]) == (348_000, 391_500)
    assert "按每月正常工时 174 小时折成每月 3480 元" in said(line)
    assert "底薪：20元/小时" in order["wage_note"]


def test_the_unit_of_a_heading_counts_where_the_cell_has_none(session: Session) -> None:
    hourly = row(session, **{"工资（元/小时）": 18})
    assert values(session, hourly)["wage_low_fen"] is None
    assert "一小时的工资" in said(hourly)
    thousands = values(session, row(session, **{"工资（千元）": "4.5-6"}))
    assert (thousands["wage_low_fen"], thousands["wage_high_fen"]) == (450_000, 600_000)
    assert values(session, row(session, 时薪="25"))["wage_low_fen"] is None


def test_the_law_reads_an_hourly_wage_by_the_hour(session: Session, enterprise: Organisation) -> None:
    """It is not compared with the month as if 18 yuan were all a month's pay."""
    orders = [_draft(session, enterprise, 底薪=cell) for cell in ("40元/小时", "5元/小时")]
    wages = [[one.passage for one in order.findings if one.rule == "wage"] for order in orders]
    assert wages[0] == []
    assert "5元" in wages[1][0]


def _draft(session: Session, enterprise: Organisation, **cells: Any) -> Order:
    lines = [row(session, **cells)]
    assert not lines[0].problems
    return bulk_upload.write(session, SYSTEM, enterprise, lines, today(), "表.xlsx")[0]


@pytest.mark.parametrize(
    ("header", "cell", "sentence"),
    [
        ("综合工资", "45OO-5500", "“O”是字母"),
        ("综合工资", "18", "请写明单位"),
        ("综合工资", "2100+3000", "看不懂"),
        ("综合工资", "5500-4500", "前面的数比后面的大"),
        ("底薪", "4500 5500", "被空格隔开"),
        ("年龄", "45", "看不出是最小还是最大年龄"),
        ("年龄", "小于45", "看不懂"),
        ("最小年龄", "45岁以下", "另一头的数"),
        ("最低月薪", "不超过5000", "另一头的数"),
        ("招聘人数", date(2026, 5, 10), "变成了日期"),
        ("每天几小时", "每周40小时", "单位和这一栏不一样"),
        ("每月加班几小时", "每天3小时", "单位和这一栏不一样"),
        ("合同期限", "45天", "单位和这一栏不一样"),
        ("每月伙食自付（元）", "10元/天", "单位和这一栏不一样"),
        ("每月几号发工资", "次月", "不是数"),
        ("招聘截止", "2027-05-01至2027-06-30", "看不懂日期"),
    ],
)
def test_what_is_not_whole_is_refused_under_its_heading(
    session: Session, header: str, cell: Any, sentence: str
) -> None:
    problems = row(session, **{header: cell}).problems
    assert [problem.header for problem in problems] == [header]
    assert sentence in str(problems[0].sentence)


@pytest.mark.parametrize(
    ("header", "cell", "fields", "remark"),
    [
        ("年龄", "18－45岁", {"min_age": 18, "max_age": 45}, ""),
        ("年龄", "18岁以上45岁以下", {"min_age": 18, "max_age": 45}, ""),
        ("年龄", "45岁以下", {"min_age": None, "max_age": 45}, ""),
        ("年龄", "18岁以上", {"min_age": 18, "max_age": None}, ""),
        ("招聘人数", "5-10人", {"headcount": 5}, "“5-10人”按 5 登记"),
        ("招聘人数", "约50人", {"headcount": 50}, "“约50人”按 50 登记"),
        ("招聘人数", "20名", {"headcount": 20}, ""),
        ("合同期限", "1年", {"contract_months": 12}, ""),
        ("合同期限", "2年", {"contract_months": 24}, ""),
        ("合同期限", "三个月", {"contract_months": 3}, ""),
        ("合同期限", "90天", {"contract_months": 3}, "30 天一个月"),
        ("合同期限", "无固定期限", {"contract_months": None}, "没有月数"),
        ("试用期", "7天", {"probation_months": Decimal("0.3")}, "记成 0.3 个月"),
        ("试用期", "1-3个月", {"probation_months": 3}, "按 3 登记"),
        ("试用期", "无试用期", {"probation_months": 0}, ""),
        ("每月几号发工资", "每月15日", {"pay_day": 15}, ""),
        ("每月几号发工资", "次月15号", {"pay_day": 15, "wage_note": "每月几号发工资：次月15号"}, "原话记在"),
        ("每月几号发工资", "10-15日", {"pay_day": 15}, "按 15 登记"),
        ("几人一间", "4-6人间", {"room_persons": 6}, "按 6 登记"),
        ("每天几小时", "8-10小时", {"hours_per_day": 10}, "按 10 登记"),
    ],
)
def test_ages_people_months_and_days_are_read_with_unit_and_ends(
    session: Session, header: str, cell: str, fields: dict[str, Any], remark: str
) -> None:
    line = row(session, **{header: cell})
    order = values(session, line)
    assert {name: order[name] for name in fields} == fields
    assert remark in said(line) if remark else not line.warnings


def test_a_month_alone_is_its_first_day_to_begin_and_its_last_to_recruit(session: Session) -> None:
    line = row(session, 报到日期=f"{today():%Y年%m月}", 招聘截止=f"{today() + timedelta(days=40):%Y年%m月}")
    order = values(session, line)
    month_after = (order["valid_until"] + timedelta(days=1)).day
    assert (order["start_on"].day, month_after) == (1, 1)
    assert said(line).count("没有写几号") == 2


def test_base_pay_written_under_the_whole_wage_stays_base_pay(session: Session) -> None:
    line = row(session, 薪资待遇="底薪2500+加班费")
    order = values(session, line)
    assert (order["base_wage_fen"], order["wage_low_fen"]) == (250_000, None)
    assert "写的是底薪" in said(line)
    assert "底薪2500+加班费" in order["wage_note"]


@pytest.mark.parametrize(
    ("cell", "fields"),
    [
        ("8:00-20:00", {"hours_per_day": 12, "night_shift": None}),
        ("20:00-8:00", {"hours_per_day": 12, "night_shift": True}),
        ("两班倒 12小时", {"hours_per_day": 12, "shift": Shift.TWO, "night_shift": True}),
        ("三班倒", {"shift": Shift.THREE, "night_shift": True}),
        ("白班", {"shift": Shift.DAY, "night_shift": False}),
        ("8小时，单休", {"hours_per_day": 8, "days_per_week": 6}),
        ("8:00-12:00，13:30-17:30", {"hours_per_day": 8}),
        ("8-10小时", {"hours_per_day": 10}),
        ("早八晚八，做六休一", {"hours_per_day": 12, "days_per_week": 6}),
    ],
)
def test_working_time_becomes_hours_days_shift_and_night(
    session: Session, cell: str, fields: dict[str, Any]
) -> None:
    order = values(session, row(session, 上班时间=cell))
    assert {name: order[name] for name in fields} == fields


def test_working_time_in_other_words_is_kept_in_them(session: Session) -> None:
    line = row(session, 上班时间="看货多少，忙时通宵")
    order = values(session, line)
    assert order["further_text"] == "上班时间：看货多少，忙时通宵"
    assert "没有读成数字" in said(line)


@pytest.mark.parametrize(
    ("cell", "board", "lodging"),
    [
        ("包吃住", Provision.FREE, Provision.FREE),
        ("包吃包住", Provision.FREE, Provision.FREE),
        ("包住", None, Provision.FREE),
        ("有餐补", Provision.PART, None),
        ("包住、吃自理", Provision.SELF, Provision.FREE),
    ],
)
def test_board_and_lodging_in_one_column(
    session: Session, cell: str, board: Provision | None, lodging: Provision | None
) -> None:
    order = values(session, row(session, 吃住=cell))
    assert (order["board"], order["lodging"]) == (board, lodging)
