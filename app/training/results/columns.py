"""The columns of a class's spreadsheets of results, and how a cell is read."""

import re
from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _

from app.orders.columns import DAY, plain_header
from models.training.certificate import ResultKind
from models.training.demand import SKILL_LEVEL_LABELS, SkillLevel
from models.words import N_

COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
ABSENT_WORDS = {"缺考", "缺", "未参加", "没有参加考核", "absent", "absent from the exam"}


class BadCell(Exception):
    """The cell cannot be read; ``args[0]`` is the sentence."""


@dataclass(frozen=True)
class Heading:
    """One column: its name here, the heading we write, other headings we understand, width, a hint."""

    field: str
    header: str
    also: tuple[str, ...] = ()
    width: int = 12
    hint: str = ""


PERSON = (
    Heading("seat", N_("座号"), ("序号", "学号", "编号"), 8),
    Heading("name", N_("姓名"), ("学员姓名", "学员"), 12),
    Heading("last4", N_("身份证后四位"), ("后四位", "身份证号后四位"), 14),
)
HEADINGS = {
    ResultKind.MARKS: (
        *PERSON,
        Heading("theory", N_("理论成绩"), ("理论", "理论分"), 12, N_("0 到 100 的整数；没有参加写“缺考”")),
        Heading("practice", N_("实操成绩"), ("实操", "技能", "技能成绩", "实操分"), 12,
                N_("0 到 100 的整数；没有参加写“缺考”")),
    ),
    ResultKind.CERTIFICATES: (
        *PERSON,
        Heading("number", N_("证书编号"), ("证书号", "证书号码"), 24, N_("一个编号只能用一次")),
        Heading("level", N_("等级"), ("级别", "技能等级"), 18),
        Heading("issued_on", N_("发证日期"), ("发证时间", "颁发日期"), 14, N_("例如 2019-05-20")),
        Heading("issuer", N_("发证机构"), ("颁发机构", "评价机构"), 28),
    ),
}  # fmt: skip
NEEDED = {ResultKind.MARKS: {"name", "theory", "practice"}, ResultKind.CERTIFICATES: {"name", "number"}}


def known_headings(kind: ResultKind) -> dict[str, str]:
    """Return the field by each heading we understand, blanks and brackets taken off."""
    return {plain_header(name): one.field for one in HEADINGS[kind] for name in (one.header, *one.also)}


def header_of(kind: ResultKind, name: str) -> str:
    """Return the heading of a field, in the reader's language."""
    return _(next(one.header for one in HEADINGS[kind] if one.field == name))


def read_mark(text: str) -> int | None:
    """Read a mark; None for somebody who did not come. Raises BadCell for what is no whole number to 100."""
    if text.lower() in ABSENT_WORDS:
        return None
    if not re.fullmatch(r"\d{1,3}", text) or int(text) > 100:
        raise BadCell(_("“%(text)s”不是 0 到 100 的整数。", text=text[:20]))
    return int(text)


def read_day(text: str) -> date:
    """Read a day. Raises BadCell."""
    found = COMPACT.fullmatch(text) or DAY.match(text)
    try:
        return date(*(int(part) for part in found.groups()))  # type: ignore[union-attr]
    except (AttributeError, ValueError):
        raise BadCell(_("“%(text)s”不是日期，请写成 2019-05-20 这样。", text=text[:20])) from None


def read_level(text: str) -> SkillLevel:
    """Read a level by its word or the part of it people write: 五级, 初级工. Raises BadCell."""
    with force_locale("zh"):
        words = {_(word): level for level, word in SKILL_LEVEL_LABELS.items()}
    near = {level for word, level in words.items() if text and (text in word or text == level.value)}
    if len(near) == 1:
        return near.pop()
    allowed = _("、").join(_(word) for word in SKILL_LEVEL_LABELS.values())
    raise BadCell(_("“%(text)s”不是等级，请填：%(allowed)s。", text=text[:20], allowed=allowed))
