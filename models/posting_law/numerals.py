"""Reads "1.8k", "2,500", "一千八", "两千" and "十二" as numbers."""

import re

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
CHINESE = "零〇一二两三四五六七八九十百千万"
_ARABIC = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,9})(\.\d{1,4})?(k(?![a-z])|[千万百w](?![a-z伏瓦]))?(\d)?")
_HALF = re.compile(r"半(?=年|个月|月|天|小时|个小时)")
_HAN = re.compile(f"[{CHINESE}]+(半)?")
_SCALE = {"k": 1000, "千": 1000, "万": 10000, "w": 10000, "百": 100}


def number_at(text: str, place: int) -> tuple[float, int] | None:
    """The number that starts at ``place`` and where it ends, or None."""
    if match := _ARABIC.match(text, place):
        return _arabic(match)
    if _HALF.match(text, place):
        return 0.5, place + 1
    match = _HAN.match(text, place)
    if match is None:
        return None
    value = chinese(match.group().rstrip("半"))
    return (value + (0.5 if match.group(1) else 0), match.end())


def _arabic(match: re.Match[str]) -> tuple[float, int]:
    """ "2千5" is 2500, but the 5 of "2500 5人" belongs to the next word."""
    value = float(match[1].replace(",", "") + (match[2] or ""))
    scale = _SCALE.get(match[3] or "", 1)
    if match[3] and match[4]:
        return value * scale + int(match[4]) * scale / 10, match.end()
    return value * scale, match.end() if match[4] is None else match.start(4)


def chinese(text: str) -> float:
    """ "一千八" -> 1800, "三千五百" -> 3500, "一万二" -> 12000, "四五" -> 45, "十" -> 10."""
    if not any(char in "十百千万" for char in text):
        return float("".join(str(DIGITS[char]) for char in text)[:9] or 0)
    total = section = digit = 0
    unit = 1
    for char in text[:24]:
        if char == "万":
            total, section, digit, unit = (total + section + digit or 1) * 10000, 0, 0, 10000
        elif char in UNITS:
            unit = UNITS[char]
            section, digit = section + (digit or 1) * unit, 0
        elif not (digit and DIGITS[char]):  # of "十五六" the lower
            digit, unit = DIGITS[char], 10 if DIGITS[char] == 0 else unit
    tail = digit * unit // 10 if text[-1] in DIGITS and unit >= 100 else digit
    return float(total + section + tail)
