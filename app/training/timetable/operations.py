"""A timetable is replaced by a spreadsheet, or changed lesson by lesson; after approval with a reason."""

import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.training.timetable import queries
from app.training.timetable.rules import Finding, Planned, judge_all
from models.access import Actor, Permission
from models.audit import EventTag, record
from models.clock import today
from models.i18n import N_
from models.training.lesson import Lesson
from models.training.training_class import ClassState, TrainingClass
from models.workflow import REASON_MISSING, TransitionRefused

FREELY = (ClassState.DRAFT, ClassState.RETURNED)
WITH_REASON = (ClassState.APPROVED, ClassState.OPENED, ClassState.TEACHING)
UNDER_REVIEW = N_("开班申请正在审核，课程表现在不能改；要改，请县里先退回补正。")
OVER = N_("这个班的课已经上完，课程表不能再改。")
SETTLED = N_("这节课已经上过或点过名，不能再改。")
STALE = N_("预览以后情况变了，有几行现在不能用了。请重新上传，再看一次预览。")
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
    reason: str = "",
    filename: str = "",
) -> int:
    """Replace the timetable by ``rows`` (columns of a lesson); returns how many lessons came.

    Lessons that were held or have marks stay. Raises PermissionError, TransitionRefused, or Clash when a row
    breaks a rule: the rows are all taken or none. The caller commits.
    """
    _require(actor, training_class, reason)
    kept_ids = fixed(session, training_class)
    before = queries.lessons_of(session, training_class.id)
    kept, gone = (
        [one for one in before if one.id in kept_ids],
        [one for one in before if one.id not in kept_ids],
    )
    rows = completed(session, training_class, rows)
    _accept(session, training_class, kept, rows)
    for lesson in gone:
        session.delete(lesson)
    session.flush()  # a lesson that moved only its content comes back at the same hour
    session.add_all(_lesson(training_class, row) for row in rows)
    _recount(session, training_class)
    record(
        session,
        actor,
        EventTag.TIMETABLE_IMPORT,
        training_class,
        file=filename,
        reason=reason,
        rows=len(rows),
        **{"from": [_words(one) for one in gone]},
    )
    return len(rows)


def add_lesson(
    session: Session, actor: Actor, training_class: TrainingClass, values: dict[str, Any], reason: str = ""
) -> list[str]:
    """Add one lesson; returns the warnings. Raises as :func:`import_timetable` does."""
    _require(actor, training_class, reason)
    others = queries.lessons_of(session, training_class.id)
    (values,) = completed(session, training_class, [values])
    warnings = _accept(session, training_class, others, [values])
    lesson = _lesson(training_class, values)
    session.add(lesson)
    _recount(session, training_class)
    record(session, actor, EventTag.TIMETABLE_CHANGE, training_class, to=_words(lesson), reason=reason)
    return warnings


def change_lesson(
    session: Session, actor: Actor, lesson: Lesson, values: dict[str, Any], reason: str = ""
) -> list[str]:
    """Change or move one lesson; returns the warnings. Raises as :func:`import_timetable` does."""
    training_class = lesson.training_class
    _require(actor, training_class, reason)
    _refuse_settled(session, lesson)
    others = [one for one in queries.lessons_of(session, training_class.id) if one.id != lesson.id]
    (values,) = completed(session, training_class, [values])
    warnings = _accept(session, training_class, others, [values])
    before = _words(lesson)
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
        **{"from": before, "to": _words(lesson)},
    )
    return warnings


def remove_lesson(session: Session, actor: Actor, lesson: Lesson, reason: str = "") -> None:
    """Take one lesson off the timetable."""
    training_class = lesson.training_class
    _require(actor, training_class, reason)
    _refuse_settled(session, lesson)
    record(
        session, actor, EventTag.TIMETABLE_CHANGE, training_class, reason=reason, **{"from": _words(lesson)}
    )
    session.delete(lesson)
    _recount(session, training_class)


def _require(actor: Actor, training_class: TrainingClass, reason: str) -> None:
    if not actor.can(Permission.CLASS_WRITE):
        raise PermissionError("timetable")
    if training_class.state is ClassState.APPLIED:
        raise TransitionRefused(UNDER_REVIEW)
    if not may_change(training_class):
        raise TransitionRefused(OVER)
    if needs_reason(training_class) and not reason.strip():
        raise TransitionRefused(REASON_MISSING)


def _refuse_settled(session: Session, lesson: Lesson) -> None:
    if lesson.id in fixed(session, lesson.training_class):
        raise TransitionRefused(SETTLED)


def completed(
    session: Session, training_class: TrainingClass, rows: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Add to each row what follows from its teacher's name: his ID number, if known here, and his account."""
    numbers = _only(
        (one.teacher_name, one.teacher_id_number)
        for one in queries.lessons_of(session, training_class.id)
        if one.teacher_id_number
    )
    accounts = _only((name, number) for number, name in queries.teachers(session, training_class.school_id))
    return [_complete(row, numbers, accounts) for row in rows]


def _complete(row: dict[str, Any], numbers: dict[str, Any], accounts: dict[str, Any]) -> dict[str, Any]:
    number = row.get("teacher_id_number") or numbers.get(row["teacher_name"])
    account = row.get("teacher_user_id") or accounts.get(row["teacher_name"])
    return row | {
        "teacher_id_number": number,
        "teacher_user_id": account,
        "teacher_digest": queries.digest_of(number),
    }


def _only(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return what belongs to a name, where only one thing does."""
    found: dict[str, set[Any]] = {}
    for name, value in pairs:
        found.setdefault(name, set()).add(value)
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def fixed(session: Session, training_class: TrainingClass) -> set[int]:
    """Return the lessons that stay whatever comes: once the county agreed, those held, closed or marked."""
    return queries.settled(session, training_class.id, today()) if needs_reason(training_class) else set()


def judge(
    session: Session, training_class: TrainingClass, standing: Iterable[Lesson], rows: list[dict[str, Any]]
) -> dict[int, list[Finding]]:
    """Return what the rules say of each of ``rows`` (completed), beside the lessons that stand already."""
    digests = [row["teacher_digest"] for row in rows]
    board = queries.board(session, training_class, standing, (row["held_on"] for row in rows), digests)
    return judge_all(board, enumerate(Planned(**{name: row[name] for name in JUDGED}) for row in rows))


def _accept(
    session: Session, training_class: TrainingClass, standing: Iterable[Lesson], rows: list[dict[str, Any]]
) -> list[str]:
    """Return the warnings; raises Clash when anything is refused."""
    found = [one for findings in judge(session, training_class, standing, rows).values() for one in findings]
    if bad := [finding for finding in found if finding.refuses]:
        raise Clash(bad)
    return [finding.sentence for finding in found]


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


def _words(lesson: Lesson) -> str:
    hours = f"{lesson.held_on} {lesson.starts:%H:%M}-{lesson.ends:%H:%M}"
    return f"{hours} {lesson.periods} {lesson.content} {lesson.place} {lesson.teacher_name}"
