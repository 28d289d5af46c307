"""Learners by lessons: who was in which, as a table, with each learner's sum."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.training.attendance.queries.totals import COUNTED, Attended, attendance, is_held
from models.people.worker import Worker
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.lesson import Attendance, Lesson, MarkedBy, Presence


@dataclass(frozen=True)
class TableRow:
    """One learner: his marks by lesson (presence and how it came), and what they come to."""

    enrolment_id: int
    seat: int | None
    name: str
    state: EnrolmentState
    marks: dict[int, tuple[Presence, MarkedBy]]
    sum: Attended


@dataclass(frozen=True)
class AttendanceTable:
    """The lessons held so far, and the learners."""

    lessons: list[Lesson]
    rows: list[TableRow]


def table(session: Session, class_id: int, day: date) -> AttendanceTable:
    """Return who was in which of the lessons held up to ``day``."""
    lessons = list(
        session.scalars(
            select(Lesson)
            .where(Lesson.class_id == class_id, is_held(day))
            .order_by(Lesson.held_on, Lesson.starts)
        )
    )
    sums, marks = attendance(session, class_id, day), _marks(session, class_id)
    rows = [
        TableRow(number, seat, name, state, marks.get(number, {}), sums[number])
        for number, seat, name, state in session.execute(_learners(class_id))
    ]
    return AttendanceTable(lessons, rows)


def _learners(class_id: int) -> Select[int, int | None, str, EnrolmentState]:
    return (
        select(Enrolment.id, Enrolment.seat, Worker.name, Enrolment.state)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .where(Enrolment.class_id == class_id, Enrolment.state.in_(COUNTED))
        .order_by(func.coalesce(Enrolment.seat, 9999), Enrolment.id)
    )


def _marks(session: Session, class_id: int) -> dict[int, dict[int, tuple[Presence, MarkedBy]]]:
    statement = (
        select(Attendance.enrolment_id, Attendance.lesson_id, Attendance.presence, Attendance.how)
        .join(Lesson, Lesson.id == Attendance.lesson_id)
        .where(Lesson.class_id == class_id)
    )
    found: dict[int, dict[int, tuple[Presence, MarkedBy]]] = {}
    for enrolment_id, lesson_id, presence, how in session.execute(statement):
        found.setdefault(enrolment_id, {})[lesson_id] = (presence, how)
    return found
