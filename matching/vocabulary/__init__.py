"""The engine's own words: occupations, titles people really use, skills, noise of job postings.

``occupations.csv`` holds the codes of 国家职业分类大典 2022 and the platform's own codes (second part ``99``)
for work that the classification has no entry for, such as 普工. ``titles.csv`` maps titles, colloquial ones
included, to those codes; ``context`` is the industry word in which an ambiguous title has that meaning.
``trade_words.csv`` holds what a title is guessed from besides: how the trades themselves say it.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
KIND_ORDER = {"常用名": 0, "职业名": 1, "俗称": 2, "招聘名": 3}


@dataclass(frozen=True, slots=True)
class Reading:
    """One meaning of a title: an occupation code, the trade it belongs to, and its industry word."""

    code: str
    category: str
    context: str
    kind: str


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill or certificate with the other names people give it."""

    name: str
    kind: str
    aliases: tuple[str, ...]
    occupations: tuple[str, ...]
    licensed: bool


@cache
def occupations() -> dict[str, str]:
    """Occupation code -> official name.

    >>> occupations()["6-30-05-01"]
    '起重装卸机械操作工'
    """
    return {row["code"]: row["name"] for row in _rows("occupations.csv")}


@cache
def titles() -> dict[str, tuple[Reading, ...]]:
    """Title as written in the vocabulary -> its readings, the likeliest first.

    >>> titles()["电焊工"][0].code
    '6-18-02-04'
    """
    meanings: dict[str, list[Reading]] = {}
    for row in _rows("titles.csv"):
        reading = Reading(row["code"], row["category"], row["context"], row["kind"])
        meanings.setdefault(row["title"], []).append(reading)
    return {title: tuple(sorted(readings, key=_likeliest_first)) for title, readings in meanings.items()}


@cache
def skills() -> tuple[Skill, ...]:
    """Every skill and certificate of the vocabulary.

    >>> next(skill.name for skill in skills() if "踩平车" in skill.aliases)
    '平车操作'
    """
    return tuple(
        Skill(
            row["name"],
            row["kind"],
            _split(row["aliases"]),
            _split(row["occupations"]),
            row["licensed"] == "1",
        )
        for row in _rows("skills.csv")
    )


@cache
def contexts() -> dict[str, tuple[str, ...]]:
    """Trade category -> words by which an industry or a job description names it."""
    return {row["category"]: _split(row["words"]) for row in _rows("contexts.csv")}


@cache
def noise() -> tuple[str, ...]:
    """Phrases of job postings that say nothing about the occupation, the longest first."""
    return tuple(sorted((row["phrase"] for row in _rows("noise.csv")), key=len, reverse=True))


@cache
def postings() -> tuple[tuple[str, str], ...]:
    """Titles of real postings, noise stripped, with the codes they were labelled with; about one in seven is
    wrong."""
    return tuple((row["title"], row["code"]) for row in _rows("postings.csv"))


@cache
def trade_words() -> tuple[tuple[str, str], ...]:
    """Titles as the trades say them, each with one code; none is a title of :func:`titles`."""
    return tuple((row["title"], row["code"]) for row in _rows("trade_words.csv"))


@cache
def syllables() -> dict[str, str]:
    """Chinese character -> its commonest reading, without the tone.

    >>> syllables()["焊"]
    'han'
    """
    return {sign: row["syllable"] for row in _rows("syllables.csv") for sign in row["characters"]}


@cache
def places() -> tuple[dict[str, str], ...]:
    """The 53 counties of 粤办发〔2016〕32号 with the cities paired with them, for synthetic provinces."""
    return tuple(_rows("places.csv"))


def _likeliest_first(reading: Reading) -> tuple[bool, int, str]:
    return bool(reading.context), KIND_ORDER[reading.kind], reading.code


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
