"""Sums and months as people write them: 5千, 四千五, 3500-4500, 3k, 3个月, 半年."""

import re
from functools import lru_cache

from app.kit.files.cells.cell import BLANK, Parsed, plain
from app.kit.files.spreadsheet import Cell
from models.i18n import Sentence

LOWEST_WAGE = 500
HIGHEST_WAGE = 50_000

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_HAN = "".join(_DIGITS) + "".join(_UNITS)
_SUM = rf"(?:\d+(?:\.\d+)?[千万k]?\d*|[{_HAN}]+)"
_NOTHING = re.compile(r"不限|面议|面谈|随便|都行|都可以|无要求|没要求|无所谓|无|没有|未定|待定|/|-+")
_TRIMMINGS = re.compile(
    r"^(?:月薪|月工资|工资|薪资|人民币|不低于|不少于|最低|至少|大于|约|大概|¥|￥|rmb|>=?|≥)+"
    r"|(?:元|块钱?|左右|以上|起|/?每?个?月|上下|及|包吃住|包食宿|[+。])+$"
)
_NOT_MONTHLY = re.compile(r"天|日|小时|时|年|件|计件|week|周")
_RANGE = re.compile(rf"({_SUM})(?:元)?[-~—–至到]+({_SUM})")
_MONTHS = re.compile(rf"(?:约|大概|务工)?(\d+(?:\.\d+)?|[{_HAN}]+)个?(?:月|个月)?(?:左右|以上|多)?")
_YEARS = re.compile(r"(?:一|1|整|全|1整)年|常年|长年")


def han_number(text: str) -> int | None:
    """What Chinese numerals say: 四千五 is 4500 and 三百零五 is 305; None for 四五千 or 千."""
    total, digit, unit = 0, None, 0
    for char in text:
        if char in _UNITS:
            if digit is None and (char != "十" or unit):
                return None
            total += (1 if digit is None else digit) * _UNITS[char]
            digit, unit = None, _UNITS[char]
        elif char in "零〇":
            unit = 10
        elif digit is not None or char not in _DIGITS:
            return None
        else:
            digit = _DIGITS[char]
    if digit is None:
        return total
    return total + digit * (unit // 10 if unit >= 100 else 1)


def _sum(text: str) -> float | None:
    """Yuan for one sum: 5000, 5千, 5千5, 4.5k, 四千五."""
    if text[0] in _HAN:
        return han_number(text)
    parts = re.fullmatch(r"(\d+(?:\.\d+)?)([千万k]?)(\d*)", text)
    if not parts:
        return None
    number, unit, rest = parts.groups()
    size = {"千": 1000, "k": 1000, "万": 10_000, "": 1}[unit]
    if rest and (not unit or len(rest) > 1):
        return None
    return round(float(number) * size, 2) + (int(rest) * size / 10 if rest else 0)


@lru_cache(maxsize=4096, typed=True)
def parse_wage(cell: Cell) -> Parsed:
    """Yuan a month. A range gives its lower end and a warning; what is no plain sum only a warning."""
    text = plain(cell).replace(",", "").replace(",", "")
    if not text or _NOTHING.fullmatch(text):
        return BLANK
    if _NOT_MONTHLY.search(re.sub(r"/?每?个?月", "", text)):
        return Parsed(
            warning=Sentence("“%(text)s”不是按月的工资，请填每月多少元，例如4500", {"text": text[:20]})
        )
    text = _TRIMMINGS.sub("", _TRIMMINGS.sub("", text))
    ends = _RANGE.fullmatch(text)
    if ends:
        return _lower_end(ends.group(1), ends.group(2), text)
    return _checked(_sum(text) if text else None, text)


def _lower_end(low: str, high: str, text: str) -> Parsed:
    if low.isdigit() and len(low) < 3 and high[-1:] in "千万k":
        low += high[-1]
    value = _checked(_sum(low), text)
    if value.value is None:
        return value
    return Parsed(
        value.value,
        warning=Sentence(
            "“%(text)s”是一个范围，按最低%(low)d元登记", {"text": text[:20], "low": value.value}
        ),
    )


def _checked(value: float | None, text: str) -> Parsed:
    if value is None:
        return Parsed(warning=Sentence("看不懂“%(text)s”，请填每月多少元，例如4500", {"text": text[:20]}))
    if not LOWEST_WAGE <= value <= HIGHEST_WAGE:
        return Parsed(
            warning=Sentence("每月%(text)s元不合常理，没有登记，请核对单位是不是元", {"text": text[:20]})
        )
    return Parsed(int(value))


@lru_cache(maxsize=4096, typed=True)
def parse_months(cell: Cell) -> Parsed:
    """Whole months of a year, 0 to 12."""
    text = plain(cell)
    if not text or text in ("无", "/", "-", "否", "未务工", "没有"):
        return BLANK
    if _YEARS.fullmatch(text):
        return Parsed(12)
    if text in ("半年", "半年以上"):
        return Parsed(6)
    stated = _MONTHS.fullmatch(text)
    number = _sum(stated.group(1)) if stated else None
    if number is None or not 0 <= number <= 12 or number != int(number):
        return Parsed(
            warning=Sentence("看不懂务工时间“%(text)s”，请填一年里务工几个月，0至12", {"text": text[:20]})
        )
    return Parsed(int(number))
