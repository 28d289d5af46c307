"""Wages under the minimum of the city and date, in the form's figure and in the words."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from models.i18n import N_
from models.posting_law import laws
from models.posting_law.case import Case, figure, textual
from models.posting_law.grammar import any_of, clause, find, holds, negated
from models.posting_law.reading import Reading
from models.posting_law.rules.pay_terms import pay_terms
from models.posting_law.rules.penalty import withheld
from models.posting_law.types import Finding, Floor, Level

BLOCK, DOUBT = Level.BLOCK, Level.DOUBT
HOURS_A_MONTH, DAYS_A_MONTH = 174.0, 21.75
"""What converts pay by the hour or day (人社部发〔2025〕2号); the hours worked are fewer, see time.py."""
PART_TIME_DAY = 4
_BELOW = N_("%(passage)s低于当地最低工资每月%(minimum)d元（加班费、夜班津贴、食宿补贴不算在内），请提高。")
_BELOW_OLD = N_(
    "%(passage)s低于当地最低工资每月%(minimum)d元（这个数%(since)s以后没有再核对过，现行的可能更高），请提高。"
)
_UNVERIFIED = N_("%(passage)s低于本系统所记的最低工资每月%(minimum)d元；该标准待核，请市人社局核实。")
_BELOW_EARLIER = N_(
    "%(passage)s低于当地%(since)s起的最低工资每月%(minimum)d元（现行标准不会更低，数额待核），请提高。"
)
_BELOW_HOURLY = N_("%(passage)s低于当地非全日制最低工资每小时%(minimum)s元，请提高。")
_HOURLY_UNVERIFIED = N_(
    "%(passage)s低于本系统所记的非全日制最低工资每小时%(minimum)s元；该标准待核，请市人社局核实。"
)


def floor_of(case: Case) -> Floor | None:
    """Minimum wage of the posting's city on its day."""
    city = case.posting.city_code
    return case.minimum_wage(city, case.posting.posted_on) if city else None


class Objection(NamedTuple):
    """What is said against a monthly wage: how strongly, with which words and values, on which ground."""

    level: Level
    reason: str
    source: str
    values: dict[str, Any]


def below(floor: Floor, paid: float) -> Objection:
    """The objection against ``paid`` yuan a month, which is under ``floor``."""
    values: dict[str, Any] = {"minimum": floor.monthly}
    if floor.verified and floor.old_since:
        return Objection(BLOCK, _BELOW_OLD, floor.source, {**values, "since": floor.old_since})
    if floor.verified:
        return Objection(BLOCK, _BELOW, floor.source, values)
    if (sure := floor.earlier) and paid < sure.monthly:
        return Objection(BLOCK, _BELOW_EARLIER, sure.source, {"minimum": sure.monthly, "since": sure.since})
    return Objection(DOUBT, _UNVERIFIED, floor.source, values)


def wage(case: Case) -> Iterator[Finding]:
    """Base wage at least the minimum wage: 劳动法 art. 48, 最低工资规定; overtime paid: 劳动法 art. 44."""
    floor = floor_of(case)
    if floor:
        yield from _figure(case, floor)
        yield from _hourly_figure(case, floor)
        for reading in case.readings:
            yield from _written(case, reading, floor)
    yield from withheld(case)
    yield from pay_terms(case)
    yield from _unpaid(case)


def _figure(case: Case, floor: Floor) -> Iterator[Finding]:
    base, total = case.posting.base_wage_yuan, case.posting.total_wage_high
    if base is not None and base < floor.monthly:
        level, reason, source, values = below(floor, base)
        yield figure(level, "wage", "base_wage_yuan", N_("底薪"), base, reason, source, **values)
    elif total is not None and total < floor.monthly:
        level, reason, source, values = below(floor, total)
        label = N_("综合工资上限")
        yield figure(level, "wage", "total_wage_high", label, total, reason, source, **values)


def _hourly_figure(case: Case, floor: Floor) -> Iterator[Finding]:
    paid = case.posting.hourly_wage_yuan
    about = ("wage", "hourly_wage_yuan", N_("小时工资"), paid)
    if paid is None:
        return
    if _is_part_time(case):
        if floor.hourly is not None and paid < floor.hourly:
            level, reason = _hourly(floor)
            yield figure(level, *about, reason, floor.source, minimum=f"{floor.hourly:g}")
    elif paid * HOURS_A_MONTH < floor.monthly:
        level, reason, source, values = below(floor, paid * HOURS_A_MONTH)
        yield figure(level, *about, reason, source, **values)


def _hourly(floor: Floor) -> tuple[Level, str]:
    return (BLOCK, _BELOW_HOURLY) if floor.hourly_verified else (DOUBT, _HOURLY_UNVERIFIED)


def _is_part_time(case: Case) -> bool:
    """Part-time is at most four hours a day (劳动合同法 art. 68); a longer day makes a "小时工" full time."""
    if case.posting.part_time is not None:
        return case.posting.part_time
    stated = [case.posting.hours_per_day or 0, *_stated_hours(case)]
    if any(hours > PART_TIME_DAY for hours in stated):
        return False
    return any(hours > 0 for hours in stated) or case.mentions("part_time")


def _stated_hours(case: Case) -> Iterator[float]:
    for reading, first, last in case.matches("each_day ~3 number hour", "number hour &and? per_day"):
        yield max(value for value in reading.values[first:last] if value is not None)


def _written(case: Case, reading: Reading, floor: Floor) -> Iterator[Finding]:
    is_part_time = _is_part_time(case)
    for first, last, monthly in monthly_wages(reading, "wage_name"):
        if monthly < floor.monthly and not (is_part_time and _is_by_the_hour(reading, first, last)):
            level, reason, source, values = below(floor, monthly)
            yield textual(level, "wage", reading, (first, last), reason, source, **values)
    if is_part_time and floor.hourly is not None:
        yield from _written_hourly(reading, floor, floor.hourly)


_BY_THE_HOUR = (
    "hourly|part_time ~2 number yuan?",
    "number yuan ~1 hour",
    "wage_name ~3 number yuan? ~1 hour",
)


def _is_by_the_hour(reading: Reading, first: int, last: int) -> bool:
    tail = min(last + 3, clause(reading, first, last)[1])
    return any_of(reading, first, tail, "hour|hourly|part_time")


def _written_hourly(reading: Reading, floor: Floor, minimum: float) -> Iterator[Finding]:
    level, reason = _hourly(floor)
    for first, last in find(reading, *_BY_THE_HOUR):
        place = next(at for at in range(first, last) if reading.values[at] is not None)
        paid = reading.values[place] or 0.0
        if 1 <= paid < minimum and not holds(reading, place + 1, "hour|percent|day|month|age"):
            yield textual(level, "wage", reading, (first, last), reason, floor.source, minimum=f"{minimum:g}")


def monthly_wages(reading: Reading, name: str) -> Iterator[tuple[int, int, float]]:
    """Token range and yuan a month (the low end of a range) of every wage behind a word of ``name``."""
    for first, last in find(
        reading,
        f"{name} ~3 number yuan?",
        "hourly ~2 number yuan?",
        "daily ~2 number yuan?",
        "number yuan ~1 hour",
        "number month number yuan? eating",
    ):
        place = next((at for at in range(first, last) if (reading.values[at] or 0) > 1), first)
        if _is_wage(reading, first, place):
            amount = _amount(reading, place)
            monthly = amount * _times(reading, first, last, amount)
            if monthly:
                yield first, last, monthly


def _is_wage(reading: Reading, first: int, place: int) -> bool:
    start, end = clause(reading, first, place)
    if any_of(
        reading, max(start, first - 3), min(place + 1, end), "bonus|board|trial|forbid|overtime|intern"
    ):
        return False
    after = place + 1
    if holds(reading, after, "percent|times|age|month|year|week|day|hour|count|monthless|clock"):
        return False
    while holds(reading, after, "yuan|soft"):
        after += 1
    return not holds(reading, after, "increment")


def _amount(reading: Reading, place: int) -> float:
    """The number at ``place``; in "4-5k" the unit of the second belongs to the first."""
    value = reading.values[place] or 0.0
    second = reading.values[place + 2] if place + 2 < len(reading.values) else None
    if second and holds(reading, place + 1, "range") and value < 100 <= second:
        scale = 10000 if second >= 10000 and value <= 10 and second / 10000 >= value else 1000
        return value * scale
    return value


def _times(reading: Reading, first: int, last: int, amount: float) -> float:
    """Factor from the stated period to a month; 0 where the figure cannot be a wage."""
    tail = min(last + 3, clause(reading, first, last)[1])
    if any_of(reading, first, tail, "hour|hourly"):
        return HOURS_A_MONTH if 1 <= amount < 100 else 0.0
    if any_of(reading, last, tail, "day") or any_of(reading, first, last, "daily"):
        return DAYS_A_MONTH if 10 <= amount < 1000 else 0.0
    return 1.0 if 300 <= amount < 100000 and not any_of(reading, last, tail, "week|year") else 0.0


def _unpaid(case: Case) -> Iterator[Finding]:
    overtime = N_("“%(passage)s”：加班必须依法支付加班费（150%%、200%%、300%%），请删去。")
    for reading, first, last in case.matches("no_overtime_pay"):
        if not negated(reading, first, "forbid") and not any_of(reading, first - 2, first, "forbid|nothing"):
            yield textual(BLOCK, "wage", reading, (first, last), overtime, laws.OVERTIME_PAY)
    late = N_("“%(passage)s”：工资至少每月支付一次，请改正。")
    for reading, first, last in case.matches(
        "wageword ~3 late_pay", "late_pay ~1 wageword", "late_strong", "number month ~1 late_pay"
    ):
        if not any_of(reading, first, last + 2, "bonus|bonus_only"):
            yield textual(BLOCK, "wage", reading, (first, last), late, laws.PAID_WORK)
    included = N_("“%(passage)s”：加班费要按小时另算，请写明底薪和加班费各多少。")
    for reading, first, last in case.matches("overtime_pay ~2 cash_out"):
        yield textual(DOUBT, "wage", reading, (first, last), included, laws.OVERTIME_PAY)
    asks = N_("“%(passage)s”：请写明每月实得不低于当地最低工资。")
    for reading, first, last in case.matches("no_base"):
        if not negated(reading, first, "forbid"):
            yield textual(DOUBT, "wage", reading, (first, last), asks)
