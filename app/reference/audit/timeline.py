"""One person's way through the whole platform, read from the audit (the permission and the county are the
scope).
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, union_all
from sqlalchemy.orm import Session

from app.reference.audit.filters import Filters, narrowed
from models import vault
from models.about_person import accounts_of, subjects_of
from models.access import Actor, Permission, visible_to
from models.audit import AuditEvent
from models.event_tags import EventTag
from models.people.intake import ImportRow
from models.people.name import name_key
from models.people.name_index import NameKey, NameWaiting, begins
from models.people.worker import Worker, holders, records_of
from models.reference.dated_fact import ProgrammeCounty
from models.training.enrolment import Enrolment
from models.training.subsidy import ClaimLine

MOST_PEOPLE = 50
MOST_IN_FILE = 5_000


# --- who ------------------------------------------------------------------------------------------------


def people_named(session: Session, actor: Actor, text: str) -> list[Worker]:
    """The people of the actor's area whose name, or its pinyin or initials, begins so; at most 50."""
    key = name_key(text)
    if not key:
        return []
    areas = [right.area_code or "" for right in actor.rights_for(Permission.AUDIT_PERSON)]
    codes = session.scalars(select(ProgrammeCounty.area_code).distinct())
    counties = [code for code in codes if any(code.startswith(area.rstrip("0")) for area in areas)]
    keyed = select(NameKey.worker_id.label("id")).where(NameKey.county_code.in_(counties))
    waiting = select(Worker.id).where(
        Worker.id.in_(select(NameWaiting.worker_id)), Worker.name.contains(text)
    )
    named = union_all(keyed.where(begins(NameKey.key, key)), waiting).subquery()
    people = select(Worker).where(Worker.id.in_(select(named.c.id)), Worker.merged_into_id.is_(None))
    people = visible_to(actor, people, Worker, Permission.AUDIT_PERSON)
    return list(session.scalars(people.order_by(Worker.name, Worker.id).limit(MOST_PEOPLE)))


def person_with_number(session: Session, actor: Actor, number: str) -> Worker | None:
    """Whose ID number it is, as far as the actor may know."""
    record = session.execute(holders([vault.digest(number)])).first()
    person = select(Worker).where(Worker.id == (record[1] if record else 0))
    return session.scalar(visible_to(actor, person, Worker, Permission.AUDIT_PERSON))


# --- what -----------------------------------------------------------------------------------------------


def events(session: Session, worker: Worker, filters: Filters) -> Select[AuditEvent]:
    """The statement for a person's events, the newest first: what was done about them, and what they did."""
    accounts = list(session.scalars(accounts_of(worker)))
    by_command = (
        AuditEvent.subject == f"area:{worker.county_code}",
        AuditEvent.tag == EventTag.WORKER_EXPORT,
    )
    about = select(AuditEvent.id).where(
        or_(AuditEvent.subject.in_(subjects_of(session, worker)), and_(*by_command))
    )
    own = select(AuditEvent.id).where(AuditEvent.actor_id.in_(accounts))
    everything = union_all(about.where(*_theirs(session, worker)), own).subquery()
    statement = select(AuditEvent).where(AuditEvent.id.in_(select(everything.c.id)))
    return narrowed(session, statement, filters).order_by(AuditEvent.id.desc())


def _theirs(session: Session, worker: Worker) -> Iterator[ColumnElement[bool]]:
    """Of events about a whole that name one of its parts: only those that name the person's."""
    people = records_of(worker.id)
    mine = select(Enrolment.id).where(Enrolment.worker_id.in_(people))
    lines = session.scalars(select(ClaimLine.id).where(ClaimLine.enrolment_id.in_(mine)))
    yield _names(EventTag.CLAIM_LINE_REFUSE, "key", lines)
    yield _names(EventTag.MATCH_ADJUST, "worker", session.scalars(people))
    rows = session.scalars(select(ImportRow.row).where(ImportRow.worker_id.in_(people)))
    yield _names(EventTag.IMPORT_CORRECT, "rows", rows)


def _names(tag: EventTag, key: str, numbers: Any) -> ColumnElement[bool]:
    """Any other event, or one of ``tag`` whose payload says one of ``numbers`` under ``key``."""
    said = [
        AuditEvent.payload.contains(f'"{key}": {number}{end}') for number in numbers for end in (",", "}")
    ]
    return or_(AuditEvent.tag != tag, or_(false(), *said))
