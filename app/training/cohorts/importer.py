"""A list of people for a class: read, each found in the register, previewed, proposed with one confirm."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.spreadsheet import Column, Page, Row, Sheet, SpreadsheetError, open_workbook, write_workbook
from app.training.cohorts import operations
from app.training.cohorts.eligibility import Finding, bars, findings
from app.training.cohorts.queries.people import workers
from models import vault
from models.access import Actor, Permission, visible_to
from models.base import utc_now
from models.training.cohort import Cohort, Enrolment
from models.training.proposal import ProposalBatch
from models.words import N_
from models.worker import Worker
from models.workflow import TransitionRefused

HEAD_ROWS, MOST_ROWS, SPARE_ROWS = 15, 500, 100
NAME, NUMBER, REASON = N_("姓名"), N_("身份证号或后四位"), N_("退回原因")
NAMES = ("姓名", "学员姓名", "人员姓名")
NUMBERS = (
    "身份证号或后四位",
    "身份证号",
    "身份证号码",
    "公民身份号码",
    "身份证后四位",
    "身份证号后四位",
    "证件号码",
)
FULL, TAIL = 18, 4
CONFIRMED_BEFORE = N_("这个名单已经推荐过了。")


class Unreadable(Exception):
    """The file as a whole is not taken; ``args[0]`` is the sentence."""


@dataclass
class Line:
    """One row: where it stands, what it says, whom it means, what is wrong with it."""

    sheet: str
    row: int
    name: str
    number: str
    worker_id: int | None = None
    problems: list[str] = field(default_factory=list)


def read(session: Session, actor: Actor, cohort: Cohort, data: bytes, today: date) -> list[Line]:
    """Read a list; raises Unreadable. Numbers are compared by their keyed digest, never searched in clear."""
    try:
        with open_workbook(data) as book:
            lines = [line for sheet in book.sheets if sheet.visible for line in _lines(sheet)]
    except SpreadsheetError as problem:
        raise Unreadable(_(problem.sentence)) from problem
    if not lines:
        raise Unreadable(_("没有找到名单。表头里要有“姓名”和“身份证号或后四位”，可以先下载模板。"))
    if len(lines) > MOST_ROWS:
        raise Unreadable(_("一个名单最多 %(n)s 人，请分成几个文件。", n=MOST_ROWS))
    _find(session, actor, lines)
    _judge(session, actor, cohort, lines, today)
    return lines


def _lines(sheet: Sheet) -> Iterator[Line]:
    rows = sheet.rows()
    places = _heading(rows)
    if places is None:
        return
    for row in rows:
        name, number = (_text(row, place) for place in places)
        if name or number:
            yield Line(sheet.name, row.number, name[:60], number.upper()[:FULL])


def _heading(rows: Iterator[Row]) -> tuple[int, int] | None:
    for row, _n in zip(rows, range(HEAD_ROWS), strict=False):
        words = [str(cell).strip().replace(" ", "").rstrip("*") for cell in row.cells]
        name = next((n for n, word in enumerate(words) if word in NAMES), None)
        number = next((n for n, word in enumerate(words) if word in NUMBERS), None)
        if name is not None and number is not None:
            return name, number
    return None


def _text(row: Row, place: int) -> str:
    cell = row.cells[place] if place < len(row.cells) else ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def _find(session: Session, actor: Actor, lines: list[Line]) -> None:
    """Find everybody in the actor's register: by whole number, or by name and last four digits."""
    by_number = _by_number(session, actor, lines)
    by_tail = _by_tail(session, actor, lines)
    seen: dict[int, int] = {}
    for line in lines:
        found = (
            by_number.get(line.number, [])
            if len(line.number) == FULL
            else by_tail.get((line.name, line.number), [])
        )
        line.problems += _unfound(line, found)
        if line.problems:
            continue
        line.worker_id = found[0].id
        if line.worker_id in seen:
            line.problems.append(_("和第 %(row)s 行是同一个人。", row=seen[line.worker_id]))
        seen.setdefault(line.worker_id, line.row)


def _unfound(line: Line, found: list[Worker]) -> list[str]:
    if len(line.number) not in (FULL, TAIL):
        return [_("身份证号要填 18 位，或只填后四位。")]
    if not found:
        return [_("本县台账里没有这个人，请先登记，或核对姓名和号码。")]
    if len(found) > 1:
        return [_("有 %(n)s 个人同名、后四位也一样，请填完整的身份证号。", n=len(found))]
    if found[0].name != line.name:
        return [_("这个身份证号在台账里不是这个名字，请核对。")]
    return []


def _register(actor: Actor) -> Select[Any]:
    statement = select(Worker).where(Worker.merged_into_id.is_(None)).options(joinedload(Worker.household))
    return visible_to(actor, statement, Worker, Permission.WORKER_READ)


def _by_number(session: Session, actor: Actor, lines: list[Line]) -> dict[str, list[Worker]]:
    digests = {vault.digest(line.number): line.number for line in lines if len(line.number) == FULL}
    rows = session.scalars(_register(actor).where(Worker.id_digest.in_(digests)))
    return {digests[worker.id_digest]: [worker] for worker in rows}


def _by_tail(session: Session, actor: Actor, lines: list[Line]) -> dict[tuple[str, str], list[Worker]]:
    tails = {line.number for line in lines if len(line.number) == TAIL}
    names = {line.name for line in lines if len(line.number) == TAIL}
    rows = session.scalars(_register(actor).where(Worker.id_last4.in_(tails), Worker.name.in_(names)))
    found: dict[tuple[str, str], list[Worker]] = {}
    for worker in rows:
        found.setdefault((worker.name, worker.id_last4.upper()), []).append(worker)
    return found


def _judge(session: Session, actor: Actor, cohort: Cohort, lines: list[Line], today: date) -> None:
    """Add what stands against those who were found."""
    people = workers(session, actor, [line.worker_id for line in lines if line.worker_id])
    known = set(session.scalars(select(Enrolment.worker_id).where(Enrolment.cohort_id == cohort.id)))
    against = findings(session, cohort, people, today)
    for line in lines:
        if line.worker_id in known:
            line.problems.append(_("已经在这个班的名单里。"))
        elif line.worker_id and not line.problems:
            line.problems += [finding.text for finding in bars(against[line.worker_id])]


# --- preview and confirm --------------------------------------------------------------------------------


def keep(session: Session, actor: Actor, cohort: Cohort, filename: str, lines: list[Line]) -> ProposalBatch:
    """Keep what was read until somebody confirms it."""
    refused = sum(bool(line.problems) for line in lines)
    batch = ProposalBatch(
        cohort_id=cohort.id, county_code=cohort.county_code, user_id=actor.user_id, filename=filename[:200],
        rows={"lines": [asdict(line) for line in lines]}, good=len(lines) - refused, refused=refused,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def lines_of(batch: ProposalBatch) -> list[Line]:
    """Return what a kept file said."""
    return [Line(**line) for line in batch.rows["lines"]]


def confirm(
    session: Session, actor: Actor, batch: ProposalBatch, today: date
) -> tuple[list[Enrolment], dict[int, list[Finding]], list[Worker]]:
    """Propose everybody on a good row; returns what operations.propose returns, and the people.

    Raises TransitionRefused the second time.
    """
    if batch.confirmed_at is not None:
        raise TransitionRefused(CONFIRMED_BEFORE)
    batch.confirmed_at = utc_now()
    ids = [line.worker_id for line in lines_of(batch) if line.worker_id and not line.problems]
    people = workers(session, actor, ids)
    rows, barred = operations.propose(session, actor, batch.cohort, people, today)
    return rows, barred, people


# --- workbooks out --------------------------------------------------------------------------------------


def write_template(target: IO[bytes]) -> None:
    """Write the blank workbook."""
    hint = _("填完整的 18 位，或只填后四位")
    columns = [Column(_(NAME), 14), Column(_(NUMBER), 24, hint=hint)]
    write_workbook(target, [Page(_("推荐名单"), columns, spare_rows=SPARE_ROWS)])


def write_refused(target: IO[bytes], lines: Iterable[Line]) -> None:
    """Write the refused rows with their reasons; corrected, the workbook can be imported as it is."""
    columns = [Column(_(REASON), 60), Column(_(NAME), 14), Column(_(NUMBER), 24)]
    rows = ([" ".join(line.problems), line.name, line.number] for line in lines if line.problems)
    write_workbook(target, [Page(_("退回的人"), columns, rows)])
