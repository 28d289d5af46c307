"""Slips undone before they count: an answer or a refusal taken back, a learner moved; a county's decision.

The caller commits.
"""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.classes.operations import TOO_LATE, lock, proposed, seat, tell
from models.access import Actor, Permission
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.messages.kind import MessageKind
from models.training.class_rules import bars, findings
from models.training.enrolment import ENROLMENT_WORKFLOW, NOT_SEATED, Enrolment, EnrolmentState
from models.training.lesson import ATTENDED, Attendance, Lesson
from models.training.seats import give_back_seat, take_seat
from models.training.standard import StandardName
from models.training.standard_decision import StandardDecision
from models.training.standards import class_figure
from models.training.subsidy import ClaimLine
from models.training.training_class import (
    TAKING_PEOPLE,
    TrainingClass,
)
from models.workflow import REASON_MISSING, IllegalTransition, TransitionRefused

E = EnrolmentState
FULL = Sentence("这个班已经没有空位。")
HAS_MARKS = Sentence("这个人在班里已经点过名，确认不能收回；不学了请登记中途退学，要换班请转班。")
SAME_TRADE = Sentence("只能转到本县同一工种、同一等级的班，上过的课才算数。")
CLAIMED = Sentence("这个人的补贴已经申报，不能再转班。")
KNOWN_THERE = Sentence("那个班里已经有这个人的记录，请先在那边更正。")
VERIFIED = Sentence("这条标准已经核实，按标准办，不用认定。")


# --- a wrong answer, refusal, confirmation --------------------------------------------------------------


def reconsider(session: Session, actor: Actor, enrolment: Enrolment, reason: str, today: date) -> None:
    """Take a refusal back: the person stands where the refusal came, asked already or not."""
    _require_open(session, enrolment)
    event = "reconsider_yes" if enrolment.answered_at else "reconsider"
    ENROLMENT_WORKFLOW.advance(session, enrolment, event, actor, reason=reason)
    enrolment.outcome_note = ""


def ask_again(session: Session, actor: Actor, enrolment: Enrolment, reason: str, today: date) -> None:
    """Take an answer back that was noted wrongly, yes or no: the person is asked again."""
    _require_open(session, enrolment)
    ENROLMENT_WORKFLOW.advance(session, enrolment, "ask_again", actor, reason=reason)
    enrolment.answered_at = enrolment.answer_channel = enrolment.endorsed_by_id = None
    enrolment.outcome_note = ""


def unseat(session: Session, actor: Actor, enrolment: Enrolment, reason: str, today: date) -> None:
    """Take a confirmation back while it counts for nothing: no roll has been called for the person yet."""
    training_class = lock(session, enrolment)
    if session.scalar(select(Attendance.id).where(Attendance.enrolment_id == enrolment.id).limit(1)):
        raise TransitionRefused(HAS_MARKS)
    ENROLMENT_WORKFLOW.advance(session, enrolment, "unseat", actor, reason=reason)
    enrolment.active_digest = enrolment.seat = enrolment.trained_key = enrolment.joined_on = None
    give_back_seat(session, training_class.id)
    session.refresh(training_class, ["enrolled"])
    tell(session, actor, enrolment, MessageKind.CLASS_SEAT_WRONG, {"name": training_class.name})


def return_to_class(session: Session, actor: Actor, enrolment: Enrolment, reason: str, today: date) -> None:
    """Take a wrong "dropped out" back: the person sits in class again, with the days from before."""
    training_class, joined = _require_open(session, enrolment), enrolment.joined_on
    if not take_seat(session, training_class.id):
        raise TransitionRefused(FULL)
    seat(session, actor, enrolment, "return_to_class", today, reason)
    enrolment.outcome_note, enrolment.joined_on = "", joined


def _require_open(session: Session, enrolment: Enrolment) -> TrainingClass:
    training_class = lock(session, enrolment)
    if training_class.state not in TAKING_PEOPLE:
        raise TransitionRefused(TOO_LATE)
    return training_class


# --- from class to class --------------------------------------------------------------------------------


def classes_to_move_to(session: Session, enrolment: Enrolment) -> list[TrainingClass]:
    """The county's other classes of the same occupation and level that have a seat."""
    own = enrolment.training_class
    statement = select(TrainingClass).where(
        TrainingClass.county_code == own.county_code,
        TrainingClass.occupation_code == own.occupation_code,
        TrainingClass.level == own.level,
        TrainingClass.id != own.id,
        TrainingClass.state.in_(TAKING_PEOPLE),
        TrainingClass.enrolled < TrainingClass.capacity,
    )
    return list(session.scalars(statement.order_by(TrainingClass.starts_on, TrainingClass.id)))


def move(
    session: Session, actor: Actor, enrolment: Enrolment, target: TrainingClass, reason: str, today: date
) -> Enrolment:
    """Move a learner with his days into ``target``; returns who he is there.

    Raises TransitionRefused where the classes do not agree, the target is full or too far on, or money was
    claimed for him; the caller rolls back.
    """
    if not actor.can(Permission.CLASS_APPROVE):
        raise PermissionError("move")
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    for class_id in sorted({enrolment.class_id, target.id}):  # in one order everywhere: no two moves wait
        session.get_one(TrainingClass, class_id, with_for_update=True, populate_existing=True)
    session.refresh(enrolment, with_for_update=True)
    if target.id not in {one.id for one in classes_to_move_to(session, enrolment)}:
        raise TransitionRefused(SAME_TRADE if target.seats_left else FULL)
    claimed = select(ClaimLine.id).where(
        ClaimLine.enrolment_id == enrolment.id, ClaimLine.payment_key.is_not(None)
    )
    if session.scalar(claimed.limit(1)):
        raise TransitionRefused(CLAIMED)
    _leave(session, actor, enrolment, reason)
    return _arrive(session, actor, enrolment, target, reason, today)


def _leave(session: Session, actor: Actor, enrolment: Enrolment, reason: str) -> None:
    was_seated = enrolment.state is E.ENROLLED
    ENROLMENT_WORKFLOW.advance(session, enrolment, "move", actor, reason=reason)
    enrolment.active_digest, enrolment.outcome_note = None, reason
    if was_seated:
        give_back_seat(session, enrolment.class_id)
    session.flush()
    session.refresh(enrolment.training_class, ["enrolled"])


def _arrive(
    session: Session, actor: Actor, before: Enrolment, target: TrainingClass, reason: str, today: date
) -> Enrolment:
    carried = {before.worker_id: _attended_periods(session, before)}
    against = findings(session, target, [before.worker], today, carried)[before.worker_id]
    if stop := bars(against):
        raise TransitionRefused(stop[0].with_source)
    known = select(Enrolment).where(Enrolment.class_id == target.id, Enrolment.worker_id == before.worker_id)
    after = session.scalar(known) or proposed(target, before.worker, before.shortfall)
    if after.id is not None and after.state not in NOT_SEATED:
        raise TransitionRefused(KNOWN_THERE)
    after.answered_at, after.answer_channel = before.answered_at, before.answer_channel
    after.endorsed_by_id, after.moved_from_id = before.endorsed_by_id, before.id
    session.add(after)
    session.flush()
    if not take_seat(session, target.id):
        raise TransitionRefused(FULL)
    session.refresh(target)
    seat(session, actor, after, "arrive", today, reason)
    return after


def _attended_periods(session: Session, enrolment: Enrolment) -> int:
    """The periods the learner attended in this class and in those he came from."""
    periods = 0
    one: Enrolment | None = enrolment
    while one is not None:
        marks = (
            select(Lesson.periods)
            .join(Attendance, Attendance.lesson_id == Lesson.id)
            .where(Attendance.enrolment_id == one.id, Attendance.presence.in_(ATTENDED))
        )
        periods += sum(session.scalars(marks))
        one = one.moved_from
    return periods


# --- where a standard only asks -------------------------------------------------------------------------


def decide(
    session: Session,
    actor: Actor,
    training_class: TrainingClass,
    name: StandardName,
    allowed: bool,
    reason: str,
    today: date,
    enrolment: Enrolment | None = None,
) -> StandardDecision:
    """Note how the county decides where ``name`` is not verified, about the class or one learner of it.

    Raises TransitionRefused for a verified standard, and once the class was examined.
    """
    if not actor.can(Permission.CLASS_APPROVE):
        raise PermissionError("decide")
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    if training_class.state not in TAKING_PEOPLE:
        raise IllegalTransition("decide")
    figure = class_figure(session, training_class, name, today)
    if figure is None or figure.verified:
        raise TransitionRefused(VERIFIED)
    decision = StandardDecision(
        class_id=training_class.id,
        county_code=training_class.county_code,
        enrolment_id=enrolment.id if enrolment else None,
        name=name,
        allowed=allowed,
        reason=reason.strip(),
        decided_by_id=actor.user_id,
        decided_by_name=actor.name,
    )
    session.add(decision)
    session.flush()
    outcome = "allowed" if allowed else "refused"
    record(
        session,
        actor,
        EventTag.STANDARD_DECIDE,
        training_class,
        kind=name.value,
        outcome=outcome,
        reason=reason,
    )
    return decision
