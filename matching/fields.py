"""What a field of a worker or an order may hold: one contract for Python, for columns and for files.

``None``, ``""`` and ``()`` mean unknown in every field but the id. A value that rules
could read in two ways (0 for "no", "Male", 3000.9 yuan) is refused, so that no part of the engine has to
guess.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from operator import index
from typing import Any

from matching.problems import CellError, InputError

MOST_YUAN = 1_000_000
MOST_PLACES = 1_000_000
LONGEST_ID = 64
# Whole numbers and their bounds, both included.
WHOLE: dict[str, tuple[int, int]] = {
    "education": (0, 5),
    "mandarin": (0, 3),
    "health": (0, 2),
    "wage_floor_yuan": (0, MOST_YUAN),
    "headcount": (0, MOST_PLACES),
    "min_age": (0, 120),
    "max_age": (0, 120),
    "min_education": (0, 5),
    "min_mandarin": (0, 3),
    "min_health": (0, 2),
    "wage_low_yuan": (0, MOST_YUAN),
    "wage_high_yuan": (0, MOST_YUAN),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "sex": ("M", "F"),
    "group_rule": ("order", "city"),
    "forbidden_work": ("none", "women", "minors", "women+minors"),
}
DAYS = ("birth_date", "available_on", "start_on")
ANSWERS = ("night_shift", "dormitory_needed", "couple_room_needed", "placed", "dormitory", "couple_room")
TEXTS = ("county_code", "experience", "group_id", "title", "description", "city_code")
LISTS = (
    "wishes",
    "skills",
    "certificates",
    "cities",
    "trained_for",
    "priority_counties",
    "fellow_counties",
)
IDS = ("worker_id", "order_id")

Check = Callable[[Any], Any]


def _whole(low: int, high: int) -> Check:
    def check(value: Any) -> int | None:
        if value is None or (type(value) is int and low <= value <= high):
            return value
        try:
            number = index(value)
        except TypeError:
            raise ValueError(f"must be a whole number from {low} to {high} or None") from None
        if isinstance(value, bool) or not low <= number <= high:
            raise ValueError(f"must be a whole number from {low} to {high} or None")
        return number

    return check


def _choice(allowed: tuple[str, ...]) -> Check:
    def check(value: Any) -> str:
        if value is None or value == "":
            return ""
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"must be {', '.join(allowed)} or empty")
        return value

    return check


def _day(value: Any) -> date | None:
    if value is None or type(value) is date:
        return value
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError("must be a date or None")
    return value


def _answer(value: Any) -> bool | None:
    if value is None or value is True or value is False:
        return value
    raise ValueError("must be True, False or None")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("must be text")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, (tuple, list)) or not all(isinstance(part, str) for part in value):
        raise ValueError("must be a tuple of texts")
    return value if isinstance(value, tuple) else tuple(value)


def _identifier(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_ID or "\0" in value:
        raise ValueError(f"must be text of at most {LONGEST_ID} characters, without NUL")
    return value


CHECKS: dict[str, Check] = {
    **{name: _whole(*bounds) for name, bounds in WHOLE.items()},
    **{name: _choice(allowed) for name, allowed in CHOICES.items()},
    **dict.fromkeys(DAYS, _day),
    **dict.fromkeys(ANSWERS, _answer),
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(LISTS, _texts),
    **dict.fromkeys(IDS, _identifier),
}


def checked_row(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of one row whose value is written another way (a list as a tuple, ``None`` as ``""``).

    Raises ``InputError`` with one entry per field that cannot be used.

    >>> checked_row("Worker", {"worker_id": "W1", "wishes": ["焊工"], "health": 2})
    {'wishes': ('焊工',)}
    >>> checked_row("Worker", {"worker_id": "W1", "night_shift": 0, "sex": "Male"})
    Traceback (most recent call last):
    matching.problems.InputError: Worker 'W1': night_shift: must be True, False or None: 0
    Worker 'W1': sex: must be M, F or empty: 'Male'
    """
    changed, errors = {}, []
    for name, value in values.items():
        try:
            kept = CHECKS[name](value)
        except ValueError as problem:
            errors.append(CellError(_called(kind, values), 0, name, f"{problem}: {_shown(value)}"))
        else:
            if kept is not value:
                changed[name] = kept
    if errors:
        raise InputError(errors)
    return changed


def checked_values(kind: str, name: str, values: Iterable[Any]) -> list[Any]:
    """The distinct values of a column as they are kept. Raises ``InputError`` with one entry per bad value.

    >>> checked_values("Worker", "sex", ["M", None])
    ['M', '']
    """
    kept, errors = [], []
    for value in values:
        try:
            kept.append(CHECKS[name](value))
        except ValueError as problem:
            errors.append(CellError(kind, 0, name, f"{problem}: {_shown(value)}"))
    if errors:
        raise InputError(errors)
    return kept


def _called(kind: str, values: Mapping[str, Any]) -> str:
    return f"{kind} {_shown(values.get(f'{kind.lower()}_id'))}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
