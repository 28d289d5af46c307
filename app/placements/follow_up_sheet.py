"""A round of follow-ups as a sheet: whom to ring goes out with what is known, the findings come back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.layout import Heading, Layout, columns_of, in_each_language
from app.kit.files.bulk_upload.reading import Line, Reading, Sent
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.kit.files.cells.cell import BLANK, Parsed, clean, plain
from app.kit.files.cells.dates import parse_day, parse_past
from app.kit.files.cells.people import parse_name, parse_words
from app.kit.files.cells.wages import parse_wage
from app.kit.files.spreadsheet import Cell, Page, write_workbook
from app.kit.unseen import write_unseen
from app.placements.operations.bulk import BulkOutcome, each
from app.placements.operations.follow_ups import Finding, record_follow_up
from app.placements.operations.rounds import remember
from app.placements.queries import rounds
from models.access import Actor, Role
from models.i18n import N_, Sentence
from models.people.calling import FollowUpBatch
from models.people.name import name_key
from models.people.phone import written
from models.placement.follow_up import record_refusal
from models.placement.leaving import LEAVE_REASON_LABELS
from models.placement.placement import EVIDENCE_LABELS, OUTCOME_LABELS, Evidence, FollowUp, Outcome

WHO = (
    Heading("number", N_("编号"), ("回访编号",), 10, N_("系统的编号，请不要改")),
    Heading("name", N_("姓名"), (), 16),
)
TOLD = (
    Heading("months", N_("第几次"), (), 10),
    Heading("due_on", N_("到期"), (), 12),
    Heading("telephones", N_("电话清单"), (), 24),
    Heading("employer", N_("企业和岗位"), (), 30),
    Heading("told_wage", N_("说好的工资"), (), 12),
    Heading("known", N_("以前查到的"), (), 24),
)
ANSWERS = (
    Heading("outcome", N_("现在的情况"), ("情况", "是否在岗"), 20, N_("没问到就空着，不要猜")),
    Heading("evidence", N_("凭什么知道"), ("凭据",), 18),
    Heading("wage_fen", N_("上月实发工资（元）"), ("实发工资", "上月工资"), 14),
    Heading("left_on", N_("离职日期"), (), 14),
    Heading("leave_reason", N_("离职的原因"), ("离开的原因",), 20),
    Heading("note", N_("凭据说明"), (), 24),
    Heading("trouble", N_("遇到的困难"), (), 24),
    Heading("call_note", N_("备注"), (), 24),
    Heading("remind_on", N_("哪天再打"), ("提醒日期",), 14),
)
FILLED = frozenset(heading.field for heading in ANSWERS)
SHEET = Layout(
    (*WHO, *TOLD, *ANSWERS),
    must=frozenset({"number", "name"}),
    most_rows=rounds.MOST_AT_ONCE,
    filled=FILLED,
)
NUMBER, NAME = SHEET.header_of("number"), SHEET.header_of("name")
CHOICES: dict[str, Mapping[Any, str]] = {
    "outcome": OUTCOME_LABELS,
    "evidence": EVIDENCE_LABELS,
    "leave_reason": LEAVE_REASON_LABELS,
}
OWN_WORDS: dict[str, dict[str, Any]] = {
    "outcome": {
        "在岗": Outcome.EMPLOYED,
        "还在": Outcome.EMPLOYED,
        "离职": Outcome.LEFT,
        "联系不上": Outcome.UNKNOWN,
    },
    "evidence": {"花名册": Evidence.ROSTER, "工资条": Evidence.WAGE_SLIP, "社保": Evidence.INSURANCE},
}


# --- out ------------------------------------------------------------------------------------------------


def write(target: IO[bytes], rows: Iterable[FollowUp], *, with_numbers: bool) -> None:
    """Write the follow-ups with what is known; ``with_numbers``: whole telephones, which are audited."""

    def words(name: str) -> Sequence[str]:
        return tuple(_(label) for label in CHOICES[name].values()) if name in CHOICES else ()

    lines = [_row(row, with_numbers) for row in rows]
    write_workbook(target, [Page(_("回访"), columns_of(SHEET, words), lines)])


def _row(row: FollowUp, with_numbers: bool) -> list[Any]:
    placement = row.placement
    known = _(OUTCOME_LABELS[row.outcome]) if row.outcome else None
    told = placement.told_wage_fen
    shown = [
        row.id,
        placement.worker.name,
        _("%(n)s 个月", n=row.months),
        row.due_on.isoformat() if row.due_on else None,
        written(placement.worker.telephones) if with_numbers else None,
        f"{placement.order.enterprise.name} {placement.order.title}",
        told / 100 if told else None,
        known,
    ]
    return [*shown, *([None] * (len(ANSWERS) - 2)), row.call_note or None, None]


# --- in -------------------------------------------------------------------------------------------------


def read(session: Session, actor: Actor, sent: bytes | Sent, today: date) -> Reading:
    """Read a sheet of findings; a row means the follow-up whose number it has. Raises Unreadable."""
    readers = {name: partial(_checked, name, today) for name in FILLED} | {"name": parse_name}
    reading = read_sheet(sent, SHEET, readers=readers)
    numbers = [number for line in reading.lines if (number := _number(line))]
    known = {row.id: row for row in rounds.chosen(session, actor, numbers)}
    seen: set[int] = set()
    for line in reading.lines:
        _find(line, known.get(_number(line) or 0), seen, today)
    return reading


def _checked(name: str, today: date, cell: Cell) -> Parsed:
    """The cell's own words, once they can be read: they are read again when the sheet is confirmed, and a
    row that is rejected shows them."""
    _read(name, cell, today).read()
    return Parsed(clean(cell)) if plain(cell) else BLANK


def _read(name: str, cell: Cell, today: date) -> Parsed:
    if name in CHOICES:
        return _word(name, cell)
    if name == "wage_fen":
        return parse_wage(cell)
    if name == "left_on":
        return parse_past(cell, today)
    return parse_day(cell) if name == "remind_on" else parse_words(cell)


def _word(name: str, cell: Cell) -> Parsed:
    """One of the words of a column, in whichever language it was written."""
    text = plain(cell)
    if not text:
        return BLANK
    known: dict[str, Any] = dict(OWN_WORDS.get(name, {}))
    for said in in_each_language(lambda: {plain(_(label)): key for key, label in CHOICES[name].items()}):
        known |= said
    if text not in known:
        return Parsed(error=Sentence("“%(text)s”不在可选的词里，请从下拉里选。", {"text": str(cell)[:20]}))
    return Parsed(known[text])


def said_in(line: Line, today: date) -> dict[str, Any]:
    """What the cells of a row say, by field; a blank cell says nothing."""
    told = {name: _read(name, line.cells.get(name, ""), today).value for name in FILLED}
    return {name: value for name, value in told.items() if value is not None and value != ""}


def _number(line: Line) -> int | None:
    text = line.cells.get("number", "").removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _find(line: Line, row: FollowUp | None, seen: set[int], today: date) -> None:
    """Tie a line to its follow-up, and say what stands against what it tells."""
    if row is None:
        line.reject(NUMBER, Sentence("没有这个编号的回访，请用下载的表来填，编号不要改。"))
        return
    if name_key(row.placement.worker.name) != name_key(line.cells.get("name", "")):
        line.reject(NAME, Sentence("这个编号的回访不是这个人的，请核对。"))
        return
    if row.id in seen:
        line.reject(NUMBER, Sentence("这个编号在表里出现了两次，只读第一次。"))
        return
    seen.add(row.id)
    line.subject_id = row.id
    if any(problem.header != NAME for problem in line.problems):
        return
    if refusal := _refusal(line, row, today):
        line.reject(SHEET.header_of(refusal[0]), refusal[1])


def _refusal(line: Line, row: FollowUp, today: date) -> tuple[str, Sentence] | None:
    said = said_in(line, today)
    if (day := said.get("remind_on")) and day < today:
        return "remind_on", Sentence("提醒日期已经过去了，请填今天或以后的日子。")
    finding = finding_of(said)
    if finding is None:
        told = {"evidence", "wage_fen", "left_on", "leave_reason"} & said.keys()
        return ("outcome", Sentence("没有写现在的情况，别的就没有用；没问到就都空着。")) if told else None
    if refusal := record_refusal(row, finding.outcome, finding.evidence, today):
        return "evidence", refusal
    if finding.outcome is Outcome.LEFT and finding.leave_reason is None:
        return "leave_reason", Sentence("请选离职的原因。")
    since = row.placement.on_site_on
    if finding.left_on and since and finding.left_on < since:
        return "left_on", Sentence("离职日期早于到岗日期（%(day)s），请核对。", {"day": since})
    return None


def finding_of(said: Mapping[str, Any]) -> Finding | None:
    """What a row found; None where it says nothing of how things are."""
    if "outcome" not in said:
        return None
    wage = said.get("wage_fen")
    return Finding(
        said["outcome"],
        said.get("evidence", Evidence.NONE),
        wage_fen=None if wage is None else wage * 100,
        note=said.get("note", "")[:300],
        trouble=said.get("trouble", "")[:300],
        leave_reason=said.get("leave_reason"),
        left_on=said.get("left_on"),
    )


def keep(session: Session, actor: Actor, filename: str, reading: Reading) -> FollowUpBatch:
    """Keep what was read until it is confirmed."""
    first = {role: next(iter(actor.areas(role)), None) for role in (Role.COUNTY, Role.CITY, Role.TOWNSHIP)}
    batch = FollowUpBatch(
        county_code=first[Role.COUNTY],
        city_code=first[Role.CITY],
        township_code=first[Role.TOWNSHIP],
        user_id=actor.user_id,
        filename=filename,
    )
    return batches.keep(session, batch, reading)


def confirm(
    session: Session, actor: Actor, batch: FollowUpBatch, today: date, now: datetime
) -> tuple[BulkOutcome[FollowUp], int]:
    """Write the findings of the good rows down, each on its own; also how many notes were kept.

    What can no longer be written (a colleague found something better meanwhile) is named with its reason.
    Raises TransitionRefused the second time.
    """
    batch_id = batch.id
    lines = [line for line in batches.unconfirmed(batch).good if line.subject_id]

    def write(some: Sequence[Line], _nothing: None) -> tuple[BulkOutcome[FollowUp], int]:
        return _write_lines(session, actor, some, today, now)

    parts = write_unseen(session, lines, write)
    batches.confirm_once(session.get_one(FollowUpBatch, batch_id), now)
    outcome = BulkOutcome[FollowUp]()
    for part, _noted in parts:
        outcome.done += part.done
        outcome.refused += part.refused
    return outcome, sum(noted for _part, noted in parts)


def _write_lines(
    session: Session, actor: Actor, lines: Sequence[Line], today: date, now: datetime
) -> tuple[BulkOutcome[FollowUp], int]:
    told = {line.subject_id or 0: said_in(line, today) for line in lines}
    rows = rounds.chosen(session, actor, list(told))
    noted = sum(_remember(session, actor, row, told[row.id], today) for row in rows)

    def write_down(row: FollowUp) -> None:
        if (finding := finding_of(told[row.id])) is not None:
            record_follow_up(session, actor, row, finding, today, now)

    found = [row for row in rows if "outcome" in told[row.id]]
    return each(session, found, write_down), noted


def _remember(session: Session, actor: Actor, row: FollowUp, said: Mapping[str, Any], today: date) -> bool:
    """Keep the note and the day of a row, where it says something new of them."""
    note, day = said.get("call_note", row.call_note)[:300], said.get("remind_on", row.remind_on)
    if (note, day) == (row.call_note, row.remind_on):
        return False
    remember(session, actor, row, note, day if day and day >= today else None, today)
    return True
