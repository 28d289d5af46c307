"""The engine's only clock, asked where a caller names no day; China has had one zone and no summer time since
1991."""

from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def as_of(today: date | None) -> date:
    """The day on which ages are counted while an order's start is unknown: the one given, else China's."""
    return today or datetime.now(CHINA).date()
