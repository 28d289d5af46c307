"""One number as people write it: 4500, 4,500, 1.2万, 5千5, 3k, 四千五, 十二, 两个半."""

import re
from decimal import Decimal

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_DIGITS |= {"六": 6, "七": 7, "八": 8, "九": 9}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_HAN = "".join(_DIGITS) + "".join(_HAN_UNITS)
_SCALES = {"万": 10_000, "w": 10_000, "千": 1000, "k": 1000, "百": 100}
# A number ends before "一个月", "一天": 三千一个月 is 三千 a month, not 三千一 of them.
_ONE_EACH = "一(?:个?月|个?小时|天|日|年|周|件)"
NUMBER = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])|[0-9]+)(?:\.[0-9]+)?"
    r"(?:[万千百kw](?:零?[0-9]+[万千百kw])*(?:零?[0-9]+(?![0-9.,]))?)?"
    rf"|[{_HAN}]+?(?={_ONE_EACH})|[{_HAN}]+"
)
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)([万千百kw]?)")
MOST_DIGITS = 12


def number(text: str) -> Decimal | None:
    """What a text that matches NUMBER says; None where it can be read in two ways (四五千, 1万20)."""
    text = text.replace(",", "")
    if text[:1] in _HAN:
        value = han_number(text)
        return None if value is None else Decimal(value)
    if len(text) > MOST_DIGITS:
        return None
    parts = _PART.findall(text)
    if len(parts) > 1 and "." in text:
        return None
    total, scale = Decimal(0), 0
    for digits, unit in parts:
        size = _SCALES.get(unit, 1)
        if scale and unit and size >= scale:
            return None
        if scale and not unit:
            size = _size_of_tail(digits, scale, f"零{digits}" in text)
        if not size:
            return None
        total, scale = total + Decimal(digits) * size, size
    return total


def _size_of_tail(digits: str, scale: int, after_zero: bool) -> int:
    """What the digits behind the last scale count in: 1万2 is 12000, 1万2000 too, 1万20 is unclear."""
    if after_zero or len(digits) == len(str(scale)) - 1:
        return 1
    return scale // 10 if len(digits) == 1 else 0


def han_number(text: str) -> int | None:
    """What Chinese numerals say: 四千五 is 4500 and 三百零五 is 305; None for 四五千 or 千."""
    upper, marked, lower = text.rpartition("万")
    if not marked:
        return _below_ten_thousand(text, 1)
    high, low = _below_ten_thousand(upper, 1), _below_ten_thousand(lower, 10_000) if lower else 0
    return None if not high or low is None else high * 10_000 + low


def _below_ten_thousand(text: str, last: int) -> int | None:
    """``last`` is the unit before the text: the 二 of 一万二 counts thousands."""
    total, digit, unit, is_single = 0, None, last, False
    for char in text:
        size = _HAN_UNITS.get(char)
        if size:
            if (1 < unit <= size) or (digit is None and (char != "十" or total)):
                return None
            total, digit, unit, is_single = total + (1 if digit is None else digit) * size, None, size, False
        elif digit is not None or char not in _DIGITS or (is_single and char in "零〇"):
            return None
        elif char in "零〇" and text != char:
            is_single = True
        else:
            digit = _DIGITS[char]
    if digit is None:
        return None if is_single else total
    return total + digit * (unit // 10 if unit >= 100 and not is_single else 1)


def mantissa(text: str) -> tuple[Decimal, int] | None:
    """A number and its one scale where it has both: 2.4万 is (2.4, 10000), 五千 (5, 1000)."""
    parts = re.fullmatch(rf"([0-9]+(?:\.[0-9]+)?|[{''.join(_DIGITS)}])([万千百kw])", text)
    if not parts:
        return None
    digits, scale = parts.groups()
    return Decimal(_DIGITS.get(digits, digits)), _SCALES[scale]


def has_scale(text: str) -> bool:
    """Whether a number is more than bare digits: 5千, 五千, 十二 as against 5, 五 or 1.5."""
    return any(char in "".join(_SCALES) or char in _HAN_UNITS for char in text)
