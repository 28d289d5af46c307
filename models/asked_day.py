"""The day that a figure is asked of: a date, or the place in a statement where one goes.

A statement with a place for its day is built once and asked for many days; to build one takes longer than to
ask it. What follows from a day has a place of its own, so that every database compares plain values.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import bindparam

from models.clock import CHINA

# Whatever compares with a date compares with it.
A_DAY: Any = bindparam("a_day")


def year_begin(day: date) -> Any:
    """The first day of its year."""
    return day.replace(month=1, day=1) if isinstance(day, date) else bindparam("its_year_begin")


def year_before(day: date) -> Any:
    """The same day of the year before, or the 28th where the month may be shorter."""
    if isinstance(day, date):
        return date(day.year - 1, day.month, min(day.day, 28))
    return bindparam("its_year_before")


def day_after(day: date) -> Any:
    """The moment at which the next day begins in China."""
    if isinstance(day, date):
        return datetime.combine(day + timedelta(days=1), time(), CHINA)
    return bindparam("its_day_after")


def placed(day: date) -> dict[str, Any]:
    """What goes into the places of a statement that was built for :data:`A_DAY`."""
    return {
        "a_day": day,
        "its_year_begin": year_begin(day),
        "its_year_before": year_before(day),
        "its_day_after": day_after(day),
    }
