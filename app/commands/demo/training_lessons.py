"""A month of lessons for a demo class: timetable, marks as people come and miss, a visit."""

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models import vault
from models.access import Grant, Role
from models.clock import CHINA, today, utc_now
from models.training.enrolment import IN_CLASS, Enrolment
from models.training.lesson import (
    ATTENDED,
    Attendance,
    Correction,
    Inspection,
    InspectionKind,
    Lesson,
    LessonKind,
    MarkedBy,
    Presence,
)
from models.training.training_class import TrainingClass
from models.user import User

HALVES = ((time(8, 30), time(11, 30)), (time(14), time(17)))
HALF_PERIODS, THEORY_SHARE = 4, 0.35
THEORY = ("安全生产和劳动保护", "工具、量具和材料", "看图和工艺", "法律常识：合同、工资、社保")
PRACTICE = ("基本操作", "分步练习", "综合练习", "按考核标准练习", "厂里师傅带练")
BOOK = "职业技能培训教材（中国劳动社会保障出版社）"
DILIGENT, CARELESS, CARELESS_SHARE = 0.97, 0.78, 0.1
CODE_SHARE, LATER_SHARE = 0.35, 0.08


def lessons_for(session: Session, training_class: TrainingClass, days: int) -> int:
    """Give ``training_class`` lessons on its first ``days`` working days and mark those before today.

    The periods fill what the class was approved for, as far as the days reach; the teacher's account is the
    demo's own where the class is of that school. Returns how many lessons there are; the caller commits.
    """
    rng = Random(training_class.id)  # noqa: S311  synthetic people, no secret
    rows = list(_lessons(training_class, days, _teacher(session, training_class)))
    if not rows:
        return 0
    session.execute(insert(Lesson), rows)
    session.flush()
    training_class.scheduled_periods = sum(row["periods"] for row in rows)
    lessons = list(
        session.scalars(select(Lesson).where(Lesson.class_id == training_class.id).order_by(Lesson.id))
    )
    held = [lesson for lesson in lessons if lesson.held_on < today()]
    if marks := list(_marks(session, training_class, held, rng)):
        session.execute(insert(Attendance), marks)
        _count_heads(held, marks)
    if held:
        _visit(session, training_class, rng.choice(held), marks)
    return len(lessons)


def _working_days(first: date, last: date, count: int) -> list[date]:
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [day for day in every if day.weekday() < 5][:count]


def _lessons(training_class: TrainingClass, days: int, teacher: User | None) -> Iterator[dict[str, Any]]:
    left = training_class.periods
    halves = [
        (day, half)
        for day in _working_days(training_class.starts_on, training_class.ends_on, days)
        for half in HALVES
    ]
    for n, (day, (starts, ends)) in enumerate(halves):
        periods = min(HALF_PERIODS, left)
        if periods <= 0:
            return
        left -= periods
        is_theory = (n + 1) * HALF_PERIODS <= THEORY_SHARE * training_class.periods
        topics = THEORY if is_theory else PRACTICE
        yield {
            "class_id": training_class.id,
            "school_id": training_class.school_id,
            "county_code": training_class.county_code,
            "held_on": day,
            "starts": starts,
            "ends": ends,
            "periods": periods,
            "kind": LessonKind.THEORY if is_theory else LessonKind.PRACTICE,
            "content": topics[n % len(topics)],
            "place": f"{training_class.place}{1 + training_class.id % 3}号",
            "material": BOOK if is_theory else "",
            "teacher_name": teacher.name if teacher else training_class.head_teacher or "马老师",
            "teacher_user_id": teacher.id if teacher else None,
            "code_secret": secrets.token_urlsafe(24),
            "created_at": utc_now(),
            "closed_at": _at(day, ends) if day < today() else None,
        }


def _at(day: date, clock: time, minutes: int = 0) -> datetime:
    return datetime.combine(day, clock, CHINA) + timedelta(minutes=minutes)


def _marks(
    session: Session, training_class: TrainingClass, lessons: list[Lesson], rng: Random
) -> Iterator[dict[str, Any]]:
    learners = session.scalars(
        select(Enrolment.id).where(Enrolment.class_id == training_class.id, Enrolment.state.in_(IN_CLASS))
    ).all()
    diligence = {n: CARELESS if rng.random() < CARELESS_SHARE else DILIGENT for n in learners}
    for lesson in lessons:
        later = rng.random() < LATER_SHARE
        for number in learners:
            presence = _presence(rng, diligence[number])
            scanned = presence is Presence.PRESENT and not later and rng.random() < CODE_SHARE
            at = _at(lesson.held_on, lesson.starts, rng.randint(-15, 12))
            yield {
                "lesson_id": lesson.id,
                "enrolment_id": number,
                "presence": presence,
                "marked_at": at,
                "how": MarkedBy.CODE if scanned else MarkedBy.LATER if later else MarkedBy.ROSTER,
                "received_at": at + timedelta(hours=9 if later else 0),
                "marked_by_id": lesson.teacher_user_id,
                "device": _phone(lesson, number, learners, training_class.id) if scanned else None,
                "note": "",
                "corrections": _corrections(training_class, lesson, presence),
                "created_at": at,
                "version": 1,
            }


def _phone(lesson: Lesson, number: int, learners: Sequence[int], class_id: int) -> str:
    """Each learner has a phone, but in one class of four the first scan for their neighbours one
    day."""
    is_shared = class_id % 4 == 0 and lesson.held_on.day % 7 == 0 and number in learners[:6]
    return vault.digest(f"demo device {learners[0] if is_shared else number}")


def _count_heads(held: list[Lesson], marks: list[dict[str, Any]]) -> None:
    """Before a roll with scans ended, the teacher counted the room, and it was right."""
    scanned = {mark["lesson_id"] for mark in marks if mark["how"] is MarkedBy.CODE}
    there = Counter(mark["lesson_id"] for mark in marks if mark["presence"] in ATTENDED)
    for lesson in held:
        lesson.head_count = there[lesson.id] if lesson.id in scanned else None


def _corrections(training_class: TrainingClass, lesson: Lesson, presence: Presence) -> list[Correction]:
    """In one class of four, who was present on the first day was noted as absent till two days later."""
    is_corrected = training_class.id % 4 == 3 and lesson.held_on == training_class.starts_on
    if not is_corrected or presence is not Presence.PRESENT or lesson.starts.hour > 12:
        return []
    at, why = _at(lesson.held_on + timedelta(days=2), lesson.ends), "交通车晚点，到的时候已经点过名"
    return [Correction(Presence.ABSENT, presence, why, lesson.teacher_name, at)]


def _presence(rng: Random, diligence: float) -> Presence:
    if rng.random() < diligence:
        return Presence.LATE if rng.random() < 0.03 else Presence.PRESENT
    return Presence.EXCUSED if rng.random() < 0.4 else Presence.ABSENT


def _visit(
    session: Session, training_class: TrainingClass, lesson: Lesson, marks: list[dict[str, Any]]
) -> None:
    """The county came to one lesson and counted: all as planned, but two missing in one class of five."""
    inspector = session.scalar(select(User).where(User.username == "county"))
    if inspector is None:
        return
    count = sum(mark["lesson_id"] == lesson.id and mark["presence"] in ATTENDED for mark in marks)
    missing = 2 if training_class.id % 5 == 2 else 0
    session.add(
        Inspection(
            class_id=training_class.id,
            lesson_id=lesson.id,
            kind=InspectionKind.RANDOM,
            counted=max(0, count - missing),
            marked=count,
            visited_at=_at(lesson.held_on, lesson.starts, 50),
            in_order=True,
            teacher_agrees=True,
            place_agrees=True,
            content_agrees=True,
            inspector_id=inspector.id,
            inspector_name=inspector.name,
            finding="",
        )
    )


def _teacher(session: Session, training_class: TrainingClass) -> User | None:
    """The demo's teacher, if the class is of the same school."""
    at_school = select(Grant.user_id).where(
        Grant.organisation_id == training_class.school_id, Grant.role == Role.TEACHER
    )
    return session.scalar(select(User).where(User.username == "teacher", User.id.in_(at_school)))
