"""One person's way through the whole platform, read from the audit (the permission and the county are the
scope).

The audit knows rows; which rows are about a person is told by the tables. What is noted for many at once (a
class's lessons, a claim, an import, a roster taken as a file) is part of it, since the person was among them.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, union_all
from sqlalchemy.orm import Session

from app.reference.audit.filters import Filters, narrowed
from models import vault
from models.access import Actor, Grant, Permission, visible_to
from models.audit import AuditEvent
from models.event_tags import EventTag
from models.hukou.case import HukouCase, HukouDocument, HukouFollowUp
from models.hukou.fact import PersonFact
from models.match_run import MatchAdjustment
from models.people.intake import Duplicate, ImportRow
from models.people.name import name_key
from models.people.name_index import NameKey, NameWaiting, begins
from models.people.worker import Worker, WorkerExport, holders, records_of
from models.placement.placement import FollowUp, Placement
from models.reference.dated_fact import ProgrammeCounty
from models.training.certificate import Certificate
from models.training.enrolment import Enrolment
from models.training.lesson import Attendance
from models.training.recovery import Recovery
from models.training.subsidy import ClaimLine, PublicNotice
from models.user import User

MOST_PEOPLE = 50
MOST_IN_FILE = 5_000


# --- who ------------------------------------------------------------------------------------------------


def people_named(session: Session, actor: Actor, text: str) -> list[Worker]:
    """The people of the actor's area whose name, or its pinyin or initials, begins so; at most 50."""
    key = name_key(text)
    if not key:
        return []
    areas = [right.area_code or "" for right in actor.rights_for(Permission.AUDIT_READ)]
    codes = session.scalars(select(ProgrammeCounty.area_code).distinct())
    counties = [code for code in codes if any(code.startswith(area.rstrip("0")) for area in areas)]
    keyed = select(NameKey.worker_id.label("id")).where(NameKey.county_code.in_(counties))
    waiting = select(Worker.id).where(
        Worker.id.in_(select(NameWaiting.worker_id)), Worker.name.contains(text)
    )
    named = union_all(keyed.where(begins(NameKey.key, key)), waiting).subquery()
    people = select(Worker).where(Worker.id.in_(select(named.c.id)), Worker.merged_into_id.is_(None))
    people = visible_to(actor, people, Worker, Permission.AUDIT_READ)
    return list(session.scalars(people.order_by(Worker.name, Worker.id).limit(MOST_PEOPLE)))


def person_with_number(session: Session, actor: Actor, number: str) -> Worker | None:
    """Whose ID number it is, as far as the actor may know."""
    record = session.execute(holders([vault.digest(number)])).first()
    person = select(Worker).where(Worker.id == (record[1] if record else 0))
    return session.scalar(visible_to(actor, person, Worker, Permission.AUDIT_READ))


# --- what -----------------------------------------------------------------------------------------------


def _subjects(worker: Worker) -> Iterator[tuple[str, Select[Any]]]:
    """(what the audit calls it, the numbers of the rows): everything that is about the person."""
    people = records_of(worker.id)
    placements = select(Placement.id).where(Placement.worker_id.in_(people))
    enrolments = select(Enrolment.id).where(Enrolment.worker_id.in_(people))
    cases = select(HukouCase.id).where(HukouCase.worker_id.in_(people))
    claims = select(ClaimLine.claim_id).where(ClaimLine.enrolment_id.in_(enrolments))
    marks = select(Attendance).where(Attendance.enrolment_id.in_(enrolments))
    yield "worker", people
    yield "user", _accounts(worker)
    yield (
        "duplicate",
        select(Duplicate.id).where(or_(Duplicate.worker_id.in_(people), Duplicate.other_id.in_(people))),
    )
    yield "import_batch", select(ImportRow.batch_id).where(ImportRow.worker_id.in_(people))
    yield "worker_export", _exports(worker)
    yield "match_run", select(MatchAdjustment.run_id).where(MatchAdjustment.worker_id.in_(people))
    yield "placement", placements
    yield (
        "departure",
        select(Placement.departure_id).where(
            Placement.worker_id.in_(people), Placement.departure_id.is_not(None)
        ),
    )
    yield "follow_up", select(FollowUp.id).where(FollowUp.placement_id.in_(placements))
    yield "enrolment", enrolments
    yield "cohort", select(Enrolment.class_id).where(Enrolment.worker_id.in_(people))
    yield "lesson", marks.with_only_columns(Attendance.lesson_id)
    yield "attendance", marks.with_only_columns(Attendance.id)
    yield "certificate", select(Certificate.id).where(Certificate.worker_id.in_(people))
    yield "claim", claims
    yield "public_notice", select(PublicNotice.id).where(PublicNotice.claim_id.in_(claims))
    yield "recovery", select(Recovery.id).join(ClaimLine).where(ClaimLine.enrolment_id.in_(enrolments))
    yield "settlement_case", cases
    yield "settlement_document", select(HukouDocument.id).where(HukouDocument.worker_id.in_(people))
    yield "settlement_follow_up", select(HukouFollowUp.id).where(HukouFollowUp.case_id.in_(cases))
    yield "person_fact", select(PersonFact.id).where(PersonFact.worker_id.in_(people))


def _accounts(worker: Worker) -> Select[int]:
    return select(User.id).where(User.worker_id.in_(records_of(worker.id)))


def _exports(worker: Worker) -> Select[int]:
    """Rosters taken as a file by those who work for the person's county: the person may be in them."""
    code = worker.county_code
    offices = [code, f"{code[:4]}00", f"{code[:2]}0000"]
    takers = select(Grant.user_id).where(Grant.area_code.in_(offices))
    county = WorkerExport.filters["county"].as_string()
    return select(WorkerExport.id).where(
        WorkerExport.user_id.in_(takers),
        WorkerExport.created_at >= worker.created_at,
        or_(county.is_(None), county == code),
    )


def subjects_of(session: Session, worker: Worker) -> list[str]:
    """What the audit calls all that is about the person."""
    return [f"{table}:{number}" for table, rows in _subjects(worker) for number in set(session.scalars(rows))]


def events(session: Session, worker: Worker, filters: Filters) -> Select[AuditEvent]:
    """The statement for a person's events, the newest first: what was done about them, and what they did."""
    accounts = list(session.scalars(_accounts(worker)))
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
