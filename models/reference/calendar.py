"""Months and working days: when something falls due.

Working days follow the holidays that the State Council announces each year: as an administrator has entered
them (``Holiday``), else as ``chinese_calendar`` has them. In a year whose notice neither knows the statutory
days are free all the same (``feasts``); which weekends make up for them is not known, and
``WorkCalendar.doubt`` says so.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.i18n import N_, Sentence
from models.reference.dated_fact import Holiday
from models.reference.feasts import Feast, statutory_days

_DAY = timedelta(days=1)
SHORTEST_MONTH = 28
NOT_ANNOUNCED = N_("%(year)s 年的放假通知还没有登记，只扣了法定节假日和周末")
_ANNOUNCED = range(
    min(chinese_calendar.constants.holidays).year, max(chinese_calendar.constants.workdays).year + 1
)


def months_after(day: date, months: int) -> date:
    """The same day ``months`` later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = day.day if day.day <= SHORTEST_MONTH else min(day.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, last)


def months_between(start: date, end: date) -> int:
    """Whole months from ``start`` to ``end`` (0 when it lies before)."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return max(0, months if months_after(start, months) <= end else months - 1)


@dataclass(frozen=True)
class WorkCalendar:
    """Which days offices work. ``entered`` (day -> works) overrides what the library knows; ``years`` are
    those whose feasts have all been entered and checked against the notice."""

    entered: Mapping[date, bool] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_sure(self, day: date) -> bool:
        """Whether the notice for that day's year is known, and with it the days moved."""
        return day.year in _ANNOUNCED or day.year in self.years

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on ``day``: weekends that make up for a holiday do."""
        if day in self.entered:
            return self.entered[day]
        if day.year in _ANNOUNCED:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5 and day not in statutory_days(day.year)

    def working_days_after(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day`` (which itself does not count)."""
        while count > 0:
            day += _DAY
            count -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """How many working days lie after ``start`` up to and including ``end``."""
        return sum(self.is_working_day(start + n * _DAY) for n in range(1, (end - start).days + 1))

    def doubt(self, day: date) -> Sentence | None:
        """What has to be said beside a ``day`` that was counted in working days."""
        if self.is_sure(day):
            return None
        return Sentence(NOT_ANNOUNCED, {"year": str(day.year)})


def work_calendar(session: Session) -> WorkCalendar:
    """The library's calendar with what administrators have entered; of two entries for a day the later."""
    holidays = session.scalars(select(Holiday).order_by(Holiday.id)).all()
    entered = {day: holiday.is_workday for holiday in holidays for day in _days_of(holiday)}
    return WorkCalendar(entered, frozenset(_complete_years(holidays)))


def missing_feasts(session: Session, year: int) -> list[Feast]:
    """The feasts of a ``year`` the library does not know for which no checked day off has been entered."""
    if year in _ANNOUNCED:
        return []
    known = _feasts_of_years(session.scalars(select(Holiday)).all()).get(year, set())
    return [feast for feast in Feast if feast not in known]


def _days_of(holiday: Holiday) -> Iterator[date]:
    last = holiday.valid_to or holiday.valid_from
    return (holiday.valid_from + n * _DAY for n in range((last - holiday.valid_from).days + 1))


def _complete_years(holidays: Iterable[Holiday]) -> Iterator[int]:
    return (year for year, feasts in _feasts_of_years(holidays).items() if feasts == set(Feast))


def _feasts_of_years(holidays: Iterable[Holiday]) -> dict[int, set[Feast]]:
    feasts: dict[int, set[Feast]] = {}
    for holiday in holidays:
        if holiday.verified and not holiday.is_workday:
            for day in _days_of(holiday):
                feasts.setdefault(day.year, set()).add(holiday.feast)
    return feasts
