"""Plain data that goes into and comes out of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matching.fields import checked_row
from matching.problems import CellError, InputError

__all__ = ["CellError", "InputError", "Match", "Order", "RankedPair", "Worker", "restored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One person looking for work. ``None``, ``""`` and ``()`` mean *unknown*, never *no*.

    Units: wages in yuan a month; education 0 (illiterate) .. 5 (bachelor or above); Mandarin 0 .. 3 (fluent);
    health 0 (cannot work), 1 (light work), 2 (healthy); places as GB/T 2260 codes. ``placed`` is true while
    the worker holds an active placement. A list is kept as a tuple, ``None`` for text as ``""``.

    Raises ``InputError`` for a value of another type or out of range (:mod:`matching.fields`), naming every
    such field.

    >>> Worker(worker_id="W1", birth_date=date(1990, 5, 1), wishes=("电焊工",)).health is None
    True
    """

    worker_id: str
    birth_date: date | None = None
    sex: str = ""
    education: int | None = None
    mandarin: int | None = None
    health: int | None = None
    county_code: str = ""
    wishes: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    experience: str = ""
    wage_floor_yuan: int | None = None
    cities: tuple[str, ...] = ()
    available_on: date | None = None
    night_shift: bool | None = None
    dormitory_needed: bool | None = None
    couple_room_needed: bool | None = None
    trained_for: tuple[str, ...] = ()
    group_id: str = ""
    group_rule: str = ""
    placed: bool | None = None

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One job order with ``headcount`` open places. Units as for :class:`Worker`.

    ``forbidden_work`` is ``""``, ``none``, ``women``, ``minors`` or ``women+minors``; ``fellow_counties`` are
    the counties that already have people on this order. Counties are compared by their first six digits.

    Raises ``InputError`` as :class:`Worker` does.

    >>> Order(order_id="A", title="电焊工", headcount=3, wage_low_yuan=4500).night_shift is None
    True
    """

    order_id: str
    title: str = ""
    description: str = ""
    city_code: str = ""
    headcount: int | None = None
    min_age: int | None = None
    max_age: int | None = None
    min_education: int | None = None
    min_mandarin: int | None = None
    min_health: int | None = None
    certificates: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    wage_low_yuan: int | None = None
    wage_high_yuan: int | None = None
    start_on: date | None = None
    night_shift: bool | None = None
    dormitory: bool | None = None
    couple_room: bool | None = None
    forbidden_work: str = ""
    priority_counties: tuple[str, ...] = ()
    fellow_counties: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True, slots=True)
class Match:
    """What the engine says about one pair.

    ``factors`` maps every factor name to its points, in the order of ``FACTORS``; they sum to ``score``.
    ``blocked`` names the rules that fail, ``ask`` the rules whose answer is unknown (either makes the pair
    infeasible), ``needs`` the worker's unknown wishes that must be asked before an offer.

    >>> from matching import score_pair
    >>> score_pair(Worker(worker_id="W1"), Order(order_id="A", min_health=2)).ask
    ('legal_age', 'health')
    """

    feasible: bool
    score: int
    factors: Mapping[str, int]
    blocked: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    matched_skills: tuple[str, ...] = ()
    missing_skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RankedPair:
    """One row of a ranking; ``rank`` counts from 1 within the order (or the worker).

    >>> RankedPair("A", "W1", rank=1, score=360).needs
    ()
    """

    order_id: str
    worker_id: str
    rank: int
    score: int
    needs: tuple[str, ...] = ()
    factors: Mapping[str, int] = field(default_factory=dict)


def _check(row: "Worker | Order") -> None:
    kind: type[Any] = type(row)
    values = {name: getattr(row, name) for name in kind.__dataclass_fields__}
    for name, value in checked_row(kind.__name__, values).items():
        object.__setattr__(row, name, value)


def restored(kind: type[Any], values: Mapping[str, Any]) -> Any:
    """A worker or an order of values that were checked before.

    >>> restored(Worker, dict.fromkeys(Worker.__dataclass_fields__, "") | {"worker_id": "W1"}).worker_id
    'W1'
    """
    row: Any = object.__new__(kind)
    for name in kind.__dataclass_fields__:
        object.__setattr__(row, name, values[name])
    return row
