"""People on their way into a class: proposed, asked, given a seat or put on the waiting list, and out
again."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.training.classes.eligibility import Finding, bars, findings
from models.access import Actor
from models.audit import EventTag, record
from models.clock import utc_now
from models.i18n import N_
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.placement.placement import Message
from models.training.training_class import (
    BEFORE_OPENING,
    ENROLMENT_WORKFLOW,
    Enrolment,
    EnrolmentState,
    TrainingClass,
    give_back_seat,
    take_seat,
    trained_key,
)
from models.workflow import TransitionRefused

S = EnrolmentState
TOO_LATE = N_("这个班已经开班，不能再招人。")
SEAT_GIVEN = N_("你进了%(name)s，%(day)s开班，地点：%(place)s。")
IN_ANOTHER_CLASS = N_("这个人现在在另一个班，不能同时进两个班。")


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
