"""Why, and why not: reasons for a person to read, as plain data."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.clock import as_of
from matching.pairs.attributes import Verdict, prefecture
from matching.pairs.reference_scorer import score_pair
from matching.pairs.rules import (
    NEEDS,
    RULES,
    Rule,
    legal_minimum,
    promised_wage,
    work_begins,
    years_before,
)
from matching.pairs.scorecard import DEFAULT_SCORECARD, FACTORS, Scorecard
from matching.text.cleaning import skill_key
from matching.types import Order, Worker


@dataclass(frozen=True, slots=True)
class Change:
    """The nearest change that would let a pair pass one rule.

    ``whose`` is ``worker`` or ``order``; ``field`` would have to be ``to`` instead of ``now``.

    >>> str(Change("health", "worker", "health", None, 2))
    'worker.health: unknown -> 2'
    """

    rule: str
    whose: str
    field: str
    now: Any
    to: Any

    def __str__(self) -> str:
        return f"{self.whose}.{self.field}: {_shown(self.now) or 'unknown'} -> {_shown(self.to)}"


def explain(
    worker: Worker, order: Order, card: Scorecard = DEFAULT_SCORECARD, today: date | None = None
) -> dict[str, Any]:
    """Everything the engine can say about one pair, ready for JSON.

    ``rules`` lists every hard rule with its verdict (``pass``, ``fail`` or ``ask``) and, unless it passes,
    the nearest change that would make it pass; ``factors`` lists points that sum to ``score``. While the
    order's start is unknown, ages are counted ``today`` (China's day by default).

    >>> night = Order(order_id="O1", title="保安", night_shift=True, start_on=date(2025, 3, 1))
    >>> worker = Worker(worker_id="W1", birth_date=date(1990, 5, 1), night_shift=False)
    >>> [rule["change"] for rule in explain(worker, night)["rules"] if rule["verdict"] == "fail"]
    ['worker.night_shift: 0 -> 1']
    """
    day = as_of(today)
    match = score_pair(worker, order, card, day)
    return {
        "worker_id": worker.worker_id,
        "order_id": order.order_id,
        "card": card.version,
        "feasible": match.feasible,
        "score": match.score,
        "factors": [{"name": n, "label": FACTORS[n], "points": p} for n, p in match.factors.items()],
        "rules": [_rule_line(rule, worker, order, day) for rule in RULES],
        "needs": [{"name": name, "label": NEEDS[name]} for name in match.needs],
        "matched_skills": list(match.matched_skills),
        "missing_skills": list(match.missing_skills),
    }


def nearest_changes(worker: Worker, order: Order, today: date | None = None) -> list[Change]:
    """For every rule that does not pass, the nearest change that would; none for what cannot be changed.

    >>> worker = Worker(worker_id="W1", birth_date=date(1990, 5, 1), education=2, wage_floor_yuan=5000)
    >>> order = Order(order_id="O1", min_education=3, wage_high_yuan=4500, start_on=date(2025, 3, 1))
    >>> [str(change) for change in nearest_changes(worker, order)]
    ['order.min_education: 3 -> 2', 'worker.wage_floor_yuan: 5000 -> 4500']
    """
    day = as_of(today)
    return [
        Change(rule.name, *CHANGES[rule.name](worker, order, day))
        for rule in RULES
        if rule.name in CHANGES and rule.check(worker, order, day) is not Verdict.PASS
    ]


def _rule_line(rule: Rule, worker: Worker, order: Order, today: date) -> dict[str, Any]:
    verdict = rule.check(worker, order, today)
    line: dict[str, Any] = {"name": rule.name, "label": rule.label, "verdict": verdict.value}
    if verdict is not Verdict.PASS:
        changes = [change for change in nearest_changes(worker, order, today) if change.rule == rule.name]
        line["change"] = str(changes[0]) if changes else None
    return line


def _shown(value: Any) -> str:
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return "|".join(map(str, value)) if isinstance(value, tuple) else str(value)


Nearest = tuple[str, str, Any, Any]
ChangeMaker = Callable[[Worker, Order, date], Nearest]


def _legal_age(worker: Worker, order: Order, today: date) -> Nearest:
    latest = years_before(work_begins(order, today), legal_minimum(order))
    if worker.birth_date is None:
        return "worker", "birth_date", None, f"<= {latest}"
    return "order", "start_on", order.start_on, work_begins(order, today) + (worker.birth_date - latest)


def _age(worker: Worker, order: Order, today: date) -> Nearest:
    if worker.birth_date is None:
        return "worker", "birth_date", None, "known"
    age = age_on(worker.birth_date, work_begins(order, today))
    if order.min_age is not None and age < order.min_age:
        return "order", "min_age", order.min_age, age
    return "order", "max_age", order.max_age, age


def age_on(born: date, day: date) -> int:
    """Completed years of age on a day."""
    years = day.year - born.year
    return years if born <= years_before(day, years) else years - 1


def _required(name: str) -> ChangeMaker:
    def make(worker: Worker, order: Order, today: date) -> Nearest:
        required, held = getattr(order, f"min_{name}"), getattr(worker, name)
        if held is None:
            return "worker", name, None, f">= {required}"
        return "order", f"min_{name}", required, held

    return make


def _certificates(worker: Worker, order: Order, today: date) -> Nearest:
    held = {skill_key(name) for name in worker.certificates}
    missing = tuple(name for name in order.certificates if skill_key(name) not in held)
    return "worker", "certificates", worker.certificates, (*worker.certificates, *missing)


def _city(worker: Worker, order: Order, today: date) -> Nearest:
    if not prefecture(order.city_code):
        return "order", "city_code", "", worker.cities[0]
    return "worker", "cities", worker.cities, (*worker.cities, order.city_code)


def _wage(worker: Worker, order: Order, today: date) -> Nearest:
    wage = promised_wage(order)
    if wage is None:
        return "order", "wage_high_yuan", None, worker.wage_floor_yuan
    return "worker", "wage_floor_yuan", worker.wage_floor_yuan, wage


def _night_shift(worker: Worker, order: Order, today: date) -> Nearest:
    if order.night_shift is None:
        return "order", "night_shift", None, False
    return "worker", "night_shift", False, True


CHANGES: dict[str, ChangeMaker] = {
    "legal_age": _legal_age,
    "age": _age,
    "education": _required("education"),
    "mandarin": _required("mandarin"),
    "health": _required("health"),
    "certificates": _certificates,
    "city": _city,
    "wage": _wage,
    "available": lambda worker, order, today: ("order", "start_on", order.start_on, worker.available_on),
    "night_shift": _night_shift,
    "dormitory": lambda worker, order, today: ("order", "dormitory", order.dormitory, True),
    "couple_room": lambda worker, order, today: ("order", "couple_room", order.couple_room, True),
}
