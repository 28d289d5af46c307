"""Who works today with what a register names, counted from spells of work."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from app.cooperation.queries.pairs import lies_in
from app.cooperation.register import Figure
from models.access import Actor, Permission, visible_to
from models.cooperation.entry import RegisterEntry
from models.employment.spell import EmploymentSpell, going_on
from models.i18n import N_
from models.people.category import people_who_count
from models.reference.target_category import CategoryUse

S = EmploymentSpell


@dataclass(frozen=True)
class AtWork:
    """Persons, each once. ``registered``: of whom the register is for on that day (建档立卡, then 脱贫)."""

    people: int
    registered: int


def at_work_with(session: Session, entries: Sequence[RegisterEntry], today: date) -> AtWork:
    """Who works on ``today`` with any of ``entries``."""
    return _counted(session, or_(false(), *(_works_with(entry) for entry in entries)), today)


def jobs_of(session: Session, actor: Actor, entry: RegisterEntry, today: date) -> Iterable[Figure]:
    """The same of one line; with the address of the rows where the reader may see all of them, and they are
    all of this place: the parent firm in Guangdong has people of its own."""
    told = _counted(session, _works_with(entry), today)
    address: dict[str, Any] = {}
    if entry.organisation_id and actor.can(Permission.PLACEMENT_READ):
        listed = select(func.count()).where(S.employer_id == entry.organisation_id, going_on(today))
        if session.scalar(visible_to(actor, listed, S, Permission.PLACEMENT_READ)) == told.people:
            address = {"employer": str(entry.organisation_id), "on": today.isoformat()}
    yield Figure(N_("现在用工人数"), told.people, _list_of(address), persons=True)
    yield Figure(
        N_("其中帮扶对象"), told.registered, _list_of(address and {**address, "counted": "1"}), persons=True
    )


def _list_of(address: dict[str, Any]) -> str:
    return url_for("spells.index", **address) if address else ""


def _works_with(entry: RegisterEntry) -> ColumnElement[bool]:
    """By the organisation, or, where none is named, by the name as it was told; always at the place."""
    here = lies_in(S.place_code.expression, entry.place_code)
    if entry.organisation_id is not None:
        return and_(here, S.employer_id == entry.organisation_id)
    return and_(here, S.employer_id.is_(None), S.employer_name == entry.title)


def _counted(session: Session, which: ColumnElement[bool], today: date) -> AtWork:
    registered = S.worker_id.in_(people_who_count(CategoryUse.SUPPORT, today))
    persons = func.count(func.distinct(S.worker_id))
    people, counted = session.execute(
        select(persons, persons.filter(registered)).where(which, going_on(today))
    ).one()
    return AtWork(people, counted)
