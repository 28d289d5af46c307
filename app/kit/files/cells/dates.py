"""Dates as people write them: 2017.5.3, 20170503, 2017年5月, 二〇一七年五月, the serial number 42858."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from app.kit.files.cells.cell import BLANK, Parsed, plain
from app.kit.files.spreadsheet import Cell
from models.i18n import Sentence

EPOCH = date(1899, 12, 30)
SERIALS = range(15_000, 60_000)
YEARS = range(1900, 2100)

_WORDS = re.compile(
    r"(\d{4})[年./\-、\\](\d{1,2})(?:月份|[月./\-、\\](\d{1,2})?[日号]?)?(?:t?\d{1,2}:\d{2}.*)?(?:后|以后|起|左右)?"
)
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_HAN = str.maketrans("〇零一二三四五六七八九", "00123456789")
_NOTHING = ("无", "/", "-", "未定", "待定", "不详", "不清楚", "暂无")


@lru_cache(maxsize=8192, typed=True)
def parse_date(cell: Cell) -> Parsed:
    """A day; where only the month is given, its first."""
    if isinstance(cell, datetime):
        return _plausible(cell.date(), cell.date().isoformat())
    if isinstance(cell, date):
        return _plausible(cell, cell.isoformat())
    text = plain(cell)
    if not text or text in _NOTHING:
        return BLANK
    if isinstance(cell, float) and not cell.is_integer():
        return Parsed(
            warning=Sentence("“%(text)s”是数值，分不清是1月还是10月，请写成2017-10-03的样子", {"text": text})
        )
    return _plausible(_day(text), text)


def parse_available(cell: Cell, today: date) -> Parsed:
    """From when a person can leave: a date, or words for "at once"."""
    if plain(cell) in ("随时", "随时可以", "立即", "马上", "现在", "即日", "即日起", "随叫随到"):
        return Parsed(today)
    return parse_date(cell)


def _day(text: str) -> date | None:
    text = text.removesuffix(".0")
    if text.isascii() and text.isdigit() and len(text) == 5 and int(text) in SERIALS:
        return EPOCH + timedelta(days=int(text))
    if text.startswith(("一", "二")) and "年" in text:
        text = _han_date(text)
    parts = _WORDS.fullmatch(text) or _DIGITS.fullmatch(text)
    if not parts:
        return None
    year, month, day = (int(part or 1) for part in parts.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _han_date(text: str) -> str:
    """二〇一七年十二月二十三日 in digits."""
    text = re.sub(r"(?<=[二三])十(?=[一二三四五六七八九])", "", text)
    text = re.sub(r"(?<=[二三])十", "0", text)
    text = re.sub(r"十(?=[一二三四五六七八九])", "1", text).replace("十", "10")
    return text.translate(_HAN)


def _plausible(day: date | None, text: str) -> Parsed:
    if day is None or day.year not in YEARS:
        return Parsed(warning=Sentence("看不懂日期“%(text)s”，请写成2017-05-03的样子", {"text": text[:20]}))
    return Parsed(day)
