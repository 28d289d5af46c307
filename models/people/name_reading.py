"""How names are read aloud, which is how clerks type them: 单于国芬 is chan yu guo fen.

pypinyin reads prose. name_readings.csv stands before it, with what family names are read like and what is
read in two ways inside a name (现代汉语词典; readings that differ between counties both stand, parted by a
semicolon, the usual one first). Whoever changes the table has everybody keyed anew: `key-names --everybody`.
"""

import csv
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from models.people.name import name_key

READINGS = Path(__file__).parent / "name_readings.csv"
MOST_READINGS, MOST_DRAWN = 16, 256
LONGEST_KEY = 60
IN_ORDER = "="  # before the key by which names stand in order; nobody's search begins with it
UNAMBIGUOUS = 4  # 单于国芬 can only be a 单于; 单于芬 may also be a 单 called 于芬

Syllables = tuple[str, ...]


class Character(NamedTuple):
    """One row of the table: the ways to read characters as a family name, and in any other place."""

    as_family_name: tuple[Syllables, ...]
    elsewhere: tuple[Syllables, ...]


@cache
def table() -> dict[str, Character]:
    """name_readings.csv, by its characters."""
    with READINGS.open(encoding="utf-8", newline="") as lines:
        return {
            row["characters"]: Character(_ways(row["as_family_name"]), _ways(row["elsewhere"]))
            for row in csv.DictReader(lines)
        }


def _ways(cell: str) -> tuple[Syllables, ...]:
    return tuple(tuple(way.split()) for way in cell.split(";") if way)


@lru_cache(maxsize=65536)
def readings(name: str) -> tuple[Syllables, ...]:
    """Every way to read ``name``, the usual one first: a syllable for each character, letters as they are.

    At most :data:`MOST_READINGS`: those that differ least from the usual one.
    """
    text = name_key(name)
    drawn = list(islice(_walk(text, _plain(text), 0), MOST_DRAWN))
    drawn.sort(key=lambda way: way[0])
    return tuple(dict.fromkeys(way for _unusual, way in drawn))[:MOST_READINGS]


def _walk(text: str, plain: Syllables, start: int) -> Iterator[tuple[int, Syllables]]:
    """(how many unusual choices, syllables) of ``text`` from ``start`` on."""
    if start == len(text):
        yield 0, ()
        return
    for unusual, way in enumerate(_ways_at(text, plain, start)):
        for more, rest in _walk(text, plain, start + len(way)):
            yield bool(unusual) + more, (*way, *rest)


def _ways_at(text: str, plain: Syllables, start: int) -> list[Syllables]:
    """How the next character, or the compound family name that begins here, may be read."""
    compound = _compound(text, start)
    if start == 0 and compound and len(text) >= UNAMBIGUOUS:
        return list(table()[compound].as_family_name)
    together = table()[compound].as_family_name if compound else ()
    family, elsewhere = table().get(text[start], Character((), ()))
    ordinary = (plain[start],)
    if start == 0:
        ways = [*together, *(family or (ordinary,))]
    elif plain[start] != _alone(text[start]):  # read out of its context: the 重 of 重阳
        ways = [ordinary, *elsewhere, *together]
    else:
        ways = [*(elsewhere or (ordinary, *family)), *together]
    return list(dict.fromkeys(ways))


def _compound(text: str, start: int) -> str:
    """The longest family name of several characters that begins at ``start``; "" without one."""
    lengths = (length for length in (4, 3, 2) if start + length <= len(text))
    return next((part for n in lengths if (part := text[start : start + n]) in table()), "")


def _plain(text: str) -> Syllables:
    """What pypinyin says, the family name apart: in 王重阳 it shall read 重阳, not 王重."""
    from pypinyin import lazy_pinyin  # loads a dictionary for half a second, not at every start

    parts = (text[:1], text[1:])
    return tuple(syllable for part in parts for syllable in lazy_pinyin(part, errors=_unread))


@lru_cache(maxsize=8192)
def _alone(character: str) -> str:
    return _plain(character)[0]


def _unread(characters: str) -> Any:
    """A list, which keeps one entry a character; pypinyin's annotation knows of texts only."""
    return [character if character.isalnum() else "" for character in characters]


def in_order(begins: str) -> str:
    """The beginning of the keys of names that are read so."""
    return IN_ORDER + begins


def order_key(name: str) -> str:
    """By what a name stands among others: as it is usually read, syllable by syllable."""
    return in_order(" ".join(readings(name)[0]))[:LONGEST_KEY]


def initials(name: str) -> str:
    """The first letters of a name as it is usually read: 阿说尔布 is aseb, 单于国芬 cygf."""
    return _initials(readings(name)[0])[:LONGEST_KEY]


def _initials(way: Syllables) -> str:
    return "".join(syllable[:1] for syllable in way if syllable[:1].isascii())


@lru_cache(maxsize=8192)
def search_keys(name: str) -> frozenset[str]:
    """What a search may begin with: the name from any character on, its pinyin from any syllable on, and the
    initials of the whole name and of what may be its given name. Dots and blanks fall away. And the one key
    by which the name stands in order."""
    text = name_key(name)
    beginnings = [n for n in range(len(text)) if n == 0 or not (text[n - 1] + text[n]).isascii()]
    parts = {0, 1, 2, len(_compound(text, 0))}.intersection(beginnings)
    keys = {text[n:] for n in beginnings}
    for way in readings(name):
        keys |= {"".join(way[n:]) for n in beginnings}
        keys |= {_initials(way[n:]) for n in parts if n == 0 or n < len(text) - 1}
    keys |= {key.replace("v", "u") for key in keys if "v" in key}  # lü is typed lv, and lu
    return frozenset(key[:LONGEST_KEY] for key in keys if key) | ({order_key(name)} if keys else set())
