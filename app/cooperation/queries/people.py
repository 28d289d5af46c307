"""Who of the register is of a line: counted for everybody, by name for those whose people they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from models.access import Actor, Permission, visible_to
from models.cooperation.entry import RegisterEntry
from models.cooperation.entry_person import EntryPerson

P = EntryPerson
MOST_SHOWN = 200


@dataclass(frozen=True)
class Number:
    """Persons of a line on a day: of it now, and ever."""

    now: int
    ever: int


def people_of(session: Session, entry: RegisterEntry, today: date) -> Number:
    """Each person once; of a line that is not kept yet nobody."""
    if entry.id is None:
        return Number(0, 0)
    is_over = entry.due_on is not None and entry.due_on < today
    there = false() if is_over else or_(P.left_on.is_(None), P.left_on > today)
    persons = func.count(func.distinct(P.worker_id))
    counted = select(persons.filter(there), persons).where(P.entry_id == entry.id)
    now, ever = session.execute(counted).one()
    return Number(now, ever)


def people_shown(session: Session, actor: Actor, entry: RegisterEntry) -> Sequence[EntryPerson]:
    """Those of a line whose persons the reader may see, who is of it first."""
    rows = (
        select(P)
        .where(P.entry_id == entry.id)
        .options(joinedload(P.worker))
        .order_by(P.left_on.is_not(None), P.id)
        .limit(MOST_SHOWN)
    )
    return session.scalars(visible_to(actor, rows, P, Permission.WORKER_READ)).all()


def lists_all(session: Session, actor: Actor, entry: RegisterEntry) -> bool:
    """Whether the reader may open a list with everybody who is or was of the line."""
    if not actor.can(Permission.WORKER_READ):
        return False
    rows = select(func.count()).where(P.entry_id == entry.id)
    return session.scalar(visible_to(actor, rows, P, Permission.WORKER_READ)) == session.scalar(rows)
