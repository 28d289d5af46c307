"""Whom the register has at a teller in a month, and whom a row of a sheet means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.employment.rosters.teller import Teller
from models import vault
from models.employment.roster import RosterLine, RosterSource, last_day
from models.employment.spell import EmploymentSpell
from models.people.name import name_key
from models.people.phone import Phone
from models.people.worker import Worker, holders, telephones_of
from models.reference.calendar import months_after
from models.row_security import looking_everywhere

MOST_PEOPLE, WAGES_OF = 5000, 3
Who = tuple[str, str]
Value = TypeVar("Value")
COLUMNS: list[Any] = [
    *(Worker.name, Worker.id_last4, Worker.township, Worker.village, Worker.county_code),
    *(EmploymentSpell.worker_id, EmploymentSpell.id.label("spell_id"), EmploymentSpell.employer_id),
    *(EmploymentSpell.employer_name, EmploymentSpell.place_code, EmploymentSpell.began_on),
    *(EmploymentSpell.ended_on, EmploymentSpell.told_wage_fen),
]
NUMBERS: list[Any] = [Worker.phones, Worker.phone]


@dataclass(frozen=True)
class Known:
    """One person whom the register has there, with the spell that says so and the last month told."""

    worker_id: int
    name: str
    last4: str
    home: str
    county_code: str
    spell_id: int
    employer_id: int | None
    employer_name: str
    place_code: str
    began_on: date
    ended_on: date | None
    told_fen: int | None
    last_wage_fen: int | None = None
    telephones: tuple[Phone, ...] = ()


def known_people(
    session: Session,
    teller: Teller,
    month: date,
    *,
    telephones: bool = False,
    worker_ids: Sequence[int] | None = None,
    start: int = 0,
    size: int = MOST_PEOPLE,
    by_coming: bool = False,
) -> list[Known]:
    """Those at work for a day or more of ``month``, by name; of a county those whom no roster shows yet.
    ``size`` of them from the one at ``start``, none beyond ``MOST_PEOPLE``.

    ``by_coming``: as an index has them, by place and who came last first; tens of thousands are not put in
    order by name for one page.
    """
    spell = EmploymentSpell
    columns = [*COLUMNS, *NUMBERS] if telephones else COLUMNS  # what is sealed is opened for those who ring
    statement: Select[Any] = (
        select(*columns)
        .join(Worker, Worker.id == spell.worker_id)
        .where(
            teller.spells(),
            spell.began_on <= last_day(month),
            or_(spell.ended_on.is_(None), spell.ended_on >= month),
            Worker.merged_into_id.is_(None),
            Worker.erased_at.is_(None),
        )
        .order_by(*(_by_coming(teller) if by_coming else (Worker.name, Worker.id, spell.id)))
        .offset(start)
        .limit(max(0, min(size, MOST_PEOPLE - start)))
    )
    if worker_ids is not None:
        statement = statement.where(spell.worker_id.in_(worker_ids))
    elif teller.source is RosterSource.COUNTY:
        statement = statement.where(spell.worker_id.not_in(_shown(month, teller)))
    rows = session.execute(statement).all()
    wages = _last_wages(session, teller, month, [row.worker_id for row in rows])
    return [_known(row, wages.get(row.worker_id), telephones) for row in rows]


def _by_coming(teller: Teller) -> tuple[Any, ...]:
    place = (
        EmploymentSpell.county_code if teller.source is RosterSource.COUNTY else EmploymentSpell.place_code
    )
    days = EmploymentSpell.began_on, EmploymentSpell.ended_on, EmploymentSpell.id
    return tuple(column.desc() for column in (place, *days))


def _known(row: Any, wage: int | None, telephones: bool) -> Known:
    return Known(
        worker_id=row.worker_id,
        name=row.name,
        last4=row.id_last4,
        home=row.township + row.village,
        county_code=row.county_code,
        spell_id=row.spell_id,
        employer_id=row.employer_id,
        employer_name=row.employer_name,
        place_code=row.place_code,
        began_on=row.began_on,
        ended_on=row.ended_on,
        told_fen=row.told_wage_fen,
        last_wage_fen=wage,
        telephones=tuple(telephones_of(row.phones, row.phone)) if telephones else (),
    )


def _shown(month: date, teller: Teller) -> Select[int]:
    """The people of a county whom a line of the month names, an enterprise's or the county's own."""
    return select(RosterLine.worker_id).where(
        RosterLine.county_code == teller.county_code, RosterLine.month == month
    )


def _last_wages(session: Session, teller: Teller, month: date, ids: list[int]) -> dict[int, int]:
    """What the latest earlier line says was paid, by person."""
    if teller.source is not RosterSource.ENTERPRISE or not ids:
        return {}
    line = RosterLine
    rows = session.execute(
        select(line.worker_id, line.wage_fen)
        .where(
            line.enterprise_id == teller.enterprise_id,
            line.month < month,
            line.month >= months_after(month, -WAGES_OF),
            line.wage_fen.is_not(None),
        )
        .order_by(line.month)
    )
    return {worker: wage for worker, wage in rows if wage is not None}


@dataclass
class Finder:
    """Finds whom a row means: by the sheet's own number, by the identity number, by name and last four."""

    known: list[Known]
    by_digest: dict[str, int] = field(default_factory=dict)
    by_tail: dict[Who, list[int]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.of_person: dict[int, list[Known]] = {}
        for one in self.known:
            self.of_person.setdefault(one.worker_id, []).append(one)
        self._by_name: dict[Who, set[int]] = {}
        for one in self.known:
            self._by_name.setdefault((name_key(one.name), one.last4), set()).add(one.worker_id)

    def here(self, name: str, last4: str) -> set[int]:
        """The people whom the register has there with this name and these last four digits."""
        return self._by_name.get((name_key(name), last4), set())

    def register(self, name: str, number: str) -> int | None:
        """The person of the whole register with this number."""
        return self.by_digest.get(vault.digest(number))

    def elsewhere(self, name: str, last4: str) -> list[int]:
        """The people of the register, wherever, with this name and these last four digits."""
        return self.by_tail.get((name_key(name), last4), [])


def finder(
    session: Session,
    known: list[Known],
    numbers: Iterable[str],
    tails: Iterable[Who],
    counties: Sequence[str],
) -> Finder:
    """Look up all numbers, and all names with last four digits in ``counties``, at once."""
    finds = Finder(known)
    digests = sorted({vault.digest(number) for number in numbers})
    with looking_everywhere(
        session, "a month's sheet: the whole number, or the name and four digits, is the key"
    ):
        _look_up(session, finds, digests, {(name_key(name), last4) for name, last4 in tails}, counties)
    return finds


def _look_up(
    session: Session, finds: Finder, digests: Sequence[str], wanted: set[Who], counties: Sequence[str]
) -> None:
    for part in _parts(digests):
        finds.by_digest |= dict(session.execute(holders(part)).all())
    for part in _parts(sorted({last4 for _name, last4 in wanted})):
        rows = session.execute(
            select(Worker.id, Worker.name, Worker.id_last4).where(
                Worker.county_code.in_(counties),
                Worker.id_last4.in_(part),
                Worker.merged_into_id.is_(None),
                Worker.erased_at.is_(None),
            )
        )
        for number, name, last4 in rows:
            if (who := (name_key(name), last4)) in wanted:
                finds.by_tail.setdefault(who, []).append(number)
    found = sorted({*finds.by_digest.values(), *(one for some in finds.by_tail.values() for one in some)})
    for some in _parts(found):
        finds.names |= dict(session.execute(select(Worker.id, Worker.name).where(Worker.id.in_(some))).all())


def _parts(values: Sequence[Value], size: int = 500) -> Iterable[Sequence[Value]]:
    return (values[start : start + size] for start in range(0, len(values), size))
