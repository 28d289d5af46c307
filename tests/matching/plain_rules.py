"""The hard rules once more, one pair at a time: what the engine's declarations must equal.

They share nothing with ``matching.pairs.attributes``; ages and wages are read by the same helpers as there.
"""

from collections.abc import Callable
from datetime import date

from matching import Order, Verdict, Worker
from matching.pairs.rules import legal_minimum, promised_wage, work_begins, years_before
from matching.text.cleaning import skill_key


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
    required = {skill_key(name) for name in order.certificates}
    if not required:
        return Verdict.PASS
    if not worker.certificates:
        return Verdict.ASK
    return _met(required <= {skill_key(name) for name in worker.certificates})


def _city(worker: Worker, order: Order, today: date) -> Verdict:
    wished = {code[:4] for code in worker.cities}
    return _met(not wished or order.city_code[:4] in wished)


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


PLAIN: dict[str, Callable[[Worker, Order, date], Verdict]] = {
    "placed": _placed,
    "legal_age": _legal_age,
    "age": _age,
    "forbidden_work": _forbidden_work,
    "education": _education,
    "mandarin": _mandarin,
    "health": _health,
    "certificates": _certificates,
    "city": _city,
    "wage": _wage,
    "available": _available,
    "night_shift": _night_shift,
    "dormitory": _dormitory,
    "couple_room": _couple_room,
}
