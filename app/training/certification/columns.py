"""The columns of a class's spreadsheets of results, and how a cell is read."""

import re

from flask_babel import gettext as _

from app.kit.files.bulk_upload.cells import BadCell, in_each_language
from app.kit.files.bulk_upload.layout import Heading, Layout
from models.i18n import N_, Sentence
from models.training.certificate import ResultKind
from models.training.training_order import SKILL_LEVEL_LABELS, SkillLevel

ABSENT = N_("缺考")
ABSENT_WORDS = {"缺", "未参加", "没有参加考核", "absent"}
MOST_ROWS = 300
PERSON = (
    Heading("seat", N_("座号"), ("序号", "学号", "编号"), 8),
    Heading("name", N_("姓名"), ("学员姓名", "学员"), 12),
    Heading("last4", N_("身份证后四位"), ("后四位", "身份证号后四位"), 14),
)
MARKS = (
    *PERSON,
    Heading("theory", N_("理论成绩"), ("理论", "理论分"), 12, N_("0 到 100 的整数；没有参加写“缺考”")),
    Heading(
        "practice",
        N_("实操成绩"),
        ("实操", "技能", "技能成绩", "实操分"),
        12,
        N_("0 到 100 的整数；没有参加写“缺考”"),
    ),
)
CERTIFICATES = (
    *PERSON,
    Heading("number", N_("证书编号"), ("证书号", "证书号码"), 24, N_("一个编号只能用一次")),
    Heading("level", N_("等级"), ("级别", "技能等级"), 18),
    Heading("issued_on", N_("发证日期"), ("发证时间", "颁发日期"), 14, N_("例如 2019-05-20")),
    Heading("issuer", N_("发证机构"), ("颁发机构", "评价机构"), 28),
)
LAYOUTS = {
    ResultKind.MARKS: Layout(
        MARKS, frozenset({"name", "theory", "practice"}), MOST_ROWS, filled=frozenset({"theory", "practice"})
    ),
    ResultKind.CERTIFICATES: Layout(
        CERTIFICATES, frozenset({"name", "number"}), MOST_ROWS, filled=frozenset({"number"})
    ),
}


def header_of(kind: ResultKind, name: str) -> str:
    """The heading of a field, a word to translate."""
    return LAYOUTS[kind].header_of(name)


def read_mark(text: str) -> int | None:
    """Read a mark; None for somebody who did not come. Raises BadCell for what is no whole number to 100."""
    absent = {word.lower() for word in in_each_language(lambda: _(ABSENT))}
    if text.lower() in ABSENT_WORDS | absent:
        return None
    if not re.fullmatch(r"\d{1,3}", text) or int(text) > 100:
        raise BadCell(Sentence("“%(text)s”不是 0 到 100 的整数。", {"text": text[:20]}))
    return int(text)


def read_level(text: str) -> SkillLevel:
    """Read a level by its word in any language or the part of it people write: 五级, 初级工. Raises
    BadCell."""
    said = in_each_language(lambda: [(_(word).lower(), level) for level, word in SKILL_LEVEL_LABELS.items()])
    plain = text.lower()
    near = {
        level for words in said for word, level in words if text and (plain in word or plain == level.value)
    }
    if len(near) == 1:
        return near.pop()
    allowed = [Sentence(word) for word in SKILL_LEVEL_LABELS.values()]
    raise BadCell(
        Sentence("“%(text)s”不是等级，请填：%(allowed)s。", {"text": text[:20], "allowed": allowed})
    )
