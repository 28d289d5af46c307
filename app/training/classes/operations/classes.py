"""A class: planned, applied for, checked on the spot, opened, taught; or cancelled."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.classes.numbering import give_number
from app.training.classes.rules import Plan, figures_of, problems
from models.access import Actor
from models.audit import EventTag, record
from models.i18n import N_
from models.placement.placement import Message
from models.training.lesson import Inspection, InspectionKind
from models.training.training_class import (
    CLASS_WORKFLOW,
    ENROLMENT_WORKFLOW,
    LIVE,
    ClassState,
    Enrolment,
    EnrolmentState,
    TrainingClass,
    give_back_seat,
)
from models.training.training_order import Agreement, AgreementState
from models.workflow import IllegalTransition, TransitionRefused

EDITABLE = (ClassState.DRAFT, ClassState.RETURNED)
NOT_IN_FORCE = N_("协议还没有生效，或已经结束，不能开班。")
NOT_SEATED = (EnrolmentState.PROPOSED, EnrolmentState.ENDORSED, EnrolmentState.WAITING)
CLASS_FULL = N_("你报名的%(name)s已经开班，这次没有轮到你。县就业局会帮你看别的班。")
CLASS_CANCELLED = N_("你报名的%(name)s不办了。县就业局会帮你看别的班。")


@dataclass(frozen=True)
class Visit:
    """What a site check before the opening found: how many were counted, whether all is in order."""

    visited_at: datetime
    counted: int
    in_order: bool
    finding: str = ""


def create_class(
    session: Session, actor: Actor, agreement: Agreement, plan: Plan, today: date
) -> TrainingClass:
    """Plan a class of an agreement in force; raises TransitionRefused with the rule that the plan breaks."""
    if agreement.state is not AgreementState.IN_FORCE:
        raise TransitionRefused(NOT_IN_FORCE)
    _refuse(session, agreement, plan, today, None)
    order = agreement.order
    training_class = TrainingClass(
        agreement_id=agreement.id,
        school_id=agreement.school_id,
        enterprise_id=agreement.enterprise_id,
        county_code=agreement.county_code,
        city_code=agreement.city_code,
        occupation_code=order.occupation_code,
        occupation_name=order.occupation_name,
        skill=order.skill,
        level=order.level,
        periods=int(agreement.terms["periods"]),
        created_by_id=actor.user_id,
        **asdict(plan),
    )
    session.add(training_class)
    session.flush()
    record(session, actor, EventTag.CLASS_CREATE, training_class)
    return training_class


def update_class(
    session: Session, actor: Actor, training_class: TrainingClass, plan: Plan, today: date
) -> None:
    """Change a class that nobody has approved yet. Seats already taken stay taken."""
    if training_class.state not in EDITABLE:
        raise IllegalTransition("update")
    if plan.capacity < training_class.enrolled:
        raise TransitionRefused(N_("班上已经有更多学员，名额不能改得比他们少。"))
    _refuse(session, training_class.agreement, plan, today, training_class)
    changed = [name for name, value in asdict(plan).items() if getattr(training_class, name) != value]
    for name in changed:
        setattr(training_class, name, getattr(plan, name))
    record(session, actor, EventTag.CLASS_UPDATE, training_class, fields=changed)


def _refuse(
    session: Session, agreement: Agreement, plan: Plan, today: date, own: TrainingClass | None
) -> None:
    if found := problems(session, agreement, plan, today, own):
        raise TransitionRefused(found[0].text)


def advance(
    session: Session, actor: Actor, training_class: TrainingClass, event: str, today: date, reason: str = ""
) -> None:
    """Carry the class along an event that this room owns. Raises what Workflow.advance raises."""
    session.flush()
    session.refresh(training_class, with_for_update=True)
    CLASS_WORKFLOW.advance(session, training_class, event, actor, reason=reason)
    if event == "apply":
        _freeze(session, actor, training_class, today)
    elif event == "approve":
        training_class.approved_by_id = actor.user_id
    elif event == "open":
        _let_go(session, actor, training_class, NOT_SEATED, CLASS_FULL, N_("已经开班"))
    elif event == "cancel":
        _let_go(session, actor, training_class, LIVE, CLASS_CANCELLED, reason)


def _freeze(session: Session, actor: Actor, training_class: TrainingClass, today: date) -> None:
    """Give the number, and keep the standards of this day: later changes do not reach an applied class."""
    training_class.standards = figures_of(session, training_class.agreement, today)
    training_class.applied_by_id = actor.user_id
    give_number(session, training_class, training_class.school.name, today)


def _let_go(
    session: Session,
    actor: Actor,
    training_class: TrainingClass,
    states: tuple[EnrolmentState, ...],
    word: str,
    reason: str,
) -> None:
    """Free people for other classes, and tell those who had said yes."""
    people = select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.state.in_(states))
    for enrolment in session.scalars(people.order_by(Enrolment.id)):
        knew, sat = enrolment.state is not EnrolmentState.PROPOSED, enrolment.state is EnrolmentState.ENROLLED
        ENROLMENT_WORKFLOW.advance(session, enrolment, "cancel_class", actor, reason=reason)
        enrolment.active_digest = None
        if sat:
            give_back_seat(session, training_class.id)
        if knew:
            text = word % {"name": training_class.name}
            session.add(Message(worker_id=enrolment.worker_id, channel="platform", text=text))
    session.flush()
    session.refresh(training_class, ["enrolled"])


def check_site(session: Session, actor: Actor, training_class: TrainingClass, visit: Visit) -> Inspection:
    """Note the visit before the opening; only one that found everything in order lets the class open."""
    if training_class.state is not ClassState.APPROVED:
        raise IllegalTransition("check_site")
    row = Inspection(
        class_id=training_class.id,
        kind=InspectionKind.OPENING,
        inspector_id=actor.user_id,
        inspector_name=actor.name,
        **asdict(visit),
    )
    session.add(row)
    training_class.site_checked_on = visit.visited_at.date() if visit.in_order else None
    outcome = "in_order" if visit.in_order else "not_in_order"
    record(session, actor, EventTag.INSPECTION_RECORD, training_class, kind="opening", outcome=outcome)
    return row
