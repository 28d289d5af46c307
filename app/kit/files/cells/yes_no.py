"""Yes and no as people write them in a cell, and anything else as a sentence."""

from app.kit.files.cells.cell import BLANK, Parsed, plain
from app.kit.files.spreadsheet import Cell
from models.i18n import Sentence

YES_WORDS = frozenset(
    {"是", "有", "对", "在", "缴", "已缴", "参保", "已参保", "正常参保", "√", "✓", "1", "y", "yes"}
)
NO_WORDS = frozenset(
    {"否", "无", "没有", "没", "不", "未", "未缴", "没缴", "未参保", "停保", "×", "x", "0", "n", "no"}
)
NOTHING_SAID = frozenset({"", "/", "-", "--", "—", "未知", "不详", "不清楚", "待定"})


def parse_yes(cell: Cell) -> Parsed:
    """True or False; blank where nothing is said."""
    text = plain(cell).removesuffix(".0")
    if text in NOTHING_SAID:
        return BLANK
    if text in YES_WORDS or text in NO_WORDS:
        return Parsed(text in YES_WORDS)
    return Parsed(error=Sentence("“%(text)s”看不懂，请填“是”或“否”，不知道就空着。", {"text": text[:20]}))
