"""Marks of one lesson: by the teacher's roll, at once or later, and by the learner's own scan of a code."""

import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor, Permission
from models.audit import record
from models.clock import CHINA, day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.training.enrolment import SEEN_BY_SCHOOL, Enrolment, EnrolmentState
from models.training.lesson import Attendance, Lesson, MarkedBy, Presence
from models.training.training_class import ClassState
from models.workflow import TransitionRefused

AT_ONCE = timedelta(minutes=5)
NOT_TEACHING = Sentence("这个班现在不在上课，不能点名。")
NOT_YET = Sentence("这节课还没有到日子，不能点名。")
UNMARKED = Sentence("还有学员没有点到。请点完，或勾选“没点到的都记缺课”。")
CLOSED = Sentence("这节课已经结束点名。")
NO_SCANS = Sentence("这节课现在不收扫码签到，请当面找老师点名。")


@dataclass(frozen=True)
class Mark:
    """What the teacher said of one learner, and how many seconds ago by the phone's clock."""

    enrolment_id: int
    presence: Presence
    seconds_ago: float = 0


def save_marks(session: Session, actor: Actor, lesson: Lesson, marks: Iterable[Mark], now: datetime) -> int:
    """Write the teacher's marks down; returns how many were new or changed.

    Sent twice they do nothing the second time: a learner has one mark in a lesson, and the later word counts,
    by the time it was said. Raises PermissionError, TransitionRefused (the class is not being taught, the day
    has not come), or LookupError for a learner of another class. The caller commits.
    """
    _require(session, actor, lesson, now)
    latest = {mark.enrolment_id: mark for mark in sorted(marks, key=lambda mark: -mark.seconds_ago)}
    _refuse_strangers(session, lesson, set(latest))
    known = _marks(session, lesson.id)
    changed = [
        mark
        for mark in latest.values()
        if _put(session, actor, lesson, known.get(mark.enrolment_id), mark, now)
    ]
    if changed:
        counts = Counter(mark.presence.value for mark in changed)
        record(session, actor, EventTag.ATTENDANCE_MARK, lesson, cohort=lesson.class_id, counts=dict(counts))
    return len(changed)


def _require(session: Session, actor: Actor, lesson: Lesson, now: datetime) -> None:
    if not actor.can(Permission.ATTENDANCE_TAKE):
        raise PermissionError("attendance")
    _lock(session, lesson)
    if lesson.training_class.state is not ClassState.TEACHING:
        raise TransitionRefused(NOT_TEACHING)
    if lesson.held_on > day_of(now):
        raise TransitionRefused(NOT_YET)


def _lock(session: Session, lesson: Lesson) -> None:
    """Let one transaction at a time write the marks of a lesson; on SQLite every writer is alone anyway."""
    session.refresh(lesson, with_for_update=True)


def _refuse_strangers(session: Session, lesson: Lesson, enrolment_ids: set[int]) -> None:
    learners = select(Enrolment.id).where(
        Enrolment.class_id == lesson.class_id, Enrolment.state.in_(SEEN_BY_SCHOOL)
    )
    if enrolment_ids - set(session.scalars(learners)):
        raise LookupError("not in this class")


def _marks(session: Session, lesson_id: int) -> dict[int, Attendance]:
    rows = session.scalars(select(Attendance).where(Attendance.lesson_id == lesson_id))
    return {row.enrolment_id: row for row in rows}


def _put(
    session: Session, actor: Actor, lesson: Lesson, before: Attendance | None, mark: Mark, now: datetime
) -> bool:
    said_at = _said_at(lesson, mark, now)
    if before is None:
        row = Attendance(lesson_id=lesson.id, enrolment_id=mark.enrolment_id)
        _write(row, actor, mark, said_at, now)
        session.add(row)
        return True
    if before.presence is mark.presence or before.marked_at >= said_at:
        return False
    change = {"from": before.presence.value, "to": mark.presence.value}
    record(session, actor, EventTag.ATTENDANCE_MARK, before, lesson=lesson.id, **change)
    _write(before, actor, mark, said_at, now)
    return True


def _write(row: Attendance, actor: Actor, mark: Mark, said_at: datetime, now: datetime) -> None:
    row.presence, row.marked_by_id = mark.presence, actor.user_id
    row.how = MarkedBy.ROSTER if now - said_at <= AT_ONCE else MarkedBy.LATER
    row.marked_at, row.received_at = said_at, now


def _said_at(lesson: Lesson, mark: Mark, now: datetime) -> datetime:
    """The instant the teacher said it: not before the lesson's day, not after it arrived here."""
    dawn = datetime.combine(lesson.held_on, time(0), CHINA)
    return max(dawn, now - timedelta(seconds=max(0, min(mark.seconds_ago, 10**8))))


def close_lesson(
    session: Session, actor: Actor, lesson: Lesson, now: datetime, absent_rest: bool = False
) -> None:
    """End the roll. Learners without a mark are refused, or marked absent when the teacher asks for that."""
    _require(session, actor, lesson, now)
    if lesson.closed_at is not None:
        raise TransitionRefused(CLOSED)
    enrolled = select(Enrolment.id).where(
        Enrolment.class_id == lesson.class_id, Enrolment.state == EnrolmentState.ENROLLED
    )
    unmarked = set(session.scalars(enrolled)) - set(_marks(session, lesson.id))
    if unmarked and not absent_rest:
        raise TransitionRefused(UNMARKED)
    absent = [Mark(enrolment_id, Presence.ABSENT) for enrolment_id in sorted(unmarked)]
    save_marks(session, actor, lesson, absent, now)
    lesson.closed_at = now
    record(session, actor, EventTag.ATTENDANCE_MARK, lesson, cohort=lesson.class_id, outcome="roll_closed")


def check_in(
    session: Session, actor: Actor, lesson: Lesson, enrolment: Enrolment, device: str, now: datetime
) -> Attendance:
    """Mark the learner present by an own scan, once; a mark that stands already stays as it is.

    Raises TransitionRefused where the lesson takes no scans any more, or the learner has left the class.
    """
    _lock(session, lesson)
    own = Attendance.lesson_id == lesson.id, Attendance.enrolment_id == enrolment.id
    if before := session.scalar(select(Attendance).where(*own)):
        return before
    if not lesson.takes_check_in(now) or enrolment.state is not EnrolmentState.ENROLLED:
        raise TransitionRefused(NO_SCANS)
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


# --- the changing code of a lesson, and the short ticket a scanned code is exchanged for ----------------

WINDOW_SECONDS, TICKET_SECONDS = 30, 300
_SALT = "lesson-ticket"


def code_at(lesson: Lesson, now: datetime) -> str:
    """The code of ``lesson`` in the 30 seconds around ``now``: its number and 40 bits of an HMAC."""
    return _code(lesson, _window(now))


def is_current_code(lesson: Lesson, code: str, now: datetime) -> bool:
    """Whether ``code`` is the present one or the one before it."""
    return any(hmac.compare_digest(code, _code(lesson, _window(now) - back)) for back in (0, 1))


def seconds_left(now: datetime) -> int:
    """How long the present code will still be shown."""
    return WINDOW_SECONDS - int(now.timestamp()) % WINDOW_SECONDS


def lesson_in_code(code: str) -> int | None:
    """Which lesson a code speaks of, or None when it is no code at all."""
    number, dash, rest = code.partition("-")
    is_code = dash and number.isascii() and number.isdigit() and len(number) < 10 and rest.isascii()
    return int(number) if is_code else None


def ticket(secret_key: str, lesson_id: int, device: str) -> str:
    """What lets ``device`` (a digest) finish within five minutes what a right code began."""
    return str(URLSafeTimedSerializer(secret_key, _SALT).dumps([lesson_id, device]))


def lesson_in_ticket(secret_key: str, text: str, device: str) -> int | None:
    """The lesson of a ticket, or None: forged, too old, or made for another phone."""
    try:
        lesson_id, owner = URLSafeTimedSerializer(secret_key, _SALT).loads(text, max_age=TICKET_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    return int(lesson_id) if hmac.compare_digest(str(owner), device) else None


def _window(now: datetime) -> int:
    return int(now.timestamp()) // WINDOW_SECONDS


def _code(lesson: Lesson, window: int) -> str:
    mac = hmac.new(lesson.code_secret.encode(), f"{lesson.id} {window}".encode(), hashlib.sha256).digest()
    return f"{lesson.id}-{base64.b32encode(mac[:5]).decode().lower()}"
