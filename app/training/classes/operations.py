"""Classes applied for, checked on the spot, opened, stopped, cancelled; people proposed, seated, released.

The caller commits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.integrity import breaks
from models.messages.kind import MessageKind
from models.messages.message import send
from models.opening_budget import open_telephones
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.second_person import interest
from models.training.class_number import give_number
from models.training.class_rules import Finding, bars, figures_of, findings, number_prefix
from models.training.class_workflow import CLASS_WORKFLOW
from models.training.enrolment import (
    ENROLMENT_WORKFLOW,
    LIVE,
    NOT_SEATED,
    Enrolment,
    EnrolmentState,
    Shortfall,
    trained_key,
)
from models.training.lesson import Attendance, Inspection, InspectionKind, Lesson
from models.training.reserved_places import give_back_places
from models.training.seats import give_back_seat, take_seat
from models.training.standards import frozen
from models.training.training_class import BEFORE_OPENING, TAKING_PEOPLE, ClassState, TrainingClass
from models.workflow import IllegalTransition, TransitionRefused, refuse_for

E = EnrolmentState
TOO_LATE = Sentence("这个班已经考核或停办，不能再招人。")
IN_ANOTHER_CLASS = Sentence("这个人现在在另一个班，不能同时进两个班。")
OPENED = N_("已经开班")  # a reason, kept with the row


@dataclass(frozen=True)
class Visit:
    """A site check before the opening: how many were counted, whether all is in order."""

    visited_at: datetime
    counted: int
    in_order: bool
    finding: str = ""


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
        _let_go(session, actor, training_class, NOT_SEATED, MessageKind.CLASS_NOT_SEATED, OPENED)
    elif event == "stop":
        _stop(session, actor, training_class, today, reason)
    elif event == "cancel":
        _let_go(session, actor, training_class, LIVE, MessageKind.CLASS_CANCELLED, reason)


def _freeze(session: Session, actor: Actor, training_class: TrainingClass, today: date) -> None:
    """Give the number, and keep the standards of this day: later changes do not reach an applied class."""
    training_class.standards = frozen(figures_of(session, training_class.agreement, today))
    training_class.applied_by_id = actor.user_id
    give_number(session, training_class, number_prefix(training_class.school.name, today))


def _strike_lessons(
    session: Session, actor: Actor, training_class: TrainingClass, today: date, reason: str
) -> None:
    """Take the lessons that will not be held off the timetable; the audit keeps what was planned."""
    marked = select(Attendance.id).where(Attendance.lesson_id == Lesson.id).exists()
    to_come = select(Lesson).where(
        Lesson.class_id == training_class.id, Lesson.held_on >= today, Lesson.closed_at.is_(None), ~marked
    )
    struck = session.scalars(to_come.order_by(Lesson.held_on, Lesson.starts)).all()
    for lesson in struck:
        session.delete(lesson)
    training_class.scheduled_periods -= sum(lesson.periods for lesson in struck)
    told = [f"{one.held_on} {one.starts:%H:%M}-{one.ends:%H:%M} {one.content}" for one in struck]
    record(session, actor, EventTag.TIMETABLE_CHANGE, training_class, reason=reason, **{"from": told})


def _stop(session: Session, actor: Actor, training_class: TrainingClass, today: date, reason: str) -> None:
    """Lessons to come are struck, learners keep their days, the places that were kept for them are opened."""
    training_class.stopped_on = today
    _strike_lessons(session, actor, training_class, today, reason)
    sitting = select(Enrolment).where(
        Enrolment.class_id == training_class.id, Enrolment.state == EnrolmentState.ENROLLED
    )
    words = {"name": training_class.name, "reason": reason}
    for enrolment in session.scalars(sitting.order_by(Enrolment.id)):
        ENROLMENT_WORKFLOW.advance(session, enrolment, "stop", actor, reason=reason)
        enrolment.active_digest, enrolment.outcome_note = None, reason
        tell(session, actor, enrolment, MessageKind.CLASS_STOPPED, words)
    _let_go(session, actor, training_class, NOT_SEATED, MessageKind.CLASS_CANCELLED, reason)
    freed = give_back_places(session, training_class.agreement_id, training_class.capacity)
    job = training_class.agreement.order.job_order_id
    agreement = training_class.agreement
    record(session, actor, EventTag.PLACES_RELEASE, agreement, order=job, counts=freed, reason=reason)


def _let_go(
    session: Session,
    actor: Actor,
    training_class: TrainingClass,
    states: tuple[EnrolmentState, ...],
    kind: MessageKind,
    reason: str,
) -> None:
    """Free people for other classes, and tell those who had said yes."""
    people = select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.state.in_(states))
    for enrolment in session.scalars(people.order_by(Enrolment.id)):
        was_asked, was_seated = enrolment.state is not E.PROPOSED, enrolment.state is E.ENROLLED
        ENROLMENT_WORKFLOW.advance(session, enrolment, "cancel_class", actor, reason=reason)
        enrolment.active_digest = None
        if was_seated:
            give_back_seat(session, training_class.id)
        if was_asked:
            tell(session, actor, enrolment, kind, {"name": training_class.name})
    session.flush()
    session.refresh(training_class, ["enrolled"])


def tell(
    session: Session,
    actor: Actor,
    enrolment: Enrolment,
    kind: MessageKind,
    params: Mapping[str, Any],
    until: date | None = None,
) -> None:
    """Send the learner a message."""
    send(session, enrolment.worker_id, kind, params, actor=actor, until=until)


def check_site(session: Session, actor: Actor, training_class: TrainingClass, visit: Visit) -> Inspection:
    """Note the visit before the opening; only one that saw everything in order lets the class open."""
    if training_class.state is not ClassState.APPROVED:
        raise IllegalTransition("check_site")
    refuse_for(interest(training_class, actor))
    inspection = Inspection(
        class_id=training_class.id,
        kind=InspectionKind.OPENING,
        inspector_id=actor.user_id,
        inspector_name=actor.name,
        **asdict(visit),
    )
    session.add(inspection)
    training_class.site_checked_on = visit.visited_at.date() if visit.in_order else None
    outcome = "in_order" if visit.in_order else "not_in_order"
    record(session, actor, EventTag.INSPECTION_RECORD, training_class, kind="opening", outcome=outcome)
    return inspection


# --- people --------------------------------------------------------------------------------------------


def propose(
    session: Session,
    actor: Actor,
    training_class: TrainingClass,
    workers: Iterable[Worker],
    today: date,
    shortfalls: Mapping[int, Shortfall] | None = None,
) -> tuple[list[Enrolment], dict[int, list[Finding]]]:
    """Propose people for a class; returns the new enrolments and, by worker, what barred the others.

    ``workers`` come through the actor's own scope, ``shortfalls`` are by worker, as the engine counted them.
    People proposed before are passed over. A class under way takes people too, while they can still reach its
    least share of periods. Raises TransitionRefused once it was examined.
    """
    if training_class.state not in TAKING_PEOPLE:
        raise TransitionRefused(TOO_LATE)
    known = set(session.scalars(select(Enrolment.worker_id).where(Enrolment.class_id == training_class.id)))
    fresh = [worker for worker in workers if worker.id not in known]
    against = findings(session, training_class, fresh, today)
    barred = {worker_id: stop for worker_id, listed in against.items() if (stop := bars(listed))}
    enrolments = [
        proposed(training_class, worker, (shortfalls or {}).get(worker.id, Shortfall()))
        for worker in fresh
        if worker.id not in barred
    ]
    session.add_all(enrolments)
    session.flush()
    if enrolments:
        counts = {"proposed": len(enrolments)}
        record(session, actor, EventTag.ENROLMENT_PROPOSE, training_class, counts=counts)
    return enrolments, barred


def proposed(training_class: TrainingClass, worker: Worker, shortfall: Shortfall) -> Enrolment:
    """A person of the register proposed for a class; not in the session yet."""
    return Enrolment(
        class_id=training_class.id,
        worker_id=worker.id,
        county_code=worker.county_code,
        township_code=worker.township_code,
        school_id=training_class.school_id,
        enterprise_id=training_class.enterprise_id,
        city_code=training_class.city_code,
        shortfall=shortfall,
        is_synthetic=worker.is_synthetic,
    )


def endorse(session: Session, actor: Actor, enrolment: Enrolment, channel: Channel, now: datetime) -> None:
    """Note that the person was asked and wants to come."""
    _refuse_when_open(enrolment)
    ENROLMENT_WORKFLOW.advance(session, enrolment, "endorse", actor)
    enrolment.answered_at, enrolment.answer_channel = now, channel
    enrolment.endorsed_by_id = actor.user_id


def decline(
    session: Session, actor: Actor, enrolment: Enrolment, channel: Channel, reason: str, now: datetime
) -> None:
    """Note that the person does not want to come, and why."""
    ENROLMENT_WORKFLOW.advance(session, enrolment, "decline", actor, reason=reason)
    enrolment.answered_at, enrolment.answer_channel = now, channel
    enrolment.outcome_note = reason


def endorse_own(session: Session, actor: Actor, enrolment: Enrolment, now: datetime) -> None:
    """The person says yes on their own page."""
    _refuse_when_open(enrolment)
    ENROLMENT_WORKFLOW.advance(session, enrolment, "endorse_own", actor)
    enrolment.answered_at, enrolment.answer_channel = now, Channel.PORTAL


def decline_own(session: Session, actor: Actor, enrolment: Enrolment, now: datetime) -> None:
    """The person says no on their own page."""
    ENROLMENT_WORKFLOW.advance(session, enrolment, "decline_own", actor)
    enrolment.answered_at, enrolment.answer_channel = now, Channel.PORTAL


def _refuse_when_open(enrolment: Enrolment) -> None:
    if enrolment.training_class.state not in TAKING_PEOPLE:
        raise TransitionRefused(TOO_LATE)


def refuse(session: Session, actor: Actor, enrolment: Enrolment, reason: str) -> None:
    """The county says no; the rule is the reason."""
    ENROLMENT_WORKFLOW.advance(session, enrolment, "refuse", actor, reason=reason)
    enrolment.outcome_note = reason


def enrol(session: Session, actor: Actor, enrolment: Enrolment, today: date) -> bool:
    """Give the person a seat, or a place on the waiting list when none is left or others have waited longer.

    Returns whether the person is seated now. Raises TransitionRefused with the rule for a person who may not
    be trained or sits in another class already; the caller rolls back.
    """
    training_class = lock(session, enrolment)
    if training_class.state not in TAKING_PEOPLE:
        raise TransitionRefused(TOO_LATE)
    if stop := bars(findings(session, training_class, [enrolment.worker], today)[enrolment.worker_id]):
        raise TransitionRefused(stop[0].with_source)
    first = _first_waiting(session, training_class)
    is_next = first is None or first.id == enrolment.id
    if is_next and take_seat(session, training_class.id):
        seat(session, actor, enrolment, "enrol", today)
        return True
    if enrolment.state is not E.WAITING:
        ENROLMENT_WORKFLOW.advance(session, enrolment, "wait", actor)
    return False


def lock(session: Session, enrolment: Enrolment) -> TrainingClass:
    """Lock the class, then its row of the person, always in this order, and read both afresh."""
    session.flush()
    training_class = session.get_one(
        TrainingClass, enrolment.class_id, with_for_update=True, populate_existing=True
    )
    session.refresh(enrolment, with_for_update=True)
    return training_class


def seat(
    session: Session, actor: Actor, enrolment: Enrolment, event: str, today: date, reason: str = ""
) -> None:
    """Put the person on the seat that was taken, along ``event``; somebody who comes late from ``today`` on.

    Raises TransitionRefused for a person who sits in another class; the caller rolls back.
    """
    ENROLMENT_WORKFLOW.advance(session, enrolment, event, actor, reason=reason)
    digest, training_class = enrolment.worker.id_digest, enrolment.training_class
    last = session.scalar(select(func.max(Enrolment.seat)).where(Enrolment.class_id == training_class.id))
    enrolment.seat, enrolment.active_digest = (last or 0) + 1, digest
    if training_class.state not in BEFORE_OPENING and today > training_class.starts_on:
        enrolment.joined_on = enrolment.joined_on or today
    enrolment.trained_key = trained_key(digest, training_class.occupation_code, training_class.level)
    try:
        session.flush()
    except IntegrityError as problem:  # the unique index has the last word on one class a person
        if not breaks(problem, "enrolment.active_digest"):
            raise
        raise TransitionRefused(IN_ANOTHER_CLASS) from None
    session.refresh(training_class, ["enrolled"])
    seated = {
        "name": training_class.name,
        "day": training_class.starts_on,
        "place": training_class.place,
    }
    begins = max(today, training_class.starts_on)
    tell(session, actor, enrolment, MessageKind.CLASS_SEAT, seated, begins)


def _first_waiting(session: Session, training_class: TrainingClass) -> Enrolment | None:
    """The person who has waited longest for a seat of the class."""
    waiting = select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.state == E.WAITING)
    return session.scalar(waiting.order_by(Enrolment.state_since, Enrolment.id).limit(1))


def drop(session: Session, actor: Actor, enrolment: Enrolment, reason: str) -> None:
    """Note that a person leaves the class; the seat goes back, the first who waits may have it."""
    training_class = lock(session, enrolment)
    ENROLMENT_WORKFLOW.advance(session, enrolment, "drop", actor, reason=reason)
    enrolment.active_digest, enrolment.outcome_note = None, reason
    give_back_seat(session, training_class.id)
    session.refresh(training_class, ["enrolled"])


def reveal_phones(
    session: Session, actor: Actor, enrolments: Iterable[Enrolment], purpose: str, today: date, most: int
) -> None:
    """Note for each person that ``actor`` reads the whole telephone number, and what for.

    Raises TransitionRefused beyond ``most`` a day.
    """
    open_telephones(session, actor, [one.worker for one in enrolments], purpose, today, most)
