"""Wages under the minimum of the city and date, in the form's figure and in the words."""

from collections.abc import Iterator

from models.i18n import N_
from models.posting_law import laws
from models.posting_law.case import Case, figure, textual
from models.posting_law.grammar import any_of, clause, find, holds, negated
from models.posting_law.reading import Reading
from models.posting_law.rules.penalty import withheld
from models.posting_law.types import Finding, Level

BLOCK, DOUBT = Level.BLOCK, Level.DOUBT
HOURS_A_MONTH, DAYS_A_MONTH = 174.0, 21.75
_BELOW = N_("%(passage)s低于当地最低工资每月%(minimum)d元(加班费、夜班津贴、食宿补贴不算在内),请提高。")
_UNVERIFIED = N_("%(passage)s低于本系统所记的最低工资每月%(minimum)d元;该标准待核,请市人社局核实。")
Floor = tuple[int, str, bool]


def floor_of(case: Case) -> Floor | None:
    """Minimum wage of the posting's city on its day: (yuan a month, source, verified)."""
    city = case.posting.city_code
    return case.minimum_wage(city, case.posting.posted_on) if city else None


def sources(floor: Floor) -> tuple[Level, str, str]:
    """Level, reason and source of an objection against ``floor``."""
    _, source, verified = floor
    return (BLOCK if verified else DOUBT), (_BELOW if verified else _UNVERIFIED), source


def wage(case: Case) -> Iterator[Finding]:
    """Base wage at least the minimum wage: 劳动法 art. 48, 最低工资规定; overtime paid: 劳动法 art. 44."""
    floor = floor_of(case)
    if floor:
        yield from _figure(case, floor)
        for reading in case.readings:
            yield from _written(reading, floor)
    yield from withheld(case)
    yield from _unpaid(case)


def _figure(case: Case, floor: Floor) -> Iterator[Finding]:
    level, reason, source = sources(floor)
    base, total = case.posting.base_wage_yuan, case.posting.total_wage_high
    if base is not None and base < floor[0]:
        yield figure(level, "wage", "base_wage_yuan", N_("底薪"), base, reason, source, minimum=floor[0])
    elif total is not None and total < floor[0]:
        yield figure(
            level, "wage", "total_wage_high", N_("综合工资上限"), total, reason, source, minimum=floor[0]
        )


def _written(reading: Reading, floor: Floor) -> Iterator[Finding]:
    level, reason, source = sources(floor)
    for first, last, monthly in monthly_wages(reading, "wage_name"):
        if monthly < floor[0]:
            yield textual(level, "wage", reading, (first, last), reason, source, minimum=floor[0])


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
    if holds(reading, after, "percent|age|month|year|week|day|hour|count|monthless|clock"):
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
    overtime = N_("“%(passage)s”:加班必须依法支付加班费(150%%、200%%、300%%),请删去。")
    for reading, first, last in case.matches("no_overtime_pay"):
        if not negated(reading, first, "forbid") and not any_of(reading, first - 2, first, "forbid|nothing"):
            yield textual(BLOCK, "wage", reading, (first, last), overtime, laws.OVERTIME_PAY)
    late = N_("“%(passage)s”：工资至少每月支付一次，请改正。")
    for reading, first, last in case.matches(
        "wageword ~3 late_pay", "late_pay ~1 wageword", "late_strong", "number month ~1 late_pay"
    ):
        if not any_of(reading, first, last + 2, "bonus|bonus_only"):
            yield textual(BLOCK, "wage", reading, (first, last), late, laws.PAID_WORK)
    asks = N_("“%(passage)s”:请写明每月实得不低于当地最低工资。")
    for reading, first, last in case.matches("no_base"):
        if not negated(reading, first, "forbid"):
            yield textual(DOUBT, "wage", reading, (first, last), asks)
