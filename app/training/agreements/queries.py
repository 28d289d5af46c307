"""One agreement: its places, who signed, what was not kept, which classes came of it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.kit.web.formatters import label, masked_name, translated
from app.kit.web.history import Entry
from app.kit.web.navigation import Task, counted
from models.access import Actor, Permission, Right, Role, visible_to
from models.audit import AuditEvent, EventTag, subject_name
from models.i18n import N_
from models.people.worker import Worker
from models.training.training_class import IN_CLASS, ClassState, Enrolment, TrainingClass
from models.training.training_order import (
    AGREEMENT_WORKFLOW,
    PARTY_LABELS,
    Agreement,
    AgreementState,
    Breach,
    Party,
    PlaceReservation,
    Signature,
    TrainingOrder,
    TrainingOrderState,
)
from models.workflow import Transition

P = Permission
ORDERS = "training_orders.index"
LEARNER = "learner:"
FORM_CLAUSES = (
    N_("甲方（县人社局）组织符合条件的人报名，审核开班，到场核查和巡查，按规定拨付培训补贴。"),
    N_("乙方（培训学校）按约定的课时、师资和设备教学，如实考勤，组织考核，推荐取证。"),
    N_("丙方（用工企业）把约定的名额留给学员，按录用率录用考核合格的人，并不低于保底工资。"),
    N_("丁方（帮扶市人社局）核对企业岗位，协助到岗和跟踪，督促企业履约。"),
)
ROLE_OF = {
    Party.COUNTY: Role.COUNTY,
    Party.SCHOOL: Role.SCHOOL,
    Party.ENTERPRISE: Role.ENTERPRISE,
    Party.CITY: Role.CITY,
}


@dataclass(frozen=True)
class Places:
    """Places of the job order kept for the agreement: ``left`` are kept and not yet used."""

    kept: int
    used: int
    left: int
    released: int
    reason: str


@dataclass(frozen=True)
class Told:
    """One breach as the reader may see it; ``who`` is a party's word or a learner's name."""

    row: Breach
    who: str


def days_of(agreement: Agreement) -> tuple[date, date]:
    """Return the day the class begins and the day everybody should be ready, as agreed."""
    terms = agreement.terms
    return date.fromisoformat(terms["starts_on"]), date.fromisoformat(terms["ready_by"])


def places_of(session: Session, agreement: Agreement) -> Places | None:
    """Return what became of the places kept for the agreement; None before it takes force."""
    row = session.scalar(select(PlaceReservation).where(PlaceReservation.agreement_id == agreement.id))
    if row is None:
        return None
    unused = row.places - row.used
    left, released = (unused, 0) if row.released_at is None else (0, unused)
    return Places(row.places, row.used, left, released, row.release_reason)


def came_to_nothing() -> ColumnElement[bool]:
    """Agreements that had classes, every one of which was cancelled."""
    mine = TrainingClass.agreement_id == Agreement.id
    return exists().where(mine) & ~exists().where(mine, TrainingClass.state != ClassState.CANCELLED)


def idle_places(session: Session, agreement: Agreement) -> int:
    """Return how many places an agreement keeps although all its classes were cancelled."""
    idle = session.scalar(select(Agreement.id).where(Agreement.id == agreement.id, came_to_nothing()))
    kept = places_of(session, agreement) if idle else None
    return kept.left if kept else 0


def kept_for(session: Session, order_id: int) -> list[PlaceReservation]:
    """Return the standing reservations of a job order, with their agreements."""
    standing = select(PlaceReservation).where(
        PlaceReservation.job_order_id == order_id, PlaceReservation.released_at.is_(None)
    )
    return list(session.scalars(standing.options(joinedload(PlaceReservation.agreement))))


def transitions(session: Session, actor: Actor, agreement: Agreement, sides: list[Party]) -> list[Transition]:
    """Return the events that the actor may trigger: only a party gives up an unsigned agreement."""
    found = AGREEMENT_WORKFLOW.available(agreement, actor)
    return [one for one in found if one.event != "cancel" or sides]


def breaches(session: Session, actor: Actor, agreement: Agreement) -> list[Told]:
    """Return the breaches; a learner's full name only to those who have him in the register or in class."""
    statement = (
        select(Breach, Worker.name)
        .outerjoin(Enrolment, Enrolment.id == Breach.enrolment_id)
        .outerjoin(Worker, Worker.id == Enrolment.worker_id)
        .where(Breach.agreement_id == agreement.id)
        .order_by(Breach.id)
    )
    return [
        Told(row, label(row.party) if row.party else _learner(actor, name))
        for row, name in session.execute(statement)
    ]


def _learner(actor: Actor, name: str | None) -> str:
    known = actor.has_role(Role.COUNTY, Role.SCHOOL)
    return _("学员 %(name)s", name=(name or "") if known else masked_name(name or ""))


def who_can_fail(session: Session, agreement: Agreement) -> list[tuple[str, str]]:
    """Return who can break the agreement as (value, word): the parties, then every learner of its classes."""
    parties = [
        (one.party.value, label(one.party)) for one in agreement.signatures if one.party != Party.COUNTY
    ]
    rows = session.execute(
        select(Enrolment.id, Worker.name, Worker.id_last4)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .where(TrainingClass.agreement_id == agreement.id, Enrolment.state.in_(IN_CLASS))
        .order_by(Enrolment.seat, Enrolment.id)
    )
    learners = [
        (f"{LEARNER}{number}", _("学员 %(name)s（尾号 %(end)s）", name=name, end=end))
        for number, name, end in rows
    ]
    return parties + learners


def learner_of(session: Session, agreement: Agreement, enrolment_id: int) -> Enrolment | None:
    """Return a learner of one of the agreement's classes."""
    return session.scalar(
        select(Enrolment)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .where(TrainingClass.agreement_id == agreement.id, Enrolment.id == enrolment_id)
    )


def classes_of(session: Session, actor: Actor, agreement: Agreement) -> list[TrainingClass]:
    """Return the agreement's classes that the actor may see."""
    mine = select(TrainingClass).where(TrainingClass.agreement_id == agreement.id).order_by(TrainingClass.id)
    return list(session.scalars(visible_to(actor, mine, TrainingClass, Permission.TRAINING_READ)))


def sides_of(session: Session, actor: Actor, agreement: Agreement) -> list[Party]:
    """Return the parties of this agreement for which ``actor`` may sign: its own county, school, firm or
    city."""
    rights = actor.rights_for(Permission.TRAINING_SIGN)
    return [
        signature.party
        for signature in agreement.signatures
        if any(
            _covers(session, right, agreement) for right in rights if right.role is ROLE_OF[signature.party]
        )
    ]


def _covers(session: Session, right: Right, agreement: Agreement) -> bool:
    inside = Agreement.__scope__[right.role](Agreement, right)
    return session.scalar(select(Agreement.id).where(Agreement.id == agreement.id, inside)) is not None


# --- what happened ---


def history(session: Session, agreement: Agreement) -> list[Entry]:
    """What happened to an agreement, the latest first, from the audit."""
    statement = select(AuditEvent).where(
        AuditEvent.subject == subject_name(agreement), AuditEvent.tag.in_(_TOLD)
    )
    return [
        Entry(row.at, row.actor_name, _what(row), translated(row.details.get("reason", "") or ""))
        for row in session.scalars(statement.order_by(AuditEvent.id.desc()).limit(100))
    ]


_TOLD = [tag.value for tag in EventTag if tag.startswith(("agreement:", "breach:", "places:"))]


def _what(row: AuditEvent) -> str:
    details = row.details
    if (event := details.get("event", "")) in AGREEMENT_WORKFLOW.by_event:
        return translated(AGREEMENT_WORKFLOW.by_event[event].label)
    if row.tag == EventTag.AGREEMENT_SIGN:
        return _("%(party)s签字", party=translated(PARTY_LABELS[Party(details["party"])]))
    if row.tag == EventTag.PLACES_RESERVE:
        return _("预留 %(n)s 个名额", n=details["counts"])
    if row.tag == EventTag.PLACES_RELEASE:
        return _("放开 %(n)s 个名额", n=details["counts"])
    if row.tag == EventTag.AGREEMENT_CREATE:
        return _("选定学校，拟好协议")
    return _("说明违约原因") if event == "answer" else _("登记违约")


# --- what waits today ---


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor`` around agreements; a count of zero means nothing does."""
    tasks: list[Task] = []
    if actor.can(P.TRAINING_SIGN):
        tasks += [_to_sign(session, actor, party) for party, role in ROLE_OF.items() if actor.has_role(role)]
    if actor.has_role(Role.SCHOOL, Role.ENTERPRISE):
        tasks.append(_to_answer(session, actor))
    if actor.can(P.CLASS_APPROVE):
        tasks.append(_to_release(session, actor, today))
    return tasks


def _agreements(actor: Actor, permission: Permission, *where: ColumnElement[bool]) -> Select[Any]:
    return visible_to(actor, select(Agreement).where(*where), Agreement, permission)


def _count_and_first(session: Session, found: Select[Any]) -> tuple[int, Any]:
    """Return how many rows, and the oldest of them."""
    count = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return count, session.scalars(found.order_by("id").limit(1)).first() if count else None


def _agreement_url(count: int, first: Agreement | None, view: str) -> str:
    if count == 1 and first is not None:
        return url_for("agreements.show", agreement_id=first.id)
    return url_for(ORDERS, view=view)


def _to_sign(session: Session, actor: Actor, party: Party) -> Task:
    empty = exists().where(
        Signature.agreement_id == Agreement.id, Signature.party == party, Signature.signed_at.is_(None)
    )
    waiting = _agreements(actor, P.TRAINING_SIGN, Agreement.state == AgreementState.SIGNING, empty)
    count, first = _count_and_first(session, waiting)
    reason = _("例如 %(number)s，签齐才预留名额、才能开班", number=first.number) if first else ""
    url = _agreement_url(count, first, TrainingOrderState.CHOSEN.value)
    return Task(count, counted(count, "份培训协议等你这一方签字"), reason, url, _("去签字"), ORDERS)


def _to_answer(session: Session, actor: Actor) -> Task:
    sides = [party for party, role in ROLE_OF.items() if actor.has_role(role)]
    silent = exists().where(
        Breach.agreement_id == Agreement.id, Breach.party.in_(sides), Breach.answered_at.is_(None)
    )
    count, first = _count_and_first(session, _agreements(actor, P.TRAINING_SIGN, silent))
    url = _agreement_url(count, first, TrainingOrderState.AGREED.value)
    return Task(
        count,
        counted(count, "份协议登记了你这一方违约，等你说明"),
        _("你的说明和登记的理由放在一起"),
        url,
        _("去说明"),
        ORDERS,
    )


def _to_release(session: Session, actor: Actor, today: date) -> Task:
    kept = exists().where(
        PlaceReservation.agreement_id == Agreement.id,
        PlaceReservation.released_at.is_(None),
        PlaceReservation.used < PlaceReservation.places,
    )
    due = Agreement.order_id.in_(select(TrainingOrder.id).where(TrainingOrder.ready_by < today))
    state = or_(Agreement.state == AgreementState.IN_FORCE, Agreement.state == AgreementState.BROKEN)
    idle = or_(due, came_to_nothing())
    count, first = _count_and_first(session, _agreements(actor, P.CLASS_APPROVE, state, kept, idle))
    url = _agreement_url(count, first, TrainingOrderState.AGREED.value)
    reason = _("班取消了，或过了完成日期；用不上就放开给大家")
    return Task(count, counted(count, "份协议还留着没人用的名额"), reason, url, _("去看看"), ORDERS)
