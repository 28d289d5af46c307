"""The timetable of a class, its frame, and what others have taken at the same time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.kit.web.formatters import label
from app.training.timetable.rules import Board, Frame, Planned, Taken
from models import vault
from models.access import Grant, Role
from models.audit import AuditEvent, EventTag, subject_name
from models.clock import today
from models.training.enrolment import LIVE, Enrolment, EnrolmentState
from models.training.lesson import Attendance, Lesson, LessonKind
from models.training.standards import class_figure
from models.training.subsidy import StandardName
from models.training.training_class import ClassState, TrainingClass
from models.user import User

MOST_CHANGES = 30


def lessons_of(session: Session, class_id: int) -> list[Lesson]:
    """Return the lessons of a class as they are held."""
    return list(
        session.scalars(
            select(Lesson)
            .where(Lesson.class_id == class_id)
            .order_by(Lesson.held_on, Lesson.starts, Lesson.id)
        )
    )


def teachers(session: Session, school_id: int) -> list[tuple[int, str]]:
    """Return (id, name) of the accounts that may take attendance as teachers of a school today."""
    day = today()
    statement = (
        select(User.id, User.name)
        .join(Grant, Grant.user_id == User.id)
        .where(
            Grant.role == Role.TEACHER,
            Grant.organisation_id == school_id,
            Grant.revoked_at.is_(None),
            Grant.valid_from <= day,
            or_(Grant.valid_to.is_(None), Grant.valid_to >= day),
            User.is_active,
        )
        .distinct()
        .order_by(User.name, User.id)
    )
    return [(number, name) for number, name in session.execute(statement)]


def planned(lesson: Lesson) -> Planned:
    """Return a lesson as the rules see it."""
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


def digest_of(id_number: str | None) -> str | None:
    """Return the keyed digest under which a teacher is found, or None."""
    return vault.digest(id_number) if id_number else None


def frame(session: Session, training_class: TrainingClass) -> Frame:
    """Return what the timetable of ``training_class`` must fit into."""

    def value(name: StandardName) -> int | None:
        found = class_figure(session, training_class, name, today())
        return found.value if found else None

    return Frame(
        training_class.starts_on,
        training_class.ends_on,
        training_class.periods,
        value(StandardName.PERIOD_MINUTES),
        value(StandardName.DAY_PERIODS),
        value(StandardName.PRACTICE_SHARE),
    )


def board(
    session: Session,
    training_class: TrainingClass,
    standing: Iterable[Lesson],
    days: Iterable[date],
    digests: Iterable[str | None],
) -> Board:
    """Return the board on which lessons on ``days``, by teachers of ``digests``, are judged."""
    rows = [planned(lesson) for lesson in standing]
    days = sorted(days)
    taken = (
        _taken(session, training_class, days[0], days[-1], {one for one in digests if one}) if days else []
    )
    return Board(frame(session, training_class), rows, taken)


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
    """Return by other class how many people of this one sit in it."""
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


def settled(session: Session, class_id: int, day: date) -> set[int]:
    """Return the lessons that cannot be changed any more: of earlier days, closed, or with a mark."""
    marked = select(Attendance.lesson_id).where(Attendance.lesson_id == Lesson.id).exists()
    statement = select(Lesson.id).where(
        Lesson.class_id == class_id, or_(Lesson.held_on < day, Lesson.closed_at.is_not(None), marked)
    )
    return set(session.scalars(statement))


@dataclass(frozen=True)
class Summary:
    """A timetable in figures: periods on it, periods approved, periods of practice, days with lessons."""

    periods: int
    approved: int
    practice: int
    days: int


def summary(lessons: list[Lesson], frame: Frame) -> Summary:
    """Return the figures of a timetable."""
    practice = sum(one.periods for one in lessons if one.kind is LessonKind.PRACTICE)
    return Summary(
        sum(one.periods for one in lessons), frame.periods, practice, len({one.held_on for one in lessons})
    )


@dataclass(frozen=True)
class Change:
    """One change of a timetable: who, when, why; the lessons that went and the one that came, in words."""

    at: datetime
    who: str
    what: str
    why: str
    went: list[str]
    came: str


def changes(session: Session, training_class: TrainingClass) -> list[Change]:
    """Return how the timetable changed, the newest first (at most 30)."""
    wanted = select(AuditEvent).where(
        AuditEvent.subject == subject_name(training_class),
        AuditEvent.tag.in_((EventTag.TIMETABLE_IMPORT.value, EventTag.TIMETABLE_CHANGE.value)),
    )
    rows = session.scalars(wanted.order_by(AuditEvent.id.desc()).limit(MOST_CHANGES))
    return [_change(row) for row in rows]


def _change(row: AuditEvent) -> Change:
    told = row.details
    went = told.get("from") or []
    return Change(
        row.at,
        row.actor_name,
        label(EventTag(row.tag)),
        told.get("reason", ""),
        went if isinstance(went, list) else [went],
        told.get("to", ""),
    )
