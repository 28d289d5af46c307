"""Wages, trial and hours given as figures of the form, over generated matrices."""

from dataclasses import replace
from datetime import date
from itertools import product

import pytest

from models.posting_law import Finding, Floor, Level, Posting, check_posting
from models.posting_law.rules.trial import trial_limit

DAY = date(2018, 7, 1)
PLAIN = Posting("普工", "包吃住", "440600", None, DAY)
TABLE = {
    ("440600", 2017): (1510, "粤府函〔2015〕16号", True),
    ("440600", 2018): (1720, "粤府函〔2018〕187号", True),
    ("440100", 2018): (2100, "粤府函〔2018〕187号", False),
}


def minimum_wage(city: str, day: date) -> Floor | None:
    known = TABLE.get((city, day.year))
    return Floor(*known) if known else None


def findings(rule: str, **figures: object) -> list[Finding]:
    found = check_posting(replace(PLAIN, **figures), minimum_wage)
    return [one for one in found if one.rule == rule]


@pytest.mark.parametrize("base", [0, 1000, 1509, 1510, 1719, 1720, 1721, 9000])
@pytest.mark.parametrize(("city", "year"), [*TABLE, ("440300", 2018)])
def test_base_wage_is_held_against_city_and_day(base: int, city: str, year: int) -> None:
    found = findings("wage", base_wage_yuan=base, city_code=city, posted_on=date(year, 7, 1))
    known = TABLE.get((city, year))
    expected = [] if known is None or base >= known[0] else [Level.BLOCK if known[2] else Level.DOUBT]
    assert [one.level for one in found] == expected
    for one in found:
        assert str(known[0]) in str(one.sentence)
        assert one.source == known[1]
        assert one.passage == f"底薪={base}"


@pytest.mark.parametrize("wage", range(300, 3000, 100))
@pytest.mark.parametrize("shape", ["底薪{}元", "基本工资:{}", "月薪{}元/月", "保底工资{}"])
def test_base_wage_in_the_words_counts_like_the_figure(wage: int, shape: str) -> None:
    assert bool(findings("wage", description=shape.format(wage))) is (wage < 1720)


def test_no_city_means_no_wage_finding() -> None:
    assert not findings("wage", base_wage_yuan=1, city_code=None, description="底薪100元")


@pytest.mark.parametrize(
    ("trial", "contract"), list(product(range(0, 9), (1, 2, 3, 6, 11, 12, 24, 35, 36, 60)))
)
def test_trial_is_held_against_the_contract(trial: int, contract: int) -> None:
    found = findings("probation", probation_months=trial, contract_months=contract)
    assert [one.level for one in found] == ([Level.BLOCK] if trial > trial_limit(contract) else [])


@pytest.mark.parametrize(("trial", "years"), list(product(range(1, 8), (1, 2, 3, 5))))
def test_trial_in_the_words_counts_like_the_figure(trial: int, years: int) -> None:
    found = findings("probation", description=f"签{years}年合同,试用期{trial}个月")
    assert bool(found) is (trial > trial_limit(years * 12))


@pytest.mark.parametrize("trial", range(1, 9))
def test_long_trial_without_a_term_asks_and_over_six_months_blocks(trial: int) -> None:
    levels = [one.level for one in findings("probation", probation_months=trial)]
    assert levels == ([Level.BLOCK] if trial > 6 else [Level.DOUBT] if trial > 2 else [])


@pytest.mark.parametrize("paid", range(1000, 4000, 250))
@pytest.mark.parametrize("base", [1720, 2000, 3000])
def test_trial_wage_is_at_least_four_fifths_and_the_minimum(paid: int, base: int) -> None:
    found = findings("probation", probation_wage_yuan=paid, base_wage_yuan=base)
    assert bool(found) is (paid < 0.8 * base or paid < 1720)


@pytest.mark.parametrize(("day", "week"), list(product((6, 8, 9, 10, 11, 12), (4, 5, 6, 7))))
def test_hours_and_days_are_held_against_thirty_six_hours_overtime(day: int, week: int) -> None:
    found = findings("hours", hours_per_day=day, days_per_week=week)
    assert bool(found) is (day > 11 or week > 6 or (day * week - 40) * 52 / 12 > 36)


@pytest.mark.parametrize("hours", range(6, 17))
@pytest.mark.parametrize(
    "shape", ["每天{}小时", "每天工作{}个小时", "{}小时/天", "两班倒,每班{}小时", "{}小时制"]
)
def test_hours_in_the_words(hours: int, shape: str) -> None:
    levels = [one.level for one in findings("hours", description=shape.format(hours))]
    assert levels == ([Level.BLOCK] if hours > 11 else [Level.DOUBT] if hours > 9 else [])


@pytest.mark.parametrize("overtime", [0, 20, 36, 37, 80])
def test_overtime_a_month(overtime: int) -> None:
    assert bool(findings("hours", overtime_hours_month=overtime)) is (overtime > 36)
    assert bool(findings("hours", description=f"每月加班{overtime}小时")) is (overtime > 36)


@pytest.mark.parametrize(("low", "high"), list(product((None, 14, 15, 16, 18, 20), (None, 35, 45, 60))))
def test_ages_of_the_form(low: int | None, high: int | None) -> None:
    assert bool(findings("minor", min_age=low, max_age=high)) is (low is not None and low < 16)
    asks = (low is not None and low > 18) or (high is not None and high < 60)
    assert bool(findings("age", min_age=low, max_age=high)) is asks


def test_sex_and_insurance_of_the_form() -> None:
    assert [one.passage for one in findings("sex", sex_limit="女")] == ["性别=女"]
    assert not findings("sex", sex_limit="不限")
    assert findings("sex", sex_limit="男", title="井下采煤工")[0].level is Level.DOUBT
    assert findings("insurance", social_insurance=frozenset())[0].level is Level.BLOCK
    assert not findings("insurance", social_insurance={"工伤", "养老"})
    assert not findings("insurance", social_insurance=None)


def test_minor_at_night_is_a_doubt() -> None:
    assert findings("minor", min_age=16, night_shift=True)[0].level is Level.DOUBT
    assert not findings("minor", min_age=18, night_shift=True)
