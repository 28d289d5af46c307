"""Marks of one lesson: by the teacher's roll, at once or later, and by the learner's own scan of a code."""

import base64
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor, Permission
from models.audit import record
from models.clock import CHINA, day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.training.enrolment import SEEN_BY_SCHOOL, Enrolment, EnrolmentState
from models.training.lesson import ATTENDED, Attendance, Correction, Lesson, MarkedBy, Presence
from models.training.training_class import ClassState
from models.workflow import TransitionRefused

AT_ONCE = timedelta(minutes=5)
NOT_TEACHING = Sentence("这个班现在不在上课，不能点名。")
NOT_YET = Sentence("这节课还没有到日子，不能点名。")
UNMARKED = Sentence("还有学员没有点到。请点完，或勾选“没点到的都记缺课”。")
CLOSED = Sentence("这节课已经结束点名。")
NO_SCANS = Sentence("这节课现在不收扫码签到，请当面找老师点名。")
TOO_LATE = Sentence("这节课过去一天多了，改点名、补点名都要写明原因。")
UNCOUNTED = Sentence("有人是自己扫码签到的。请数一数教室里有几人，写上人数，再结束点名。")


class ReasonMissing(TransitionRefused):
    """A mark more than a day after its lesson needs a reason."""

    def __init__(self) -> None:
        super().__init__(TOO_LATE)


@dataclass(frozen=True)
class Mark:
    """What the teacher said of one learner, and how many seconds ago by the phone's clock."""

    enrolment_id: int
    presence: Presence
    seconds_ago: float = 0


def marks_of_phone(sent: str) -> list[Mark] | None:
    """The marks a phone sends as JSON ([{id, presence, ago}]), or None for what cannot be read."""
    try:
        return [_mark(one) for one in json.loads(sent)]
    except (
        ValueError,
        TypeError,
        KeyError,
        OverflowError,
        RecursionError,
    ):  # a bracket a hundred thousand deep
        return None


def _mark(sent: Any) -> Mark:
    ago = float(sent["ago"])
    return Mark(int(sent["id"]), Presence(sent["presence"]), ago if 0 <= ago < 1e9 else 0)


@dataclass(frozen=True)
class Saying:
    """Who speaks on which roll, when it arrives here, and why it comes more than a day after the lesson."""

    actor: Actor
    lesson: Lesson
    now: datetime
    reason: str

    def said_at(self, mark: Mark) -> datetime:
        """The instant the teacher said it: not before the lesson's day, not after it arrived here."""
        dawn = datetime.combine(self.lesson.held_on, time(0), CHINA)
        return max(dawn, self.now - timedelta(seconds=max(0, min(mark.seconds_ago, 10**8))))

    def correction(self, before: Presence | None, mark: Mark) -> Correction | None:
        """What stays visible of a mark that comes more than a day after the lesson; None for one in time.

        A phone that was without network may bring an old word late without a reason; a first mark it brings
        is only late. Raises ReasonMissing for a word that was said late.
        """
        is_own_word_late = self.lesson.is_settled(self.said_at(mark))
        if is_own_word_late and not self.reason:
            raise ReasonMissing
        if not self.lesson.is_settled(self.now) or (before is None and not is_own_word_late):
            return None
        return Correction(before, mark.presence, self.reason, self.actor.name, self.now)


def save_marks(
    session: Session, actor: Actor, lesson: Lesson, marks: Iterable[Mark], now: datetime, reason: str = ""
) -> int:
    """Write the teacher's marks down; returns how many were new or changed.

    Sent twice they do nothing the second time: a learner has one mark in a lesson, and the later word counts,
    by the time it was said. More than a day after the lesson a word needs a ``reason``, and what was changed
    stays visible to whoever checks the claim. Raises PermissionError, TransitionRefused (the class is not
    being taught, the day has not come), ReasonMissing, or LookupError for a learner of another class. The
    caller commits.
    """
    _require(session, actor, lesson, now)
    latest = {mark.enrolment_id: mark for mark in sorted(marks, key=lambda mark: -mark.seconds_ago)}
    _refuse_strangers(session, lesson, set(latest))
    known, saying = _marks(session, lesson.id), Saying(actor, lesson, now, reason.strip())
    changed = [mark for mark in latest.values() if _put(session, saying, known.get(mark.enrolment_id), mark)]
    if changed:
        counts = Counter(mark.presence.value for mark in changed)
        record(session, actor, EventTag.ATTENDANCE_MARK, lesson, cohort=lesson.class_id, counts=dict(counts))
    return len(changed)


def roll_refusal(lesson: Lesson, now: datetime) -> Sentence | None:
    """Why nothing can be written on the roll of ``lesson``."""
    if lesson.training_class.state is not ClassState.TEACHING:
        return NOT_TEACHING
    return NOT_YET if lesson.held_on > day_of(now) else None


def _require(session: Session, actor: Actor, lesson: Lesson, now: datetime) -> None:
    if not actor.can(Permission.ATTENDANCE_TAKE):
        raise PermissionError("attendance")
    _lock(session, lesson)
    if sentence := roll_refusal(lesson, now):
        raise TransitionRefused(sentence)


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


def _put(session: Session, saying: Saying, before: Attendance | None, mark: Mark) -> bool:
    said_at = saying.said_at(mark)
    if before is None:
        row = Attendance(lesson_id=saying.lesson.id, enrolment_id=mark.enrolment_id, corrections=[])
        _write(row, saying, mark, saying.correction(None, mark))
        session.add(row)
        return True
    if before.presence is mark.presence or before.marked_at >= said_at:
        return False
    correction = saying.correction(before.presence, mark)
    change = {"from": before.presence.value, "to": mark.presence.value}
    if correction:
        change["reason"] = correction.why
    record(session, saying.actor, EventTag.ATTENDANCE_MARK, before, lesson=saying.lesson.id, **change)
    _write(before, saying, mark, correction)
    return True


def _write(row: Attendance, saying: Saying, mark: Mark, correction: Correction | None) -> None:
    said_at = saying.said_at(mark)
    row.presence, row.marked_by_id = mark.presence, saying.actor.user_id
    row.how = MarkedBy.ROSTER if saying.now - said_at <= AT_ONCE else MarkedBy.LATER
    row.marked_at, row.received_at = said_at, saying.now
    if correction:
        row.corrections = [*row.corrections, correction]


@dataclass(frozen=True)
class Closing:
    """How a teacher ends a roll: whether learners without a mark are absent, how many sit in the room."""

    absent_rest: bool = False
    head_count: int | None = None
    reason: str = ""


def close_lesson(
    session: Session, actor: Actor, lesson: Lesson, now: datetime, closing: Closing = Closing()
) -> None:
    """End the roll. Learners without a mark are refused, or marked absent when the teacher asks for that.

    A code can be photographed and sent on, so a roll with scans in it ends with the heads counted, and only
    when no more people are called present than sit there.
    """
    _require(session, actor, lesson, now)
    if lesson.closed_at is not None:
        raise TransitionRefused(CLOSED)
    enrolled = select(Enrolment.id).where(
        Enrolment.class_id == lesson.class_id, Enrolment.state == EnrolmentState.ENROLLED
    )
    marks = _marks(session, lesson.id)
    unmarked = set(session.scalars(enrolled)) - set(marks)
    if unmarked and not closing.absent_rest:
        raise TransitionRefused(UNMARKED)
    if sentence := head_count_refusal(marks.values(), closing.head_count):
        raise TransitionRefused(sentence)
    absent = [Mark(enrolment_id, Presence.ABSENT) for enrolment_id in sorted(unmarked)]
    save_marks(session, actor, lesson, absent, now, closing.reason)
    lesson.closed_at, lesson.head_count = now, closing.head_count
    counts = {} if closing.head_count is None else {"counts": {"counted": closing.head_count}}
    told = {"cohort": lesson.class_id, "outcome": "roll_closed"} | counts
    record(session, actor, EventTag.ATTENDANCE_MARK, lesson, **told)


def head_count_refusal(marks: Iterable[Attendance], head_count: int | None) -> Sentence | None:
    """Why a roll with these marks does not end with ``head_count`` people in the room (None: not counted)."""
    rows = list(marks)
    if not any(mark.how is MarkedBy.CODE for mark in rows):
        return None
    if head_count is None:
        return UNCOUNTED
    there = sum(mark.presence in ATTENDED for mark in rows)
    if head_count >= there:
        return None
    return Sentence(
        "教室里数到 %(counted)s 人，点名册上记了 %(marked)s 人到课。先把不在教室的人改成缺课，再结束点名。",
        {"counted": head_count, "marked": there},
    )


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
