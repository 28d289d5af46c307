"""The county's sheet of who works at home or elsewhere (务工情况表): read, kept, confirmed once."""

from collections import ChainMap, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.employment.spells.operations import spells
from app.kit.files.bulk_upload.layout import Heading, Layout, columns_of, in_each_language
from app.kit.files.bulk_upload.reading import Line, Readers, Reading, Sent
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.kit.files.cells.cell import BLANK, Parsed, clean, plain
from app.kit.files.cells.dates import parse_past
from app.kit.files.cells.people import parse_id_or_tail, parse_name
from app.kit.files.spreadsheet import Cell, Page, write_workbook
from models import vault
from models.access import Actor, Permission, visible_to
from models.employment.places import Places
from models.employment.recording import Workplace, overlap_refusal
from models.employment.spell import SPELL_KIND_LABELS, EmploymentSpell, SpellKind
from models.i18n import N_, Sentence
from models.people.identity import LENGTH
from models.people.name import name_key
from models.people.worker import Worker
from models.placement.leaving import LEAVE_REASON_LABELS, LeaveReason
from models.reference.organisation import Organisation

MOST_ROWS = 3000
SHEET = Layout(
    (
        Heading("name", N_("姓名"), ("务工人员姓名",), 14),
        Heading(
            "number", N_("证件号码"), ("身份证号", "身份证号码", "身份证后四位"), 22, N_("18 位，或后四位")
        ),
        Heading("kind", N_("务工类型"), ("就业类型", "务工方式", "就业方式"), 14),
        Heading("employer", N_("务工单位"), ("务工企业名称", "单位名称", "企业名称", "单位"), 28),
        Heading("place", N_("务工地点"), ("务工所在地", "务工地", "地点"), 22, N_("例如：佛山、浙江、本县")),
        Heading("began_on", N_("开始日期"), ("务工时间", "入职日期", "上岗日期", "开始务工时间"), 14),
        Heading("ended_on", N_("离开日期"), ("离职日期", "返乡日期"), 14),
        Heading("end_reason", N_("离开原因"), ("离职原因", "返乡原因"), 18),
        Heading("part_time", N_("非全日制"), ("是否非全日制", "零工"), 10, N_("是或否，不知道就空着")),
        Heading(
            "seeks_other", N_("想换工作"), ("是否想换工作", "想不想外出"), 10, N_("是或否，不知道就空着")
        ),
        Heading("overlap_reason", N_("同时做两份的原因"), (), 22),
    ),
    must=frozenset({"name", "number", "place"}),
    most_rows=MOST_ROWS,
    filled=frozenset({"name", "number"}),
)
YES, NO = {"是", "对", "想", "yes", "y", "1", "√"}, {"否", "不是", "不", "不想", "no", "n", "0", "×"}
STRANGER = Sentence("本县台账里没有这个人，请核对姓名和证件号码；确实没有的，先登记。")
NAMESAKES = Sentence("本县有同名、后四位也相同的人，请填 18 位证件号码。")
NO_SUCH_PLACE = Sentence("“%(text)s”认不出是哪里，请写省、市或县的名字，例如“佛山”“浙江”“本县”。")


def write_template(target: IO[bytes]) -> None:
    """Write the blank workbook."""
    write_workbook(target, [Page(_("务工情况"), columns_of(SHEET, _choices), [])])


def _choices(name: str) -> Sequence[str]:
    choices = {
        "kind": [_(word) for word in SPELL_KIND_LABELS.values()],
        "end_reason": [_(word) for word in LEAVE_REASON_LABELS.values()],
        "part_time": [_("是"), _("否")],
        "seeks_other": [_("是"), _("否")],
    }
    return choices.get(name, ())


def read(session: Session, actor: Actor, county_code: str, sent: bytes | Sent, today: date) -> Reading:
    """Read a sheet of one county: every row's person, place, days, and whether it fits what is known."""
    readers: Readers = {
        "name": parse_name,
        "number": partial(parse_id_or_tail, today=today),
        "began_on": partial(parse_past, today=today),
        "ended_on": partial(parse_past, today=today),
        "kind": _word_of(SPELL_KIND_LABELS, Sentence("务工类型")),
        "end_reason": _word_of(LEAVE_REASON_LABELS, Sentence("离开原因")),
        "part_time": _yes_no,
        "seeks_other": _yes_no,
    }
    reading = read_sheet(sent, SHEET, readers=readers)
    _find_people(session, actor, reading.lines)
    places = Named(session, county_code)
    known = spells_by_person(session, [line.subject_id for line in reading.lines if line.subject_id])
    for line in reading.lines:
        _check(line, places, known, today)
    return reading


def _word_of(
    labels: dict[SpellKind, str] | dict[LeaveReason, str], what: Sentence
) -> Callable[[Cell], Parsed]:
    """A reader of the words of ours, in any language, for their values."""
    known = ChainMap(*in_each_language(lambda: {_(word): kind.value for kind, word in labels.items()}))
    allowed = [Sentence(word) for word in labels.values()]

    def read_word(cell: Cell) -> Parsed:
        text = clean(cell)
        if not text or text in known:
            return Parsed(known[text]) if text else BLANK
        told = {"text": text[:20], "what": what, "allowed": allowed}
        return Parsed(error=Sentence("“%(text)s”不是%(what)s，请填：%(allowed)s。", told))

    return read_word


def _yes_no(cell: Cell) -> Parsed:
    text = plain(cell)
    if not text:
        return BLANK
    if text in YES or text in NO:
        return Parsed("1" if text in YES else "0")
    return Parsed(error=Sentence("请填“是”或“否”，不知道就空着。"))


def _reject(line: Line, name: str, sentence: Sentence) -> None:
    line.reject(SHEET.header_of(name), sentence)


# --- whom a row means -----------------------------------------------------------------------------------


def _find_people(session: Session, actor: Actor, lines: Sequence[Line]) -> None:
    """Tie each row to the one person of the reader's register with this name and number or last four."""
    numbers = {line.cells.get("number", "") for line in lines}
    whole = {vault.digest(number): number for number in numbers if len(number) == LENGTH}
    tails = [number for number in numbers if number and len(number) != LENGTH]
    by_number: defaultdict[str, list[Worker]] = defaultdict(list)
    for column, wanted in ((Worker.id_digest, list(whole)), (Worker.id_last4, tails)):
        for start in range(0, len(wanted), 500):
            rows = select(Worker).where(
                column.in_(wanted[start : start + 500]), Worker.merged_into_id.is_(None)
            )
            for worker in session.scalars(visible_to(actor, rows, Worker, Permission.WORKER_WRITE)):
                key = whole[worker.id_digest] if column is Worker.id_digest else worker.id_last4
                by_number[key].append(worker)
    for line in lines:
        name, number = line.cells.get("name", ""), line.cells.get("number", "")
        if not name or not number:
            continue
        fitting = [one for one in by_number[number] if name_key(one.name) == name_key(name)]
        if len(fitting) == 1 and fitting[0].erased_at is None:
            line.subject_id = fitting[0].id
        else:
            _reject(line, "number", NAMESAKES if len(fitting) > 1 else STRANGER)


def spells_by_person(
    session: Session, worker_ids: Sequence[int], *, with_evidence: bool = False
) -> defaultdict[int, list[EmploymentSpell]]:
    """Everything that is known of each person's work, in the order it was told."""
    known: defaultdict[int, list[EmploymentSpell]] = defaultdict(list)
    more = [selectinload(EmploymentSpell.evidence)] if with_evidence else []
    for start in range(0, len(worker_ids), 500):
        some = worker_ids[start : start + 500]
        rows = select(EmploymentSpell).where(EmploymentSpell.worker_id.in_(some)).options(*more)
        for one in session.scalars(rows.order_by(EmploymentSpell.id)):
            known[one.worker_id].append(one)
    return known


# --- what a row says --------------------------------------------------------------------------------------


class Named:
    """The places and employers that the rows of one sheet name, each looked up once."""

    def __init__(self, session: Session, county_code: str) -> None:
        self._session, places = session, Places(session, county_code)
        self.code_of = cache(places.code_of)
        self.employer_of = cache(self._employer_of)

    def _employer_of(self, name: str, place: str) -> Organisation | None:
        return spells.known_employer(self._session, name, place)


@dataclass(frozen=True)
class Said:
    """What a good row tells of its person."""

    workplace: Workplace
    began_on: date | None
    ended_on: date | None
    end_reason: LeaveReason | None
    is_part_time: bool | None
    seeks_other: bool | None
    overlap_reason: str


def said(line: Line, places: Named) -> Said | None:
    """What a row tells; None, the problem noted, where the place is none."""
    cells = line.cells
    place = places.code_of(cells.get("place", ""))
    if place is None:
        _reject(line, "place", Sentence(NO_SUCH_PLACE.text, {"text": cells.get("place", "")[:20]}))
        return None
    name = cells.get("employer", "")[:100]
    known = places.employer_of(name, place) if name else None
    kind = SpellKind(cells["kind"]) if cells.get("kind") else SpellKind.ENTERPRISE
    return Said(
        Workplace(kind, place, name, known.id if known else None),
        _date(cells.get("began_on")),
        _date(cells.get("ended_on")),
        LeaveReason(cells["end_reason"]) if cells.get("end_reason") else None,
        _flag(cells.get("part_time")),
        _flag(cells.get("seeks_other")),
        cells.get("overlap_reason", "")[:200],
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _flag(text: str | None) -> bool | None:
    return {"1": True, "0": False}.get(text or "")


def same_job(told: Said, known: Sequence[EmploymentSpell]) -> EmploymentSpell | None:
    """The spell that a row is about where it is known: the same employer, or the same kind of work in the
    same place where neither names one."""
    for one in known:
        nameless = not told.workplace.employer_name and not one.employer_name
        alike = one.place_code == told.workplace.place_code and one.kind is told.workplace.kind
        if one.ended_on is None and (told.workplace.is_that_of(one) or (nameless and alike)):
            return one
    return None


def _check(
    line: Line,
    places: Named,
    known: defaultdict[int, list[EmploymentSpell]],
    today: date,
) -> None:
    if line.problems or line.subject_id is None:
        return
    told = said(line, places)
    if told is None:
        return
    mine = known[line.subject_id]
    here = same_job(told, mine)
    began_on = here.began_on if here else told.began_on or told.ended_on or today
    if told.ended_on and told.ended_on < began_on:
        _reject(line, "ended_on", Sentence("离开日期不能早于开始日期（%(day)s）。", {"day": began_on}))
        return
    if here is None:
        if told.began_on is None:
            line.warn(
                SHEET.header_of("began_on"), Sentence("没有填，先按“最晚从%(day)s起”登记", {"day": began_on})
            )
        others = [one for one in mine if _meets(one, began_on, told.ended_on)]
        refusal = overlap_refusal(others, told.workplace, told.is_part_time, told.overlap_reason)
        if refusal:
            _reject(line, "employer", refusal)
            return
        mine.append(_as_row(told, began_on))
    elif told.ended_on:
        here_now = _as_row(told, began_on)
        mine[mine.index(here)] = here_now


def _meets(spell: EmploymentSpell, began_on: date, ended_on: date | None) -> bool:
    after = spell.ended_on is None or spell.ended_on >= began_on
    return after and (ended_on is None or spell.began_on <= ended_on)


def _as_row(told: Said, began_on: date) -> EmploymentSpell:
    """A row as the spell that it will be, in no session: what later rows of the sheet are held against."""
    return EmploymentSpell(
        kind=told.workplace.kind,
        place_code=told.workplace.place_code,
        employer_name=told.workplace.employer_name,
        employer_id=told.workplace.employer_id,
        began_on=began_on,
        ended_on=told.ended_on,
        is_part_time=told.is_part_time,
    )
