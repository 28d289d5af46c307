"""A lesson as it is typed, and a timetable as a spreadsheet: read, checked, previewed, confirmed once."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from typing import IO, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Field, StringField, ValidationError
from wtforms.validators import Optional

from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.layout import Heading, Layout, columns_of, in_each_language
from app.kit.files.bulk_upload.reading import FormRules, Line, Raw, Reading, Sent
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.kit.files.cells.amounts import Misread, exact_number
from app.kit.files.cells.cell import BadCell, clean, plain
from app.kit.files.cells.dates import Span, parse_day
from app.kit.files.cells.measures import PERIODS
from app.kit.files.cells.people import parse_id, parse_name
from app.kit.files.spreadsheet import Cell, Page, write_workbook
from app.kit.web.fields import (
    ClockField,
    SelectField,
    choice,
    day_field,
    identity_number,
    options,
    required,
    text,
    whole,
)
from app.kit.web.merging import EditForm
from app.training.timetable import operations, queries
from models.access import Actor
from models.clock import day_of, today
from models.i18n import N_, Sentence
from models.people.identity import IdNumber
from models.training.lesson import LESSON_KIND_LABELS, Lesson, LessonKind, TimetableBatch
from models.training.training_class import TrainingClass
from models.workflow import TransitionRefused

NOTHING_GOOD = Sentence("这个文件里没有能用的行。")
SOME_REJECTED = Sentence("还有退回的行。请改好再上传，或勾选“只导入能用的行”。")
STALE = Sentence("预览以后情况变了，有几行现在不能用了。请重新上传，再看一次预览。")
MOST_ROWS, SPARE_ROWS = 400, 100
HEADINGS = (
    Heading("held_on", N_("上课日期"), ("日期",), 12, N_("例如 2017-05-03")),
    Heading(
        "content", N_("课别（上课内容）"), ("课别", "上课内容", "教学内容", "内容"), 30, N_("讲什么、练什么")
    ),
    Heading("kind", N_("理论/实操"), ("理论或实操", "类别", "课程性质", "课型"), 10, N_("填“理论”或“实操”")),
    Heading("periods", N_("课时"), ("课时数", "学时"), 8, N_("整数")),
    Heading("starts", N_("上课开始时间"), ("开始时间", "上课时间"), 14, N_("例如 08:30")),
    Heading("ends", N_("上课结束时间"), ("结束时间", "下课时间"), 14, N_("例如 11:30")),
    Heading("place", N_("上课地点"), ("地点", "教室", "培训地点"), 18),
    Heading("teacher_name", N_("培训教师"), ("教师", "任课教师", "教师姓名", "授课教师"), 12),
    Heading("teacher_id_number", N_("教师身份证号"), ("身份证号",), 22, N_("18 位，存成文本")),
    Heading("material", N_("教材名称及出版社"), ("教材", "教材名称"), 30),
)
OPTIONAL = {"teacher_id_number", "material"}
TIMETABLE = Layout(HEADINGS, frozenset(one.field for one in HEADINGS) - OPTIONAL, MOST_ROWS)


# --- the form, by which each row is judged too ----------------------------------------------------------

MOST_PERIODS = 12
SHOWN = ("held_on", "starts", "ends", "kind", "periods", "content", "place", "teacher_name", "material")
KINDS = [(key.value, _l(word)) for key, word in LESSON_KIND_LABELS.items()]


def id_number(form: Any, field: Field) -> None:
    """Validator: an ID number as it is kept, or nothing."""
    if field.data:
        identity_number(form, field)
        field.data = IdNumber.parse(field.data, today()).number


def _chosen_kind(value: Any) -> LessonKind | None:
    return LessonKind(value) if value else None


def _chosen_account(value: Any) -> int | None:
    return int(value) if value else None


class LessonForm(EditForm):
    """One line of the timetable."""

    held_on = day_field(_l("上课日期"), must=True)
    starts = ClockField(_l("开始时间"), validators=[required()])
    ends = ClockField(_l("结束时间"), validators=[required()])
    kind = choice(_l("理论还是实操"), KINDS, must=True, coerce=_chosen_kind)
    periods = whole(_l("课时"), low=1, high=MOST_PERIODS, must=True)
    content = text(_l("上课内容"), most=120, must=True)
    place = text(_l("上课地点"), most=100, must=True)
    teacher_name = text(_l("培训教师"), must=True)
    teacher_user_id = SelectField(
        _l("教师的账号"), coerce=_chosen_account, description=_l("选了账号，老师的手机上就有这节课。")
    )
    teacher_id_number = StringField(
        _l("教师身份证号"),
        validators=[Optional(), id_number],
        description=_l("用来查同一位老师有没有排重；不填就按姓名查。"),
    )
    material = text(_l("教材名称及出版社"), most=120)
    reason = text(_l("为什么改"), most=200)

    def offer_teachers(self, teachers: list[tuple[int, str]]) -> None:
        """Let one of the school's teacher accounts be chosen."""
        self.teacher_user_id.choices = options(
            [("", _l("没有账号")), *((str(n), name) for n, name in teachers)]
        )

    def validate_ends(self, field: Field) -> None:
        """A lesson ends after it began."""
        if field.data and self.starts.data and field.data <= self.starts.data:
            raise ValidationError(_l("结束时间要晚于开始时间。"))

    def values(self) -> dict[str, Any]:
        """The columns of a lesson."""
        names = (*SHOWN, "teacher_id_number", "teacher_user_id")
        return {name: self[name].data or None for name in names} | {"material": self.material.data or ""}


def data_of(lesson: Lesson) -> dict[str, Any]:
    """A lesson's values as the form's fields hold them, but its ID number, which is never shown again."""
    return {name: getattr(lesson, name) for name in (*SHOWN, "teacher_user_id")}


# --- one cell -------------------------------------------------------------------------------------------

CLOCK = re.compile(r"(\d{1,2})\s*[:：点时]\s*(\d{1,2})?\s*分?(?:[:：]\d{2})?")
KIND_WORDS = {
    LessonKind.PRACTICE: ("实训", "实践", "实作", "操作"),
    LessonKind.THEORY: ("讲授",),
}


def raw_value(name: str, cell: Cell, within: Span, today: date) -> Raw:
    """What the lesson form would have received for a field; a day without its year lies ``within`` the class.

    Raises BadCell.
    """
    if name == "held_on":
        day = parse_day(cell, within).read()
        return {name: [day.isoformat()] if day else []}
    if name == "teacher_id_number":
        number = parse_id(cell, today).read()
        return {name: [number.number]}
    if name == "teacher_name":
        return {name: [parse_name(cell).read()]}
    reader: Callable[[Cell], str] = READERS.get(name, clean)
    return {name: [reader(cell)]}


def _clock(cell: Cell) -> str:
    if isinstance(cell, float) and 0 < cell < 1:  # the part of a day, where a cell lost its format
        return "{:02d}:{:02d}".format(*divmod(round(cell * 24 * 60), 60))
    match = CLOCK.fullmatch(plain(cell))
    hour, minute = (int(match.group(1)), int(match.group(2) or 0)) if match else (99, 0)
    if hour > 23 or minute > 59:
        raise BadCell(Sentence("“%(text)s”不是时间，请写成 08:30 这样。", {"text": clean(cell)[:20]}))
    return f"{hour:02d}:{minute:02d}"


def _periods(cell: Cell) -> str:
    try:
        number = exact_number(cell, PERIODS)
    except Misread as problem:
        raise BadCell(problem.sentence) from problem
    if number is None or number % 1:
        raise BadCell(Sentence("“%(text)s”不是课时数，请只填整数，例如 4。", {"text": clean(cell)[:20]}))
    return str(number)


def _kind(cell: Cell) -> str:
    text = clean(cell).lower()
    labels = in_each_language(lambda: {kind: _(word).lower() for kind, word in LESSON_KIND_LABELS.items()})
    kinds = {
        kind
        for kind, words in KIND_WORDS.items()
        if any(word in text for word in (*words, *(said[kind] for said in labels)))
    }
    if len(kinds) != 1:
        raise BadCell(
            Sentence("“%(text)s”看不懂，请填“理论”或“实操”；两样都有就分成两行。", {"text": text[:20]})
        )
    return kinds.pop().value


READERS: dict[str, Callable[[Cell], str]] = {
    "starts": _clock,
    "ends": _clock,
    "periods": _periods,
    "kind": _kind,
}


# --- the file on its way in -----------------------------------------------------------------------------


def read(session: Session, training_class: TrainingClass, data: bytes | Sent, today: date) -> Reading:
    """Read a timetable for ``training_class`` and judge each row. Raises Unreadable."""
    within = (training_class.starts_on, training_class.ends_on)
    reading = read_sheet(
        data, TIMETABLE, FormRules(partial(raw_value, within=within, today=today), lesson_form)
    )
    _judge(session, training_class, reading.good, today)
    return reading


def lesson_form(raw: Raw) -> LessonForm:
    """The lesson form as if ``raw`` had been typed into it."""
    form = LessonForm(formdata=MultiDict(raw), meta={"csrf": False})
    form.offer_teachers([])
    return form


def _values(line: Line) -> dict[str, Any]:
    form = lesson_form(line.raw)
    form.validate()
    return form.values()


def _judge(session: Session, training_class: TrainingClass, lines: list[Line], today: date) -> None:
    rows = operations.completed(session, training_class, (_values(line) for line in lines), today)
    fixed = operations.fixed_lessons(session, training_class, today)
    standing = [lesson for lesson in queries.lessons_of(session, training_class.id) if lesson.id in fixed]
    for number, findings in operations.judge(session, training_class, standing, rows, today).items():
        for finding in findings:
            if finding.rejects:
                lines[number].reject(TIMETABLE.header_of(finding.field), finding.sentence)
            else:
                lines[number].warnings.append(finding.sentence)


def periods(reading: Reading) -> int:
    """The periods of the good rows."""
    return sum(int(line.raw["periods"][0]) for line in reading.good)


def keep(
    session: Session, actor: Actor, training_class: TrainingClass, filename: str, reading: Reading
) -> TimetableBatch:
    """Keep what was read until a person confirms it."""
    batch = TimetableBatch(
        class_id=training_class.id,
        school_id=training_class.school_id,
        user_id=actor.user_id,
        filename=filename,
    )
    return batches.keep(session, batch, reading)


def confirm(
    session: Session, actor: Actor, batch: TimetableBatch, only_good: bool, now: datetime, reason: str = ""
) -> int:
    """Replace the timetable by the good rows; returns how many lessons came.

    Raises TransitionRefused: the second time, when nothing is good, when some rows are rejected and the good
    ones alone were not asked for, or when the rows no longer fit.
    """
    if not batch.good:
        raise TransitionRefused(NOTHING_GOOD)
    if batch.rejected and not only_good:
        raise TransitionRefused(SOME_REJECTED)
    rows = [_values(line) for line in batches.confirm_once(batch, now).good]
    training_class, filename, today = batch.training_class, batch.filename, day_of(now)
    try:
        return operations.import_timetable(session, actor, training_class, rows, today, reason, filename)
    except operations.Clash as clash:
        raise TransitionRefused(STALE) from clash


# --- the file on its way out ----------------------------------------------------------------------------


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
