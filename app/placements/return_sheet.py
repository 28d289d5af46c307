"""The spring return as a sheet: whom to ask goes out, who goes home and comes back comes in by row."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.layout import Heading, Layout, columns_of
from app.kit.files.bulk_upload.reading import Line, Reading, Sent
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.kit.files.cells.cell import BLANK, Parsed, clean, plain
from app.kit.files.cells.dates import parse_day
from app.kit.files.cells.people import parse_name, parse_words
from app.kit.files.spreadsheet import Cell, Page, write_workbook
from app.kit.unseen import write_unseen
from app.placements.operations.spring_return import answer, refusal
from app.placements.queries.spring_return import MOST, chosen_answers
from models.access import Actor
from models.i18n import N_, Sentence
from models.people.name import name_key
from models.people.phone import written
from models.placement.leaving import Channel
from models.placement.spring_return import ReturnAnswer, ReturnBatch, ReturnRound

YES = frozenset({"是", "回", "回家", "要", "回来", "返岗", "yes", "y", "√"})
NO = frozenset({"否", "不回", "不回家", "不要", "不回来", "不返岗", "no", "n", "×"})
WHO = (
    Heading("number", N_("编号"), (), 10, N_("系统的编号，请不要改")),
    Heading("name", N_("姓名"), (), 16),
)
TOLD = (Heading("home", N_("乡镇和村"), (), 24), Heading("telephones", N_("电话清单"), (), 24))
ANSWERS = (
    Heading("goes_home", N_("回不回家过年"), ("是否返乡", "是否回家"), 14, N_("没问到就空着，不要猜")),
    Heading("leaves_on", N_("哪天返乡"), ("返乡日期", "返乡时间"), 14),
    Heading("seat_home", N_("返乡要不要座位"), ("返乡是否要座位",), 14),
    Heading("comes_back", N_("年后回不回来"), ("是否返岗",), 14),
    Heading("back_on", N_("哪天返岗"), ("返岗日期", "返岗时间"), 14),
    Heading("seat_back", N_("返岗要不要座位"), ("返岗是否要座位",), 14),
    Heading("note", N_("备注"), (), 24),
)
FILLED = frozenset(heading.field for heading in ANSWERS)
YES_NO = frozenset({"goes_home", "seat_home", "comes_back", "seat_back"})
SHEET = Layout((*WHO, *TOLD, *ANSWERS), must=frozenset({"number", "name"}), most_rows=MOST, filled=FILLED)
NUMBER, NAME = SHEET.header_of("number"), SHEET.header_of("name")


def write(target: IO[bytes], rows: Iterable[ReturnAnswer], *, with_numbers: bool) -> None:
    """Write the people with the answers known; ``with_numbers``: whole telephones, which are audited."""

    def words(name: str) -> tuple[str, ...]:
        return ("是", "否") if name in YES_NO else ()

    lines = [_row(row, with_numbers) for row in rows]
    write_workbook(target, [Page(_("返乡返岗"), columns_of(SHEET, words), lines)])


def _row(row: ReturnAnswer, with_numbers: bool) -> list[Any]:
    worker = row.worker
    phones = written(worker.telephones) if with_numbers else None
    known = [_cell(getattr(row, heading.field)) for heading in ANSWERS]
    return [row.id, worker.name, worker.township + worker.village, phones, *known]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat() if isinstance(value, date) else value or None


def read(session: Session, actor: Actor, row: ReturnRound, sent: bytes | Sent) -> Reading:
    """Read a sheet of answers to a round; a line means the answer whose number it has. Raises Unreadable."""
    readers = {name: partial(_checked, name, row) for name in FILLED} | {"name": parse_name}
    reading = read_sheet(sent, SHEET, readers=readers)
    numbers = [number for line in reading.lines if (number := _number(line))]
    known = {one.id: one for one in chosen_answers(session, actor, row, numbers)}
    seen: set[int] = set()
    for line in reading.lines:
        _find(line, known.get(_number(line) or 0), row, seen)
    return reading


def _checked(name: str, row: ReturnRound, cell: Cell) -> Parsed:
    """The cell's own words, once they can be read: they are read again when the sheet is confirmed."""
    _read(name, row, cell).read()
    return Parsed(clean(cell)) if plain(cell) else BLANK


def _read(name: str, row: ReturnRound, cell: Cell) -> Parsed:
    if name == "note":
        return parse_words(cell)
    if name not in YES_NO:
        first = row.home_from.replace(month=1, day=1)
        return parse_day(cell, (first, row.back_by.replace(month=12, day=31)))
    text = plain(cell)
    if text in YES | NO:
        return Parsed(text in YES)
    if not text:
        return BLANK
    return Parsed(error=Sentence("看不懂“%(text)s”，请填“是”或“否”；没问到就空着。", {"text": text[:20]}))


def _number(line: Line) -> int | None:
    text = line.cells.get("number", "").removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _find(line: Line, found: ReturnAnswer | None, row: ReturnRound, seen: set[int]) -> None:
    """Tie a line to its answer, and say what stands against what it tells."""
    if found is None:
        line.reject(NUMBER, Sentence("这一次返乡返岗没有这个编号，请用下载的表来填，编号不要改。"))
    elif name_key(found.worker.name) != name_key(line.cells.get("name", "")):
        line.reject(NAME, Sentence("这个编号不是这个人的，请核对。"))
    elif found.id in seen:
        line.reject(NUMBER, Sentence("这个编号在表里出现了两次，只读第一次。"))
    elif found.came_back_on is not None:
        line.reject(NUMBER, Sentence("这个人已经回到岗位，不用再问。"))
    else:
        seen.add(found.id)
        line.subject_id = found.id
        if not line.problems and (problem := refusal(row, said_in(line, row))):
            line.reject(SHEET.header_of(problem[0]), problem[1])


def said_in(line: Line, row: ReturnRound) -> dict[str, Any]:
    """What the cells of a line say, by field; a blank cell says nothing."""
    told: Mapping[str, Any] = {name: _read(name, row, line.cells.get(name, "")).value for name in FILLED}
    return {name: value for name, value in told.items() if value is not None and value != ""}


def keep(session: Session, actor: Actor, row: ReturnRound, filename: str, reading: Reading) -> ReturnBatch:
    """Keep what was read until it is confirmed."""
    batch = ReturnBatch(
        county_code=row.county_code, round_id=row.id, user_id=actor.user_id, filename=filename
    )
    return batches.keep(session, batch, reading)


def confirm(session: Session, actor: Actor, batch: ReturnBatch, row: ReturnRound, now: datetime) -> int:
    """Write the answers of the good lines down; how many. Who is back meanwhile is left alone.

    Raises TransitionRefused the second time.
    """
    batch_id, lines = batch.id, [line for line in batches.unconfirmed(batch).good if line.subject_id]

    def write(some: Sequence[Line], _nothing: None) -> int:
        told, done = {line.subject_id or 0: line for line in some}, 0
        for found in chosen_answers(session, actor, row, list(told)):
            if found.came_back_on is None and (said := said_in(told[found.id], row)):
                answer(session, actor, found, said, Channel.PHONE, now)
                done += 1
        return done

    count = sum(write_unseen(session, lines, write))
    batches.confirm_once(session.get_one(ReturnBatch, batch_id), now)
    return count
