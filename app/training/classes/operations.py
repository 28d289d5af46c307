"""Classes planned, applied for, checked on the spot, opened, cancelled; people proposed, seated, released.

The caller commits.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.training.classes.eligibility import Finding, bars, findings
from app.training.classes.rules import Plan, figures_of, problems
from app.workers.operations import initials
from models.access import Actor
from models.audit import record
from models.clock import utc_now
from models.event_tags import EventTag
from models.i18n import N_
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.placement.placement import Message
from models.training.agreement import Agreement, AgreementState
from models.training.enrolment import ENROLMENT_WORKFLOW, LIVE, Enrolment, EnrolmentState, trained_key
from models.training.lesson import Inspection, InspectionKind
from models.training.training_class import (
    BEFORE_OPENING,
    CLASS_WORKFLOW,
    ClassState,
    TrainingClass,
    give_back_seat,
    take_seat,
)
from models.workflow import IllegalTransition, TransitionRefused

EDITABLE = (ClassState.DRAFT, ClassState.RETURNED)
NOT_IN_FORCE = N_("协议还没有生效，或已经结束，不能开班。")
NOT_SEATED = (EnrolmentState.PROPOSED, EnrolmentState.ENDORSED, EnrolmentState.WAITING)
CLASS_FULL = N_("你报名的%(name)s已经开班，这次没有轮到你。县就业局会帮你看别的班。")
CLASS_CANCELLED = N_("你报名的%(name)s不办了。县就业局会帮你看别的班。")
S = EnrolmentState
TOO_LATE = N_("这个班已经开班，不能再招人。")
SEAT_GIVEN = N_("你进了%(name)s，%(day)s开班，地点：%(place)s。")
IN_ANOTHER_CLASS = N_("这个人现在在另一个班，不能同时进两个班。")
LETTERS, LAST, TRIES = 4, 999, 20
AREA_WORDS = re.compile(r"[省市州县区镇乡]")
NONE_LEFT = N_("这个月的班级编号已经用完，请联系管理员。")


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
        periods=agreement.terms.periods,
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


# --- the number of a class ---


def prefix_of(school: str, day: date) -> str:
    """Return what the numbers of a month begin with: 昭觉县职业技能培训学校 in May 2019 is ZJZY201905.

    Words such as 县 are left out, as schools do; schools with the same letters share one row of serials.
    """
    letters = initials(AREA_WORDS.sub("", school)).upper()[:LETTERS]
    return f"{letters or 'PX'}{day:%Y%m}"


def give_number(session: Session, training_class: TrainingClass, school: str, day: date) -> None:
    """Give the class the next free number; a class that has one keeps it.

    The unique index decides between two schools that take one number at once; the loser takes the next.
    """
    prefix = prefix_of(school, day)
    for _attempt in range(TRIES):
        if training_class.number:
            return
        serial = _last_serial(session, prefix) + 1
        if serial > LAST:
            raise TransitionRefused(NONE_LEFT)
        _try(session, training_class, f"{prefix}{serial:03d}")
    if not training_class.number:
        raise TransitionRefused(NONE_LEFT)


def _try(session: Session, training_class: TrainingClass, number: str) -> None:
    try:
        with session.begin_nested():
            training_class.number = number
            session.flush()
    except IntegrityError:
        session.refresh(training_class)


def _last_serial(session: Session, prefix: str) -> int:
    newest = session.scalar(
        select(func.max(TrainingClass.number)).where(TrainingClass.number.startswith(prefix))
    )
    return int(newest[len(prefix) :]) if newest else 0


# --- people ---


def propose(
    session: Session,
    actor: Actor,
    training_class: TrainingClass,
    workers: Iterable[Worker],
    today: date,
    reasons: dict[int, dict[str, Any]] | None = None,
) -> tuple[list[Enrolment], dict[int, list[Finding]]]:
    """Propose people for a class; returns the new enrolments and, by worker, what barred the others.

    ``workers`` come through the actor's own scope. ``reasons``: by worker, {score, missing: [...]} as the
    engine found them. Somebody who was proposed before is passed over. Raises TransitionRefused once the
    class
    opened.
    """
    if training_class.state not in BEFORE_OPENING:
        raise TransitionRefused(TOO_LATE)
    known = set(session.scalars(select(Enrolment.worker_id).where(Enrolment.class_id == training_class.id)))
    fresh = [worker for worker in workers if worker.id not in known]
    barred = {
        id_: stop
        for id_, found in findings(session, training_class, fresh, today).items()
        if (stop := bars(found))
    }
    rows = [
        _proposed(training_class, worker, (reasons or {}).get(worker.id, {}))
        for worker in fresh
        if worker.id not in barred
    ]
    session.add_all(rows)
    session.flush()
    if rows:
        record(session, actor, EventTag.ENROLMENT_PROPOSE, training_class, counts={"proposed": len(rows)})
    return rows, barred


def _proposed(training_class: TrainingClass, worker: Worker, reasons: dict[str, Any]) -> Enrolment:
    return Enrolment(
        class_id=training_class.id,
        worker_id=worker.id,
        county_code=worker.county_code,
        township_code=worker.township_code,
        school_id=training_class.school_id,
        enterprise_id=training_class.enterprise_id,
        city_code=training_class.city_code,
        reasons=reasons,
        is_synthetic=worker.is_synthetic,
    )


def endorse(session: Session, actor: Actor, enrolment: Enrolment, channel: Channel) -> None:
    """Note that the person was asked and wants to come."""
    _still_recruits(enrolment)
    ENROLMENT_WORKFLOW.advance(session, enrolment, "endorse", actor)
    _answered(enrolment, channel)
    enrolment.endorsed_by_id = actor.user_id


def decline(session: Session, actor: Actor, enrolment: Enrolment, channel: Channel, reason: str) -> None:
    """Note that the person does not want to come, and why."""
    ENROLMENT_WORKFLOW.advance(session, enrolment, "decline", actor, reason=reason)
    _answered(enrolment, channel)
    enrolment.outcome_note = reason


def endorse_own(session: Session, actor: Actor, enrolment: Enrolment) -> None:
    """The person says yes on his own page."""
    _still_recruits(enrolment)
    ENROLMENT_WORKFLOW.advance(session, enrolment, "endorse_own", actor)
    _answered(enrolment, Channel.PORTAL)


def decline_own(session: Session, actor: Actor, enrolment: Enrolment) -> None:
    """The person says no on his own page."""
    ENROLMENT_WORKFLOW.advance(session, enrolment, "decline_own", actor)
    _answered(enrolment, Channel.PORTAL)


def _still_recruits(enrolment: Enrolment) -> None:
    if enrolment.training_class.state not in BEFORE_OPENING:
        raise TransitionRefused(TOO_LATE)


def _answered(enrolment: Enrolment, channel: Channel) -> None:
    enrolment.answered_at, enrolment.answer_channel = utc_now(), channel


def refuse(session: Session, actor: Actor, enrolment: Enrolment, reason: str) -> None:
    """The county says no, with the rule as its reason."""
    ENROLMENT_WORKFLOW.advance(session, enrolment, "refuse", actor, reason=reason)
    enrolment.outcome_note = reason


def enrol(session: Session, actor: Actor, enrolment: Enrolment, today: date) -> bool:
    """Give the person a seat, or a place on the waiting list when none is left or others wait before him.

    Returns whether he sits in the class now. Raises TransitionRefused with the rule when he may not be
    trained
    or sits in another class already; the caller rolls back.
    """
    training_class = _lock(session, enrolment)
    if training_class.state not in BEFORE_OPENING:
        raise TransitionRefused(TOO_LATE)
    if stop := bars(findings(session, training_class, [enrolment.worker], today)[enrolment.worker_id]):
        raise TransitionRefused(stop[0].text)
    first = first_waiting(session, training_class)
    is_next = first is None or first.id == enrolment.id
    if is_next and take_seat(session, training_class.id):
        _sit_down(session, actor, enrolment)
        return True
    if enrolment.state is not S.WAITING:
        ENROLMENT_WORKFLOW.advance(session, enrolment, "wait", actor)
    return False


def _lock(session: Session, enrolment: Enrolment) -> TrainingClass:
    """Lock the class, then its row of the person, always in this order, and read both afresh."""
    session.flush()
    training_class = session.get_one(
        TrainingClass, enrolment.class_id, with_for_update=True, populate_existing=True
    )
    session.refresh(enrolment, with_for_update=True)
    return training_class


def _sit_down(session: Session, actor: Actor, enrolment: Enrolment) -> None:
    ENROLMENT_WORKFLOW.advance(session, enrolment, "enrol", actor)
    digest, training_class = enrolment.worker.id_digest, enrolment.training_class
    taken = session.scalar(select(func.max(Enrolment.seat)).where(Enrolment.class_id == training_class.id))
    enrolment.seat, enrolment.active_digest = (taken or 0) + 1, digest
    enrolment.trained_key = trained_key(digest, training_class.occupation_code, training_class.level)
    try:
        session.flush()
    except IntegrityError:  # the unique index has the last word on one class a person
        raise TransitionRefused(IN_ANOTHER_CLASS) from None
    session.refresh(training_class, ["enrolled"])
    told = {
        "name": training_class.name,
        "day": training_class.starts_on.isoformat(),
        "place": training_class.place,
    }
    session.add(Message(worker_id=enrolment.worker_id, channel="platform", text=(SEAT_GIVEN % told)[:400]))


def first_waiting(session: Session, training_class: TrainingClass) -> Enrolment | None:
    """Return who has waited longest for a seat of the class."""
    waiting = select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.state == S.WAITING)
    return session.scalar(waiting.order_by(Enrolment.state_since, Enrolment.id).limit(1))


def drop(session: Session, actor: Actor, enrolment: Enrolment, reason: str) -> None:
    """Note that somebody leaves the class; his seat goes back, the first who waits may have it."""
    training_class = _lock(session, enrolment)
    ENROLMENT_WORKFLOW.advance(session, enrolment, "drop", actor, reason=reason)
    enrolment.active_digest, enrolment.outcome_note = None, reason
    give_back_seat(session, training_class.id)
    session.refresh(training_class, ["enrolled"])
