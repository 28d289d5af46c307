"""When wages are paid, and how much a holiday's work is worth.

Paying in the following period is lawful (保障农民工工资支付条例 art. 14); "压半个月工资" says no more than
that. Shenzhen wants it within seven days. What comes later is late pay, not a deposit.
"""

import re
from collections.abc import Iterator

from models.i18n import N_, Sentence
from models.posting_law import laws
from models.posting_law.case import Case, figure, textual
from models.posting_law.grammar import any_of, clause, negated
from models.posting_law.numerals import number_at
from models.posting_law.reading import Reading
from models.posting_law.types import Finding, Level

HELD = (
    "payhold wageword?",
    "holdwage ~1 number day|month ~1 wageword",
    "holdwage ~2 first_wage",
    "first_wage ~2 holdwage",
    "wageword link* holdwage number day|month",
    "<!papers holdwage number month",
)
"""Wages that come later than they are earned, or are kept as security: :func:`delay` tells which."""

NEXT_PERIOD, HALF_MONTH, SHENZHEN_DAYS = 31, 15, 7
_KEPT = re.compile(r"扣|不发|缓发|首月|第一|头一?个?月|作押|做押|抵押|保证|部分")
_SPAN = re.compile(r"(半)(?:个)?月|([\d零一二两三四五六七八九十]{1,20})(?:个)?(月|天|日|周)")
_DAYS = {"月": 30, "周": 7}
_LATE = N_("“%(passage)s”：上个月的工资最迟要在%(limit)s发，再晚就是拖欠工资，请改。")
_WHICH_DAY = N_("“%(passage)s”：请写明每月几号发上月工资，不要拖过下个月。")
_IN_SEVEN_DAYS = N_("下月7号以前")
_IN_NEXT_PERIOD = N_("下一个月里")
_HOLIDAY = N_("“%(passage)s”：法定节假日加班的工资不低于300%%，请改（双休日加班才是200%%）。")


def delay(reading: Reading, first: int, last: int) -> int | None:
    """By how many days a passage of ``HELD`` puts off the wages; None where it keeps them as security.

    "压" and "押" with a span of time put off; "扣", "第一个月" or a purpose named behind keep.
    """
    text = reading.words(first, last)
    span = _SPAN.search(text)
    _, end = clause(reading, first, last)
    is_security = any_of(reading, last, min(last + 4, end), "as_deposit|deposit_purpose")
    if _KEPT.search(text) or span is None or is_security:
        return None
    if span[1]:
        return HALF_MONTH
    number = number_at(span[2], 0)
    return round(number[0] * _DAYS.get(span[3], 1)) if number else None


def pay_terms(case: Case) -> Iterator[Finding]:
    """Wages paid too late, and holidays paid too low."""
    for reading, first, last in case.matches(*HELD):
        days = delay(reading, first, last)
        if days and not negated(reading, first, "cancel"):
            yield from _put_off(case, reading, (first, last), days)
    for reading, first, last in case.matches("next_month ~1 number monthless|day ~2 wageword|pay_out"):
        day = next(value for value in reading.values[first:last] if value is not None)
        if _in_shenzhen(case) and day > SHENZHEN_DAYS:
            yield _late(reading, (first, last), _IN_SEVEN_DAYS)
    yield from _pay_day(case)
    yield from _holidays(case)


def _pay_day(case: Case) -> Iterator[Finding]:
    day, label = case.posting.pay_day, N_("每月几号发工资")
    if day is not None and day > SHENZHEN_DAYS and _in_shenzhen(case):
        limit = Sentence(_IN_SEVEN_DAYS)
        yield figure(Level.DOUBT, "wage", "pay_day", label, day, _LATE, laws.LATE_PAY, limit=limit)


def _put_off(case: Case, reading: Reading, span: tuple[int, int], days: int) -> Iterator[Finding]:
    if _in_shenzhen(case) and days > SHENZHEN_DAYS:
        yield _late(reading, span, _IN_SEVEN_DAYS)
    elif days > NEXT_PERIOD:
        yield _late(reading, span, _IN_NEXT_PERIOD)
    elif days > HALF_MONTH:
        yield textual(Level.DOUBT, "wage", reading, span, _WHICH_DAY, laws.LATE_PAY)


def _late(reading: Reading, span: tuple[int, int], limit: str) -> Finding:
    return textual(Level.BLOCK, "wage", reading, span, _LATE, laws.LATE_PAY, limit=Sentence(limit))


def _in_shenzhen(case: Case) -> bool:
    return (case.posting.city_code or "").startswith(laws.SHENZHEN)


def _holidays(case: Case) -> Iterator[Finding]:
    """ "国庆加班双倍工资": work on a statutory holiday is paid at least threefold (劳动法 art. 44)."""
    patterns = ("feast ~4 double", "feast ~4 number times", "feast ~4 number percent")
    for reading, first, last in case.matches(*patterns):
        shares = [value for value in reading.values[first:last] if value is not None]
        times = [share / 100 if any_of(reading, first, last, "percent") else share for share in shares]
        low = not times or (len(times) == 1 and times[0] < 3)
        if (
            low
            and not any_of(reading, first, last, "weekend|triple|stop")
            and not _excused(reading, first, last)
        ):
            yield textual(Level.BLOCK, "wage", reading, (first, last), _HOLIDAY, laws.HOLIDAY_PAY)


def _excused(reading: Reading, first: int, last: int) -> bool:
    """ "春节双倍红包" is a gift beside the wage."""
    return negated(reading, first) or any_of(reading, first, last + 2, "gift")
