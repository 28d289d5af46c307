"""One agreement: its places, who signed, what was not kept, which classes came of it."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload

from app.kit.web.formatters import label, masked_name
from models.access import Actor, Permission, Role, visible_to
from models.i18n import N_
from models.people.worker import Worker
from models.training.training_class import IN_CLASS, ClassState, Enrolment, TrainingClass
from models.training.training_order import (
    AGREEMENT_WORKFLOW,
    Agreement,
    AgreementState,
    Breach,
    Party,
    PlaceReservation,
    TrainingOrder,
)
from models.workflow import Transition

LEARNER = "learner:"
FORM_CLAUSES = (
    N_("甲方（县人社局）组织符合条件的人报名，审核开班，到场核查和巡查，按规定拨付培训补贴。"),
    N_("乙方（培训学校）按约定的课时、师资和设备教学，如实考勤，组织考核，推荐取证。"),
    N_("丙方（用工企业）把约定的名额留给学员，按录用率录用考核合格的人，并不低于保底工资。"),
    N_("丁方（帮扶市人社局）核对企业岗位，协助到岗和跟踪，督促企业履约。"),
)


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


def latest(session: Session, actor: Actor, order: TrainingOrder) -> Agreement | None:
    """Return the order's last agreement, if the actor may see it."""
    mine = select(Agreement).where(Agreement.order_id == order.id).order_by(Agreement.id.desc()).limit(1)
    return session.scalar(visible_to(actor, mine, Agreement, Permission.TRAINING_READ))


def earlier(session: Session, actor: Actor, order: TrainingOrder) -> list[Agreement]:
    """Return the order's agreements that came to nothing, the latest first."""
    mine = select(Agreement).where(
        Agreement.order_id == order.id, Agreement.state == AgreementState.CANCELLED
    )
    scoped = visible_to(actor, mine, Agreement, Permission.TRAINING_READ)
    return list(session.scalars(scoped.order_by(Agreement.id.desc())))


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
