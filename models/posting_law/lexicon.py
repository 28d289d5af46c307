"""The words of this room: which categories a word belongs to, and the longest one at a place."""

import csv
import re
from functools import cache
from pathlib import Path

from models.posting_law.data import load_table

TABLES = ("plain", "groups", "operators", "traits", "places", "money", "work", "names")
_DIVISIONS = Path(__file__).parent.parent / "reference" / "divisions.csv"
_OFFICE = re.compile(r"([^县市区州族]{1,4}族){0,9}(自治)?[省市县区州]$")


def _short(name: str) -> str:
    """ "布拖县" -> "布拖"; "威宁彝族回族苗族自治县" -> "威宁"."""
    head = re.split(r"(?<=..)(?:各族|[壮彝藏苗侗布水瑶仫毛回土傈独怒白羌哈傣景]\w{0,30}族)", name)[0]
    return _OFFICE.sub("", head)


def _divisions() -> tuple[set[str], set[str]]:
    """Places of the programme, and their people, out of the register of divisions."""
    with _DIVISIONS.open(encoding="utf-8-sig", newline="") as handle:
        names = {row["name"] for row in csv.DictReader(handle) if row["level"] != "town"}
    shorts = {short for name in names if len(short := _short(name)) >= 2}
    homes = {short + end for short in shorts for end in ("人", "人员", "籍", "佬", "妹", "仔")}
    everyday = set(load_table("everyday")["names"].split())
    names |= {_short(name) + "州" for name in names if name.endswith("自治州")}
    return names | (shorts - everyday), homes


@cache
def words() -> dict[str, frozenset[str]]:
    """Every known word -> the categories it belongs to."""
    categories: dict[str, set[str]] = {}
    places, homes = _divisions()
    people = load_table("places")["person"].split()
    homes |= {local + end for local in load_table("places")["local"].split() for end in people}
    lists = [(name, text.split()) for table in TABLES for name, text in load_table(table).items()]
    for category, members in [*lists, ("province", places), ("home", homes)]:
        for word in members:
            categories.setdefault(word.lower(), set()).add(category)
    return {word: frozenset(names) for word, names in categories.items()}


@cache
def lengths() -> dict[str, tuple[int, ...]]:
    """First character -> lengths of the words it opens, longest first."""
    sizes: dict[str, set[int]] = {}
    for word in words():
        sizes.setdefault(word[0], set()).add(len(word))
    return {char: tuple(sorted(each, reverse=True)) for char, each in sizes.items()}


@cache
def symbols() -> dict[frozenset[str], str]:
    """Set of categories -> the one character that stands for it in a line of tags."""
    kinds = sorted({*words().values(), *BASIC.values()}, key=sorted)
    return {kind: chr(0xE000 + place) for place, kind in enumerate(kinds)}


BASIC = {
    name: frozenset({name})
    for name in ("stop", "comma", "item", "and", "soft", "other", "number", "clock", "plain", "both")
}


@cache
def symbol_class(names: str) -> str:
    """The tags of every word in one of the categories ("a|b"); raises KeyError on an unknown one."""
    wanted = set(names.split("|"))
    unknown = wanted - frozenset().union(*symbols())
    if unknown:
        raise KeyError(*unknown)
    return "".join(mark for kind, mark in symbols().items() if kind & wanted)
