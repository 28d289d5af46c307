"""Who works today with what a register names, counted from spells of work."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from app.cooperation.queries.pairs import lies_in
from app.cooperation.queries.persons import READ, AtWork, Told, at_work, lists_all
from app.cooperation.register import Figure
from models.access import Actor, visible_to
from models.cooperation.entry import RegisterEntry
from models.employment.spell import EmploymentSpell, going_on
from models.i18n import N_

S = EmploymentSpell


def at_work_with(session: Session, entries: Sequence[RegisterEntry], today: date) -> AtWork:
    """Who works on ``today`` with any of ``entries``."""
    return at_work(session, _with_any(entries), today)


def jobs_with(
    session: Session, actor: Actor, entries: Sequence[RegisterEntry], today: date
) -> Iterable[Figure]:
    """The same as ``actor`` may know it."""
    yield from _figures(session, actor, _with_any(entries), today, {})


def jobs_of(session: Session, actor: Actor, entry: RegisterEntry, today: date) -> Iterable[Figure]:
    """The same of one line; with the address of the rows where the reader may see all of them, and they are
    all of this place: the parent firm in Guangdong has people of its own."""
    address: dict[str, Any] = {}
    if entry.organisation_id and actor.can(READ):
        listed = select(func.count(func.distinct(S.worker_id))).where(
            S.employer_id == entry.organisation_id, going_on(today)
        )
        if session.scalar(visible_to(actor, listed, S, READ)) == at_work_with(session, [entry], today).people:
            address = {"employer": str(entry.organisation_id), "on": today.isoformat()}
    yield from _figures(session, actor, _works_with(entry), today, address)


def _figures(
    session: Session, actor: Actor, which: ColumnElement[bool], today: date, address: dict[str, Any]
) -> Iterable[Figure]:
    told = at_work(session, which, today)
    exact = lists_all(session, actor, which, told.people, today)
    rows = address if exact else {}
    yield Figure(N_("现在用工人数"), Told(told.people, exact).value, _list_of(rows))
    counted = Told(told.registered, exact).value
    yield Figure(N_("其中帮扶对象"), counted, _list_of(rows and {**rows, "counted": "1"}))


def _list_of(address: dict[str, Any]) -> str:
    return url_for("spells.index", **address) if address else ""


def _with_any(entries: Sequence[RegisterEntry]) -> ColumnElement[bool]:
    return or_(false(), *(_works_with(entry) for entry in entries))


def _works_with(entry: RegisterEntry) -> ColumnElement[bool]:
    """By the organisation, or, where none is named, by the name as it was told; always at the place."""
    here = lies_in(S.place_code.expression, entry.place_code)
    if entry.organisation_id is not None:
        return and_(here, S.employer_id == entry.organisation_id)
    return and_(here, S.employer_id.is_(None), S.employer_name == entry.title)
