"""Where a person would go to work: 佛山南海, 广东, 珠三角 as prefecture codes."""

import csv
import re
from functools import cache, lru_cache
from pathlib import Path

from app.kit.files.cells.cell import Parsed
from app.kit.files.cells.people import parse_list
from app.kit.files.spreadsheet import Cell
from app.workers.roster.choices import code_list
from models import i18n
from models.i18n import Sentence

DIVISIONS = Path(i18n.__file__).parent / "reference" / "divisions.csv"
PEARL_DELTA = ["440100", "440300", "440400", "440600", "440700", "441200", "441300", "441900", "442000"]

_DELTA_WORDS = ("珠三角", "珠江三角洲", "大湾区")
_ANYWHERE = re.compile(r"不限|哪里都|哪都|都可以|都行|随便|服从安排")
_NO_AREA_WORDS = re.compile(r"(?:等地|附近|一带|打工|务工|那边|周边|方向|市内|地区){1,9}$")


def parse_cities(cell: Cell) -> Parsed:
    """Prefecture codes for the places named; none for "anywhere". Unknown places give a warning."""
    parsed = _parse_cities(cell)
    return parsed if parsed.value is None else parsed._replace(value=list(parsed.value))


@lru_cache(maxsize=4096, typed=True)
def _parse_cities(cell: Cell) -> Parsed:
    parts = parse_list(cell)
    if not parts.value:
        return parts
    if any(_ANYWHERE.search(part) for part in parts.value):
        return Parsed([])
    by_part = {part: _codes(_NO_AREA_WORDS.sub("", part)) for part in parts.value}
    codes = list(dict.fromkeys(code for some in by_part.values() for code in some))
    unknown = "、".join(part for part, some in by_part.items() if not some)
    if unknown:
        return Parsed(
            codes or None,
            warning=Sentence("不认识地名“%(text)s”，请填城市名，例如佛山", {"text": unknown[:30]}),
        )
    return Parsed(codes)


def _codes(text: str) -> list[str]:
    """The prefectures a place name means: itself, all of a province, or the one around a county or town."""
    if text.startswith(_DELTA_WORDS):
        return PEARL_DELTA
    names = _names()
    short = text.removeprefix("广东省").removeprefix("广东") or text
    for length in range(len(short), 1, -1):
        if short[:length] in names:
            return names[short[:length]]
    return []


@cache
def _names() -> dict[str, list[str]]:
    """Every name and short name of a province, prefecture or county with its prefecture codes."""
    with DIVISIONS.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    prefectures = [row["code"] for row in rows if row["level"] == "prefecture"]
    names: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: len(row["code"]) + len(row["code"].rstrip("0"))):
        code, name = row["code"], row["name"]
        inside = (
            [prefecture for prefecture in prefectures if prefecture[:2] == code[:2]]
            if code[2:] == "0000"
            else [f"{code[:4]}00"]
        )
        for known in (name, short_name(name)):
            names.setdefault(known, inside)
    return names


def short_name(name: str) -> str:
    """A division's name without its kind and the peoples it is named after: 凉山彝族自治州 is 凉山."""
    short = _kinds().sub("", name)
    return short if len(short) > 1 else name


@cache
def _kinds() -> re.Pattern[str]:
    peoples = "|".join(
        sorted((name for name in code_list("民族") if name.endswith("族")), key=len, reverse=True)
    )
    return re.compile(f"(?:{peoples}|各族)*自治[区州县]$|[省市区县州]$|街道$|镇$")
