"""A month's sheet: written with whom the register has there, read back row by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO, Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.employment.rosters import columns
from app.employment.rosters.columns import LAYOUTS, reason_of
from app.employment.rosters.people import Finder, Known, finder, known_people
from app.employment.rosters.teller import Teller
from app.employment.spells.newcomer_words import channel_of, counties_by_name, county_said
from app.kit.files.bulk_upload.layout import Layout, columns_of
from app.kit.files.bulk_upload.reading import Line, Reading, Sent
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.kit.files.cells.wages import LOWEST_WAGE
from app.kit.files.spreadsheet import Page, write_workbook
from models.employment.roster import Presence, RosterSource, last_day
from models.i18n import N_, Sentence
from models.people.identity import LENGTH as ID_LENGTH
from models.people.name import name_key
from models.people.phone import written
from models.placement.leaving import LeaveReason
from models.reference.area import Area
from models.reference.dated_fact import Pairing

SPARE_ROWS = 60
TWICE = N_("这个人在表里不止一行，第 %(row)s 行已经有了，请只留一行。")
FEW_DAYS = 5
"""A wage below the least of a month is believed where so few days were worked."""
NEW, NEWCOMER, COUNTY_CODE = "new", "newcomer", "county_code"
NAME, ID, NUMBER = (one.header for one in (columns.NAME, columns.ID, columns.NUMBER))


def layout_of(teller: Teller) -> Layout:
    """The columns of a teller's sheet."""
    return LAYOUTS[teller.source]


# --- out ------------------------------------------------------------------------------------------------


def write(target: IO[bytes], teller: Teller, month: date, people: Sequence[Known]) -> None:
    """Write the people of the month; what is to be told is left empty, so that nothing is told by itself."""
    layout = layout_of(teller)
    names = [heading.field for heading in layout.headings]
    rows = ([_cell(name, one, teller, month) for name in names] for one in people)
    title = _("%(month)s 月度花名册", month=f"{month:%Y-%m}")
    write_workbook(target, [Page(title, columns_of(layout, columns.choices_of), rows, SPARE_ROWS)])


def _cell(name: str, one: Known, teller: Teller, month: date) -> Any:
    last = one.last_wage_fen
    told: dict[str, Any] = {
        "number": one.worker_id,
        "name": one.name,
        "id_tail": "*" * (ID_LENGTH - len(one.last4)) + one.last4,
        "month": f"{month:%Y-%m}",
        "employer": teller.name if teller.source is RosterSource.ENTERPRISE else one.employer_name,
        "home": one.home,
        "telephones": written(one.telephones),
        "last_wage": None if last is None else last / 100,
    }
    return told.get(name)


# --- in -------------------------------------------------------------------------------------------------


def read(
    session: Session, teller: Teller, month: date, sent: bytes | Sent, today: date, explained: dict[str, str]
) -> Reading:
    """Read a sheet of ``month``; each row means one person, or says why it does not. Raises Unreadable."""
    layout = layout_of(teller)
    reading = read_sheet(sent, layout, readers=columns.readers_of(teller.source, today), explained=explained)
    judge(session, teller, month, reading.lines, today)
    return reading


def judge(session: Session, teller: Teller, month: date, lines: Sequence[Line], today: date) -> None:
    """Tie every row to its person and weigh what it says of the month; rows of a page come here too."""
    known = known_people(session, teller, month, worker_ids=None) if lines else []
    if teller.source is RosterSource.COUNTY:
        known = _with_told(session, teller, month, known, lines)
    counties = counties_by_name(session) if teller.source is RosterSource.ENTERPRISE else {}
    numbers = [text for line in lines if len(text := line.cells.get("id_tail", "")) == ID_LENGTH]
    tails = [(line.cells.get("name", ""), line.cells.get("id_tail", "")[-4:]) for line in lines]
    finds = finder(session, known, numbers, tails, _counties(session, teller, month))
    seen: dict[tuple[int, str], int] = {}
    for line in lines:
        if _is_of_another(line, teller, month):
            continue
        _find(line, teller, finds)
        if teller.source is RosterSource.ENTERPRISE and line.raw.keys() & {NEW, NEWCOMER}:
            _ask_of_the_new(line, counties)
        _weigh(line, teller, month, finds)
        _once(line, teller, seen)


def _with_told(
    session: Session, teller: Teller, month: date, known: list[Known], lines: Sequence[Line]
) -> list[Known]:
    """A county may put right whom it told already: those rows are not in the list to ring any more."""
    ids = [number for line in lines if (number := number_of(line))]
    missing = sorted(set(ids) - {one.worker_id for one in known})
    return known + (known_people(session, teller, month, worker_ids=missing) if missing else [])


def _counties(session: Session, teller: Teller, month: date) -> list[str]:
    """Where people may be from whom only a name and four digits tell: the paired counties, or the own one."""
    if teller.county_code:
        return [teller.county_code]
    paired = select(Pairing.recipient_code).where(
        Pairing.helper_code.like(f"{(teller.city_code or '')[:4]}%"), Pairing.valid_from <= last_day(month)
    )
    inside = select(Area.code).where(or_(Area.code.in_(paired), Area.prefecture_code.in_(paired)))
    return sorted(session.scalars(inside))


def _ask_of_the_new(line: Line, counties: dict[str, str]) -> None:
    """Whoever the list does not have: from which county, and how the person agreed to be told of.

    It is asked of everybody alike, since only the county may know who is in its register.
    """
    told, consent = line.cells.get("home_county", ""), line.cells.get("consent", "")
    code = county_said(counties, told)
    if code is None:
        line.reject(columns.COUNTY.header, Sentence("名单上没有的人要写户籍县，例如 昭觉县。"))
    if channel_of(consent) is None:
        line.reject(
            columns.CONSENT.header,
            Sentence("名单上没有的人，要先问本人同不同意登记，再写明是怎么同意的：电话、当面或微信。"),
        )
    if code is not None:
        line.raw[COUNTY_CODE] = [code]
        line.warn(NAME, Sentence("名单上没有这个人，会请户籍县核对。"))


def _is_of_another(line: Line, teller: Teller, month: date) -> bool:
    """Reject a row of another month, or of another enterprise."""
    told = line.cells.get("month", "")
    if told and told != f"{month:%Y-%m}":
        words = {"theirs": told, "ours": f"{month:%Y-%m}"}
        line.reject(
            columns.MONTH.header,
            Sentence("这一行是 %(theirs)s 的，现在交的是 %(ours)s 的；请换到那个月去交，或改正月份。", words),
        )
        return True
    firm = line.cells.get("employer", "")
    is_own = name_key(firm) == name_key(teller.name) or firm.upper() == teller.credit_code
    if teller.source is RosterSource.ENTERPRISE and firm and not is_own:
        words = {"theirs": firm[:40], "ours": teller.name}
        line.reject(
            columns.EMPLOYER.header,
            Sentence("这一行写的单位是“%(theirs)s”，不是%(ours)s。一家交一家的，请删掉这一行或改正。", words),
        )
        return True
    return False


def number_of(line: Line) -> int | None:
    """The sheet's own number of a row."""
    text = line.cells.get("number", "").removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _find(line: Line, teller: Teller, finds: Finder) -> None:
    """Tie a row to its person, or say what has to be filled in."""
    if line.problems and not line.cells.get("name"):
        return
    name, number = line.cells.get("name", ""), line.cells.get("id_tail", "")
    if (own := number_of(line)) is not None:
        _by_own_number(line, own, name, number, finds)
    elif len(number) == ID_LENGTH:
        _by_identity_number(line, teller, name, number, finds)
    elif number:
        _by_name(line, teller, name, number, finds)
    else:
        line.reject(
            ID, Sentence("没有身份证号，认不出是谁。名单上的人不要删编号，新来的人请填完整的 18 位。")
        )


def _by_own_number(line: Line, own: int, name: str, number: str, finds: Finder) -> None:
    if own not in finds.of_person:
        line.reject(
            NUMBER, Sentence("这个编号的人这个月不在你的名单上。新来的人请空着编号，填完整的身份证号。")
        )
        return
    one = finds.of_person[own][0]
    if name_key(one.name) != name_key(name) or (number and number[-4:] != one.last4):
        line.reject(NAME, Sentence("这个编号在名单上不是这个人，请核对姓名和身份证号。"))
        return
    line.subject_id = own


def _by_identity_number(line: Line, teller: Teller, name: str, number: str, finds: Finder) -> None:
    worker = finds.register(name, number)
    is_named = worker is not None and name_key(finds.names.get(worker, "")) == name_key(name)
    if worker is None or (teller.source is RosterSource.ENTERPRISE and not is_named):
        _unknown(line, teller)
    elif name_key(finds.names.get(worker, "")) != name_key(name):
        line.reject(ID, Sentence("身份证号和姓名对不上，请对照身份证核对。"))
    else:
        line.subject_id = worker
        if worker not in finds.of_person:
            line.raw[NEW] = ["1"]


def _by_name(line: Line, teller: Teller, name: str, tail: str, finds: Finder) -> None:
    here = finds.here(name, tail)
    if len(here) == 1:
        line.subject_id = next(iter(here))
        return
    is_open = not here and teller.source is not RosterSource.ENTERPRISE
    others = finds.elsewhere(name, tail) if is_open else []
    if len(others) == 1:
        line.subject_id, line.raw[NEW] = others[0], ["1"]
    elif here or others:
        line.reject(ID, Sentence("这个姓名和后四位不止一个人，请填完整的 18 位身份证号。"))
    else:
        line.reject(ID, Sentence("名单上没有这个人，请填完整的 18 位身份证号。"))


def _unknown(line: Line, teller: Teller) -> None:
    """Nobody of the register: an enterprise's is told to the county, others are not ours to keep."""
    if teller.source is RosterSource.ENTERPRISE:
        line.raw[NEWCOMER] = ["1"]
    else:
        line.reject(ID, Sentence("这个号码不在台账里，没有登记。"))


# --- what a row says ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What a good row says of its person in the month. Wage in fen; None is not said."""

    presence: Presence
    wage_fen: int | None
    is_insured: bool | None
    days: int | None
    left_on: date | None
    reason: LeaveReason | None
    note: str
    employer: str


def told_of(line: Line, source: RosterSource) -> Told:
    """The row in the platform's own terms."""
    cells = line.cells
    wage, days = cells.get("wage") or cells.get("base"), cells.get("days")
    left = cells.get("left_on", "")
    insured = {"是": True, "否": False}.get(cells.get("insured", ""))
    reason_text = cells.get("reason", "")
    reason = reason_of(reason_text) if reason_text else None
    if reason_text and reason is None:
        reason = LeaveReason.OTHER
    return Told(
        presence=_presence(line, source),
        wage_fen=int((Decimal(wage) * 100).to_integral_value()) if wage else None,
        is_insured=insured if source is not RosterSource.INSURANCE or insured is not None else True,
        days=int(Decimal(days)) if days else None,
        left_on=date.fromisoformat(left) if left else None,
        reason=reason,
        note=" ".join(part for part in (reason_text, cells.get("note", "")) if part)[:200],
        employer=cells.get("employer", "")[:100],
    )


def _presence(line: Line, source: RosterSource) -> Presence:
    """What is said of it, or follows from the rest of the row."""
    cells = line.cells
    if said := cells.get("presence"):
        return Presence(said)
    if cells.get("left_on") or cells.get("reason"):
        return Presence.LEFT
    if source is RosterSource.INSURANCE:
        return Presence.UNKNOWN if cells.get("insured") == "否" else Presence.WORKING
    has_work = any(Decimal(cells[name]) > 0 for name in ("wage", "days") if cells.get(name))
    return Presence.WORKING if has_work or cells.get("insured") == "是" else Presence.UNKNOWN


def _weigh(line: Line, teller: Teller, month: date, finds: Finder) -> None:
    """Say what of the row cannot be true together."""
    if line.problems:
        return
    told = told_of(line, teller.source)
    if told.presence is Presence.WORKING and told.left_on is not None:
        line.reject(columns.LEFT.header, Sentence("写了还在岗，又写了离开日期，请只留一样。"))
    if told.presence is Presence.LEFT:
        _weigh_leaving(line, told, month, finds)
    if told.wage_fen is not None and "wage" in line.cells:
        _weigh_wage(line, told)


def _weigh_leaving(line: Line, told: Told, month: date, finds: Finder) -> None:
    header = columns.LEFT.header
    if line.raw.keys() & {NEW, NEWCOMER}:
        line.reject(header, Sentence("名单上没有这个人，不用登记离开。"))
        return
    if told.left_on is None:
        line.reject(header, Sentence("离开的人要写哪天离开。"))
        return
    began = min((one.began_on for one in finds.of_person.get(line.subject_id or 0, ())), default=None)
    if began is not None and told.left_on < began:
        line.reject(header, Sentence("离开的日子早于开始上班的日子（%(day)s），请核对。", {"day": began}))
    elif told.left_on > last_day(month):
        line.reject(header, Sentence("离开的日子不在这个月，请到那个月的花名册里填。"))
    if told.reason is None:
        line.warn(columns.REASON.header, Sentence("没有写原因，会请户籍县问本人。"))


def _weigh_wage(line: Line, told: Told) -> None:
    yuan = (told.wage_fen or 0) / 100
    few = told.days is not None and told.days <= FEW_DAYS
    if 0 < yuan < LOWEST_WAGE and not few and told.presence is Presence.WORKING:
        words = {"text": line.cells["wage"]}
        line.reject(
            columns.WAGE.header,
            Sentence("一个月“%(text)s”元不合常理：请核对是不是写成了千元、万元、日工资或时薪。", words),
        )


def _once(line: Line, teller: Teller, seen: dict[tuple[int, str], int]) -> None:
    """Reject a person who stands in the sheet twice (an insurance list has one row an employer)."""
    if line.problems:
        return
    if line.subject_id is None:
        _new_once(line, seen)
        return
    firm = name_key(line.cells.get("employer", "")) if teller.source is RosterSource.INSURANCE else ""
    key = line.subject_id, firm
    if key in seen:
        line.reject(NAME, Sentence(TWICE, {"row": seen[key]}))
    else:
        seen[key] = line.row


def _new_once(line: Line, seen: dict[tuple[int, str], int]) -> None:
    """The same for those whom nobody knows yet: by their number."""
    key = 0, line.cells.get("id_tail", "")
    if key in seen:
        line.reject(NAME, Sentence(TWICE, {"row": seen[key]}))
    else:
        seen[key] = line.row
