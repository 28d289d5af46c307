"""Working days: what the library knows, what an administrator entered, and what nobody knows yet."""

from datetime import date, timedelta

import chinese_calendar
import pytest
from sqlalchemy.orm import Session

from models.i18n import Sentence
from models.reference.calendar import NOT_ANNOUNCED, WorkCalendar, missing_feasts, work_calendar
from models.reference.dated_fact import Holiday
from models.reference.feasts import Feast, statutory_days

KNOWN = max(chinese_calendar.constants.workdays).year
UNKNOWN = KNOWN + 1
# A Monday of that year: no feast of ours falls on the weeks after it by itself.
MONDAY = next(day for day in (date(UNKNOWN, 3, n) for n in range(1, 8)) if day.weekday() == 0)


def enter(session: Session, feast: Feast, first: date, last: date | None = None, **values: object) -> Holiday:
    given = {"valid_from": first, "valid_to": last, "source": "国办发明电", "verified": True}
    holiday = Holiday(feast=feast, **(given | values))
    session.add(holiday)
    session.flush()
    return holiday


def enter_all(session: Session) -> None:
    for month, feast in enumerate(Feast, start=4):
        enter(session, feast, date(UNKNOWN, month, 10))


def test_the_years_of_the_library_are_sure_and_no_other() -> None:
    calendar = WorkCalendar()
    assert calendar.doubt(date(KNOWN, 12, 31)) is None
    assert calendar.doubt(date(UNKNOWN, 1, 1)) == Sentence(NOT_ANNOUNCED, {"year": str(UNKNOWN)})
    assert calendar.doubt(date(1990, 1, 1)) is not None
    assert not calendar.is_working_day(date(2018, 10, 1))
    assert calendar.is_working_day(date(2018, 9, 30)), "a Sunday that makes up"


def test_the_thirteen_statutory_days_are_free_before_the_years_notice_comes() -> None:
    calendar = WorkCalendar()
    days = statutory_days(2027)
    assert len(days) == 13
    weekdays = [day for day in days if day.weekday() < 5]
    assert weekdays == [
        date(2027, *day) for day in ((1, 1), (2, 5), (2, 8), (4, 5), (6, 9), (10, 1), (9, 15))
    ]
    assert [calendar.is_working_day(day) for day in weekdays] == [False] * 7
    assert calendar.working_days_after(date(2027, 2, 4), 1) == date(2027, 2, 9)


def test_the_statutory_days_of_every_announced_year_are_free_in_the_library_too() -> None:
    days = [day for year in range(2014, KNOWN + 1) for day in statutory_days(year)]
    assert len(days) > 140
    assert [day for day in days if not chinese_calendar.is_holiday(day)] == []


@pytest.mark.parametrize(("year", "count"), [(2013, 0), (2024, 11), (2025, 13), (2100, 13), (2101, 0)])
def test_the_decree_of_the_year_says_how_many_they_are(year: int, count: int) -> None:
    assert len(statutory_days(year)) == count


def test_a_year_that_nobody_knows_counts_monday_to_friday() -> None:
    calendar = WorkCalendar()
    assert calendar.working_days_after(MONDAY, 5) == MONDAY + timedelta(days=7)
    assert calendar.working_days_between(MONDAY, MONDAY + timedelta(days=7)) == 5


def test_what_was_entered_overrides_the_library_and_the_weekend(session: Session) -> None:
    enter(session, Feast.QINGMING, MONDAY + timedelta(days=1), MONDAY + timedelta(days=3))
    enter(session, Feast.QINGMING, MONDAY + timedelta(days=5), is_workday=True)
    enter(session, Feast.NATIONAL, date(2018, 10, 8))
    calendar = work_calendar(session)
    assert calendar.working_days_after(MONDAY, 2) == MONDAY + timedelta(days=5)
    assert not calendar.is_working_day(date(2018, 10, 8))


def test_of_two_entries_for_one_day_the_later_counts(session: Session) -> None:
    enter(session, Feast.SPRING, MONDAY, MONDAY + timedelta(days=2))
    enter(session, Feast.SPRING, MONDAY, is_workday=True)
    calendar = work_calendar(session)
    assert calendar.is_working_day(MONDAY)
    assert not calendar.is_working_day(MONDAY + timedelta(days=1))


def test_a_year_is_sure_when_all_its_feasts_are_entered_and_checked(session: Session) -> None:
    enter_all(session)
    assert work_calendar(session).is_sure(MONDAY)
    assert missing_feasts(session, UNKNOWN) == []
    assert not work_calendar(session).is_sure(date(UNKNOWN + 1, 1, 1))


@pytest.mark.parametrize("change", [{"verified": False}, {"is_workday": True}])
def test_a_year_with_a_feast_missing_is_not_sure(session: Session, change: dict[str, bool]) -> None:
    enter_all(session)
    last = session.get_one(Holiday, max(row.id for row in session.query(Holiday)))
    for name, value in change.items():
        setattr(last, name, value)
    session.flush()
    assert work_calendar(session).doubt(MONDAY) is not None
    assert missing_feasts(session, UNKNOWN) == [Feast.NATIONAL]
    assert missing_feasts(session, KNOWN) == []
