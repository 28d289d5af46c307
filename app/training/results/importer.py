"""A class's spreadsheet of results: read, each row laid to its learner, kept for the preview, and written out."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import IO

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.orders.columns import cell_text, plain_header
from app.spreadsheet import Column, Page, Row, Sheet, SpreadsheetError, open_workbook, write_workbook
from app.training.results.columns import HEADINGS, NEEDED, header_of, known_headings
from app.training.results.rules import classmates
from models.access import Actor
from models.training.certificate import ResultBatch, ResultKind
from models.training.cohort import Cohort, Enrolment
from models.training.demand import SKILL_LEVEL_LABELS
from models.words import N_

HEAD_ROWS, MOST_ROWS = 15, 300
REASON = N_("退回原因")
NOT_DATA = ("合计", "总计", "小计", "填表人", "审核人", "填报", "联系电话", "注：", "说明")
FILLED = {ResultKind.MARKS: ("theory", "practice"), ResultKind.CERTIFICATES: ("number",)}


class Unreadable(Exception):
    """The file as a whole is not taken; ``args[0]`` is the sentence."""


@dataclass
class Line:
    """One row of a file or a form: where it stands, what its cells say, whom it means, what is wrong."""

    sheet: str
    row: int
    cells: dict[str, str] = field(default_factory=dict)
    problems: list[list[str]] = field(default_factory=list)
    enrolment_id: int | None = None


@dataclass
class Reading:
    """A whole file: its rows, good and refused, and the headings nobody knew."""

    lines: list[Line]
    unknown: list[str] = field(default_factory=list)

    @property
    def good(self) -> list[Line]:
        """Rows that can go in."""
        return [line for line in self.lines if not line.problems]

    @property
    def refused(self) -> list[Line]:
        """Rows that must be corrected first."""
        return [line for line in self.lines if line.problems]


def read(data: bytes, kind: ResultKind) -> Reading:
    """Read the filled rows of a file; whom they mean and whether they hold is the checker's. Raises Unreadable."""
    try:
        with open_workbook(data) as book:
            reading = _read_sheets([sheet for sheet in book.sheets if sheet.visible], kind)
    except SpreadsheetError as problem:
        raise Unreadable(_(problem.sentence)) from problem
    if len(reading.lines) > MOST_ROWS:
        raise Unreadable(_("一个班的表最多 %(n)s 行，请检查是不是选错了文件。", n=MOST_ROWS))
    return reading


def _read_sheets(sheets: Iterable[Sheet], kind: ResultKind) -> Reading:
    reading, headed = Reading([]), 0
    for sheet in sheets:
        rows = sheet.rows()
        columns = _find_heading(rows, kind)
        if columns is None:
            continue
        headed += 1
        reading.unknown += [text for text, known in columns if text and not known and text != REASON]
        lines = (_line(sheet.name, row, columns) for row in rows if _is_data(row))
        reading.lines += [line for line in lines if any(line.cells.get(name) for name in FILLED[kind])]
    if not headed:
        wanted = _("、").join(header_of(kind, one.field) for one in HEADINGS[kind])
        raise Unreadable(_("所用的表格格式不对：没有找到表头（%(wanted)s）。请先下载本班的模板。", wanted=wanted))
    return reading


def _find_heading(rows: Iterator[Row], kind: ResultKind) -> list[tuple[str, str]] | None:
    known = known_headings(kind)
    for row, _n in zip(rows, range(HEAD_ROWS), strict=False):
        columns = [(cell_text(cell), known.get(plain_header(cell), "")) for cell in row.cells]
        if {name for _text, name in columns} >= NEEDED[kind]:
            return columns
    return None


def _is_data(row: Row) -> bool:
    filled = [cell_text(cell) for cell in row.cells if cell_text(cell)]
    return bool(filled) and not filled[0].startswith(NOT_DATA)


def _line(sheet: str, row: Row, columns: list[tuple[str, str]]) -> Line:
    cells = {
        known: cell_text(cell)
        for (_text, known), cell in zip(columns, row.cells, strict=False)
        if known and cell_text(cell)
    }
    return Line(sheet, row.number, cells)


def find_learners(session: Session, cohort: Cohort, lines: Iterable[Line], kind: ResultKind) -> None:
    """Say of each line which learner of the class it means; seat, name and last four must agree."""
    learners = classmates(session, cohort)
    seen: dict[int, int] = {}
    for line in lines:
        found = _learner_of(line, learners, kind)
        if found is None:
            continue
        line.enrolment_id = found.id
        if found.id in seen:
            line.problems.append([header_of(kind, "name"), _("和第 %(row)s 行是同一个人。", row=seen[found.id])])
        seen.setdefault(found.id, line.row)


def _learner_of(line: Line, learners: list[Enrolment], kind: ResultKind) -> Enrolment | None:
    name, tail, seat = (line.cells.get(key, "") for key in ("name", "last4", "seat"))
    fitting = [one for one in learners if one.worker.name == name and tail.upper() in ("", one.worker.id_last4)]
    if len(fitting) > 1 and seat:
        fitting = [one for one in fitting if str(one.seat) == seat]
    if len(fitting) != 1:
        sentence = (
            _("班上有同名的人，请把身份证后四位填上。") if fitting else _("这个人不在本班，请核对姓名和后四位。")
        )
        line.problems.append([header_of(kind, "name"), sentence])
        return None
    if seat and fitting[0].seat is not None and str(fitting[0].seat) != seat:
        line.problems.append(
            [header_of(kind, "seat"), _("%(name)s的座号是 %(seat)s。", name=name, seat=fitting[0].seat)]
        )
    return fitting[0]


# --- preview --------------------------------------------------------------------------------------------


def keep(
    session: Session, actor: Actor, cohort: Cohort, kind: ResultKind, filename: str, reading: Reading
) -> ResultBatch:
    """Keep what was read until somebody confirms it."""
    batch = ResultBatch(
        cohort_id=cohort.id, school_id=cohort.school_id, county_code=cohort.county_code, kind=kind,
        user_id=actor.user_id, filename=filename[:200], good=len(reading.good), refused=len(reading.refused),
        rows={"lines": [asdict(line) for line in reading.lines], "unknown": reading.unknown},
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def reading_of(batch: ResultBatch) -> Reading:
    """Return what a kept file said."""
    return Reading([Line(**line) for line in batch.rows["lines"]], batch.rows["unknown"])


# --- workbooks out --------------------------------------------------------------------------------------


def write_template(target: IO[bytes], cohort: Cohort, kind: ResultKind, learners: Iterable[Enrolment]) -> None:
    """Write the class's workbook: its learners filled in, their results to be filled in."""
    columns = [
        Column(_(one.header), one.width, _choices(one.field), _(one.hint) if one.hint else "")
        for one in HEADINGS[kind]
    ]
    rows = ([one.seat, one.worker.name, one.worker.id_last4] for one in learners)
    write_workbook(target, [Page(cohort.name, columns, rows)])


def _choices(name: str) -> tuple[str, ...]:
    return tuple(_(word) for word in SKILL_LEVEL_LABELS.values()) if name == "level" else ()


def write_refused(target: IO[bytes], kind: ResultKind, lines: Iterable[Line]) -> None:
    """Write the refused rows with their reasons; corrected, the workbook can be sent again as it is."""
    columns = [Column(_(REASON), 50), *(Column(_(one.header), one.width) for one in HEADINGS[kind])]
    rows = ([said(line), *(line.cells.get(one.field, "") for one in HEADINGS[kind])] for line in lines)
    write_workbook(target, [Page(_("退回的行"), columns, rows)])


def said(line: Line) -> str:
    """Return a row's problems in one text."""
    return _("；").join(_("：").join(problem) for problem in line.problems)
