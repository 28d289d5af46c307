"""The sheet of people already at work here (已在当地上班的人), of an enterprise or a city: written, read."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import IO

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.employment.spells.newcomer_words import channel_of, counties_by_name, county_said
from app.kit.files.bulk_upload.layout import Heading, Layout, columns_of
from app.kit.files.bulk_upload.reading import Line, Readers, Reading, Sent
from app.kit.files.bulk_upload.reading import read as read_sheet
from app.kit.files.cells.cell import Parsed
from app.kit.files.cells.dates import parse_past
from app.kit.files.cells.people import parse_id, parse_name, parse_phone
from app.kit.files.spreadsheet import Cell, Page, write_workbook
from models.i18n import N_, Sentence
from models.people.identity import IdNumber
from models.people.name import name_key
from models.placement.leaving import CHANNEL_LABELS, Channel
from models.reference.organisation import Organisation

MOST_ROWS = 3000
COUNTY_CODE, CONSENT = "county_code", "channel"
NOT_OF_THEM = (Channel.PORTAL, Channel.VILLAGE)
"""Ways of agreeing that only the home end has (own account, village)."""
SHEET = Layout(
    (
        Heading("name", N_("姓名"), ("务工人员姓名", "员工姓名"), 14),
        Heading("number", N_("证件号码"), ("身份证号", "身份证号码"), 22, N_("完整的 18 位")),
        Heading("phone", N_("电话"), ("手机", "联系电话", "手机号码"), 16),
        Heading("county", N_("户籍县"), ("户籍所在县", "籍贯", "户籍地"), 14, N_("例如 昭觉县")),
        Heading("township", N_("户籍乡镇"), ("乡镇",), 16),
        Heading(
            "employer",
            N_("单位"),
            ("务工单位", "单位名称", "企业名称", "用人单位"),
            28,
            N_("自己单位的可以空着"),
        ),
        Heading("began_on", N_("开始日期"), ("入职日期", "上岗日期", "到岗日期"), 14),
        Heading("consent", N_("本人怎么同意登记的"), ("本人同意", "同意方式"), 18, N_("电话、当面或微信")),
    ),
    must=frozenset({"name", "number", "county", "began_on", "consent"}),
    most_rows=MOST_ROWS,
    filled=frozenset({"name", "number"}),
)


def write_template(target: IO[bytes]) -> None:
    """Write the blank workbook."""
    write_workbook(target, [Page(_("已在当地上班的人"), columns_of(SHEET, _choices), [])])


def _choices(name: str) -> Sequence[str]:
    ways = [_(word) for channel, word in CHANNEL_LABELS.items() if channel not in NOT_OF_THEM]
    return ways if name == "consent" else ()


def read(session: Session, employer: Organisation | None, sent: bytes | Sent, today: date) -> Reading:
    """Read a sheet; each good row has a whole number, a county of the programme, a day and the person's word.

    ``employer`` is the enterprise that tells it; a city names one in each row. Nothing of what is read says
    whether a register has the person.
    """
    readers: Readers = {
        "name": parse_name,
        "number": partial(_whole_number, today=today),
        "phone": parse_phone,
        "began_on": partial(parse_past, today=today),
    }
    reading = read_sheet(sent, SHEET, readers=readers)
    counties, seen = counties_by_name(session), dict[tuple[str, str], int]()
    for line in reading.lines:
        _ask_where_from(line, counties)
        _ask_employer(line, employer)
        _ask_of_all(line)
        _stand_once(line, seen)
    return reading


def _whole_number(cell: Cell, today: date) -> Parsed:
    parsed = parse_id(cell, today)
    if isinstance(parsed.value, IdNumber):
        return Parsed(parsed.value.number, warning=parsed.warning)
    return parsed


def _reject(line: Line, name: str, sentence: Sentence) -> None:
    line.reject(SHEET.header_of(name), sentence)


def _ask_where_from(line: Line, counties: Mapping[str, str]) -> None:
    code = county_said(counties, line.cells.get("county", ""))
    if code is None:
        _reject(line, "county", Sentence("请写户籍县，要是协作地区的县，例如 昭觉县。"))
    else:
        line.raw[COUNTY_CODE] = [code]
    channel = channel_of(line.cells.get("consent", ""))
    if channel is None or channel in NOT_OF_THEM:
        asked = Sentence("要先问本人同不同意登记，再写明是怎么同意的：电话、当面或微信。")
        _reject(line, "consent", asked)
    else:
        line.raw[CONSENT] = [channel.value]


def _ask_employer(line: Line, employer: Organisation | None) -> None:
    told = line.cells.get("employer", "")
    if employer is None and not told:
        _reject(line, "employer", Sentence("请写在哪家单位上班。"))
    elif employer is not None and told and name_key(told) != name_key(employer.name):
        words = {"theirs": told[:40], "ours": employer.name}
        sentence = Sentence("这一行写的单位是“%(theirs)s”，不是%(ours)s。请删掉这一行或改正。", words)
        _reject(line, "employer", sentence)


def _ask_of_all(line: Line) -> None:
    for name, sentence in (
        ("name", Sentence("请填姓名。")),
        ("number", Sentence("请填完整的 18 位证件号码。")),
        ("began_on", Sentence("请填从哪天开始在这里上班。")),
    ):
        header = SHEET.header_of(name)
        if not line.cells.get(name) and not any(one.header == header for one in line.problems):
            _reject(line, name, sentence)


def _stand_once(line: Line, seen: dict[tuple[str, str], int]) -> None:
    if line.problems:
        return
    key = line.cells["number"], name_key(line.cells.get("employer", ""))
    if key in seen:
        told = {"row": seen[key]}
        _reject(line, "name", Sentence("这个人在表里不止一行，第 %(row)s 行已经有了，请只留一行。", told))
    else:
        seen[key] = line.row
