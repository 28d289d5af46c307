"""Who helps whom as of a day, and what one pair has come to: counted from rows, never typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from app.cooperation.queries.entries import Search, lines
from app.cooperation.queries.persons import Told, at_work, lists_all
from app.cooperation.register import registers
from models.access import Actor, Role
from models.cooperation.entry import OPEN_STATES, EntryState, RegisterEntry
from models.employment.spell import EmploymentSpell
from models.reference.area import Area
from models.reference.dated_fact import Pairing, holds_on

MOST = 2000


def as_of(session: Session, day: date) -> Sequence[Pairing]:
    """The pairings that hold on ``day``, the higher levels first."""
    return session.scalars(
        select(Pairing)
        .where(holds_on(Pairing, day))
        .order_by(Pairing.recipient_code, Pairing.helper_code, Pairing.id)
        .limit(MOST)
    ).all()


def changes(session: Session) -> Sequence[date]:
    """The days on which pairings began, the latest first."""
    return session.scalars(
        select(Pairing.valid_from).distinct().order_by(Pairing.valid_from.desc()).limit(20)
    ).all()


def is_open_to(session: Session, actor: Actor, city: str, place: str) -> bool:
    """Whether the platform keeps both ends, and the reader is of one of them or looks at all."""
    if session.get(Area, city) is None or session.get(Area, place) is None:
        return False
    if actor.has_role(Role.PROVINCE):
        return True
    own = {
        code for role in (Role.CITY, Role.PREFECTURE, Role.COUNTY, Role.AUDITOR) for code in actor.areas(role)
    }
    if own & {city, place, f"{place[:2]}0000", f"{city[:2]}0000"}:
        return True
    area = session.get(Area, place)
    inside = select(Area.code).where(Area.prefecture_code == place, Area.code.in_(own)).limit(1)
    return (area is not None and area.prefecture_code in own) or session.scalar(inside) is not None


@dataclass(frozen=True)
class Pair:
    """One pair on one day: what was counted, and the lines a leader looks at before a visit."""

    at_work: Told
    planned_at_work: int | None
    counts: dict[str, int]
    planned_fen: int
    amount_fen: int
    overdue: int
    waiting: Sequence[RegisterEntry]
    teams: Sequence[RegisterEntry]
    last_meeting: RegisterEntry | None
    next_meeting: RegisterEntry | None


def pair(session: Session, actor: Actor, city: str, place: str, today: date) -> Pair:
    """What a pair has come to by ``today``."""
    both = Search(city=city, place=place)

    def of(key: str) -> Select[RegisterEntry]:
        return lines(actor, key, both, today)

    overdue = (RegisterEntry.state.in_(OPEN_STATES), RegisterEntry.due_on < today)
    known = [lines(actor, key, both, today).where(*overdue) for key in registers()]
    late = [row for rows in known for row in session.scalars(rows.order_by(RegisterEntry.due_on).limit(8))]
    late.sort(key=lambda row: (row.due_on or date.max, row.id))
    money = of("projects").with_only_columns(
        func.coalesce(func.sum(RegisterEntry.planned_fen), 0),
        func.coalesce(func.sum(RegisterEntry.amount_fen), 0),
    )
    planned_fen, amount_fen = session.execute(money.order_by(None)).one()
    held = of("meetings").where(RegisterEntry.state != EntryState.CANCELLED)
    return Pair(
        at_work=people_at_work(session, actor, city, place, today),
        planned_at_work=_planned(session, of("plans"), today),
        counts={key: _count(session, of(key)) for key in registers()},
        planned_fen=int(planned_fen or 0),
        amount_fen=int(amount_fen or 0),
        overdue=sum(_count(session, rows) for rows in known),
        waiting=late[:8],
        teams=session.scalars(
            of("teams").where(RegisterEntry.state.in_(OPEN_STATES)).order_by(RegisterEntry.id).limit(5)
        ).all(),
        last_meeting=session.scalars(
            held.where(RegisterEntry.held_on <= today).order_by(RegisterEntry.held_on.desc()).limit(1)
        ).first(),
        next_meeting=session.scalars(
            held.where(RegisterEntry.held_on > today).order_by(RegisterEntry.held_on).limit(1)
        ).first(),
    )


def people_at_work(session: Session, actor: Actor, city: str, place: str, today: date) -> Told:
    """Persons of the place with a spell of work in the city on ``today``, each counted once; who may not
    open the list of them are told tens."""
    which = and_(
        lies_in(EmploymentSpell.county_code.expression, place),
        EmploymentSpell.place_code.like(f"{city[:2] if city.endswith('0000') else city[:4]}%"),
    )
    people = at_work(session, which, today).people
    return Told(people, lists_all(session, actor, which, people, today))


def lies_in(column: ColumnElement[str], place: str) -> ColumnElement[bool]:
    """That the area of ``column`` is a county (or a town of it), in a prefecture, or in a province."""
    if place.endswith("0000"):
        return column.like(f"{place[:2]}%")
    if place.endswith("00"):
        return or_(column == place, column.in_(select(Area.code).where(Area.prefecture_code == place)))
    return column.like(f"{place}%")


def _planned(session: Session, plans: Select[RegisterEntry], today: date) -> int | None:
    current = plans.where(
        RegisterEntry.kind == "people_at_work",
        RegisterEntry.state != EntryState.CANCELLED,
        RegisterEntry.held_on <= today,
        RegisterEntry.due_on >= today,
    )
    total: int | None = session.scalar(current.with_only_columns(func.sum(RegisterEntry.target)))
    return None if total is None else int(total)


def _count(session: Session, rows: Select[RegisterEntry]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0
