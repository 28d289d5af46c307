"""The one clock: China's day and the instant.

Domain functions are told the day (``today``) or the instant (``now``) by their callers; only the edge (a
view, a job, a command, a column's default) asks here. China has had one zone and no summer time since 1991.
"""

from datetime import UTC, date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def china_now() -> datetime:
    """The present instant on China's clock, aware."""
    return datetime.now(CHINA)


def day_of(instant: datetime) -> date:
    """The day it was in China."""
    return instant.astimezone(CHINA).date()


def full_years(birth: date, day: date) -> int:
    """The age on ``day`` of a person born on ``birth``."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def today() -> date:
    """The day it is in China, where all deadlines are."""
    return china_now().date()
