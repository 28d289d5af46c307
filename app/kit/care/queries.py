"""Who has which case in hand, which reminders have come, to whom a case can be given."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.kit.web.navigation import Task
from models.access import Actor, Grant, Permission, Role, visible_to
from models.care import CARED, Care, CareKind, office_of
from models.i18n import N_, Sentence, counted
from models.people.worker import Worker
from models.reference.area import Area
from models.user import User

PAGE, MOST_COLLEAGUES = 50, 200


def care_of(session: Session, actor: Actor, kind: CareKind, subject_id: int) -> Care | None:
    """What the actor's office keeps of one case that the actor may see, notes and all."""
    own = Care.office == office_of(actor), Care.kind == kind, Care.subject_id == subject_id
    statement = select(Care).where(*own)
    return session.scalar(statement.options(selectinload(Care.notes), joinedload(Care.assigned_to)))


def colleagues(session: Session, actor: Actor, today: date) -> Sequence[User]:
    """The accounts of the actor's own office or organisation; for a county those of its townships too."""
    areas, organisations = actor.areas(), actor.organisations()
    below = select(Area.code).where(Area.parent_code.in_(actor.areas(Role.COUNTY)))
    own = or_(
        Grant.area_code.in_(areas), Grant.area_code.in_(below), Grant.organisation_id.in_(organisations)
    )
    in_force = and_(
        Grant.valid_from <= today,
        or_(Grant.valid_to.is_(None), Grant.valid_to >= today),
        Grant.revoked_at.is_(None),
    )
    staff = Grant.role != Role.WORKER
    people = select(User).where(
        User.id.in_(select(Grant.user_id).where(own, in_force, staff)), User.is_active
    )
    return session.scalars(people.order_by(User.name, User.id).limit(MOST_COLLEAGUES)).all()


def _is_mine(actor: Actor) -> ColumnElement[bool]:
    reminded = and_(Care.assigned_to_id.is_(None), Care.remind_for_id == actor.user_id)
    return or_(Care.assigned_to_id == actor.user_id, reminded)


def _within_scope(actor: Actor, kind: CareKind) -> Select[int]:
    cared = CARED[kind]
    return visible_to(actor, select(cared.model.id), cared.model, cared.permission)


def _mine(actor: Actor, kind: CareKind, *where: ColumnElement[bool]) -> Select[Care]:
    own = Care.kind == kind, Care.office == office_of(actor), _is_mine(actor)
    return select(Care).where(*own, *where, Care.subject_id.in_(_within_scope(actor, kind)))


def cases_in_hand(
    session: Session, actor: Actor, kind: CareKind, today: date, is_due: bool = False
) -> Sequence[Care]:
    """The actor's cases of one kind, reminders by their day first; ``is_due``: only whose day has come."""
    where = [Care.remind_on <= today] if is_due else []
    statement = _mine(actor, kind, *where).options(selectinload(Care.notes))
    order = Care.remind_on.is_(None), Care.remind_on, Care.id.desc()
    return session.scalars(statement.order_by(*order).limit(PAGE)).all()


def subjects(session: Session, kind: CareKind, cares: Sequence[Care]) -> Mapping[int, Any]:
    """The rows that these cases are about, by number."""
    model = CARED[kind].model
    rows = session.scalars(select(model).where(model.id.in_([one.subject_id for one in cares])))
    return {row.id: row for row in rows}


def people_of(session: Session, actor: Actor, rows: Iterable[Any]) -> Mapping[int, str]:
    """The names of the people whom these rows concern, by the person's number: only of those whom the actor
    may look up in the register."""
    numbers = {row.worker_id for row in rows if getattr(row, "worker_id", None)}
    people = visible_to(actor, select(Worker).where(Worker.id.in_(numbers)), Worker, Permission.WORKER_READ)
    return {one.id: one.name for one in session.scalars(people)} if numbers else {}


def names_of(session: Session, actor: Actor, kind: CareKind, rows: Sequence[Any]) -> Mapping[int, str]:
    """What cases are called among others; of people only names that the actor may know, else the number."""
    people = people_of(session, actor, rows) if kind in (CareKind.PLACEMENT, CareKind.HUKOU) else {}
    return {row.id: _name(kind, row, people) for row in rows}


def _name(kind: CareKind, row: Any, people: Mapping[int, str]) -> str:
    if kind in (CareKind.WORKER, CareKind.CLASS):
        return str(row.name)
    if kind is CareKind.ORDER:
        return str(row.title)
    title = row.order.title if kind is CareKind.PLACEMENT else ""
    return " · ".join(part for part in (people.get(row.worker_id, "") or f"#{row.id}", title) if part)


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """The reminders whose day has come, as one line."""
    if actor.user_id is None:
        return []
    waiting = list(_waiting(session, actor, today))
    count = sum(number for number, _day in waiting)
    first = min((day for _number, day in waiting if day), default=None)
    return [
        Task(
            count,
            counted(count, "件事到了自己定的提醒日子"),
            Sentence("自己或同事写下的，到那天再看"),
            url_for("lists.in_hand", due=1),
            N_("去看"),
            "lists.in_hand",
            first,
        )
    ]


def _waiting(session: Session, actor: Actor, today: date) -> Iterator[tuple[int, date | None]]:
    is_due = Care.office == office_of(actor), _is_mine(actor), Care.remind_on <= today
    for kind in session.scalars(select(Care.kind).where(*is_due).distinct()).all():
        if actor.can(CARED[kind].permission):
            rows = _mine(actor, kind, Care.remind_on <= today).subquery()
            count, first = session.execute(select(func.count(), func.min(rows.c.remind_on))).one()
            yield count, first
