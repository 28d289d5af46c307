"""What looks wrong in the attendance of a class: for the claim's checker to ask about, never a verdict."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.clock import CHINA, day_of
from models.i18n import Sentence
from models.people.worker import Worker, WorkerState
from models.placement.placement import Placement
from models.training.contradictions import contradictions
from models.training.enrolment import IN_CLASS, Enrolment, EnrolmentState
from models.training.lesson import (
    AFTER,
    ATTENDED,
    EARLY,
    Attendance,
    Correction,
    Lesson,
    MarkedBy,
    Presence,
)

LEAST_LESSONS, LEAST_LEARNERS, ONE_PHONE = 5, 5, 3
A_DAY = timedelta(days=1)
SENT_BY_PHONE = Sentence("没有写；手机说是当时点的，后来才传上来")
AWAY = ("县外省内务工", "省外务工")


@dataclass(frozen=True)
class Anomaly:
    """One thing to ask about, by the name of its rule, and whom it concerns."""

    rule: str
    sentence: Sentence
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

    @property
    def is_at_its_time(self) -> bool:
        """Whether it was made while the lesson was held, or shortly before or after."""
        return self.starts - EARLY <= self.marked_at <= self.ends + AFTER

    @property
    def is_late(self) -> bool:
        """Whether it arrived more than a day after it was made."""
        return self.how is MarkedBy.LATER and self.received_at - self.marked_at > A_DAY


def anomalies(session: Session, class_id: int) -> list[Anomaly]:
    """What looks wrong in the attendance of a class, the gravest first. Nine statements."""
    marks = _marks(session, class_id)
    return [
        *_in_register(session, class_id, marks),
        *_seen_otherwise(session, class_id),
        *_one_phone(marks),
        *_outside_time(marks),
        *_sent_late(marks),
        *_corrected(session, class_id),
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
        Marked(
            lesson_id, day, datetime.combine(day, starts, CHINA), datetime.combine(day, ends, CHINA), *rest
        )
        for lesson_id, day, starts, ends, *rest in session.execute(statement)
    ]


# --- what the register says -----------------------------------------------------------------------------


def _in_register(session: Session, class_id: int, marks: list[Marked]) -> Iterator[Anomaly]:
    """Learners marked present on days on which the register has them elsewhere, or no longer served."""
    there: dict[int, list[date]] = defaultdict(list)
    for mark in marks:
        if mark.is_there:
            there[mark.enrolment_id].append(mark.held_on)
    yield from _at_work(session, class_id, there)
    yield from _closed(session, class_id, there)
    yield from _away(session, class_id, there)


def _at_work(session: Session, class_id: int, there: dict[int, list[date]]) -> Iterator[Anomaly]:
    for (enrolment_id, name), spans in _spans_at_work(session, class_id).items():
        days = [day for day in there[enrolment_id] if any(first <= day < last for first, last in spans)]
        if days:
            sentence = Sentence(
                "%(name)s有 %(n)s 节课记了到课，那时台账里却在外面上班，第一次是 %(day)s。",
                {"name": name, "n": len(days), "day": days[0]},
            )
            yield Anomaly("working", sentence, (enrolment_id,))


def _spans_at_work(session: Session, class_id: int) -> dict[tuple[int, str], list[tuple[date, date]]]:
    statement = (
        select(Enrolment.id, Worker.name, Placement.on_site_on, Placement.left_on)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .join(Placement, Placement.worker_id == Worker.id)
        .where(Enrolment.class_id == class_id, Placement.on_site_on.is_not(None))
        .order_by(Enrolment.id)
    )
    spans: dict[tuple[int, str], list[tuple[date, date]]] = defaultdict(list)
    for enrolment_id, name, first, last in session.execute(statement):
        spans[enrolment_id, name].append((first or date.max, last or date.max))
    return spans


def _closed(session: Session, class_id: int, there: dict[int, list[date]]) -> Iterator[Anomaly]:
    is_closed = Worker.state == WorkerState.CLOSED
    for enrolment_id, name, closed_at in _learners(session, class_id, Worker.state_since, is_closed):
        gone = day_of(closed_at)
        if days := [day for day in there[enrolment_id] if day >= gone]:
            sentence = Sentence(
                "%(name)s从 %(day)s 起在台账里“不再服务”，之后还有 %(n)s 节课记了到课。",
                {"name": name, "n": len(days), "day": gone},
            )
            yield Anomaly("closed", sentence, (enrolment_id,))


def _away(session: Session, class_id: int, there: dict[int, list[date]]) -> Iterator[Anomaly]:
    """Learners whom the register has away while the class lasts; after it, away is where they should be."""
    is_away = Worker.work_status.in_(AWAY) & (Enrolment.state == EnrolmentState.ENROLLED)
    for enrolment_id, name, status in _learners(session, class_id, Worker.work_status, is_away):
        if count := len(there[enrolment_id]):
            sentence = Sentence(
                "%(name)s在台账里是“%(status)s”，却有 %(n)s 节课记了到课。请核实台账或考勤。",
                {"name": name, "n": count, "status": status},
            )
            yield Anomaly("away", sentence, (enrolment_id,))


def _learners(
    session: Session, class_id: int, told: InstrumentedAttribute[Any], condition: ColumnElement[bool]
) -> list[Any]:
    statement = (
        select(Enrolment.id, Worker.name, told)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .where(Enrolment.class_id == class_id, condition, told.is_not(None))
        .order_by(Enrolment.id)
    )
    return list(session.execute(statement))


# --- what the marks themselves say ----------------------------------------------------------------------


def _seen_otherwise(session: Session, class_id: int) -> Iterator[Anomaly]:
    """What those who came to look saw that the roll does not say."""
    for one in contradictions(session, class_id):
        yield Anomaly(one.rule, one.sentence)


def _one_phone(marks: list[Marked]) -> Iterator[Anomaly]:
    phones: dict[tuple[int, date, str], list[int]] = defaultdict(list)
    for mark in marks:
        if mark.device:
            phones[mark.lesson_id, mark.held_on, mark.device].append(mark.enrolment_id)
    for (_lesson, day, _device), learners in phones.items():
        if len(learners) >= ONE_PHONE:
            sentence = Sentence("%(day)s有一部手机替 %(n)s 个人扫码签到。", {"day": day, "n": len(learners)})
            yield Anomaly("one_phone", sentence, tuple(learners))


def _outside_time(marks: list[Marked]) -> Iterator[Anomaly]:
    for day, learners in _by_lesson(marks, lambda mark: mark.is_there and not mark.is_at_its_time):
        sentence = Sentence(
            "%(day)s的课有 %(n)s 人的到课不是上课时间记的。", {"day": day, "n": len(learners)}
        )
        yield Anomaly("outside_time", sentence, tuple(learners))


def _sent_late(marks: list[Marked]) -> Iterator[Anomaly]:
    for day, learners in _by_lesson(marks, lambda mark: mark.is_late):
        sentence = Sentence(
            "%(day)s的课有 %(n)s 人的点名过了一天才传上来。", {"day": day, "n": len(learners)}
        )
        yield Anomaly("sent_late", sentence, tuple(learners))


def _corrected(session: Session, class_id: int) -> Iterator[Anomaly]:
    """What was changed or added more than a day after a lesson: old and new value, why, by whom."""
    statement = (
        select(Lesson.held_on, Attendance, Worker.name)
        .join(Attendance, Attendance.lesson_id == Lesson.id)
        .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .where(Lesson.class_id == class_id, func.json_array_length(Attendance.corrections) > 0)
        .order_by(Lesson.held_on, Lesson.starts, Attendance.enrolment_id)
    )
    alike: dict[tuple[date, Correction], list[tuple[int, str]]] = defaultdict(list)
    for day, mark, name in session.execute(statement):
        for one in mark.corrections:
            alike[day, one].append((mark.enrolment_id, name))
    for (day, one), people in alike.items():
        told = {
            "day": day,
            "name": [name for _id, name in people],
            "at": day_of(one.at),
            "who": one.by,
            "change": one.sentence,
            "why": one.why or SENT_BY_PHONE,
        }
        sentence = Sentence("%(day)s的课，%(name)s的点名在 %(at)s由%(who)s%(change)s。原因：%(why)s", told)
        yield Anomaly("corrected", sentence, tuple(enrolment_id for enrolment_id, _name in people))


def _by_lesson(marks: list[Marked], wanted: Callable[[Marked], bool]) -> Iterator[tuple[date, list[int]]]:
    lessons: dict[tuple[int, date], list[int]] = defaultdict(list)
    for mark in filter(wanted, marks):
        lessons[mark.lesson_id, mark.held_on].append(mark.enrolment_id)
    for (_lesson, day), learners in lessons.items():
        yield day, learners


def _perfect(session: Session, class_id: int, marks: list[Marked]) -> Iterator[Anomaly]:
    """A whole class that never missed anything: possible, but rare."""
    in_class = select(Enrolment.id).where(Enrolment.class_id == class_id, Enrolment.state.in_(IN_CLASS))
    learners = set(session.scalars(in_class))
    there: dict[int, set[int]] = defaultdict(set)
    for mark in marks:
        if mark.is_there and mark.enrolment_id in learners:
            there[mark.lesson_id].add(mark.enrolment_id)
    lessons = {mark.lesson_id for mark in marks}
    is_long = len(lessons) >= LEAST_LESSONS and len(learners) >= LEAST_LEARNERS
    if is_long and all(there[lesson_id] == learners for lesson_id in lessons):
        sentence = Sentence(
            "全班 %(n)s 人 %(lessons)s 节课一节都没有缺，请抽查几位学员。",
            {"n": len(learners), "lessons": len(lessons)},
        )
        yield Anomaly("perfect", sentence)
