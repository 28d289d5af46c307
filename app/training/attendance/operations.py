"""Marks of one lesson: by the teacher's roll, at once or later, and by the learner's own scan."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.attendance.queries.totals import COUNTED
from models.access import Actor, Permission
from models.audit import EventTag, record
from models.clock import CHINA, utc_now
from models.i18n import N_
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.lesson import Attendance, Lesson, MarkedBy, Presence
from models.training.training_class import ClassState
from models.workflow import TransitionRefused

AT_ONCE = timedelta(minutes=5)
NOT_TEACHING = N_("这个班现在不在上课，不能点名。")
NOT_YET = N_("这节课还没有到日子，不能点名。")
UNMARKED = N_("还有学员没有点到。请点完，或勾选“没点到的都记缺课”。")
CLOSED = N_("这节课已经结束点名。")


@dataclass(frozen=True)
class Mark:
    """What the teacher said of one learner, and how many seconds ago by his phone."""

    enrolment_id: int
    presence: Presence
    seconds_ago: float = 0


def save_marks(
    session: Session, actor: Actor, lesson: Lesson, marks: Iterable[Mark], now: datetime | None = None
) -> int:
    """Write the teacher's marks down; returns how many were new or changed.

    Sent twice they do nothing the second time: a learner has one mark in a lesson, and the later word counts,
    by the time it was said. Raises PermissionError, TransitionRefused (the class is not being taught, the day
    has not come), or LookupError when somebody is named who is not in the class. The caller commits.
    """
    now = now or utc_now()
    _require(session, actor, lesson, now)
    latest = {mark.enrolment_id: mark for mark in sorted(marks, key=lambda one: -one.seconds_ago)}
    _refuse_strangers(session, lesson, set(latest))
    known = _marks(session, lesson.id)
    put = partial(_put, session, actor, lesson, now)
    changed = [one for one in latest.values() if put(known.get(one.enrolment_id), one)]
    if changed:
        counts = Counter(one.presence.value for one in changed)
        record(session, actor, EventTag.ATTENDANCE_MARK, lesson, cohort=lesson.class_id, counts=dict(counts))
    return len(changed)


def _require(session: Session, actor: Actor, lesson: Lesson, now: datetime) -> None:
    if not actor.can(Permission.ATTENDANCE_TAKE):
        raise PermissionError("attendance")
    _lock(session, lesson)
    if lesson.training_class.state is not ClassState.TEACHING:
        raise TransitionRefused(NOT_TEACHING)
    if lesson.held_on > now.astimezone(CHINA).date():
        raise TransitionRefused(NOT_YET)


def _lock(session: Session, lesson: Lesson) -> None:
    """Let one transaction at a time write the marks of a lesson; on SQLite every writer is alone anyway."""
    session.refresh(lesson, with_for_update=True)


def _refuse_strangers(session: Session, lesson: Lesson, enrolment_ids: set[int]) -> None:
    learners = select(Enrolment.id).where(Enrolment.class_id == lesson.class_id, Enrolment.state.in_(COUNTED))
    if enrolment_ids - set(session.scalars(learners)):
        raise LookupError("not in this class")


def _marks(session: Session, lesson_id: int) -> dict[int, Attendance]:
    rows = session.scalars(select(Attendance).where(Attendance.lesson_id == lesson_id))
    return {row.enrolment_id: row for row in rows}


def _put(
    session: Session, actor: Actor, lesson: Lesson, now: datetime, before: Attendance | None, mark: Mark
) -> bool:
    said_at = _said_at(lesson, mark, now)
    how = MarkedBy.ROSTER if now - said_at <= AT_ONCE else MarkedBy.LATER
    news = {
        "presence": mark.presence,
        "how": how,
        "marked_at": said_at,
        "received_at": now,
        "marked_by_id": actor.user_id,
        "device": None,
    }
    if before is None:
        session.add(Attendance(lesson_id=lesson.id, enrolment_id=mark.enrolment_id, **news))
        return True
    if before.presence is mark.presence or before.marked_at >= said_at:
        return False
    record(
        session,
        actor,
        EventTag.ATTENDANCE_MARK,
        before,
        lesson=lesson.id,
        **{"from": before.presence.value, "to": mark.presence.value},
    )
    for name, value in (news | {"device": before.device}).items():
        setattr(before, name, value)
    return True


def _said_at(lesson: Lesson, mark: Mark, now: datetime) -> datetime:
    """Return when the teacher said it: not before the lesson's day, not after it arrived here."""
    dawn = datetime.combine(lesson.held_on, time(0), CHINA)
    return max(dawn, now - timedelta(seconds=max(0, min(mark.seconds_ago, 10**8))))


def check_in(
    session: Session,
    actor: Actor,
    lesson: Lesson,
    enrolment: Enrolment,
    device: str,
    now: datetime | None = None,
) -> Attendance:
    """Mark the learner present by his own scan, once; a mark that stands already stays as it is."""
    now = now or utc_now()
    _lock(session, lesson)
    mine = Attendance.lesson_id == lesson.id, Attendance.enrolment_id == enrolment.id
    if before := session.scalar(select(Attendance).where(*mine)):
        return before
    mark = Attendance(
        lesson_id=lesson.id,
        enrolment_id=enrolment.id,
        presence=Presence.PRESENT,
        how=MarkedBy.CODE,
        marked_at=now,
        received_at=now,
        marked_by_id=actor.user_id,
        device=device,
    )
    session.add(mark)
    session.flush()
    record(session, actor, EventTag.ATTENDANCE_MARK, mark, lesson=lesson.id, kind=MarkedBy.CODE.value)
    return mark


def close_lesson(session: Session, actor: Actor, lesson: Lesson, absent_rest: bool = False) -> None:
    """End the roll. Learners without a mark are refused, or marked absent when the teacher asks for that."""
    now = utc_now()
    _require(session, actor, lesson, now)
    if lesson.closed_at is not None:
        raise TransitionRefused(CLOSED)
    here = select(Enrolment.id).where(
        Enrolment.class_id == lesson.class_id, Enrolment.state == EnrolmentState.ENROLLED
    )
    unmarked = set(session.scalars(here)) - set(_marks(session, lesson.id))
    if unmarked and not absent_rest:
        raise TransitionRefused(UNMARKED)
    if unmarked:
        save_marks(
            session, actor, lesson, [Mark(number, Presence.ABSENT) for number in sorted(unmarked)], now
        )
    lesson.closed_at = now
    record(session, actor, EventTag.ATTENDANCE_MARK, lesson, cohort=lesson.class_id, outcome="roll_closed")
