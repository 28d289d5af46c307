"""The timetable of a class, its frame, and what others have taken at the same time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.access import Grant, Role
from models.audit import AuditEvent, events_of
from models.event_tags import EventTag
from models.reference.calendar import work_calendar
from models.training.enrolment import LIVE, Enrolment, EnrolmentState
from models.training.lesson import Attendance, Lesson, LessonKind
from models.training.standard import StandardName
from models.training.standards import class_figure
from models.training.timetable import Board, Frame, Planned, Taken
from models.training.training_class import ClassState, TrainingClass
from models.user import User

MOST_CHANGES = 30


def lessons_of(session: Session, class_id: int) -> list[Lesson]:
    """The lessons of a class as they are held."""
    of_class = select(Lesson).where(Lesson.class_id == class_id)
    return list(session.scalars(of_class.order_by(Lesson.held_on, Lesson.starts, Lesson.id)))


def teachers(session: Session, school_id: int, today: date) -> list[tuple[int, str]]:
    """(id, name) of the accounts that may take attendance as teachers of a school today."""
    statement = (
        select(User.id, User.name)
        .join(Grant, Grant.user_id == User.id)
        .where(
            Grant.role == Role.TEACHER,
            Grant.organisation_id == school_id,
            Grant.revoked_at.is_(None),
            Grant.valid_from <= today,
            or_(Grant.valid_to.is_(None), Grant.valid_to >= today),
            User.is_active,
        )
        .distinct()
        .order_by(User.name, User.id)
    )
    return [(user_id, name) for user_id, name in session.execute(statement)]


def outside(lessons: Iterable[Lesson], training_class: TrainingClass) -> list[Lesson]:
    """The lessons that do not lie within the days of the class, as after a postponement."""
    first, last = training_class.starts_on, training_class.ends_on
    return [lesson for lesson in lessons if not first <= lesson.held_on <= last]


def held_or_marked(session: Session, class_id: int, today: date) -> set[int]:
    """The lessons that cannot be changed any more: of earlier days, closed, or with a mark."""
    marked = select(Attendance.lesson_id).where(Attendance.lesson_id == Lesson.id).exists()
    statement = select(Lesson.id).where(
        Lesson.class_id == class_id, or_(Lesson.held_on < today, Lesson.closed_at.is_not(None), marked)
    )
    return set(session.scalars(statement))


# --- what a lesson must fit into ------------------------------------------------------------------------


def frame(session: Session, training_class: TrainingClass, today: date) -> Frame:
    """What the class was approved for, and the standards it keeps."""

    named = (StandardName.PERIOD_MINUTES, StandardName.DAY_PERIODS, StandardName.PRACTICE_SHARE)
    figures = {name: class_figure(session, training_class, name, today) for name in named}
    minutes, day, practice = (figure.value if figure else None for figure in figures.values())
    asking = frozenset(name for name, figure in figures.items() if figure and not figure.verified)
    plan = training_class
    return Frame(plan.starts_on, plan.ends_on, plan.periods, minutes, day, practice, asking)


def board(
    session: Session,
    training_class: TrainingClass,
    standing: Iterable[Lesson],
    days: Collection[date],
    digests: Iterable[str | None],
    today: date,
) -> Board:
    """The board on which lessons on ``days``, by teachers of ``digests``, are judged."""
    rows = [_planned(lesson) for lesson in standing]
    known = {digest for digest in digests if digest}
    taken = _taken(session, training_class, min(days), max(days), known) if days else []
    return Board(frame(session, training_class, today), rows, taken, work_calendar(session))


def _planned(lesson: Lesson) -> Planned:
    return Planned(
        lesson.held_on,
        lesson.starts,
        lesson.ends,
        lesson.kind,
        lesson.periods,
        lesson.place,
        lesson.teacher_name,
        lesson.teacher_digest,
    )


def _taken(
    session: Session, training_class: TrainingClass, first: date, last: date, digests: set[str]
) -> list[Taken]:
    busy = _busy_elsewhere(session, training_class.id)
    statement = (
        select(Lesson, TrainingClass.name)
        .join(TrainingClass, TrainingClass.id == Lesson.class_id)
        .where(
            Lesson.class_id != training_class.id,
            Lesson.held_on.between(first, last),
            TrainingClass.state != ClassState.CANCELLED,
            or_(
                Lesson.school_id == training_class.school_id,
                Lesson.teacher_digest.in_(digests),
                Lesson.class_id.in_(busy),
            ),
        )
    )
    return [_as_taken(lesson, name, training_class, busy) for lesson, name in session.execute(statement)]


def _as_taken(lesson: Lesson, name: str, training_class: TrainingClass, busy: dict[int, int]) -> Taken:
    own = lesson.school_id == training_class.school_id
    return Taken(
        lesson.held_on,
        lesson.starts,
        lesson.ends,
        lesson.place,
        lesson.teacher_name,
        lesson.teacher_digest,
        own,
        name if own else "",
        busy.get(lesson.class_id, 0),
    )


def _busy_elsewhere(session: Session, class_id: int) -> dict[int, int]:
    """By other class, how many people of this one sit in it."""
    mine = select(Enrolment.worker_id).where(Enrolment.class_id == class_id, Enrolment.state.in_(LIVE))
    statement = (
        select(Enrolment.class_id, func.count())
        .where(
            Enrolment.worker_id.in_(mine),
            Enrolment.class_id != class_id,
            Enrolment.state == EnrolmentState.ENROLLED,
        )
        .group_by(Enrolment.class_id)
    )
    return dict(session.execute(statement).all())


# --- on the page ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Summary:
    """A timetable in figures: periods on it, periods approved, periods of practice, days with lessons."""

    periods: int
    approved: int
    practice: int
    days: int


def summary(lessons: list[Lesson], training_class: TrainingClass) -> Summary:
    """The figures of a timetable."""
    practice = sum(lesson.periods for lesson in lessons if lesson.kind is LessonKind.PRACTICE)
    periods, days = sum(lesson.periods for lesson in lessons), {lesson.held_on for lesson in lessons}
    return Summary(periods, training_class.periods, practice, len(days))


@dataclass(frozen=True)
class Change:
    """One change of a timetable; the lessons that went and the one that came stand in one line each."""

    at: datetime
    who: str
    tag: EventTag
    why: str
    went: list[str]
    came: str


def changes(session: Session, training_class: TrainingClass) -> list[Change]:
    """How the timetable changed, the newest first (at most 30)."""
    tags = (EventTag.TIMETABLE_IMPORT, EventTag.TIMETABLE_CHANGE)
    return [_change(row) for row in events_of(session, training_class, tags, MOST_CHANGES)]


def _change(row: AuditEvent) -> Change:
    went = row.details.get("from") or []
    return Change(
        row.at,
        row.actor_name,
        EventTag(row.tag),
        row.details.get("reason", ""),
        went if isinstance(went, list) else [went],
        row.details.get("to", ""),
    )
