"""What looks wrong in the attendance of a class: for the claim's checker to ask about, never a verdict."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.attendance.codes import AFTER, EARLY
from models.clock import CHINA
from models.i18n import N_
from models.people.worker import Worker, WorkerState
from models.placement.placement import Placement
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.lesson import ATTENDED, Attendance, Inspection, Lesson, MarkedBy, Presence

LEAST_LESSONS, LEAST_LEARNERS, ONE_PHONE = 5, 5, 3
A_DAY, FAR_FEWER, LEAST_GAP = timedelta(days=1), 0.8, 2
AWAY = ("县外省内务工", "省外务工")
WORKING = N_("%(name)s有 %(n)s 节课记了到课，那时台账里却在外面上班，第一次是 %(day)s。")
CLOSED = N_("%(name)s从 %(day)s 起在台账里“不再服务”，之后还有 %(n)s 节课记了到课。")
ELSEWHERE = N_("%(name)s在台账里是“%(status)s”，却有 %(n)s 节课记了到课。请核实台账或考勤。")


@dataclass(frozen=True)
class Anomaly:
    """One thing to ask about: its rule, a sentence (msgid) with its parameters, and whom it concerns."""

    rule: str
    sentence: str
    params: dict[str, Any] = field(default_factory=dict)
    enrolment_ids: tuple[int, ...] = ()


class Marked(NamedTuple):
    """One mark with the lesson it belongs to."""

    lesson_id: int
    held_on: date
    starts: datetime
    ends: datetime
    enrolment_id: int
    presence: Presence
    how: MarkedBy
    marked_at: datetime
    received_at: datetime
    device: str | None

    @property
    def is_there(self) -> bool:
        """Whether the learner counts as having been there."""
        return self.presence in ATTENDED


def anomalies(session: Session, class_id: int) -> list[Anomaly]:
    """Return what looks wrong in the attendance of a class, the gravest first. Six statements."""
    marks = _marks(session, class_id)
    return [
        *_in_register(session, class_id, marks),
        *_fewer_counted(session, class_id),
        *_one_phone(marks),
        *_outside_time(marks),
        *_sent_late(marks),
        *_perfect(session, class_id, marks),
    ]


def _marks(session: Session, class_id: int) -> list[Marked]:
    statement = (
        select(
            Lesson.id,
            Lesson.held_on,
            Lesson.starts,
            Lesson.ends,
            Attendance.enrolment_id,
            Attendance.presence,
            Attendance.how,
            Attendance.marked_at,
            Attendance.received_at,
            Attendance.device,
        )
        .join(Attendance, Attendance.lesson_id == Lesson.id)
        .where(Lesson.class_id == class_id)
        .order_by(Lesson.held_on, Lesson.starts, Attendance.enrolment_id)
    )
    return [
        Marked(number, day, datetime.combine(day, starts, CHINA), datetime.combine(day, ends, CHINA), *rest)
        for number, day, starts, ends, *rest in session.execute(statement)
    ]


def _in_register(session: Session, class_id: int, marks: list[Marked]) -> Iterator[Anomaly]:
    """Who was marked present on a day on which the register has him elsewhere, or no longer with us."""
    there: dict[int, list[date]] = defaultdict(list)
    for mark in marks:
        if mark.is_there:
            there[mark.enrolment_id].append(mark.held_on)
    for number, name, spans in _working(session, class_id):
        if days := [day for day in there[number] if any(first <= day < last for first, last in spans)]:
            yield Anomaly("working", WORKING, {"name": name, "n": len(days), "day": str(days[0])}, (number,))
    for number, name, closed_at in _closed(session, class_id):
        gone = closed_at.astimezone(CHINA).date()
        if days := [day for day in there[number] if day >= gone]:
            yield Anomaly("closed", CLOSED, {"name": name, "n": len(days), "day": str(gone)}, (number,))
    for number, name, status in _away(session, class_id):
        if count := len(there[number]):
            yield Anomaly("away", ELSEWHERE, {"name": name, "n": count, "status": status}, (number,))


def _working(session: Session, class_id: int) -> list[tuple[int, str, list[tuple[date, date]]]]:
    statement = (
        select(Enrolment.id, Worker.name, Placement.on_site_on, Placement.left_on)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .join(Placement, Placement.worker_id == Worker.id)
        .where(Enrolment.class_id == class_id, Placement.on_site_on.is_not(None))
        .order_by(Enrolment.id)
    )
    found: dict[tuple[int, str], list[tuple[date, date]]] = defaultdict(list)
    for number, name, first, last in session.execute(statement):
        found[number, name].append((first or date.max, last or date.max))
    return [(number, name, spans) for (number, name), spans in found.items()]


def _closed(session: Session, class_id: int) -> list[tuple[int, str, datetime]]:
    return _people(session, class_id, Worker.state_since, Worker.state == WorkerState.CLOSED)


def _away(session: Session, class_id: int) -> list[tuple[int, str, str]]:
    """Whom the register has away, while he sits in the class; after it, away is where he should be."""
    still = Enrolment.state == EnrolmentState.ENROLLED
    return _people(session, class_id, Worker.work_status, Worker.work_status.in_(AWAY) & still)


def _people(session: Session, class_id: int, told: Any, condition: Any) -> list[Any]:
    statement = (
        select(Enrolment.id, Worker.name, told)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .where(Enrolment.class_id == class_id, condition, told.is_not(None))
        .order_by(Enrolment.id)
    )
    return list(session.execute(statement))


def _fewer_counted(session: Session, class_id: int) -> Iterator[Anomaly]:
    visits = select(Inspection).where(Inspection.class_id == class_id, Inspection.marked.is_not(None))
    for visit in session.scalars(visits.order_by(Inspection.visited_at)):
        marked = visit.marked or 0
        if marked - visit.counted >= LEAST_GAP and visit.counted < FAR_FEWER * marked:
            day = visit.visited_at.astimezone(CHINA).date().isoformat()
            yield Anomaly(
                "counted",
                N_("%(day)s巡查现场数到 %(counted)s 人，当时系统里记了 %(marked)s 人到课。"),
                {"day": day, "counted": visit.counted, "marked": marked},
            )


def _one_phone(marks: list[Marked]) -> Iterator[Anomaly]:
    phones: dict[tuple[int, date, str], list[int]] = defaultdict(list)
    for mark in marks:
        if mark.device:
            phones[mark.lesson_id, mark.held_on, mark.device].append(mark.enrolment_id)
    for (_lesson, day, _device), learners in phones.items():
        if len(learners) >= ONE_PHONE:
            yield Anomaly(
                "one_phone",
                N_("%(day)s有一部手机替 %(n)s 个人扫码签到。"),
                {"day": day.isoformat(), "n": len(learners)},
                tuple(learners),
            )


def _outside_time(marks: list[Marked]) -> Iterator[Anomaly]:
    lessons: dict[tuple[int, date], list[int]] = defaultdict(list)
    for mark in marks:
        if mark.is_there and not mark.starts - EARLY <= mark.marked_at <= mark.ends + AFTER:
            lessons[mark.lesson_id, mark.held_on].append(mark.enrolment_id)
    for (_lesson, day), learners in lessons.items():
        yield Anomaly(
            "outside_time",
            N_("%(day)s的课有 %(n)s 人的到课不是上课时间记的。"),
            {"day": day.isoformat(), "n": len(learners)},
            tuple(learners),
        )


def _sent_late(marks: list[Marked]) -> Iterator[Anomaly]:
    lessons: dict[tuple[int, date], list[int]] = defaultdict(list)
    for mark in marks:
        if mark.how is MarkedBy.LATER and mark.received_at - mark.marked_at > A_DAY:
            lessons[mark.lesson_id, mark.held_on].append(mark.enrolment_id)
    for (_lesson, day), learners in lessons.items():
        yield Anomaly(
            "sent_late",
            N_("%(day)s的课有 %(n)s 人的点名过了一天才传上来。"),
            {"day": day.isoformat(), "n": len(learners)},
            tuple(learners),
        )


def _perfect(session: Session, class_id: int, marks: list[Marked]) -> Iterator[Anomaly]:
    """A whole class that never missed anything: possible, but rare."""
    in_class = Enrolment.state.in_((EnrolmentState.ENROLLED, EnrolmentState.FINISHED, EnrolmentState.FAILED))
    learners = set(session.scalars(select(Enrolment.id).where(Enrolment.class_id == class_id, in_class)))
    there: dict[int, set[int]] = defaultdict(set)
    for mark in marks:
        if mark.is_there and mark.enrolment_id in learners:
            there[mark.lesson_id].add(mark.enrolment_id)
    lessons = {mark.lesson_id for mark in marks}
    is_long = len(lessons) >= LEAST_LESSONS and len(learners) >= LEAST_LEARNERS
    if is_long and all(there[number] == learners for number in lessons):
        yield Anomaly(
            "perfect",
            N_("全班 %(n)s 人 %(lessons)s 节课一节都没有缺，请抽查几位学员。"),
            {"n": len(learners), "lessons": len(lessons)},
        )
