"""Money taken or kept as a punishment: fines, and wages that are not paid to those who leave."""

from collections.abc import Iterator

from models.i18n import N_
from models.posting_law import laws
from models.posting_law.case import Case, textual
from models.posting_law.grammar import any_of, clause, negated, sentence
from models.posting_law.reading import Reading
from models.posting_law.rules.denial import denied
from models.posting_law.rules.pay_terms import delay
from models.posting_law.types import Finding, Level

_LEAVING = "leave|quit"
_FAULT = f"{_LEAVING}|absent|breach|otherwise"
_TIME = "day|month|week|hour"
_FINES = (
    f"{_FAULT} ~6 fine",
    f"{_FAULT} , ~4 fine",
    f"fine ~4 {_FAULT}",
    "fine link* number !percent",
    "fine ~2 charge|penal",
    "fine &standard",
    f"not_full ~3 {_TIME} ~2 penal",
    f"{_FAULT} ~4 penal ~1 number yuan",
    f"{_FAULT} ~4 penal number $",
    f"{_FAULT} ~3 , penal number $",
    f"{_FAULT} ~4 times ~1 penal",
    f"{_FAULT} ~4 penal times",
    f"{_LEAVING}|otherwise ~4 penal",
    f"breach ~4 penal ~1 number {_TIME}|first_wage",
)
_MORE_THAN_MISSED = (
    f"absent number {_TIME} ~2 penal ~1 number {_TIME}",
    f"absent number {_TIME} ~2 number penal number",
    "number penal number",
    "number count penal number",
)
_UNPAID = (
    f"{_LEAVING} ~6 unpaid",
    f"{_LEAVING} ~9 , otherwise ~5 unpaid",
    f"{_LEAVING} ~9 , ~4 unpaid",
    "otherwise ~6 unpaid",
    "breach ~3 unpaid",
    "absent|breach ~6 , ~2 forfeited",
    "absent|breach ~6 forfeited",
    "otherwise ~6 , ~4 unpaid",
    f"unpaid ~4 {_LEAVING}",
    f"absent|breach ~5 penal everything wageword|{_TIME}",
)
_PUT_OFF = (f"{_LEAVING} ~2 holdwage number {_TIME} ~1 wageword", f"{_LEAVING} ~2 payhold")
_LOWERED = (
    f"{_LEAVING}|otherwise ~6 lowered",
    f"{_LEAVING}|otherwise ~8 , ~3 lowered",
    f"not_full ~3 {_TIME} ~4 lowered",
    f"not_full ~3 {_TIME} link* , ~4 lowered",
    f"{_LEAVING} ~4 number percent ~3 wageword",
    f"not_full ~3 {_TIME} ~2 number yuan ~1 hour|day",
    f"not_full ~3 {_TIME} , ~3 number yuan ~1 hour|day",
)


def fines(case: Case) -> Iterator[Finding]:
    """An employer may not fine, nor take more than the time that was missed: 广东省劳动保障监察条例 art. 51;
    damages for leaving are void (劳动合同法 art. 25). Losing a bonus or the day's own pay is no fine.
    """
    reason = N_("“%(passage)s”：用人单位无权罚款，也不得借故克扣工资，请删去。")
    for reading, first, last in case.matches(*_FINES):
        if not _excused(reading, first, last):
            yield textual(Level.BLOCK, "contract", reading, (first, last), reason, laws.FINES)
    for reading, first, last in case.matches(*_MORE_THAN_MISSED):
        missed, taken = [value for value in reading.values[first:last] if value is not None][:2]
        ratio = last - first > 3 or missed == 1  # "旷一扣三"
        if ratio and taken > missed and not _excused(reading, first, last):
            yield textual(Level.BLOCK, "contract", reading, (first, last), reason, laws.FINES)


def _excused(reading: Reading, first: int, last: int) -> bool:
    """Said not to happen, the customer's or the road's own fine, or only a bonus that is not earned."""
    start, end = clause(reading, first, last)
    if denied(reading, first, last) or any_of(reading, max(start, first - 3), first, "employer|forbid"):
        return True
    if any_of(reading, first + 1, last, "cancel"):
        return True
    fined = any_of(reading, first, last, "fine")
    return any_of(reading, start, end, "traffic") or (
        not fined and any_of(reading, first, min(end, last + 4), "bonus_only")
    )


def withheld(case: Case) -> Iterator[Finding]:
    """Work done is paid, however somebody leaves: 劳动法 art. 50; 劳动合同法 art. 30. Less than agreed is a
    doubt.
    """
    reason = N_("“%(passage)s”：劳动者提供了劳动就应支付工资，离职也应结清，请删去。")
    for reading, first, last in case.matches(*_UNPAID):
        if not _about_trial(reading, first, last) and not negated(reading, first, "forbid_strict", 3):
            yield textual(Level.BLOCK, "wage", reading, (first, last), reason, laws.PAID_WORK)
    for reading, first, last in case.matches(*_PUT_OFF):
        if delay(reading, first, last) and not denied(reading, first, last):  # else it is a deposit
            yield textual(Level.BLOCK, "wage", reading, (first, last), reason, laws.PAID_WORK)
    asks = N_("“%(passage)s”：离职的工资也要按约定足额结清，请说明为什么少算。")
    for reading, first, last in case.matches(*_LOWERED):
        if not denied(reading, first, last):
            yield textual(Level.DOUBT, "wage", reading, (first, last), asks, laws.PAID_WORK)


def _about_trial(reading: Reading, first: int, last: int) -> bool:
    """Trials and short stays have their own rule; a sentence that warns of the abuse commits none."""
    start, end = sentence(reading, first, last)
    return any_of(reading, start, end, "trial|not_full|warning") or any_of(reading, last, last + 4, "refuse")
