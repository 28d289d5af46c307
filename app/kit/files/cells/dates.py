"""Dates as people write them: 2017.5.3, 20170503, 12月2日, 二〇一七年五月, the serial number 42858."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from app.kit.files.cells.cell import BLANK, Parsed, clean, plain
from app.kit.files.spreadsheet import Cell
from models.clock import day_of
from models.i18n import Sentence

EPOCH = date(1899, 12, 30)
SERIALS = range(15_000, 60_000)
YEARS = range(1900, 2100)
WEEKDAYS = "一二三四五六日"

_WORDS = re.compile(r"(?:(\d{4})[年./\-、\\])?(\d{1,2})(?:月份|[月./\-、\\](\d{1,2})?[日号]?)?")
_TIME_BEHIND = re.compile(
    r"(?:(?<=\d)T|(?<!\s)\s++)\d{1,2}[:：]\d{2}(?:[:：]\d{2}(?:\.\d+)?)?\s*$", re.IGNORECASE
)
_ABOUT = re.compile(r"(?:以后|后|起|左右)$")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_INSTANT = re.compile(
    r"(\d{4})[-/.](\d\d)[-/.](\d\d)t?(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?"
    r"(?:(z|utc|gmt)|(?:utc|gmt)?([+-]\d\d):?(\d\d))"
)
_WEEKDAY = re.compile(r"[(\[]?(?:星期|周|礼拜)([一二三四五六日天])[)\]]?$")
_HAN = str.maketrans("〇零一二三四五六七八九", "00123456789")
_HAN_DATE = re.compile(r"[〇零一二三四五六七八九十年月日号]+")
_NOTHING = ("无", "/", "-", "未定", "待定", "不详", "不清楚", "暂无")

Span = tuple[date, date]


class _Written(NamedTuple):
    """What stands in a cell: a day, and whether its year and its day of the month were written."""

    day: date
    has_year: bool = True
    has_day: bool = True


@lru_cache(maxsize=8192, typed=True)
def parse_date(cell: Cell) -> Parsed:
    """A day; where only the month is given, its first. A year must be there."""
    return _parse(cell, None, needs_day=False)


@lru_cache(maxsize=8192, typed=True)
def parse_day(cell: Cell, within: Span | None = None) -> Parsed:
    """One day, wholly written. The year may be left out where only one year puts it ``within`` first and last
    day; a weekday beside it must be its own."""
    return _parse(cell, within, needs_day=True)


def parse_past(cell: Cell, today: date) -> Parsed:
    """The day of something that has happened: one that lies ahead is a slip of the pen."""
    parsed = parse_date(cell)
    if parsed.value and parsed.value > today:
        return Parsed(warning=Sentence("“%(text)s”还没有到，请核对年份", {"text": plain(cell)[:20]}))
    return parsed


def parse_available(cell: Cell, today: date) -> Parsed:
    """From when a person can leave: a date, or words for "at once"."""
    if plain(cell) in ("随时", "随时可以", "立即", "马上", "现在", "即日", "即日起", "随叫随到"):
        return Parsed(today)
    return parse_date(cell)


def _parse(cell: Cell, within: Span | None, needs_day: bool) -> Parsed:
    if isinstance(cell, datetime):
        return _plausible(day_of(cell) if cell.tzinfo else cell.date(), cell.date().isoformat())
    if isinstance(cell, date):
        return _plausible(cell, cell.isoformat())
    text = plain(_TIME_BEHIND.sub("", clean(cell)))  # 3 08:30 without its blank would be 30 8:30
    if not text or text in _NOTHING:
        return BLANK
    if isinstance(cell, float) and not cell.is_integer():
        return _from_fraction(cell, text)
    weekday = _WEEKDAY.search(text)
    bare = text[: weekday.start()] if weekday else text if needs_day else _ABOUT.sub("", text)
    written = _read(bare, within)
    if written and not written.has_year:
        return _no_year(text)
    if written and needs_day and not written.has_day:
        return Parsed(
            warning=Sentence("“%(text)s”没有写是哪一天，请写成2017-05-03的样子", {"text": text[:20]})
        )
    day = written.day if written else None
    if day and weekday and WEEKDAYS[day.weekday()] != weekday.group(1).replace("天", "日"):
        return Parsed(warning=Sentence("“%(text)s”的日期和星期对不上，请核对", {"text": text[:20]}))
    return _plausible(day, text)


def _from_fraction(cell: float, text: str) -> Parsed:
    """The serial number of an instant is its day; 2017.1 is a month nobody can tell from another."""
    if int(cell) in SERIALS:
        return Parsed(EPOCH + timedelta(days=int(cell)))
    return Parsed(
        warning=Sentence("“%(text)s”是数值，分不清是1月还是10月，请写成2017-10-03的样子", {"text": text})
    )


def _read(text: str, within: Span | None) -> _Written | None:
    text = text.removesuffix(".0")
    if text.isascii() and text.isdigit() and len(text) == 5 and int(text) in SERIALS:
        return _Written(EPOCH + timedelta(days=int(text)))
    if instant := _INSTANT.fullmatch(text):
        year, month, day, time, utc, hours, minutes = instant.groups()
        return _in_china(f"{year}-{month}-{day}T{time}" + ("Z" if utc else f"{hours}:{minutes}"))
    if _HAN_DATE.fullmatch(text):
        text = _han_date(text)
    parts = _DIGITS.fullmatch(text) or _WORDS.fullmatch(text)
    if not parts:
        return None
    year, month, day = parts.groups()
    if year is None and (day is None or not within):
        return None if day is None else _Written(date.min, has_year=False)
    try:
        if year is None:
            return _in_span(int(month), int(day), within or (date.min, date.max))
        return _Written(date(int(year), int(month), int(day or 1)), has_day=day is not None)
    except ValueError:
        return None


def _in_china(instant: str) -> _Written | None:
    try:
        return _Written(day_of(datetime.fromisoformat(instant)))
    except ValueError:
        return None


def _in_span(month: int, day: int, within: Span) -> _Written:
    """The day in the one year that suits. Raises ValueError for no day of the calendar."""
    first, last = within
    years = range(first.year, last.year + 1)
    days = [date(year, month, day) for year in years if (month, day) != (2, 29) or year % 4 == 0]
    fitting = [one for one in days if first <= one <= last]
    if len(fitting) == 1 or len(days) == 1:
        return _Written((fitting or days)[0])
    return _Written(date.min, has_year=False)


def _han_date(text: str) -> str:
    """二〇一七年十二月二十三日 in digits."""
    text = re.sub(r"(?<=[二三])十(?=[一二三四五六七八九])", "", text)
    text = re.sub(r"(?<=[二三])十", "0", text)
    text = re.sub(r"十(?=[一二三四五六七八九])", "1", text).replace("十", "10")
    return text.translate(_HAN)


def _no_year(text: str) -> Parsed:
    return Parsed(warning=Sentence("“%(text)s”没有写是哪一年，请写成2017-05-03的样子", {"text": text[:20]}))


def _plausible(day: date | None, text: str) -> Parsed:
    if day is None or day.year not in YEARS:
        return Parsed(warning=Sentence("看不懂日期“%(text)s”，请写成2017-05-03的样子", {"text": text[:20]}))
    return Parsed(day)
