"""The statutory holidays of all citizens: which days the law itself sets free, whatever a year's notice says.

全国年节及纪念日放假办法 art. 2: thirteen days since 2025-01-01 (国务院令第795号), eleven from 2014
(第644号). On them work is paid threefold (劳动法 art. 44). The notice of the State Council moves weekends
around them and adds no day of these.
"""

import enum
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache

import chinese_calendar
from borax.calendars.lunardate import LunarDate

from models.i18n import N_

_DAY = timedelta(days=1)
THIRTEEN_SINCE, ELEVEN_SINCE = 2025, 2014
LAST_LUNAR_YEAR = 2100  # the library's table of lunar months ends here


class Feast(enum.StrEnum):
    """The feasts of 全国年节及纪念日放假办法, art. 2."""

    NEW_YEAR = "new_year"
    SPRING = "spring"
    QINGMING = "qingming"
    LABOUR = "labour"
    DRAGON_BOAT = "dragon_boat"
    MID_AUTUMN = "mid_autumn"
    NATIONAL = "national"


FEAST_LABELS = {
    Feast.NEW_YEAR: N_("元旦"),
    Feast.SPRING: N_("春节"),
    Feast.QINGMING: N_("清明节"),
    Feast.LABOUR: N_("劳动节"),
    Feast.DRAGON_BOAT: N_("端午节"),
    Feast.MID_AUTUMN: N_("中秋节"),
    Feast.NATIONAL: N_("国庆节"),
}


@cache
def statutory_days(year: int) -> Mapping[date, Feast]:
    """The days of ``year`` that the law sets free; none for a year the two decrees do not reach.

    Where the Mid-Autumn Festival falls into 1 to 3 October (2020, 2028) they are fewer than the law counts.
    """
    return dict(_days(year)) if ELEVEN_SINCE <= year <= LAST_LUNAR_YEAR else {}


def _days(year: int) -> Iterator[tuple[date, Feast]]:
    has_thirteen = year >= THIRTEEN_SINCE
    yield date(year, 1, 1), Feast.NEW_YEAR
    new_year = _solar(year, 1, 1)
    for day in range(-1 if has_thirteen else 0, 3):  # since 2025 the eve (除夕) is one of them
        yield new_year + day * _DAY, Feast.SPRING
    yield _qingming(year), Feast.QINGMING
    for day in range(1, 3 if has_thirteen else 2):
        yield date(year, 5, day), Feast.LABOUR
    yield _solar(year, 5, 5), Feast.DRAGON_BOAT
    for day in range(1, 4):
        yield date(year, 10, day), Feast.NATIONAL
    yield _solar(year, 8, 15), Feast.MID_AUTUMN


def _solar(year: int, month: int, day: int) -> date:
    """The day of the lunar ``month`` and ``day`` in the lunar year that begins in ``year``."""
    solar: date = LunarDate(year, month, day).to_solar_date()
    return solar


def _qingming(year: int) -> date:
    terms: list[tuple[date, str]] = chinese_calendar.get_solar_terms(date(year, 4, 3), date(year, 4, 7))
    return next(day for day, name in terms if name == "清明")
