"""Pay by the hour, pay put off, holidays' pay and the hours of a month: the arithmetic of the law."""

from datetime import date

import pytest

from models.posting_law import EarlierFloor, Finding, Floor, Level, Posting, check_posting

FOSHAN, SHENZHEN = "440600", "440300"
DAY = date(2026, 11, 29)
FLOORS = {
    FOSHAN: Floor(2300, "粤府函〔2026〕188号", False, 21.9, False),
    SHENZHEN: Floor(2700, "粤府函〔2026〕188号", True, 25.4, True),
}


def findings(text: str, rule: str, city: str = FOSHAN, day: date = DAY, **figures: object) -> list[Finding]:
    posting = Posting("普工", text, city, None, day, **figures)
    found = check_posting(posting, lambda city, day: FLOORS.get(city))
    return [one for one in found if one.rule == rule]


def levels(text: str, rule: str, city: str = FOSHAN, **figures: object) -> list[Level]:
    return [one.level for one in findings(text, rule, city, **figures)]


@pytest.mark.parametrize(
    "text",
    ["兼职，18元/小时", "非全日制，每小时18元", "小时工 18元", "每天3小时，18元/小时", "钟点工，时薪18元"],
)
def test_part_time_pay_is_held_against_the_hourly_minimum(text: str) -> None:
    assert levels(text, "wage", SHENZHEN) == [Level.BLOCK]
    assert levels(text, "wage", FOSHAN) == [Level.DOUBT], "an unverified figure never blocks"
    assert "25.4" in str(findings(text, "wage", SHENZHEN)[0].sentence)


@pytest.mark.parametrize(
    "text", ["兼职，26元/小时", "18元/小时，每天8小时", "小时工 18元，每天工作10小时", "时薪18元"]
)
def test_hourly_pay_of_a_whole_day_is_held_against_the_month(text: str) -> None:
    assert levels(text, "wage", SHENZHEN) == []


def test_hourly_pay_of_a_whole_day_under_the_month_s_minimum_is_found() -> None:
    assert levels("时薪15元，每天8小时", "wage", SHENZHEN) == [Level.BLOCK]  # 15 times 174 is 2,610


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"hourly_wage_yuan": 20.0, "part_time": True}, [Level.BLOCK]),
        ({"hourly_wage_yuan": 25.4, "part_time": True}, []),
        ({"hourly_wage_yuan": 20.0, "hours_per_day": 3}, [Level.BLOCK]),
        ({"hourly_wage_yuan": 20.0, "hours_per_day": 8}, []),
        ({"hourly_wage_yuan": 15.0, "hours_per_day": 8}, [Level.BLOCK]),
        ({"hourly_wage_yuan": 20.0}, []),
    ],
)
def test_an_hourly_wage_of_the_form_keeps_its_unit(figures: dict, expected: list[Level]) -> None:
    assert levels("包吃住", "wage", SHENZHEN, **figures) == expected


def test_what_lies_under_an_earlier_verified_minimum_is_blocked_on_that_ground() -> None:
    earlier = EarlierFloor(2080, "粤府函〔2025〕23号", date(2025, 3, 1))
    floor = Floor(2300, "粤府函〔2026〕188号", False, 21.9, False, earlier=earlier)

    def objections(text: str, base: int | None, **figures: object) -> list[Finding]:
        posting = Posting("普工", text, FOSHAN, base, DAY, **figures)
        found = check_posting(posting, lambda city, day: floor)
        return [one for one in found if one.rule in ("wage", "probation")]

    for found in (
        objections("", 2000),
        objections("底薪2000元", None),
        objections("", 3000, probation_wage_yuan=2000, contract_months=12),
        objections("", None, hourly_wage_yuan=10, hours_per_day=8),
    ):
        assert {one.level for one in found} == {Level.BLOCK}, found
    (under,) = objections("", 2000)
    assert under.source == earlier.source
    assert "2080" in str(under.sentence)
    (between,) = objections("", 2200)
    assert between.level is Level.DOUBT, "between the earlier figure and the unverified one nobody is sure"


def test_a_minimum_that_has_grown_old_says_since_when() -> None:
    old = Floor(2520, "粤府函〔2025〕23号", True, 23.7, True, old_since=date(2025, 3, 1))
    posting = Posting("普工", "", SHENZHEN, 2400, DAY)
    (found,) = check_posting(posting, lambda city, day: old)
    assert found.level is Level.BLOCK
    assert "2025 年 3 月 1 日以后没有再核对过" in str(found.sentence)


@pytest.mark.parametrize(
    "text", ["压半个月工资", "压15天", "工资压半个月", "押半个月工资", "押15天工资", "次月15日发上月工资"]
)
def test_pay_in_the_following_period_is_no_deposit(text: str) -> None:
    assert not levels(text, "deposit")
    assert not levels(text, "wage")


@pytest.mark.parametrize(
    "text", ["压半个月工资", "压15天", "压10天", "压一个月工资", "次月15日发上月工资", "下月10号发工资"]
)
def test_shenzhen_wants_it_by_the_seventh(text: str) -> None:
    (late,) = findings(text, "wage", SHENZHEN)
    assert late.level is Level.BLOCK
    assert "《深圳市员工工资支付条例》第十一条" in late.source
    assert not levels(text, "deposit", SHENZHEN)


@pytest.mark.parametrize("text", ["压7天", "次月7日发上月工资", "下月5号发工资"])
def test_within_seven_days_shenzhen_is_content(text: str) -> None:
    assert not levels(text, "wage", SHENZHEN)


def test_what_passes_the_following_period_is_late_pay_under_its_own_laws() -> None:
    (late,) = findings("压两个月工资", "wage")
    assert late.level is Level.BLOCK
    assert "《保障农民工工资支付条例》第十四条" in late.source
    assert "《劳动合同法》第九条" not in late.source
    (earlier,) = findings("压两个月工资", "wage", day=date(2019, 5, 1))
    assert "保障农民工" not in earlier.source
    assert levels("压一个月工资", "wage") == [Level.DOUBT]


@pytest.mark.parametrize(
    "text", ["扣一个月工资作押金", "首月工资押着", "暂扣半个月工资", "压半个月工资作保证金"]
)
def test_wages_kept_as_security_are_still_a_deposit(text: str) -> None:
    assert Level.BLOCK in levels(text, "deposit")


def test_the_pay_day_of_the_form_is_asked_about_in_shenzhen() -> None:
    assert levels("", "wage", SHENZHEN, pay_day=15) == [Level.DOUBT]
    assert levels("", "wage", SHENZHEN, pay_day=7) == []
    assert levels("", "wage", FOSHAN, pay_day=15) == []


@pytest.mark.parametrize(
    "text", ["国庆加班双倍工资", "法定节假日加班2倍", "春节上班按200%算", "五一加班两倍工资", "元旦加班双薪"]
)
def test_holiday_work_below_threefold_pay_is_found(text: str) -> None:
    assert levels(text, "wage") == [Level.BLOCK]


@pytest.mark.parametrize(
    "text",
    [
        "国庆加班三倍工资",
        "周末双倍，法定节假日三倍",
        "法定节假日三倍、周末双倍",
        "法定节假日加班300%",
        "春节有双倍红包吗？国庆正常放假",
        "周末加班双倍工资",
    ],
)
def test_threefold_pay_and_weekends_at_twofold_pass(text: str) -> None:
    assert Level.BLOCK not in levels(text, "wage")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("月休4天，每天9小时", [Level.BLOCK]),
        ("8:00-18:00，单休", [Level.DOUBT]),
        ("8:00-12:00，13:30-18:00，单休", [Level.BLOCK]),
        ("8:00-20:00，午休2小时，单休", [Level.BLOCK]),
        ("8:00-12:00，14:00-18:00，单休", []),
        ("每天8小时，单休", []),
        ("9小时，双休", []),
        ("8:00-18:00", []),
    ],
)
def test_a_month_has_165_hours_and_36_more(text: str, expected: list[Level]) -> None:
    assert levels(text, "hours") == expected
