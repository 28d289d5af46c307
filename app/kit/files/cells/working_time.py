"""When people work, from one cell: 8:00-20:00, 8小时, 两班倒 12小时, 做六休一, 早八晚八."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from app.kit.files.cells.amounts import NOTHING, Misread, compact
from app.kit.files.cells.cell import clean
from app.kit.files.cells.numerals import number
from app.kit.files.spreadsheet import Cell
from models.i18n import Sentence

EXAMPLE = "8:00-20:00，每周 6 天"
NIGHT_FROM, NIGHT_TO = 22 * 60, 6 * 60  # 劳部发〔1994〕289号: night is 22:00 to 6:00
DAY = 24 * 60
LONGEST_DAY = 14 * 60

_NUMBER = r"[0-9]{1,20}(?:\.[0-9]{1,20})?|[一二两三四五六七八九十]{1,20}"
_PART_OF_DAY = "早上|上午|早|中午|下午|晚上|傍晚|晚|凌晨|次日|第二天|夜里"
_CLOCK = rf"(?:{_PART_OF_DAY}){{0,4}}(?:{_NUMBER})(?::[0-9]{{2}}|[点时](?:半|[0-9]{{1,2}}分?)?)"
_SPAN = re.compile(rf"({_CLOCK})[-到至]({_CLOCK})")
_NINE_TO_FIVE = re.compile(rf"[朝早]({_NUMBER})[点]?[-到至]?晚({_NUMBER})[点]?")
_TIME = re.compile(
    rf"({_PART_OF_DAY})?(?:{_PART_OF_DAY}){{0,4}}({_NUMBER})(?::([0-9]{{2}})|[点时](半|[0-9]{{1,2}})?分?)"
)


@dataclass
class WorkingTime:
    """What a cell says of a working day; None is not said. ``shift`` is day, two, three or night.

    ``remark`` says how hours were taken from the clock.
    """

    hours_per_day: Decimal | None = None
    days_per_week: Decimal | None = None
    shift: str | None = None
    night_shift: bool | None = None
    remark: Sentence | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)
    rest: Decimal = Decimal(0)


def read_working_time(cell: Cell) -> WorkingTime | None:
    """The whole cell, or None where it says nothing. Raises Misread."""
    text = clean(cell)
    left = compact(text)
    if not left or NOTHING.fullmatch(left):
        return None
    time = WorkingTime()
    while left:
        for pattern, take in _WORDS:
            if match := pattern.match(left):
                take(time, match)
                left = left[match.end() :]
                break
        else:
            raise _not_understood(text)
    _lay_out(time, text)
    return time


def _not_understood(text: str) -> Misread:
    values = {"text": text[:20], "example": EXAMPLE}
    return Misread(Sentence("看不懂“%(text)s”，请写成 %(example)s 这样。", values))


# --- the words ------------------------------------------------------------------------------------------


def _span(time: WorkingTime, match: re.Match[str]) -> None:
    start, end = _minute(match.group(1)), _minute(match.group(2))
    if start < end + DAY // 2 <= DAY and not re.match(_PART_OF_DAY, match.group(2)):
        # 下午2点到6点: the half of the day is said but once
        end += DAY // 2 if start >= DAY // 2 and re.match("下午|晚", match.group(1)) else 0
    time.spans.append((start, end if end > start else end + DAY))


def _minute(text: str) -> int:
    match = _TIME.fullmatch(text)
    hour = number(match.group(2)) if match else None
    if match is None or hour is None or hour > 24 or hour % 1:
        raise _not_understood(text)
    half = Decimal(30) if match.group(4) == "半" else Decimal(match.group(3) or match.group(4) or 0)
    part = match.group(1) or ""
    if hour < 12 and (part in ("下午", "晚上", "傍晚", "晚", "夜里") or (part == "中午" and hour < 11)):
        hour += 12
    if half > 59:
        raise _not_understood(text)
    return int(hour) * 60 + int(half)


def _nine_to_five(time: WorkingTime, match: re.Match[str]) -> None:
    start, end = number(match.group(1)), number(match.group(2))
    if start is None or end is None or start > 12 or end > 12:
        raise _not_understood(match.group())
    time.spans.append((int(start) * 60, int(end) * 60 + DAY // 2))


def _hours(time: WorkingTime, match: re.Match[str]) -> None:
    value = number(match.group(1))
    if value is None or time.hours_per_day not in (None, value):
        raise _not_understood(match.group())
    time.hours_per_day = value


def _days(time: WorkingTime, match: re.Match[str]) -> None:
    _set_days(time, number(match.group(1)), match)


def _set_days(time: WorkingTime, value: Decimal | None, match: re.Match[str]) -> None:
    if value is None or value > 7 or time.days_per_week not in (None, value):
        raise _not_understood(match.group())
    time.days_per_week = value


def _rest(time: WorkingTime, match: re.Match[str]) -> None:
    time.rest += number(match.group(1)) or Decimal(0)


def _shift(shift: str, night: bool | None) -> Callable[[WorkingTime, re.Match[str]], None]:
    def take(time: WorkingTime, match: re.Match[str]) -> None:
        if {time.shift, shift} == {"day", "night"}:  # 白班/夜班: both are worked, in two shifts or by choice
            time.shift, time.night_shift = None, True
        elif time.shift not in (None, shift) and shift != "day":
            raise _not_understood(match.group())
        else:
            time.shift, time.night_shift = time.shift or shift, time.night_shift or night

    return take


def _free_days(days: str) -> Callable[[WorkingTime, re.Match[str]], None]:
    return lambda time, match: _set_days(time, Decimal(days), match)


def _no_night(time: WorkingTime, match: re.Match[str]) -> None:
    time.night_shift = False


def _nothing(time: WorkingTime, match: re.Match[str]) -> None:
    """Words that say again what the column is called."""


_EACH_DAY = "(?:每天|每日|一天|每班|日均)?"
_TURNS = "(?:倒|制|轮换|轮班)*"
_WORDS: list[tuple[re.Pattern[str], Callable[[WorkingTime, re.Match[str]], None]]] = [
    (re.compile("(?:不|不需要|不用|无需)上夜班|没有夜班|无夜班"), _no_night),
    (_SPAN, _span),
    (_NINE_TO_FIVE, _nine_to_five),
    (
        re.compile(rf"(?:含|扣|中间|中午)?(?:吃饭|休息|午休|用餐)+(?:时间)?({_NUMBER})个?小时"),
        _rest,
    ),
    (
        re.compile(
            rf"(?:每天|每日|一天|每班|日均)?({_NUMBER})(?:个?小时|h|个?钟头)(?:/天|每天|制|一班|/班)*"
        ),
        _hours,
    ),
    (re.compile(rf"(?:每周|一周)?(?:上班|工作|上)?({_NUMBER})天(?:/周|每周|制)*"), _days),
    (re.compile(r"[做上]六休一|单休|周日休息|周日休"), _free_days("6")),
    (re.compile(r"[做上]五休二|双休|周末双休|周六日休息|周六周日休息"), _free_days("5")),
    (re.compile(r"大小周|单双休"), _free_days("5.5")),
    (
        re.compile(r"(?:四班)?三班(?:倒|制|轮换|轮班|两倒)*|四班三倒|四班三运转|3班(?:倒|制)*"),
        _shift("three", True),
    ),
    (re.compile(r"(?:两|二|2)班(?:倒|制|轮换|轮班)*"), _shift("two", None)),
    (
        re.compile(r"白夜班(?:倒|轮换|轮班)?|(?:长|常)?白班?[和/、]?夜班(?:倒|轮换|轮班)?"),
        _shift("two", True),
    ),
    (re.compile(r"(?:长|常)?(?:白|日|早)班|正常班"), _shift("day", None)),
    (re.compile(r"(?:长|常)?(?:夜|晚)班"), _shift("night", True)),
    (re.compile(r"[,，、;；/。()（）:+]|上班|工作时间|工作|时间|每天|每周|左右|制"), _nothing),
]


# --- hours from the clock -------------------------------------------------------------------------------


def _lay_out(time: WorkingTime, text: str) -> None:
    """Hours a day from the times of day, and whether some of them lie in the night."""
    if any(_is_night(*span) for span in time.spans):
        time.night_shift = True
    if not time.spans:
        _find_night(time)
        return
    lengths = [end - start for start, end in time.spans]
    if sum(lengths) > LONGEST_DAY and len(lengths) > 1:
        if len(set(lengths)) > 1 or len(lengths) > 3:
            raise _not_understood(text)
        time.shift = time.shift or ("two" if len(lengths) == 2 else "three")
        minutes = lengths[0]
    else:
        minutes = sum(lengths)
    clock = Decimal(minutes) / 60 - time.rest
    _find_night(time, clock)
    if time.hours_per_day is not None:
        if not 0 <= clock - time.hours_per_day <= 4:
            raise _not_understood(text)
        return
    time.hours_per_day = round(clock, 1)
    told = {"text": text[:40], "hours": f"{time.hours_per_day.normalize():f}"}
    time.remark = Sentence(
        "“%(text)s”按上下班钟点算是每天 %(hours)s 小时，吃饭休息没写的没有扣，请核对。", told
    )


def _find_night(time: WorkingTime, clock: Decimal = Decimal(0)) -> None:
    """Two shifts of twelve hours cover the night."""
    if time.shift == "two" and max(clock, time.hours_per_day or clock) >= 12 and time.night_shift is None:
        time.night_shift = True


def _is_night(start: int, end: int) -> bool:
    return end > NIGHT_FROM or start < NIGHT_TO
