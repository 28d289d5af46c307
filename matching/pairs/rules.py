"""The hard rules: a pair that breaks one is not a candidate, whatever its points.

Each rule is declared once, as the keys that an order asks for; the plain definition of a pair and the bit
rows of a million people both read these.

Three answers: ``PASS``, ``FAIL`` and ``ASK``. What an order requires of a worker is not met by an unknown
value (``ASK``); what a worker may refuse refuses nothing while it is unknown. What a worker needs or refuses
is not met by an order that does not say (``ASK`` again, see ``ORDER_SAYS``). Sex is read in one rule only,
work that the law forbids to women (女职工劳动保护特别规定, 国务院令619号, 附录); age is read for the order's
range, the legal minimum of 16 (禁止使用童工规定, 国务院令364号) and the bans for 16-17 (劳动法第64条).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.i18n import N_
from matching.pairs.attributes import NO_WAGE, Verdict, prefecture, verdict
from matching.text.cleaning import skill_key
from matching.types import Order, Worker

LEGAL_AGE = 16
ADULT_AGE = 18


Key = tuple[str, Any]
Asks = Callable[[Order, date], list[Key]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A hard rule, declared once: its stable name, its Chinese label, and the keys that an order asks for.

    ``order_says`` names the field of the order that grants what a worker needs or refuses; while an order
    leaves it open, that worker is to be asked.
    """

    name: str
    label: str
    asks: Asks
    order_says: str = ""

    def check(self, worker: Worker, order: Order, today: date) -> Verdict:
        """The plain definition: what the rule says about one pair, on a day given."""
        verdicts = [verdict(worker, *key) for key in self.asks(order, today)]
        if Verdict.ASK in verdicts:
            return Verdict.ASK
        if Verdict.FAIL not in verdicts:
            return Verdict.PASS
        is_silent = self.order_says and getattr(order, self.order_says) is None
        return Verdict.ASK if is_silent else Verdict.FAIL


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
    """The names of the failing rules, and of the rules that need an answer first.

    >>> check_all(Worker(worker_id="W1"), Order(order_id="A", min_health=2), date(2017, 3, 1))
    ((), ('legal_age', 'health'))
    """
    verdicts = [(rule.name, rule.check(worker, order, today)) for rule in RULES]
    failed = tuple(name for name, verdict in verdicts if verdict is Verdict.FAIL)
    unknown = tuple(name for name, verdict in verdicts if verdict is Verdict.ASK)
    return failed, unknown


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _legal_age(order: Order, today: date) -> list[Key]:
    return [("born_by", years_before(work_begins(order, today), legal_minimum(order)))]


def _age(order: Order, today: date) -> list[Key]:
    day, keys = work_begins(order, today), list[Key]()
    if order.min_age is not None:
        keys.append(("born_by", years_before(day, order.min_age)))
    if order.max_age is not None:
        keys.append(("born_after", years_before(day, order.max_age + 1)))
    return keys


def _forbidden_work(order: Order, today: date) -> list[Key]:
    return [("men", 0)] if "women" in order.forbidden_work else []


def _at_least(name: str) -> Asks:
    def asks(order: Order, today: date) -> list[Key]:
        least = getattr(order, f"min_{name}")
        return [(name, least)] if least else []

    return asks


def _certificates(order: Order, today: date) -> list[Key]:
    return [("certificate", name) for name in sorted({skill_key(each) for each in order.certificates})]


def _city(order: Order, today: date) -> list[Key]:
    return [("city", prefecture(order.city_code))]


def _wage(order: Order, today: date) -> list[Key]:
    wage = promised_wage(order)
    return [("wage", NO_WAGE if wage is None else wage)]


def _available(order: Order, today: date) -> list[Key]:
    return [("available", order.start_on)] if order.start_on else []


def _unless(name: str, granted: bool) -> Asks:
    """What a worker may refuse or need, unless the order says outright that it is as wished."""

    def asks(order: Order, today: date) -> list[Key]:
        return [] if getattr(order, name) is granted else [(name, 0)]

    return asks


RULES: tuple[Rule, ...] = (
    Rule("placed", N_("未在岗"), lambda order, today: [("free", 0)]),
    Rule("legal_age", N_("法定年龄"), _legal_age),
    Rule("age", N_("年龄要求"), _age),
    Rule("forbidden_work", N_("法律禁止的劳动"), _forbidden_work),
    Rule("education", N_("文化程度"), _at_least("education")),
    Rule("mandarin", N_("普通话"), _at_least("mandarin")),
    Rule("health", N_("健康状况"), _at_least("health")),
    Rule("certificates", N_("证书"), _certificates),
    Rule("city", N_("愿去的城市"), _city),
    Rule("wage", N_("最低工资要求"), _wage),
    Rule("available", N_("到岗时间"), _available),
    Rule("night_shift", N_("夜班"), _unless("night_shift", False), "night_shift"),
    Rule("dormitory", N_("住宿"), _unless("dormitory", True), "dormitory"),
    Rule("couple_room", N_("夫妻房"), _unless("couple_room", True), "couple_room"),
)

# Rules that look at what an order says of itself: rule -> field of ``Order``, None where it does not say.
ORDER_SAYS: dict[str, str] = {rule.name: rule.order_says for rule in RULES if rule.order_says}


def rule_keys(order: Order, today: date) -> dict[str, list[Key]]:
    """Rule name -> bit rows whose AND is the set of workers who pass it; rules that ask nothing are absent.

    Raises nothing: what an order leaves open asks for no row.

    >>> sorted(rule_keys(Order(order_id="A", night_shift=True, min_education=3), date(2017, 3, 1)))
    ['city', 'couple_room', 'dormitory', 'education', 'legal_age', 'night_shift', 'placed', 'wage']
    """
    keys = {rule.name: rule.asks(order, today) for rule in RULES}
    return {name: of_rule for name, of_rule in keys.items() if of_rule}


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
