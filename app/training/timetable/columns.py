"""The columns of a timetable's spreadsheet, and how a cell's words become what the lesson form
understands."""

import re
from collections.abc import Callable

from flask_babel import gettext as _

from app.kit.files.bulk_upload.cells import BadCell, cell_text, in_each_language, read_day
from app.kit.files.bulk_upload.layout import Heading, Layout
from app.kit.files.spreadsheet import Cell
from models.i18n import N_, Sentence
from models.training.lesson import LESSON_KIND_LABELS, LessonKind

CLOCK = re.compile(r"(\d{1,2})\s*[:：点时]\s*(\d{1,2})?\s*分?(?:[:：]\d{2})?")
NUMBER = re.compile(r"(\d{1,3})\s*(?:课时|节|个)?")
KIND_WORDS = {
    LessonKind.PRACTICE: ("实训", "实践", "实作", "操作"),
    LessonKind.THEORY: ("讲授",),
}
MOST_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number
MOST_ROWS = 400
HEADINGS = (
    Heading("held_on", N_("上课日期"), ("日期",), 12, N_("例如 2017-05-03")),
    Heading(
        "content", N_("课别（上课内容）"), ("课别", "上课内容", "教学内容", "内容"), 30, N_("讲什么、练什么")
    ),
    Heading("kind", N_("理论/实操"), ("理论或实操", "类别", "课程性质", "课型"), 10, N_("填“理论”或“实操”")),
    Heading("periods", N_("课时"), ("课时数", "学时"), 8, N_("整数")),
    Heading("starts", N_("上课开始时间"), ("开始时间", "上课时间"), 14, N_("例如 08:30")),
    Heading("ends", N_("上课结束时间"), ("结束时间", "下课时间"), 14, N_("例如 11:30")),
    Heading("place", N_("上课地点"), ("地点", "教室", "培训地点"), 18),
    Heading("teacher_name", N_("培训教师"), ("教师", "任课教师", "教师姓名", "授课教师"), 12),
    Heading("teacher_id_number", N_("教师身份证号"), ("身份证号",), 22, N_("18 位，存成文本")),
    Heading("material", N_("教材名称及出版社"), ("教材", "教材名称"), 30),
)
OPTIONAL = {"teacher_id_number", "material"}
TIMETABLE = Layout(HEADINGS, frozenset(one.field for one in HEADINGS) - OPTIONAL, MOST_ROWS)


def raw_value(name: str, cell: Cell) -> dict[str, list[str]]:
    """Return what the lesson form would have received for a field. Raises BadCell with a sentence."""
    return {name: [READERS.get(name, cell_text)(cell)]}


def _day(cell: Cell) -> str:
    return read_day(cell).isoformat()


def _clock(cell: Cell) -> str:
    if isinstance(cell, float) and 0 < cell < 1:  # the part of a day, where a cell lost its format
        return "{:02d}:{:02d}".format(*divmod(round(cell * 24 * 60), 60))
    found = CLOCK.fullmatch(cell_text(cell))
    hour, minute = (int(found.group(1)), int(found.group(2) or 0)) if found else (99, 0)
    if hour > 23 or minute > 59:
        raise BadCell(Sentence("“%(text)s”不是时间，请写成 08:30 这样。", {"text": cell_text(cell)[:20]}))
    return f"{hour:02d}:{minute:02d}"


def _periods(cell: Cell) -> str:
    found = NUMBER.fullmatch(cell_text(cell))
    if not found:
        raise BadCell(Sentence("“%(text)s”不是课时数，请只填整数，例如 4。", {"text": cell_text(cell)[:20]}))
    return found.group(1)


def _kind(cell: Cell) -> str:
    text = cell_text(cell).lower()
    labels = in_each_language(lambda: {kind: _(word).lower() for kind, word in LESSON_KIND_LABELS.items()})
    kinds = {
        kind
        for kind, words in KIND_WORDS.items()
        if any(word in text for word in (*words, *(said[kind] for said in labels)))
    }
    if len(kinds) != 1:
        raise BadCell(
            Sentence("“%(text)s”看不懂，请填“理论”或“实操”；两样都有就分成两行。", {"text": text[:20]})
        )
    return kinds.pop().value


def _id_number(cell: Cell) -> str:
    if isinstance(cell, int | float) and cell >= MOST_EXACT:
        raise BadCell(Sentence("身份证号存成了数字，后几位已经丢了。请把这一格设成文本，再填一次。"))
    return cell_text(cell).strip("'‘’").upper()


READERS: dict[str, Callable[[Cell], str]] = {
    "held_on": _day,
    "starts": _clock,
    "ends": _clock,
    "periods": _periods,
    "kind": _kind,
    "teacher_id_number": _id_number,
}
