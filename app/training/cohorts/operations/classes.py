"""A class: planned, applied for, checked on the spot, opened, taught; or cancelled."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.cohorts.numbering import give_number
from app.training.cohorts.rules import Plan, figures_of, problems
from models.access import Actor
from models.audit import EventTag, record
from models.i18n import N_
from models.placement.placement import Message
from models.training.lesson import Inspection, InspectionKind
from models.training.training_class import (
    COHORT_WORKFLOW,
    ENROLMENT_WORKFLOW,
    LIVE,
    Cohort,
    CohortState,
    Enrolment,
    EnrolmentState,
    give_back_seat,
)
from models.training.training_order import Agreement, AgreementState
from models.workflow import IllegalTransition, TransitionRefused

EDITABLE = (CohortState.DRAFT, CohortState.RETURNED)
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


def create_cohort(session: Session, actor: Actor, agreement: Agreement, plan: Plan, today: date) -> Cohort:
    """Plan a class of an agreement in force; raises TransitionRefused with the rule that the plan breaks."""
    if agreement.state is not AgreementState.IN_FORCE:
        raise TransitionRefused(NOT_IN_FORCE)
    _refuse(session, agreement, plan, today, None)
    order = agreement.order
    cohort = Cohort(
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
    session.add(cohort)
    session.flush()
    record(session, actor, EventTag.COHORT_CREATE, cohort)
    return cohort


def update_cohort(session: Session, actor: Actor, cohort: Cohort, plan: Plan, today: date) -> None:
    """Change a class that nobody has approved yet. Seats already taken stay taken."""
    if cohort.state not in EDITABLE:
        raise IllegalTransition("update")
    if plan.capacity < cohort.enrolled:
        raise TransitionRefused(N_("班上已经有更多学员，名额不能改得比他们少。"))
    _refuse(session, cohort.agreement, plan, today, cohort)
    changed = [name for name, value in asdict(plan).items() if getattr(cohort, name) != value]
    for name in changed:
        setattr(cohort, name, getattr(plan, name))
    record(session, actor, EventTag.COHORT_UPDATE, cohort, fields=changed)


def _refuse(session: Session, agreement: Agreement, plan: Plan, today: date, own: Cohort | None) -> None:
    if found := problems(session, agreement, plan, today, own):
        raise TransitionRefused(found[0].text)


def advance(
    session: Session, actor: Actor, cohort: Cohort, event: str, today: date, reason: str = ""
) -> None:
    """Carry the class along an event that this room owns. Raises what Workflow.advance raises."""
    session.flush()
    session.refresh(cohort, with_for_update=True)
    COHORT_WORKFLOW.advance(session, cohort, event, actor, reason=reason)
    if event == "apply":
        _freeze(session, actor, cohort, today)
    elif event == "approve":
        cohort.approved_by_id = actor.user_id
    elif event == "open":
        _let_go(session, actor, cohort, NOT_SEATED, CLASS_FULL, N_("已经开班"))
    elif event == "cancel":
        _let_go(session, actor, cohort, LIVE, CLASS_CANCELLED, reason)


def _freeze(session: Session, actor: Actor, cohort: Cohort, today: date) -> None:
    """Give the number, and keep the standards of this day: later changes do not reach an applied class."""
    cohort.standards = figures_of(session, cohort.agreement, today)
    cohort.applied_by_id = actor.user_id
    give_number(session, cohort, cohort.school.name, today)


def _let_go(
    session: Session, actor: Actor, cohort: Cohort, states: tuple[EnrolmentState, ...], word: str, reason: str
) -> None:
    """Free people for other classes, and tell those who had said yes."""
    people = select(Enrolment).where(Enrolment.cohort_id == cohort.id, Enrolment.state.in_(states))
    for enrolment in session.scalars(people.order_by(Enrolment.id)):
        knew, sat = enrolment.state is not EnrolmentState.PROPOSED, enrolment.state is EnrolmentState.ENROLLED
        ENROLMENT_WORKFLOW.advance(session, enrolment, "cancel_class", actor, reason=reason)
        enrolment.active_digest = None
        if sat:
            give_back_seat(session, cohort.id)
        if knew:
            text = word % {"name": cohort.name}
            session.add(Message(worker_id=enrolment.worker_id, channel="platform", text=text))
    session.flush()
    session.refresh(cohort, ["enrolled"])


def check_site(session: Session, actor: Actor, cohort: Cohort, visit: Visit) -> Inspection:
    """Note the visit before the opening; only one that found everything in order lets the class open."""
    if cohort.state is not CohortState.APPROVED:
        raise IllegalTransition("check_site")
    row = Inspection(
        cohort_id=cohort.id,
        kind=InspectionKind.OPENING,
        inspector_id=actor.user_id,
        inspector_name=actor.name,
        **asdict(visit),
    )
    session.add(row)
    cohort.site_checked_on = visit.visited_at.date() if visit.in_order else None
    outcome = "in_order" if visit.in_order else "not_in_order"
    record(session, actor, EventTag.INSPECTION_RECORD, cohort, kind="opening", outcome=outcome)
    return row
