"""Months and working days: when something falls due.

Working days follow the holidays the State Council announces each year (全国年节及纪念日放假办法), as
``chinese_calendar`` has them; a year it does not have yet counts Monday to Friday, and ``is_sure`` says so.
"""

from calendar import monthrange
from datetime import date, timedelta

import chinese_calendar

_DAY = timedelta(days=1)
SHORTEST_MONTH = 28
LAST_ANNOUNCED = max(chinese_calendar.constants.workdays)


def months_after(day: date, months: int) -> date:
    """Return the same day ``months`` later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = day.day if day.day <= SHORTEST_MONTH else min(day.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, last)


def months_between(start: date, end: date) -> int:
    """Return whole months from ``start`` to ``end`` (0 when it lies before)."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return max(0, months if months_after(start, months) <= end else months - 1)


def is_sure(day: date) -> bool:
    """Whether the holidays of that day's year have been announced."""
    return day.year <= LAST_ANNOUNCED.year


def is_working_day(day: date) -> bool:
    """Return whether offices work on ``day``: weekends that make up for a holiday do."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def working_days_after(day: date, count: int) -> date:
    """Return the ``count``-th working day after ``day`` (which itself does not count)."""
    while count > 0:
        day += _DAY
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after ``start`` up to and including ``end``."""
    return sum(is_working_day(start + n * _DAY) for n in range(1, (end - start).days + 1))
