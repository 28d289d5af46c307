"""A spreadsheet with a timetable: read, checked row by row, previewed, written with one confirm."""

from collections.abc import Iterable
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.layout import columns_of
from app.kit.files.bulk_upload.reading import FormRules, Line, Raw, Reading
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.kit.files.spreadsheet import Page, write_workbook
from app.training.timetable import operations, queries
from app.training.timetable.columns import TIMETABLE, raw_value
from app.training.timetable.forms import LessonForm
from models.access import Actor
from models.i18n import N_, Sentence
from models.training.lesson import LESSON_KIND_LABELS, Lesson, TimetableBatch
from models.training.training_class import TrainingClass
from models.workflow import TransitionRefused

SPARE_ROWS = 100


def read(session: Session, training_class: TrainingClass, data: bytes) -> Reading:
    """Read a timetable for ``training_class`` and judge each row. Raises Unreadable."""
    reading = read_sheet(data, TIMETABLE, FormRules(raw_value, lesson_form))
    _judge(session, training_class, reading.good)
    return reading


def lesson_form(raw: Raw) -> LessonForm:
    """Return the lesson form as if ``raw`` had been typed into it."""
    form = LessonForm(formdata=MultiDict(raw), meta={"csrf": False})
    form.offer_teachers([])
    return form


def _values(line: Line) -> dict[str, Any]:
    form = lesson_form(line.raw)
    form.validate()
    return form.values()


def _judge(session: Session, training_class: TrainingClass, lines: list[Line]) -> None:
    rows = operations.completed(session, training_class, (_values(line) for line in lines))
    kept = operations.fixed(session, training_class)
    standing = [one for one in queries.lessons_of(session, training_class.id) if one.id in kept]
    for number, findings in operations.judge(session, training_class, standing, rows).items():
        line = lines[number]
        for one in findings:
            if one.refuses:
                line.reject(TIMETABLE.header_of(one.field), Sentence(one.sentence))
            else:
                line.warnings.append(Sentence(one.sentence))


def periods(reading: Reading) -> int:
    """Return the periods of the good rows."""
    return sum(int(line.raw["periods"][0]) for line in reading.good)


def keep(
    session: Session, actor: Actor, training_class: TrainingClass, filename: str, reading: Reading
) -> TimetableBatch:
    """Keep what was read until somebody confirms it."""
    batch = TimetableBatch(
        class_id=training_class.id,
        school_id=training_class.school_id,
        user_id=actor.user_id,
        filename=filename,
    )
    return batches.keep(session, batch, reading)


def confirm(session: Session, actor: Actor, batch: TimetableBatch, only_good: bool, reason: str = "") -> int:
    """Replace the timetable by the good rows; returns how many lessons came.

    Raises TransitionRefused: the second time, when nothing is good, when some rows are refused and the user
    did
    not ask for the good ones only, or when the rows no longer fit.
    """
    if not batch.good:
        raise TransitionRefused(N_("这个文件里没有能用的行。"))
    if batch.refused and not only_good:
        raise TransitionRefused(N_("还有退回的行。请改好再上传，或勾选“只导入能用的行”。"))
    rows = [_values(line) for line in batches.confirm_once(batch).good]
    try:
        return operations.import_timetable(session, actor, batch.training_class, rows, reason, batch.filename)
    except operations.Clash as problem:
        raise TransitionRefused(operations.STALE) from problem


def write_template(target: IO[bytes]) -> None:
    """Write the blank workbook."""
    columns = columns_of(TIMETABLE, _choices)
    write_workbook(target, [Page(_("课程表"), columns, spare_rows=SPARE_ROWS)])


def _choices(name: str) -> tuple[str, ...]:
    return tuple(_(word) for word in LESSON_KIND_LABELS.values()) if name == "kind" else ()


def write_timetable(target: IO[bytes], lessons: Iterable[Lesson]) -> None:
    """Write a timetable under the headings of the template; ID numbers of teachers are left out.

    Read in again the numbers come back by themselves: a class remembers its teachers by name.
    """
    columns = columns_of(TIMETABLE)
    write_workbook(target, [Page(_("课程表"), columns, (_row(lesson) for lesson in lessons))])


def _row(lesson: Lesson) -> list[Any]:
    return [
        lesson.held_on.isoformat(),
        lesson.content,
        _(LESSON_KIND_LABELS[lesson.kind]),
        lesson.periods,
        f"{lesson.starts:%H:%M}",
        f"{lesson.ends:%H:%M}",
        lesson.place,
        lesson.teacher_name,
        "",
        lesson.material,
    ]
