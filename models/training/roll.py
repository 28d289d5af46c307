"""The roll of a lesson, and whose roll an actor calls."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from models.access import Actor, Permission, Role, visible_to
from models.people.worker import Worker
from models.training.enrolment import GONE, SEEN_BY_SCHOOL, Enrolment, EnrolmentState
from models.training.lesson import Attendance, Correction, Lesson, MarkedBy, Presence
from models.training.training_class import ClassState, TrainingClass

MOST_LESSONS, LOOK_BACK = 100, timedelta(days=30)


@dataclass(frozen=True)
class RollLine:
    """One learner of a class and the mark, if there is one. ``last4`` ends the ID number."""

    enrolment_id: int
    seat: int | None
    name: str
    last4: str
    is_in_class: bool
    presence: Presence | None
    how: MarkedBy | None
    marked_at: datetime | None
    corrections: list[Correction]


def may_take(actor: Actor, lesson: Lesson) -> bool:
    """Whether ``actor`` may call this roll: the school's office, or the teacher on the timetable."""
    return lesson.school_id in actor.organisations(Role.SCHOOL) or lesson.teacher_user_id == actor.user_id


def roll(session: Session, lesson: Lesson) -> list[RollLine]:
    """The class in the order of its seats; learners who dropped out only with a mark in this lesson."""
    mark = (Attendance.enrolment_id == Enrolment.id) & (Attendance.lesson_id == lesson.id)
    statement = (
        select(
            Enrolment.id,
            Enrolment.seat,
            Worker.name,
            Worker.id_last4,
            Enrolment.state,
            Attendance.presence,
            Attendance.how,
            Attendance.marked_at,
            Attendance.corrections,
        )
        .join(Worker, Worker.id == Enrolment.worker_id)
        .outerjoin(Attendance, mark)
        .where(Enrolment.class_id == lesson.class_id, Enrolment.state.in_(SEEN_BY_SCHOOL))
        .where(or_(Enrolment.state.not_in(GONE), Attendance.id.is_not(None)))
        .order_by(func.coalesce(Enrolment.seat, 9999), Enrolment.id)
    )
    return [
        RollLine(number, seat, name, last4, state not in GONE, presence, how, at, late or [])
        for number, seat, name, last4, state, presence, how, at, late in session.execute(statement)
    ]


def counts(lines: Iterable[RollLine]) -> Counter[Presence | None]:
    """How many have which mark; under None those without one."""
    return Counter(line.presence for line in lines)


def _all_taken_by(actor: Actor) -> Select[Lesson]:
    statement = select(Lesson).join(Lesson.training_class).options(contains_eager(Lesson.training_class))
    statement = visible_to(actor, statement, Lesson, Permission.ATTENDANCE_TAKE)
    offices = actor.organisations(Role.SCHOOL)
    return statement.where(or_(Lesson.school_id.in_(offices), Lesson.teacher_user_id == actor.user_id))


def _taken_by(actor: Actor) -> Select[Lesson]:
    return _all_taken_by(actor).where(TrainingClass.state == ClassState.TEACHING)


def lessons_on(session: Session, actor: Actor, day: date) -> list[Lesson]:
    """The lessons of one day whose roll ``actor`` calls, as they begin."""
    statement = _taken_by(actor).where(Lesson.held_on == day).order_by(Lesson.starts, Lesson.id)
    return list(session.scalars(statement.limit(MOST_LESSONS)))


def unclosed(session: Session, actor: Actor, today: date) -> list[Lesson]:
    """Lessons of the last month, before ``today``, whose roll was never ended; the oldest first."""
    statement = (
        _taken_by(actor).where(_is_forgotten(today)).order_by(Lesson.held_on, Lesson.starts, Lesson.id)
    )
    return list(session.scalars(statement.limit(MOST_LESSONS)))


@dataclass(frozen=True)
class Week:
    """The lessons of one week (Monday ``first``) whose rolls an actor calls or called, day by day."""

    first: date
    days: list[tuple[date, list[Lesson]]]
    before: date | None
    after: date | None


def week(session: Session, actor: Actor, day: date) -> Week:
    """The week of ``day``, of classes that are over too; with the nearest weeks that have lessons."""
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(days=6)
    statement = _all_taken_by(actor).where(Lesson.held_on.between(first, last))
    lessons = session.scalars(statement.order_by(Lesson.held_on, Lesson.starts, Lesson.id)).all()
    by_day: dict[date, list[Lesson]] = {}
    for lesson in lessons:
        by_day.setdefault(lesson.held_on, []).append(lesson)
    days = _all_taken_by(actor).with_only_columns(Lesson.held_on).limit(1)
    before = session.scalar(days.where(Lesson.held_on < first).order_by(Lesson.held_on.desc()))
    after = session.scalar(days.where(Lesson.held_on > last).order_by(Lesson.held_on))
    return Week(first, list(by_day.items()), before, after)


def next_lesson(session: Session, actor: Actor, today: date) -> Lesson | None:
    """The first lesson after ``today``."""
    coming = _taken_by(actor).where(Lesson.held_on > today)
    return session.scalar(coming.order_by(Lesson.held_on, Lesson.starts).limit(1))


def _is_forgotten(today: date) -> ColumnElement[bool]:
    return Lesson.held_on.between(today - LOOK_BACK, today - timedelta(days=1)) & Lesson.closed_at.is_(None)


def marked_counts(session: Session, lesson_ids: Iterable[int]) -> dict[int, int]:
    """By lesson, how many learners have a mark."""
    statement = (
        select(Attendance.lesson_id, func.count())
        .where(Attendance.lesson_id.in_(list(lesson_ids)))
        .group_by(Attendance.lesson_id)
    )
    return dict(session.execute(statement).all())


def learner(session: Session, lesson: Lesson, seat: int, last4: str) -> Enrolment | None:
    """Who sits on ``seat`` of the lesson's class, if the ID number ends in ``last4``."""
    statement = (
        select(Enrolment)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .where(
            Enrolment.class_id == lesson.class_id,
            Enrolment.seat == seat,
            Enrolment.state == EnrolmentState.ENROLLED,
            Worker.id_last4 == last4.upper(),
        )
    )
    return session.scalar(statement)


def own_seat(session: Session, lesson: Lesson, worker_id: int | None) -> Enrolment | None:
    """A person's own place in the lesson's class, if there is one."""
    return session.scalar(
        select(Enrolment).where(
            Enrolment.class_id == lesson.class_id,
            Enrolment.worker_id == worker_id,
            Enrolment.state == EnrolmentState.ENROLLED,
        )
    )
