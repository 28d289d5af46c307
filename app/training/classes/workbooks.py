"""Workbooks of a class: a list of people comes in, the application and the roster go out."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.layout import Heading, Layout, columns_of
from app.kit.files.bulk_upload.reading import Line, Readers, Reading, Sent
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.kit.files.cells.people import NEITHER, parse_id_or_tail, parse_name
from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.kit.web.formatters import age, day, standard
from app.kit.web.labels import label
from app.training.classes import operations
from app.training.classes.queries.people import workers
from models import vault
from models.access import Actor, Permission, visible_to
from models.bulk_upload import CellProblem
from models.clock import day_of
from models.i18n import N_, Sentence
from models.people.identity import LENGTH
from models.people.name import name_key
from models.people.worker import Worker, holders
from models.training.class_rules import Finding, bars, findings
from models.training.enrolment import Enrolment, ProposalBatch
from models.training.standard import StandardName
from models.training.standards import Figure, class_figures
from models.training.training_class import TrainingClass

SPARE_ROWS = 100
NUMBERS = ("身份证号", "身份证号码", "公民身份号码", "身份证后四位", "身份证号后四位", "证件号码")
HEADINGS = (
    Heading("name", N_("姓名"), ("学员姓名", "人员姓名"), 14),
    Heading("number", N_("身份证号或后四位"), NUMBERS, 24, N_("填完整的 18 位，或只填后四位")),
)
BOTH = frozenset({"name", "number"})
PEOPLE = Layout(HEADINGS, must=BOTH, most_rows=500, filled=BOTH)
FULL, TAIL = LENGTH, 4
NAME, NUMBER = PEOPLE.header_of("name"), PEOPLE.header_of("number")


# --- a list of people ---------------------------------------------------------------------------------


def read(
    session: Session, actor: Actor, training_class: TrainingClass, data: bytes | Sent, today: date
) -> Reading:
    """Read a list; raises Unreadable. Numbers are compared by their keyed digest, never searched in clear."""
    readers: Readers = {"name": parse_name, "number": partial(parse_id_or_tail, today=today)}
    reading = read_sheet(data, PEOPLE, readers=readers)
    _look_up(session, actor, reading.lines)
    _judge(session, actor, training_class, reading.lines, today)
    return reading


def _look_up(session: Session, actor: Actor, lines: list[Line]) -> None:
    """Look everybody up in the actor's register: by whole number, or by name and last four digits."""
    lines = [line for line in lines if not line.problems]
    by_number, by_tail = _by_number(session, actor, lines), _by_tail(session, actor, lines)
    seen: dict[int, int] = {}
    for line in lines:
        number = _number(line)
        is_whole = len(number) == FULL
        workers = by_number.get(number, []) if is_whole else by_tail.get((name_key(_name(line)), number), [])
        if problem := _not_one(line, workers):
            line.problems.append(problem)
            continue
        line.subject_id = workers[0].id
        if line.subject_id in seen:
            line.reject(NAME, Sentence("和第 %(row)s 行是同一个人。", {"row": seen[line.subject_id]}))
        seen.setdefault(line.subject_id, line.row)


def _name(line: Line) -> str:
    return line.cells.get("name", "")


def _number(line: Line) -> str:
    return line.cells.get("number", "")


def _not_one(line: Line, workers: list[Worker]) -> CellProblem | None:
    """Why a row does not mean exactly one person of the register."""
    if not _name(line):
        return CellProblem(NAME, Sentence("没有填姓名，请补填"))
    if not _number(line):
        return CellProblem(NUMBER, NEITHER)
    if not workers:
        return CellProblem(NAME, Sentence("本县台账里没有这个人，请先登记，或核对姓名和号码。"))
    if len(workers) > 1:
        several = {"n": len(workers)}
        sentence = Sentence("有 %(n)s 个人同名、后四位也一样，请填完整的身份证号。", several)
        return CellProblem(NUMBER, sentence)
    if name_key(workers[0].name) != name_key(_name(line)):
        return CellProblem(NAME, Sentence("这个身份证号在台账里不是这个名字，请核对。"))
    return None


def _register(actor: Actor) -> Select[Any]:
    statement = select(Worker).where(Worker.merged_into_id.is_(None)).options(joinedload(Worker.household))
    return visible_to(actor, statement, Worker, Permission.WORKER_READ)


def _by_number(session: Session, actor: Actor, lines: list[Line]) -> dict[str, list[Worker]]:
    digests = {vault.digest(number): number for line in lines if len(number := _number(line)) == FULL}
    records = dict(session.execute(holders(digests)).all())
    rows = session.scalars(_register(actor).where(Worker.id.in_(set(records.values()))))
    people = {worker.id: worker for worker in rows}
    return {digests[digest]: [people[record]] for digest, record in records.items() if record in people}


def _by_tail(session: Session, actor: Actor, lines: list[Line]) -> dict[tuple[str, str], list[Worker]]:
    tails = {_number(line) for line in lines if len(_number(line)) == TAIL}
    rows = session.scalars(_register(actor).where(Worker.id_last4.in_(tails)))
    by_tail: dict[tuple[str, str], list[Worker]] = {}
    for worker in rows:
        by_tail.setdefault((name_key(worker.name), worker.id_last4), []).append(worker)
    return by_tail


def _judge(
    session: Session, actor: Actor, training_class: TrainingClass, lines: list[Line], today: date
) -> None:
    """Add what stands against the people of the rows."""
    people = workers(session, actor, [line.subject_id for line in lines if line.subject_id])
    known = set(session.scalars(select(Enrolment.worker_id).where(Enrolment.class_id == training_class.id)))
    against = findings(session, training_class, people, today)
    for line in lines:
        if line.subject_id in known:
            line.reject(NAME, Sentence("已经在这个班的名单里。"))
        elif line.subject_id and not line.problems:
            for finding in bars(against[line.subject_id]):
                line.reject(NAME, finding.with_source)


def keep(
    session: Session, actor: Actor, training_class: TrainingClass, filename: str, reading: Reading
) -> ProposalBatch:
    """Keep what was read until it is confirmed."""
    batch = ProposalBatch(
        class_id=training_class.id,
        county_code=training_class.county_code,
        user_id=actor.user_id,
        filename=filename,
    )
    return batches.keep(session, batch, reading)


def confirm(
    session: Session, actor: Actor, batch: ProposalBatch, now: datetime
) -> tuple[list[Enrolment], dict[int, list[Finding]], list[Worker]]:
    """Propose everybody on a good row; returns what operations.propose returns, and the people.

    Raises TransitionRefused the second time.
    """
    ids = [line.subject_id for line in batches.confirm_once(batch, now).good if line.subject_id]
    people = workers(session, actor, ids)
    enrolments, barred = operations.propose(session, actor, batch.training_class, people, day_of(now))
    return enrolments, barred, people


def write_template(target: IO[bytes]) -> None:
    """Write the blank workbook."""
    write_workbook(target, [Page(_("推荐名单"), columns_of(PEOPLE), spare_rows=SPARE_ROWS)])


# --- the printed forms of a class ---------------------------------------------------------------------


def application_rows(session: Session, training_class: TrainingClass, today: date) -> list[tuple[str, str]]:
    """The lines of the 开班申请确认表: what, and how it stands."""
    rows = [
        (_("班级编号"), training_class.number or _("申请时编号")),
        (_("班名"), training_class.name),
        (_("培训学校"), training_class.school.name),
        (_("订单企业"), training_class.enterprise.name),
        (_("协议编号"), training_class.agreement.number),
        (_("工种和等级"), f"{training_class.occupation_name} · {label(training_class.level)}"),
        (
            _("学员人数"),
            _("%(n)s 人（名额 %(all)s 人）", n=training_class.enrolled, all=training_class.capacity),
        ),
        (
            _("总课时"),
            _(
                "%(n)s 课时，课程表已排 %(all)s 课时",
                n=training_class.periods,
                all=training_class.scheduled_periods,
            ),
        ),
        (
            _("开班到结束"),
            _("%(start)s 到 %(end)s", start=day(training_class.starts_on), end=day(training_class.ends_on)),
        ),
        (_("上课地点"), training_class.place),
        (_("班主任"), training_class.head_teacher or _("未定")),
    ]
    figures = class_figures(session, training_class, today)
    return rows + [(label(name), _shown(name, figure)) for name, figure in figures.items()]


def _shown(name: StandardName, figure: Figure) -> str:
    shown = standard(figure.value, name)
    return shown if figure.verified else _("%(figure)s（待核）", figure=shown)


def write_application(
    target: IO[bytes], session: Session, training_class: TrainingClass, today: date
) -> None:
    """Write the application as a workbook of two columns."""
    columns = [Column(_("项目"), 20), Column(_("内容"), 60)]
    write_workbook(
        target, [Page(_("开班申请确认表"), columns, application_rows(session, training_class, today))]
    )


def write_roster(target: IO[bytes], rows: Iterable[Enrolment], today: date) -> None:
    """Write the learners as a workbook; of the ID number the last four digits."""
    columns = [
        Column(_("座号"), 6),
        Column(_("姓名"), 14),
        Column(_("性别"), 6),
        Column(_("年龄"), 6),
        Column(_("身份证号后四位"), 14),
        Column(_("乡镇和村"), 26),
        Column(_("户编号"), 20),
        Column(_("状态"), 10),
        Column(_("本人签字"), 16),
    ]
    write_workbook(target, [Page(_("学员花名册"), columns, (_line(row, today) for row in rows))])


def _line(row: Enrolment, today: date) -> list[object]:
    worker = row.worker
    home = worker.household.code if worker.household else ""
    return [
        row.seat or "",
        worker.name,
        _("男") if worker.sex == "M" else _("女"),
        age(worker.birth_date, today),
        worker.id_last4,
        worker.township + worker.village,
        home,
        label(row.state),
        "",
    ]
