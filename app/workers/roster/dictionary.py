"""The dictionary of headings: the field one speaks of, told by itself, by a part or by a close spelling."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple

from app.workers.roster.fields import FIELDS, headings

SURE = 1.0
ALMOST_SURE = 0.95
TELLING = 0.9
CLOSE = 88
SUGGESTED = 60

_BRACKETS = re.compile(r"[(\[【<《].{0,200}?[)\]】>》]")
_NOT_LETTERS = re.compile(r"[\W_]+")
_NUMBERING = re.compile(r"^[(（]?\d{1,2}[)）.、](?=\D)")
_SYSTEM_CODE = re.compile(r"^[a-z]{3}\d{3}(?=[\u4e00-\u9fff])")
_QUESTION = re.compile(r"(?:是否|会不会|能不能|有没有|有无|能否|会|能|有)+(.+?)(?:吗|么|不)?[?？]?")
_LAST_NUMBER = re.compile(r"(?<=[\u4e00-\u9fff])[\d一二三]+$")
_OTHER_PEOPLE = "户主|配偶|父|母|监护|联系人|法人|负责人|帮扶|干部|教师|紧急|子女|企业|单位|家长|担保"
_TELLING_PARTS = (
    (
        "id_number",
        re.compile(r"身份证|公民身份|证件号"),
        re.compile(f"{_OTHER_PEOPLE}|复印|照片|地址|住址|期|机关|类型"),
    ),
    ("name", re.compile(r"姓名$"), re.compile(_OTHER_PEOPLE)),
    (
        "phone",
        re.compile(r"(?:手机|电话)号?码?$|联系方式$"),
        re.compile(f"{_OTHER_PEOPLE}|家庭|户|村|座机|固定"),
    ),
)


class Guess(NamedTuple):
    """A field name (``None``: unknown, ``""``: recognised but not kept) and how sure it is, 0 to 1."""

    field: str | None
    confidence: float


UNKNOWN = Guess(None, 0.0)


@lru_cache(maxsize=8192)
def normal(heading: str) -> str:
    """Letters and digits of a heading, half width, lower case."""
    text = unicodedata.normalize("NFKC", heading)
    text = _NUMBERING.sub("", "".join(char for char in text if unicodedata.category(char) != "Cf").strip())
    return _NOT_LETTERS.sub("", text).lower()


@lru_cache(maxsize=8192)
def known_field(heading: str) -> str | None:
    """The field the dictionary gives for a heading, with or without its brackets, the number at its end and
    the code of the item before it (aac003姓名)."""
    whole = normal(heading)
    bare = normal(_BRACKETS.sub("", unicodedata.normalize("NFKC", heading)))
    spellings = (whole, bare, _LAST_NUMBER.sub("", bare), _SYSTEM_CODE.sub("", bare))
    return next((_dictionary()[spelling] for spelling in spellings if spelling in _dictionary()), None)


@cache
def own_headings() -> frozenset[str]:
    """The headings of our own template, normalised."""
    return frozenset(normal(spelling) for field in FIELDS for spelling in (field.label, field.name))


def asked_thing(header: str) -> str:
    """What a yes-or-no heading asks for: 开叉车 of 会开叉车吗; empty if it asks nothing."""
    question = _QUESTION.fullmatch(header.strip())
    return question.group(1) if question else ""


def suggestion(header: str) -> Guess:
    """The likeliest field of an unknown heading, for the person who is asked."""
    if asked_thing(header):
        return Guess("skills", SUGGESTED / 100)
    nearest = _nearest(normal(header), SUGGESTED)
    return Guess(_dictionary()[nearest[0]], round(nearest[1] / 100, 2)) if nearest else UNKNOWN


def _nearest(text: str, least: int) -> tuple[str, float, int] | None:
    """The spelling most like it, how like (to 100), and where it stands; None below ``least``."""
    from rapidfuzz import fuzz, process

    return process.extractOne(text, list(_dictionary()), scorer=fuzz.ratio, score_cutoff=least)


@cache
def _dictionary() -> dict[str, str]:
    return {normal(heading): field for field, known in headings().items() for heading in known}


def exact_guess(spellings: Iterable[str]) -> Guess:
    """What the dictionary says of the first spelling it knows."""
    for spelling in spellings:
        field = known_field(spelling)
        if field is not None:
            return Guess(field, SURE if normal(spelling) in _dictionary() else ALMOST_SURE)
    return UNKNOWN


def likely_guess(path: tuple[str, ...]) -> Guess:
    """What a part of a heading or its close spelling says, where the dictionary does not know it."""
    return _telling(path) or _close(path[-1])


def _telling(path: tuple[str, ...]) -> Guess | None:
    leaf, whole = normal(path[-1]), normal("".join(path))
    for field, part, never in _TELLING_PARTS:
        if part.search(leaf) and not never.search(whole):
            return Guess(field, TELLING)
    return None


@lru_cache(maxsize=2048)
def _close(header: str) -> Guess:
    text = normal(header)
    nearest = _nearest(text, CLOSE)
    if not nearest or len(text) < 4 or _speaks_of_others(text) != _speaks_of_others(nearest[0]):
        return UNKNOWN
    return Guess(_dictionary()[nearest[0]], round(nearest[1] / 100, 2))


def _speaks_of_others(text: str) -> set[str]:
    return set(re.findall(_OTHER_PEOPLE, text))


def field_names(cells: Iterable[object]) -> set[str]:
    """The fields the dictionary knows among the cells of a row."""
    fields = (known_field(cell) for cell in cells if isinstance(cell, str) and cell and len(cell) < 40)
    return {field for field in fields if field}
