"""A timetable is replaced by a spreadsheet, or changed lesson by lesson; after approval with a reason."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.training.timetable import queries
from models import vault
from models.access import Actor, Permission
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.name import name_key
from models.reference.calendar import work_calendar
from models.training.lesson import Lesson
from models.training.timetable import Finding, Planned, judge_all, teaching_days
from models.training.training_class import ClassState, TrainingClass
from models.workflow import REASON_MISSING, TransitionRefused

FREELY = (ClassState.DRAFT, ClassState.RETURNED)
WITH_REASON = (ClassState.APPROVED, ClassState.OPENED, ClassState.TEACHING)
UNDER_REVIEW = Sentence("开班申请正在审核，课程表现在不能改；要改，请县里先退回补正。")
OVER = Sentence("这个班的课已经上完，课程表不能再改。")
FIXED = Sentence("这节课已经上过或点过名，不能再改。")
NOT_LATER = Sentence("恢复上课的日子要晚于停课的第一天。")
NOTHING_MOVES = Sentence("从这一天起没有能挪的课：上过的、点过名的不动。")
JUDGED = ("held_on", "starts", "ends", "kind", "periods", "place", "teacher_name", "teacher_digest")


class Clash(Exception):
    """A lesson breaks a rule; ``findings`` name the fields and what to change."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(findings[0].sentence)
        self.findings = findings


def needs_reason(training_class: TrainingClass) -> bool:
    """Whether the county has approved the timetable already, so that a change needs a reason."""
    return training_class.state in WITH_REASON


def may_change(training_class: TrainingClass) -> bool:
    """Whether the timetable can be changed in the present state of the class."""
    return training_class.state in (*FREELY, *WITH_REASON)


def import_timetable(
    session: Session,
    actor: Actor,
    training_class: TrainingClass,
    rows: list[dict[str, Any]],
    today: date,
    reason: str = "",
    filename: str = "",
) -> int:
    """Replace the timetable by ``rows`` (columns of a lesson); returns how many lessons came.

    Lessons that were held or have marks stay. Raises PermissionError, TransitionRefused, or Clash when a row
    breaks a rule: the rows are all taken or none. The caller commits.
    """
    _require(actor, training_class, reason)
    fixed = fixed_lessons(session, training_class, today)
    before = queries.lessons_of(session, training_class.id)
    kept = [lesson for lesson in before if lesson.id in fixed]
    gone = [lesson for lesson in before if lesson.id not in fixed]
    rows = completed(session, training_class, rows, today)
    _accept(session, training_class, kept, rows, today)
    for lesson in gone:
        session.delete(lesson)
    session.flush()  # a lesson that moved only its content comes back at the same hour
    session.add_all(_lesson(training_class, row) for row in rows)
    _recount(session, training_class)
    told = {"file": filename, "reason": reason, "rows": len(rows), "from": [_summary(one) for one in gone]}
    record(session, actor, EventTag.TIMETABLE_IMPORT, training_class, **told)
    return len(rows)


def add_lesson(
    session: Session,
    actor: Actor,
    training_class: TrainingClass,
    values: dict[str, Any],
    today: date,
    reason: str = "",
) -> list[Sentence]:
    """Add one lesson; returns the warnings. Raises as :func:`import_timetable` does."""
    _require(actor, training_class, reason)
    others = queries.lessons_of(session, training_class.id)
    (values,) = completed(session, training_class, [values], today)
    warnings = _accept(session, training_class, others, [values], today)
    lesson = _lesson(training_class, values)
    session.add(lesson)
    _recount(session, training_class)
    record(session, actor, EventTag.TIMETABLE_CHANGE, training_class, to=_summary(lesson), reason=reason)
    return warnings


def change_lesson(
    session: Session, actor: Actor, lesson: Lesson, values: dict[str, Any], today: date, reason: str = ""
) -> list[Sentence]:
    """Change or move one lesson; returns the warnings. Raises as :func:`import_timetable` does."""
    training_class = lesson.training_class
    _require(actor, training_class, reason)
    _refuse_fixed(session, lesson, today)
    others = [other for other in queries.lessons_of(session, training_class.id) if other.id != lesson.id]
    (values,) = completed(session, training_class, [values], today)
    warnings = _accept(session, training_class, others, [values], today)
    before = _summary(lesson)
    for name, value in values.items():
        setattr(lesson, name, value)
    _recount(session, training_class)
    record(
        session,
        actor,
        EventTag.TIMETABLE_CHANGE,
        training_class,
        lesson=lesson.id,
        reason=reason,
        **{"from": before, "to": _summary(lesson)},
    )
    return warnings


def remove_lesson(session: Session, actor: Actor, lesson: Lesson, today: date, reason: str = "") -> None:
    """Take one lesson off the timetable."""
    training_class, gone = lesson.training_class, {"from": _summary(lesson)}
    _require(actor, training_class, reason)
    _refuse_fixed(session, lesson, today)
    record(session, actor, EventTag.TIMETABLE_CHANGE, training_class, reason=reason, **gone)
    session.delete(lesson)
    _recount(session, training_class)


@dataclass(frozen=True)
class Shift:
    """All lessons from ``first`` on move: taught again from ``resume_on``.

    ``in_step``: each as many days later; else one after the other to the next days on which the class is
    taught, feasts left out.
    """

    first: date
    resume_on: date
    in_step: bool = False


def moved_days(
    session: Session, training_class: TrainingClass, shift: Shift, today: date
) -> list[tuple[Lesson, date]]:
    """Each lesson that moves and its new day, in the order in which they are held; held ones stay."""
    lessons = queries.lessons_of(session, training_class.id)
    fixed = queries.held_or_marked(session, training_class.id, today)
    moving = [one for one in lessons if one.held_on >= shift.first and one.id not in fixed]
    days = sorted({lesson.held_on for lesson in moving})
    if shift.in_step:
        new = {day: day + (shift.resume_on - shift.first) for day in days}
    else:
        weekdays = {lesson.held_on.weekday() for lesson in lessons}
        new = dict(zip(days, teaching_days(work_calendar(session), shift.resume_on, weekdays), strict=False))
    return [(lesson, new[lesson.held_on]) for lesson in moving]


def judge_shift(
    session: Session, training_class: TrainingClass, moved: list[tuple[Lesson, date]], today: date
) -> dict[int, list[Finding]]:
    """By the number of a lesson that moves, what the rules say of its new day."""
    numbers = {lesson.id for lesson, _day in moved}
    others = [one for one in queries.lessons_of(session, training_class.id) if one.id not in numbers]
    rows = [{name: getattr(lesson, name) for name in JUDGED} | {"held_on": day} for lesson, day in moved]
    findings = judge(session, training_class, others, rows, today)
    return {moved[number][0].id: of_row for number, of_row in findings.items()}


def shift_lessons(
    session: Session, actor: Actor, training_class: TrainingClass, shift: Shift, today: date, reason: str
) -> int:
    """Move all lessons from a day on, all or none; returns how many. Raises as :func:`import_timetable`."""
    _require(actor, training_class, reason)
    if shift.resume_on <= shift.first:
        raise TransitionRefused(NOT_LATER)
    moved = moved_days(session, training_class, shift, today)
    if not moved:
        raise TransitionRefused(NOTHING_MOVES)
    findings = judge_shift(session, training_class, moved, today)
    if rejections := [one for of_row in findings.values() for one in of_row if one.rejects]:
        raise Clash(rejections)
    before = [_summary(lesson) for lesson, _day in moved]
    for lesson, day in reversed(moved):  # the last first: no two lessons meet at one hour on the way
        lesson.held_on = day
        session.flush()
    told = {"from": before, "to": f"{shift.first} -> {shift.resume_on}", "rows": len(moved), "reason": reason}
    record(session, actor, EventTag.TIMETABLE_CHANGE, training_class, **told)
    return len(moved)


def _require(actor: Actor, training_class: TrainingClass, reason: str) -> None:
    if not actor.can(Permission.CLASS_WRITE):
        raise PermissionError("timetable")
    if training_class.state is ClassState.APPLIED:
        raise TransitionRefused(UNDER_REVIEW)
    if not may_change(training_class):
        raise TransitionRefused(OVER)
    if needs_reason(training_class) and not reason.strip():
        raise TransitionRefused(REASON_MISSING)


def _refuse_fixed(session: Session, lesson: Lesson, today: date) -> None:
    if lesson.id in fixed_lessons(session, lesson.training_class, today):
        raise TransitionRefused(FIXED)


def fixed_lessons(session: Session, training_class: TrainingClass, today: date) -> set[int]:
    """The lessons that stay whatever comes: once the county agreed, those held, closed or marked."""
    if not needs_reason(training_class):
        return set()
    return queries.held_or_marked(session, training_class.id, today)


def completed(
    session: Session, training_class: TrainingClass, rows: Iterable[dict[str, Any]], today: date
) -> list[dict[str, Any]]:
    """Each row with what follows from its teacher's name: the ID number, if known here, and the account."""
    numbers = _unique(
        (lesson.teacher_name, lesson.teacher_id_number)
        for lesson in queries.lessons_of(session, training_class.id)
        if lesson.teacher_id_number
    )
    teachers = queries.teachers(session, training_class.school_id, today)
    accounts = _unique((name, user_id) for user_id, name in teachers)
    return [_complete(row, numbers, accounts) for row in rows]


def _complete(row: dict[str, Any], numbers: dict[str, Any], accounts: dict[str, Any]) -> dict[str, Any]:
    number = row.get("teacher_id_number") or numbers.get(name_key(row["teacher_name"]))
    return row | {
        "teacher_id_number": number,
        "teacher_user_id": row.get("teacher_user_id") or accounts.get(name_key(row["teacher_name"])),
        "teacher_digest": vault.digest(number) if number else None,
    }


def _unique(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """What belongs to a name (by its key), where only one thing does."""
    by_name: dict[str, set[Any]] = {}
    for name, value in pairs:
        by_name.setdefault(name_key(name), set()).add(value)
    return {name: values.pop() for name, values in by_name.items() if len(values) == 1}


def judge(
    session: Session,
    training_class: TrainingClass,
    standing: Iterable[Lesson],
    rows: list[dict[str, Any]],
    today: date,
) -> dict[int, list[Finding]]:
    """What the rules say of each of ``rows`` (completed), beside the lessons that stand already."""
    digests = [row["teacher_digest"] for row in rows]
    days = [row["held_on"] for row in rows]
    board = queries.board(session, training_class, standing, days, digests, today)
    return judge_all(board, enumerate(Planned(**{name: row[name] for name in JUDGED}) for row in rows))


def _accept(
    session: Session,
    training_class: TrainingClass,
    standing: Iterable[Lesson],
    rows: list[dict[str, Any]],
    today: date,
) -> list[Sentence]:
    """The warnings; raises Clash when anything is rejected."""
    by_row = judge(session, training_class, standing, rows, today)
    findings = [finding for of_row in by_row.values() for finding in of_row]
    if rejections := [finding for finding in findings if finding.rejects]:
        raise Clash(rejections)
    return [finding.sentence for finding in findings]


def _lesson(training_class: TrainingClass, values: dict[str, Any]) -> Lesson:
    return Lesson(
        class_id=training_class.id,
        school_id=training_class.school_id,
        county_code=training_class.county_code,
        code_secret=secrets.token_urlsafe(24),
        **values,
    )


def _recount(session: Session, training_class: TrainingClass) -> None:
    session.flush()
    total = select(func.coalesce(func.sum(Lesson.periods), 0)).where(Lesson.class_id == training_class.id)
    training_class.scheduled_periods = session.scalar(total) or 0


def _summary(lesson: Lesson) -> str:
    """A lesson in one line of the audit."""
    hours = f"{lesson.held_on} {lesson.starts:%H:%M}-{lesson.ends:%H:%M}"
    return f"{hours} {lesson.periods} {lesson.content} {lesson.place} {lesson.teacher_name}"
