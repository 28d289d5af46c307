"""The round as a sheet: who is not asked to the end goes out, the answers come back by row."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import partial
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.layout import Heading, Layout, columns_of
from app.kit.files.bulk_upload.reading import Line, Reading, Sent
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.kit.files.cells.cell import BLANK, Parsed, clean, plain
from app.kit.files.cells.people import parse_name
from app.kit.files.spreadsheet import Cell, Page, write_workbook
from app.kit.unseen import write_unseen
from app.workers.asking.questions import BY_QUESTION, QUESTIONS, Kind, Question, open_questions
from app.workers.operations import fill_unknown, value_of
from app.workers.roster.fields import BY_NAME
from models.access import Actor, Permission, Role, visible_to
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.opening_budget import open_telephones
from models.people import calling
from models.people.calling import AskingBatch, Round
from models.people.name import name_key
from models.people.phone import written
from models.people.worker import MANDARIN_LABELS, Mandarin, Worker

MOST_ROWS = 500
WHO = (
    Heading("number", N_("编号"), ("人员序号",), 10, N_("系统的编号，请不要改")),
    Heading("name", N_("姓名"), (), 16),
)
TOLD = (Heading("home", N_("乡镇和村"), (), 24), Heading("telephones", N_("电话清单"), (), 24))
ANSWERS = tuple(Heading(one.name, BY_NAME[one.name].label, (), 14) for one in QUESTIONS)
SHEET = Layout((*WHO, *TOLD, *ANSWERS), must=frozenset({"number", "name"}), most_rows=MOST_ROWS)
NAME, NUMBER = SHEET.header_of("name"), SHEET.header_of("number")
NOTHING_WORDS = ("无", "没有", "没", "莫得", "没得", "没有要求", "随便", "都行", "都可以")


# --- out ------------------------------------------------------------------------------------------------


def write(target: IO[bytes], workers: Iterable[Worker], *, with_numbers: bool) -> None:
    """Write the people with the answers known; ``with_numbers``: whole telephones, which are audited."""
    rows = (_row(worker, with_numbers) for worker in workers)
    write_workbook(target, [Page(_("问卷"), columns_of(SHEET, _choices), rows)])


def note_sheet(
    session: Session, actor: Actor, workers: Sequence[Worker], purpose: str, today: date, most: int
) -> None:
    """Note that the telephones of these people leave the house in a file, and what for.

    Raises TransitionRefused beyond ``most`` a day.
    """
    open_telephones(session, actor, workers, purpose, today, most)
    record(session, actor, EventTag.WORKER_EXPORT, "asking:sheet", purpose=purpose, rows=len(workers))


def _choices(name: str) -> Sequence[str]:
    return BY_NAME[name].choices if name in BY_QUESTION else ()


def _row(worker: Worker, with_numbers: bool) -> list[Any]:
    phones = written(worker.telephones) if with_numbers else ""
    known = [_cell(one, value_of(worker, one.name)) for one in QUESTIONS]
    return [worker.id, worker.name, worker.township + worker.village, phones, *known]


def _cell(question: Question, value: Any) -> Any:
    if question.kind is Kind.PHONE or value is None or value == "":
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if question.kind is Kind.LIST:
        return "、".join(value) or None
    if question.kind is Kind.LEVEL:
        return MANDARIN_LABELS[Mandarin(value)]
    return value.isoformat() if isinstance(value, date) else value


# --- in -------------------------------------------------------------------------------------------------


def read(session: Session, actor: Actor, sent: bytes | Sent, today: date) -> Reading:
    """Read a sheet of answers; a row means the person whose number it has. Raises Unreadable."""
    readers = {one.name: partial(_checked, one.name, today) for one in QUESTIONS} | {"name": parse_name}
    reading = read_sheet(sent, SHEET, readers=readers)
    people = _people(session, actor, [number for line in reading.lines if (number := _number(line))])
    for line in reading.lines:
        _find(line, people.get(_number(line) or 0), today)
    return reading


def _checked(name: str, today: date, cell: Cell) -> Parsed:
    """The cell's own words, once they can be read: they are read again when the sheet is confirmed."""
    text = plain(cell)
    if text not in NOTHING_WORDS:
        BY_NAME[name].read(cell, today).read()
    return Parsed(clean(cell)) if text else BLANK


def _number(line: Line) -> int | None:
    text = line.cells.get("number", "").removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _people(session: Session, actor: Actor, numbers: Sequence[int]) -> dict[int, Worker]:
    statement = select(Worker).where(Worker.id.in_(numbers), Worker.merged_into_id.is_(None))
    rows = session.scalars(visible_to(actor, statement, Worker, Permission.WORKER_WRITE))
    return {worker.id: worker for worker in rows}


def _find(line: Line, worker: Worker | None, today: date) -> None:
    """Tie a row to its person; say which answers are known already and stay as they are."""
    if worker is None:
        line.reject(NUMBER, Sentence("台账里没有这个编号的人，请用下载的表来填，编号不要改。"))
    elif name_key(worker.name) != name_key(line.cells.get("name", "")):
        line.reject(NAME, Sentence("这个编号在台账里不是这个名字，请核对。"))
    else:
        line.subject_id = worker.id
        said, _nothing = answers_of(line, today)
        for name, value in said.items():
            known = value_of(worker, name)
            if known not in (None, "", []) and known != value:
                line.warn(BY_NAME[name].label, Sentence("已经有回答，不会改"))


def answers_of(line: Line, today: date) -> tuple[dict[str, Any], list[str]]:
    """What a row answers, in the words of app.workers.operations, and the questions answered with "none"."""
    said: dict[str, Any] = {}
    nothing = []
    for question in QUESTIONS:
        text = line.cells.get(question.name, "")
        if not text:
            continue
        if question.nothing and plain(text) in NOTHING_WORDS:
            nothing.append(question.name)
        elif (value := BY_NAME[question.name].read(text, today).value) not in (None, "", []):
            said[question.name] = value
    return said, nothing


def keep(session: Session, actor: Actor, county_code: str, filename: str, reading: Reading) -> AskingBatch:
    """Keep what was read until it is confirmed."""
    towns = actor.areas(Role.TOWNSHIP)
    batch = AskingBatch(
        county_code=county_code,
        township_code=towns[0] if towns and not actor.areas(Role.COUNTY) else None,
        user_id=actor.user_id,
        filename=filename,
    )
    return batches.keep(session, batch, reading)


def confirm(session: Session, actor: Actor, batch: AskingBatch, now: datetime) -> tuple[int, int]:
    """Write the answers of the good rows down, where nobody has answered; how many people, how many answers.

    Raises TransitionRefused the second time.
    """
    batch_id = batch.id
    lines = [line for line in batches.unconfirmed(batch).good if line.subject_id]

    def write(some: Sequence[Line], _nothing: None) -> tuple[int, int]:
        return _write_lines(session, actor, some, now)

    parts = write_unseen(session, lines, write)
    batches.confirm_once(session.get_one(AskingBatch, batch_id), now)
    return sum(people for people, _answers in parts), sum(answers for _people, answers in parts)


def _write_lines(session: Session, actor: Actor, lines: Sequence[Line], now: datetime) -> tuple[int, int]:
    people = _people(session, actor, [line.subject_id for line in lines if line.subject_id])
    answered = filled = 0
    for line in lines:
        if (worker := people.get(line.subject_id or 0)) is None:
            continue
        said, nothing = answers_of(line, day_of(now))
        fields, _kept = fill_unknown(session, actor, worker, said, now)
        if fields or nothing:
            answered, filled = answered + 1, filled + len(fields)
            _note(session, actor, worker, nothing, fields, now)
    return answered, filled


def _note(
    session: Session, actor: Actor, worker: Worker, nothing: list[str], fields: list[str], now: datetime
) -> None:
    call = calling.take(session, Round.ASK, worker.id, actor.user_id, now)
    if call is not None:
        call.settled = sorted({*call.settled, *nothing})
        calling.note_reached(call, now, is_done=not open_questions(worker, call.settled))
    record(session, actor, EventTag.WORKER_CALL, worker, outcome="reached", fields=[*fields, *nothing])
