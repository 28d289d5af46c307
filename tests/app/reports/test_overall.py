"""All pairs together on a leader's first page: compared, with denominators, and giving no small pair away."""

from dataclasses import replace
from datetime import date

from app.reports.charts import Meeting, Standing
from app.reports.overall import overall
from app.reports.pairs import Pair

BIG = Standing(Pair("440600", "513400"), "佛山—凉山", 65, 400, 71, 90, (50, 80, 20), 60, (30, 60, 30))
SMALL = Standing(Pair("440400", "533300"), "珠海—怒江", 6, None, 5, 19, (4, 12, 3), 12, (0, 0, 0))
SHARED = replace(BIG, pair=Pair("441900", "513400"), name="东莞—凉山")
MONTHS = [date(2026, month, 1) for month in (9, 10, 11)]


def meeting(*pairs: Standing) -> Meeting:
    lines = {one.name: [None, one.earlier, one.now] for one in pairs}
    return Meeting(date(2026, 11, 30), list(pairs), MONTHS, lines)


def test_a_leader_reads_the_change_the_plan_and_of_how_many_stayed() -> None:
    told = overall(meeting(BIG), exact=False)
    assert (told.now, told.more, told.went, told.plan, told.is_about) == (65, -6, 90, 400, False)
    assert str(told.three_months.share) == "5/6", "of the 60 of whom it is known"
    assert told.trend == [None, 71, 65]


def test_people_of_a_prefecture_that_two_cities_help_are_counted_once() -> None:
    assert overall(meeting(BIG, SHARED), exact=True).now == 65


def test_a_sum_does_not_give_away_the_pair_whose_few_are_hidden() -> None:
    """65 and 少于 10 beside a sum of 71 told that they were six."""
    told = overall(meeting(BIG, SMALL), exact=False)
    assert told.is_about
    assert (told.now, told.earlier, told.went, told.trend) == (70, 80, 110, [None, 80, 70])
    assert overall(meeting(BIG, SMALL), exact=True).now == 71
