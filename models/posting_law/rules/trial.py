"""Time on trial: how long, and paid."""

from collections.abc import Iterator
from math import inf

from models.i18n import N_
from models.posting_law.case import Case, figure, textual
from models.posting_law.grammar import any_of, clause, holds, negated
from models.posting_law.reading import Reading
from models.posting_law.rules.wage import below, floor_of
from models.posting_law.types import Finding, Level

BLOCK, DOUBT = Level.BLOCK, Level.DOUBT
LONGEST_TRIAL, SHARE = 6.0, 0.8
_TOO_LONG = N_("“%(passage)s”超过上限：合同期%(contract)s个月，试用期最多%(limit)d个月。")
_TOO_LONG_EVER = N_("“%(passage)s”：试用期最长六个月。")
_WHICH_TERM = N_("“%(passage)s”：合同满三年才可试用三个月以上，请写明合同期限。")
_UNPAID = N_("“%(passage)s”：试工、试用都是劳动，必须付工资，且不低于最低工资。")
_LOW_SHARE = N_("“%(passage)s”：试用期工资不得低于约定工资的80%%，也不得低于最低工资。")


def trial_limit(contract_months: float) -> float:
    """Longest lawful trial in months for a contract of that many months (劳动合同法 art. 19)."""
    if contract_months < 3:
        return 0
    if contract_months < 12:
        return 1
    return 2 if contract_months < 36 else LONGEST_TRIAL


def probation(case: Case) -> Iterator[Finding]:
    """Trial no longer than the contract allows, once, and paid: 劳动合同法 art. 19, 20."""
    contract = _contract_months(case)
    for reading, first, last, months in _trials(case):
        yield from _length(reading, (first, last), months, contract)
    yield from _unpaid(case)
    yield from _shares(case)
    yield from _low_wages(case)
    for reading, first, last in case.matches("trial_only ~3 extend"):
        if not negated(reading, first) and not any_of(reading, first, last, "forbid|cancel"):
            asks = N_("“%(passage)s”：同一劳动者只能约定一次试用期，不得延长，请说明或删去。")
            yield textual(DOUBT, "probation", reading, (first, last), asks)
    yield from _figures(case)


def _length(
    reading: Reading, span: tuple[int, int], months: float, contract: float | None
) -> Iterator[Finding]:
    if months > LONGEST_TRIAL:
        yield textual(BLOCK, "probation", reading, span, _TOO_LONG_EVER)
    elif contract is not None and months > trial_limit(contract):
        limit = int(trial_limit(contract))
        yield textual(BLOCK, "probation", reading, span, _TOO_LONG, contract=f"{contract:g}", limit=limit)
    elif contract is None and months > trial_limit(12):
        yield textual(DOUBT, "probation", reading, span, _WHICH_TERM)


def _months(reading: Reading, first: int, last: int) -> float | None:
    """The longest stretch of time in a range of tokens, in months."""
    numbers = [value for value in reading.values[first:last] if value is not None]
    if not numbers:
        return None
    if any_of(reading, first, last, "year"):
        return max(numbers) * 12
    return max(numbers) / (30 if any_of(reading, first, last, "day") else 1)


def _trials(case: Case) -> Iterator[tuple[Reading, int, int, float]]:
    unit = "month|day|year"
    patterns = (
        f"trial_only link* at_most? ~2 number range? number? {unit}",
        f"number {unit} link* trial_only",
    )
    for reading, first, last in case.matches(*patterns):
        months = _months(reading, first, last)
        if months and not negated(reading, first, "nothing", 1):
            yield reading, first, last, months


def _contract_months(case: Case) -> float | None:
    if case.posting.contract_months is not None:
        return case.posting.contract_months
    if case.mentions("open_ended"):
        return inf
    terms = [
        _months(reading, first, last)
        for reading, first, last in case.matches(
            "contract_term link* ~1 number range? number? year|month", "number year|month ~1 contract"
        )
        if not any_of(reading, first, last, "trial")
    ]
    known = [term for term in terms if term]
    return max(known) if known else None


def _unpaid(case: Case) -> Iterator[Finding]:
    patterns = (
        "trial ~6 unpaid",
        "trial ~5 , ~5 unpaid",
        "unpaid link* trial",
        "not_full ~3 day|month|week ~4 unpaid",
        "not_full ~3 day|month|week , ~4 unpaid",
        "number day|month|week link* not_full ~4 unpaid",
        "trial ~4 not_full ~3 , ~4 unpaid",
        "full number day|month ~3 paid_then",
        "not_full ~3 day|month|week|first_wage ~2 leave|quit|away link* ~4 unpaid",
        "not_full ~3 day|month|week ~2 leave|quit|away link* , ~4 unpaid",
        "not_full first_wage ~3 unpaid",
        "first_part number day|month|week ~3 unpaid",
        "first_part number day|month|week ~5 , ~2 unpaid",
        "first_part each_week ~3 unpaid",
        "trial|trial_like ~2 each_week ~2 unpaid",
        "trial ~3 only living",
        "trial_like ~2 number day|month|week ~2 unpaid",
        "trial_like ~2 number day|month|week , ~3 unpaid",
        "trial|trial_like number day|month|week free",
        "not_full ~5 unpaid",
        "number|each_week ~1 below leave|quit|away link* ~2 unpaid",
        "trial ~4 half ~2 of_wage|wageword",
        "trial ~4 of_wage|wageword half",
        "free_trial",
    )
    for reading, first, last in case.matches(*patterns):
        if not (
            negated(reading, first, "forbid|warning") or any_of(reading, last, last + 4, "warning|refuse")
        ):
            yield textual(BLOCK, "probation", reading, (first, last), _UNPAID)


def _shares(case: Case) -> Iterator[Finding]:
    for reading, first, last in case.matches("trial|trial_wage ~6 number percent"):
        share = next(value for value in reading.values[first:last][::-1] if value is not None)
        share = share * 10 if holds(reading, last - 1, "tenth") else share
        about_pay = any_of(reading, first, min(last + 4, len(reading.tags)), "of_wage|trial_wage")
        if share < SHARE * 100 and about_pay:
            yield textual(BLOCK, "probation", reading, (first, last), _LOW_SHARE)


def _low_wages(case: Case) -> Iterator[Finding]:
    floor = floor_of(case)
    if floor is None:
        return
    for reading, first, last in case.matches("trial_wage link* ~3 number yuan?"):
        amount = next(value for value in reading.values[first:last] if value is not None)
        start, end = clause(reading, first, last)
        other = any_of(reading, first, last + 1, "bonus|percent|month|day|hour|year")
        if 300 <= amount < floor.monthly and not other and start <= first < end:
            level, reason, source, values = below(floor, amount)
            yield textual(level, "probation", reading, (first, last), reason, source, **values)


def _figures(case: Case) -> Iterator[Finding]:
    yield from _months_figure(case)
    posting, floor = case.posting, floor_of(case)
    paid = posting.probation_wage_yuan
    label = N_("试用期工资")
    if paid is None:
        return
    if posting.base_wage_yuan and paid < SHARE * posting.base_wage_yuan:
        yield figure(BLOCK, "probation", "probation_wage_yuan", label, paid, _LOW_SHARE)
    elif floor and paid < floor.monthly:
        level, reason, source, values = below(floor, paid)
        yield figure(level, "probation", "probation_wage_yuan", label, paid, reason, source, **values)


def _months_figure(case: Case) -> Iterator[Finding]:
    months, contract = case.posting.probation_months, _contract_months(case)
    if months is None:
        return
    about = ("probation", "probation_months", N_("试用期月数"), f"{months:g}")
    if months > LONGEST_TRIAL:
        yield figure(BLOCK, *about, _TOO_LONG_EVER)
    elif contract is None and months > trial_limit(12):
        yield figure(DOUBT, *about, _WHICH_TERM)
    elif contract is not None and months > trial_limit(contract):
        limit = int(trial_limit(contract))
        yield figure(BLOCK, *about, _TOO_LONG, contract=f"{contract:g}", limit=limit)
