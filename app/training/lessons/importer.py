"""A spreadsheet with a timetable: read, checked row by row, previewed, written with one confirm."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.spreadsheet import Column, Page, Row, Sheet, SpreadsheetError, open_workbook, write_workbook
from app.training.lessons import operations, queries
from app.training.lessons.columns import BY_FIELD, HEADINGS, KNOWN, BadCell, cell_text, plain_header, raw_value
from app.training.lessons.forms import LessonForm
from models.access import Actor
from models.base import utc_now
from models.training.cohort import Cohort
from models.training.lesson import LESSON_KIND_LABELS, Lesson, TimetableBatch
from models.words import N_
from models.workflow import TransitionRefused

HEAD_ROWS, MOST_ROWS, SPARE_ROWS, LEAST_KNOWN = 15, 400, 100, 3
PROBLEM = N_("退回原因")
NOT_DATA = ("合计", "总计", "小计", "填表人", "审核人", "填报", "联系电话", "注：", "说明", "制表")
MUST = [one.field for one in HEADINGS if one.must]


class Unreadable(Exception):
    """The file as a whole is not taken; ``args[0]`` is the sentence."""


@dataclass
class Line:
    """One row: where it stands, what the form would have received, its cells, what is wrong, what to think of."""

    sheet: str
    row: int
    raw: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    problems: list[list[str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass
class Reading:
    """A whole file: its rows, good and refused, and the headings nobody knew."""

    lines: list[Line]
    unknown: list[str]

    @property
    def good(self) -> list[Line]:
        """Rows that can go in."""
        return [line for line in self.lines if not line.problems]

    @property
    def refused(self) -> list[Line]:
        """Rows that must be corrected first."""
        return [line for line in self.lines if line.problems]

    @property
    def periods(self) -> int:
        """The periods of the good rows."""
        return sum(int(line.raw["periods"]) for line in self.good)


def read(session: Session, cohort: Cohort, data: bytes) -> Reading:
    """Read a timetable for ``cohort`` and judge each row. Raises Unreadable."""
    try:
        with open_workbook(data) as book:
            reading = _read_sheets([sheet for sheet in book.sheets if sheet.visible])
    except SpreadsheetError as problem:
        raise Unreadable(_(problem.sentence)) from problem
    _judge(session, cohort, reading.good)
    return reading


def _read_sheets(sheets: Iterable[Sheet]) -> Reading:
    reading, headed = Reading([], []), False
    best: list[str] = []
    for sheet in sheets:
        rows = sheet.rows()
        columns, seen = _find_heading(rows)
        best = max(best, seen, key=len)
        if columns is None:
            continue
        headed = True
        reading.unknown += [name for name, known in columns if name and not known and name != _(PROBLEM)]
        for row in filter(_is_data, rows):
            reading.lines.append(_read_row(sheet.name, row, columns))
            if len(reading.lines) > MOST_ROWS:
                raise Unreadable(_("一个班的课程表最多 %(n)s 行，请检查是不是选错了文件。", n=MOST_ROWS))
    if not headed:
        raise Unreadable(_wrong_heading(best))
    return reading


def _find_heading(rows: Iterator[Row]) -> tuple[list[tuple[str, str]] | None, list[str]]:
    """Walk to the heading: per column its text and field, or None; and the fields of the row most like one."""
    best: list[str] = []
    for row, _n in zip(rows, range(HEAD_ROWS), strict=False):
        columns = [(cell_text(cell), KNOWN.get(plain_header(cell), "")) for cell in row.cells]
        known = [name for _text, name in columns if name]
        if set(MUST) <= set(known):
            return columns, known
        best = max(best, known, key=len)
    return None, best


def _wrong_heading(found: list[str]) -> str:
    wanted = _("、").join(_(BY_FIELD[name].header) for name in MUST)
    if len(found) < LEAST_KNOWN:
        return _("表格的表头不对：没有找到课程表的表头。表头里要有：%(wanted)s。可以先下载模板。", wanted=wanted)
    missing = _("、").join(_(BY_FIELD[name].header) for name in MUST if name not in found)
    return _("表格的表头不对：缺“%(missing)s”。表头里要有：%(wanted)s。", missing=missing, wanted=wanted)


def _is_data(row: Row) -> bool:
    filled = [cell_text(cell) for cell in row.cells if cell_text(cell)]
    return bool(filled) and not filled[0].startswith(NOT_DATA)


def _read_row(sheet: str, row: Row, columns: list[tuple[str, str]]) -> Line:
    line = Line(sheet, row.number)
    for (header, known), cell in zip(columns, row.cells, strict=False):
        if not known or cell == "":
            continue
        line.cells[_(BY_FIELD[known].header)] = cell_text(cell)
        try:
            line.raw[known] = raw_value(known, cell)
        except BadCell as problem:
            line.problems.append([header, str(problem)])
    theirs, bad = {known: header for header, known in columns if known}, {name for name, _s in line.problems}
    form = lesson_form(line.raw)
    form.validate()
    for name in (one.field for one in HEADINGS if one.field in form.errors):
        if (header := theirs.get(name, _(BY_FIELD[name].header))) not in bad:
            line.problems.append([header, " ".join(str(one) for one in form.errors[name])])
    return line


def lesson_form(raw: dict[str, str]) -> LessonForm:
    """Return the lesson form as if ``raw`` had been typed into it."""
    form = LessonForm(formdata=MultiDict(raw), meta={"csrf": False})
    form.offer_teachers([])
    return form


def _values(line: Line) -> dict[str, Any]:
    form = lesson_form(line.raw)
    form.validate()
    return form.values()


def _judge(session: Session, cohort: Cohort, lines: list[Line]) -> None:
    rows = operations.completed(session, cohort, (_values(line) for line in lines))
    kept = operations.fixed(session, cohort)
    standing = [one for one in queries.lessons_of(session, cohort.id) if one.id in kept]
    for number, findings in operations.judge(session, cohort, standing, rows).items():
        line = lines[number]
        line.problems += [[_(BY_FIELD[one.field].header), one.sentence] for one in findings if one.refuses]
        line.warnings += [one.sentence for one in findings if not one.refuses]


# --- preview and confirm --------------------------------------------------------------------------------


def keep(session: Session, actor: Actor, cohort: Cohort, filename: str, reading: Reading) -> TimetableBatch:
    """Keep what was read until somebody confirms it."""
    batch = TimetableBatch(
        cohort_id=cohort.id, school_id=cohort.school_id, user_id=actor.user_id, filename=filename[:200],
        good=len(reading.good), refused=len(reading.refused),
        rows={"lines": [asdict(line) for line in reading.lines], "unknown": reading.unknown},
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def reading_of(batch: TimetableBatch) -> Reading:
    """Return what a kept file said."""
    return Reading([Line(**line) for line in batch.rows["lines"]], batch.rows["unknown"])


def confirm(session: Session, actor: Actor, batch: TimetableBatch, only_good: bool, reason: str = "") -> int:
    """Replace the timetable by the good rows; returns how many lessons came.

    Raises TransitionRefused: the second time, when nothing is good, when some rows are refused and the user did
    not ask for the good ones only, or when the rows no longer fit.
    """
    if batch.confirmed_at is not None:
        raise TransitionRefused(N_("这个文件已经导入过了。"))
    if not batch.good:
        raise TransitionRefused(N_("这个文件里没有能用的行。"))
    if batch.refused and not only_good:
        raise TransitionRefused(N_("还有退回的行。请改好再上传，或勾选“只导入能用的行”。"))
    batch.confirmed_at = utc_now()
    rows = [_values(line) for line in reading_of(batch).good]
    try:
        return operations.import_timetable(session, actor, batch.cohort, rows, reason, batch.filename)
    except operations.Clash as problem:
        raise TransitionRefused(operations.STALE) from problem


# --- workbooks out --------------------------------------------------------------------------------------


def write_template(target: IO[bytes]) -> None:
    """Write the blank workbook."""
    kinds = tuple(_(word) for word in LESSON_KIND_LABELS.values())
    columns = [
        Column(_(one.header), one.width, kinds if one.field == "kind" else (), _(one.hint) if one.hint else "")
        for one in HEADINGS
    ]
    write_workbook(target, [Page(_("课程表"), columns, spare_rows=SPARE_ROWS)])


def write_timetable(target: IO[bytes], lessons: Iterable[Lesson]) -> None:
    """Write a timetable under the headings of the template; ID numbers of teachers are left out.

    Read in again the numbers come back by themselves: a class remembers its teachers by name.
    """
    columns = [Column(_(one.header), one.width) for one in HEADINGS]
    write_workbook(target, [Page(_("课程表"), columns, (_row(lesson) for lesson in lessons))])


def _row(lesson: Lesson) -> list[Any]:
    return [lesson.held_on.isoformat(), lesson.content, _(LESSON_KIND_LABELS[lesson.kind]), lesson.periods,
            f"{lesson.starts:%H:%M}", f"{lesson.ends:%H:%M}", lesson.place, lesson.teacher_name, "",
            lesson.material]  # fmt: skip


def write_refused(target: IO[bytes], lines: Iterable[Line]) -> None:
    """Write the refused rows with their reasons; corrected, the workbook can be imported as it is."""
    columns = [Column(_(PROBLEM), 60), *(Column(_(one.header), one.width) for one in HEADINGS)]
    rows = ([said(line), *(line.cells.get(_(one.header), "") for one in HEADINGS)] for line in lines)
    write_workbook(target, [Page(_("退回的行"), columns, rows)])


def said(line: Line) -> str:
    """Return a row's problems in one text."""
    return _("；").join(_("：").join(problem) for problem in line.problems)
