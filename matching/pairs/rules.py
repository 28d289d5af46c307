"""The hard rules: a pair that breaks one is not a candidate, whatever its points.

Three answers: ``PASS``, ``FAIL`` and ``ASK``. What an order requires of a worker is not met by an unknown
value (``ASK``); what a worker may refuse refuses nothing while it is unknown. What a worker needs or refuses
is not met by an order that does not say (``ASK`` again, see ``ORDER_SAYS``). Sex is read in one rule only,
work that the law forbids to women (女职工劳动保护特别规定, 国务院令619号, 附录); age is read for the order's
range, the legal minimum of 16 (禁止使用童工规定, 国务院令364号) and the bans for 16-17 (劳动法第64条).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from matching.i18n import N_
from matching.text.cleaning import same_certificate_key
from matching.types import Order, Worker

LEGAL_AGE = 16
ADULT_AGE = 18


class Verdict(Enum):
    """What one rule says about one pair.

    >>> check_all(Worker(worker_id="W1"), Order(order_id="A", min_health=2), date(2017, 3, 1))
    ((), ('legal_age', 'health'))
    """

    PASS = "pass"  # noqa: S105  # nosec B105 - a verdict, not a password
    FAIL = "fail"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Rule:
    """A hard rule: its stable name, its Chinese label and the check itself, on a day given."""

    name: str
    label: str
    check: Callable[[Worker, Order, date], Verdict]


def work_begins(order: Order, today: date) -> date:
    """The day on which ages are counted: the order's start, today while that is unknown."""
    return order.start_on or today


def years_before(day: date, years: int) -> date:
    """The latest birth date of a person who is ``years`` old on ``day`` (29 February ages on 28 February)."""
    year = max(day.year - years, 1)
    if (day.month, day.day) == (2, 29) and not _is_leap(year):
        return date(year, 2, 28)
    return day.replace(year=year)


def legal_minimum(order: Order) -> int:
    """Years of age below which the law forbids this order."""
    return ADULT_AGE if "minors" in order.forbidden_work else LEGAL_AGE


def promised_wage(order: Order) -> int | None:
    """The wage that a floor is compared with: the upper end, else the lower, in yuan a month."""
    return order.wage_high_yuan if order.wage_high_yuan is not None else order.wage_low_yuan


def prefecture(code: str) -> str:
    """The prefecture-level part (four digits) of a GB/T 2260 code."""
    return code[:4]


def county(code: str) -> str:
    """The county-level part (six digits) of a GB/T 2260 code: towns and villages belong to their county."""
    return code[:6]


def lies_in(place: str, counties: Iterable[str]) -> bool:
    """Whether a place is known and one of the counties holds it.

    >>> lies_in("451021104203", ("451021",)), lies_in("", ("451021",))
    (True, False)
    """
    return bool(place) and county(place) in {county(code) for code in counties}


def check_all(worker: Worker, order: Order, today: date) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the failing rules, and of the rules that need an answer first."""
    verdicts = [(rule.name, rule.check(worker, order, today)) for rule in RULES]
    failed = tuple(name for name, verdict in verdicts if verdict is Verdict.FAIL)
    unknown = tuple(name for name, verdict in verdicts if verdict is Verdict.ASK)
    return failed, unknown


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _met(condition: bool) -> Verdict:
    return Verdict.PASS if condition else Verdict.FAIL


def _at_least(value: int | None, required: int | None) -> Verdict:
    if not required:
        return Verdict.PASS
    return Verdict.ASK if value is None else _met(value >= required)


def _placed(worker: Worker, order: Order, today: date) -> Verdict:
    return _met(not worker.placed)


def _legal_age(worker: Worker, order: Order, today: date) -> Verdict:
    if worker.birth_date is None:
        return Verdict.ASK
    return _met(worker.birth_date <= years_before(work_begins(order, today), legal_minimum(order)))


def _age(worker: Worker, order: Order, today: date) -> Verdict:
    if order.min_age is None and order.max_age is None:
        return Verdict.PASS
    if worker.birth_date is None:
        return Verdict.ASK
    day, born = work_begins(order, today), worker.birth_date
    old_enough = order.min_age is None or born <= years_before(day, order.min_age)
    return _met(old_enough and (order.max_age is None or born > years_before(day, order.max_age + 1)))


def _forbidden_work(worker: Worker, order: Order, today: date) -> Verdict:
    if "women" not in order.forbidden_work:
        return Verdict.PASS
    return Verdict.ASK if not worker.sex else _met(worker.sex == "M")


def _education(worker: Worker, order: Order, today: date) -> Verdict:
    return _at_least(worker.education, order.min_education)


def _mandarin(worker: Worker, order: Order, today: date) -> Verdict:
    return _at_least(worker.mandarin, order.min_mandarin)


def _health(worker: Worker, order: Order, today: date) -> Verdict:
    return _at_least(worker.health, order.min_health)


def _certificates(worker: Worker, order: Order, today: date) -> Verdict:
    required = {same_certificate_key(name) for name in order.certificates}
    if not required:
        return Verdict.PASS
    if not worker.certificates:
        return Verdict.ASK
    return _met(required <= {same_certificate_key(name) for name in worker.certificates})


def _city(worker: Worker, order: Order, today: date) -> Verdict:
    wished = {prefecture(code) for code in worker.cities}
    return _met(not wished or prefecture(order.city_code) in wished)


def _wage(worker: Worker, order: Order, today: date) -> Verdict:
    if worker.wage_floor_yuan is None:
        return Verdict.PASS
    wage = promised_wage(order)
    return _met(wage is not None and worker.wage_floor_yuan <= wage)


def _available(worker: Worker, order: Order, today: date) -> Verdict:
    if worker.available_on is None or order.start_on is None:
        return Verdict.PASS
    return _met(worker.available_on <= order.start_on)


def _granted(condition: bool | None) -> Verdict:
    return Verdict.ASK if condition is None else _met(condition)


def _night_shift(worker: Worker, order: Order, today: date) -> Verdict:
    if worker.night_shift is not False:
        return Verdict.PASS
    return _granted(None if order.night_shift is None else not order.night_shift)


def _dormitory(worker: Worker, order: Order, today: date) -> Verdict:
    return _granted(order.dormitory) if worker.dormitory_needed else Verdict.PASS


def _couple_room(worker: Worker, order: Order, today: date) -> Verdict:
    return _granted(order.couple_room) if worker.couple_room_needed else Verdict.PASS


RULES: tuple[Rule, ...] = (
    Rule("placed", N_("未在岗"), _placed),
    Rule("legal_age", N_("法定年龄"), _legal_age),
    Rule("age", N_("年龄要求"), _age),
    Rule("forbidden_work", N_("法律禁止的劳动"), _forbidden_work),
    Rule("education", N_("文化程度"), _education),
    Rule("mandarin", N_("普通话"), _mandarin),
    Rule("health", N_("健康状况"), _health),
    Rule("certificates", N_("证书"), _certificates),
    Rule("city", N_("愿去的城市"), _city),
    Rule("wage", N_("最低工资要求"), _wage),
    Rule("available", N_("到岗时间"), _available),
    Rule("night_shift", N_("夜班"), _night_shift),
    Rule("dormitory", N_("住宿"), _dormitory),
    Rule("couple_room", N_("夫妻房"), _couple_room),
)

# Rules that look at what an order says of itself: rule -> field of ``Order``, None where it does not say.
ORDER_SAYS: dict[str, str] = {
    "night_shift": "night_shift",
    "dormitory": "dormitory",
    "couple_room": "couple_room",
}

NEEDS: dict[str, str] = {
    "cities": N_("愿去的城市"),
    "wage_floor_yuan": N_("最低工资要求"),
    "night_shift": N_("能否上夜班"),
    "dormitory_needed": N_("是否要住宿"),
    "couple_room_needed": N_("是否要夫妻房"),
    "available_on": N_("何时能到岗"),
}


def needs(worker: Worker) -> tuple[str, ...]:
    """What the worker may refuse and has not said: to be asked before an offer, in the order of NEEDS."""
    return tuple(name for name in NEEDS if getattr(worker, name) in (None, ()))
