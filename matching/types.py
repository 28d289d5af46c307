"""Plain data that goes into and comes out of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """One person looking for work. ``None``, ``""`` and ``()`` mean *unknown*, never *no*.

    Units: wages in yuan a month; education 0 (illiterate) .. 5 (bachelor or above); Mandarin 0 .. 3 (fluent);
    health 0 (cannot work), 1 (light work), 2 (healthy); places as GB/T 2260 codes. ``placed`` is true while
    the worker holds an active placement.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One job order with ``headcount`` open places. Units as for :class:`Worker`.

    ``forbidden_work`` is ``""``, ``none``, ``women``, ``minors`` or ``women+minors``; ``fellow_counties`` are
    the counties that already have people on this order.

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


@dataclass(frozen=True, slots=True)
class CellError:
    """One thing wrong with one cell of an input file; rows are numbered as a spreadsheet shows them.

    Row 0 and an empty column mean the whole file, or the whole row.

    >>> str(CellError("workers.csv", 7, "education", "must be 0 to 5"))
    'workers.csv: row 7: education: must be 0 to 5'
    """

    file: str
    row: int
    column: str
    problem: str

    def __str__(self) -> str:
        row = f"row {self.row}" if self.row else ""
        return ": ".join(part for part in (self.file, row, self.column, self.problem) if part)


class InputError(ValueError):
    """The input cannot be used; ``errors`` holds one :class:`CellError` per bad cell.

    >>> raise InputError([CellError("workers.csv", 1, "", "the file is empty")])
    Traceback (most recent call last):
    matching.types.InputError: workers.csv: row 1: the file is empty
    """

    def __init__(self, errors: list[CellError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = errors
