"""From a heading to a field: what the county said before, the dictionary, telling parts, close spelling."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from app.kit.files.spreadsheet import Cell
from app.workers.roster.fields import BY_NAME, LEFT_OUT, headings
from models.people.identity import normalise

SURE = 1.0
ALMOST_SURE = 0.95
TELLING = 0.9
PROVEN = 0.7
CLOSE = 88
SUGGESTED = 60
GATHERED = ("skills", "certificates")

_BRACKETS = re.compile(r"[(\[【<《].*?[)\]】>》]")
_NOT_LETTERS = re.compile(r"[\W_]+")
_NUMBERING = re.compile(r"^[(（]?\d{1,2}[)）.、](?=\D)")
_QUESTION = re.compile(r"(?:是否|会不会|能不能|有没有|有无|能否|会|能|有)+(.+?)(?:吗|么|不)?[?？]?")
_WHOLE_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_OF_PEOPLE = re.compile(r"名|人|者|姓|劳力|劳动力")
_NAME = re.compile(r"[\u3400-\u9fff·•\s]{2,12}")
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


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    ``index`` counts from 0; ``header`` is what the file shows above the cells; ``key`` names the column
    within its table, with the group heading where the header alone would not be unique.
    """

    index: int
    header: str
    key: str
    field: str | None
    confidence: float


@lru_cache(maxsize=8192)
def normal(heading: str) -> str:
    """Letters and digits of a heading, half width, lower case."""
    text = unicodedata.normalize("NFKC", heading)
    text = _NUMBERING.sub("", "".join(char for char in text if unicodedata.category(char) != "Cf").strip())
    return _NOT_LETTERS.sub("", text).lower()


@lru_cache(maxsize=8192)
def known_field(heading: str) -> str | None:
    """The field the dictionary gives for a heading, with or without its brackets and the number at its
    end."""
    whole = normal(heading)
    bare = normal(_BRACKETS.sub("", unicodedata.normalize("NFKC", heading)))
    spellings = (whole, bare, _LAST_NUMBER.sub("", bare))
    return next((_dictionary()[spelling] for spelling in spellings if spelling in _dictionary()), None)


def match_columns(paths: Mapping[int, tuple[str, ...]], remembered: Mapping[str, str]) -> list[Column]:
    """Give each column its field.

    ``paths`` are the headings above each column, group first; ``remembered`` gives the fields of normalised
    headings, as this county explained them.
    """
    columns = [_column(index, path, remembered) for index, path in sorted(paths.items())]
    return _people_first(_one_each(_unique_keys(columns, paths)))


def prove_number(columns: list[Column], cells: Iterable[list[Cell]]) -> list[Column]:
    """Where no heading tells the identity numbers, take the column that holds whole ones."""
    if any(column.field == "id_number" for column in columns):
        return columns
    counts = Counter(index for row in cells for index, cell in enumerate(row) if _is_whole_number(cell))
    index = counts.most_common(1)[0][0] if counts else None
    return [
        replace(column, field="id_number", confidence=TELLING) if column.index == index else column
        for column in columns
    ]


def prove_name(columns: list[Column], cells: list[list[Cell]]) -> list[Column]:
    """Where no heading tells the names, take the unknown column that speaks of people and holds distinct
    names."""
    if any(column.field == "name" for column in columns):
        return columns
    asked = [column for column in columns if column.field is None and _OF_PEOPLE.search(column.header)]
    named = next((column for column in asked if _holds_names(column.index, cells)), None)
    return [
        replace(column, field="name", confidence=PROVEN) if column is named else column for column in columns
    ]


def _holds_names(index: int, cells: list[list[Cell]]) -> bool:
    shown = [row[index] for row in cells if index < len(row) and row[index] != ""]
    names = {cell for cell in shown if isinstance(cell, str) and _NAME.fullmatch(cell.strip())}
    return len(names) * 2 > len(shown) > 0


def _is_whole_number(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(_WHOLE_NUMBER.fullmatch(normalise(cell)))


def asked_thing(header: str) -> str:
    """What a yes-or-no heading asks for: 开叉车 of 会开叉车吗; empty if it asks nothing."""
    question = _QUESTION.fullmatch(header.strip())
    return question.group(1) if question else ""


def suggestion(header: str) -> Guess:
    """The likeliest field of an unknown heading, for the person who is asked."""
    if asked_thing(header):
        return Guess("skills", SUGGESTED / 100)
    nearest = process.extractOne(
        normal(header), _dictionary().keys(), scorer=fuzz.ratio, score_cutoff=SUGGESTED
    )
    return Guess(_dictionary()[nearest[0]], round(nearest[1] / 100, 2)) if nearest else UNKNOWN


@cache
def _dictionary() -> dict[str, str]:
    return {normal(heading): field for field, known in headings().items() for heading in known}


def _column(index: int, path: tuple[str, ...], own: Mapping[str, str]) -> Column:
    guess = _guess(path, own)
    return Column(index, path[-1], path[-1], *guess)


def _guess(path: tuple[str, ...], own: Mapping[str, str]) -> Guess:
    spellings = ["".join(path[start:]) for start in range(len(path))]
    for spelling in spellings:
        field = own.get(normal(spelling))
        if field is not None and (field == LEFT_OUT or field in BY_NAME):
            return Guess(field, SURE)
    for spelling in spellings:
        field = known_field(spelling)
        if field is not None:
            return Guess(field, SURE if normal(spelling) in _dictionary() else ALMOST_SURE)
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
    nearest = process.extractOne(text, _dictionary().keys(), scorer=fuzz.ratio, score_cutoff=CLOSE)
    if not nearest or len(text) < 4 or _speaks_of_others(text) != _speaks_of_others(nearest[0]):
        return UNKNOWN
    return Guess(_dictionary()[nearest[0]], round(nearest[1] / 100, 2))


def _speaks_of_others(text: str) -> set[str]:
    return set(re.findall(_OTHER_PEOPLE, text))


def _unique_keys(columns: list[Column], paths: Mapping[int, tuple[str, ...]]) -> list[Column]:
    """Name columns apart: by their group heading, else by a number."""
    headers = [column.header for column in columns]
    named: list[Column] = []
    taken: set[str] = set()
    for column in columns:
        alone = headers.count(column.header) == 1
        key = stem = column.header if alone else "".join(paths[column.index])
        number = 1
        while key in taken:
            number += 1
            key = f"{stem}{number}"
        taken.add(key)
        named.append(replace(column, key=key))
    return named


def _one_each(columns: list[Column]) -> list[Column]:
    """Let only the surest column of a field keep it; a second telephone is the household's, lists add up."""
    best: dict[str, Column] = {}
    for column in columns:
        if column.field and (column.field not in best or column.confidence > best[column.field].confidence):
            best[column.field] = column
    unique = []
    for column in columns:
        if column.field and column.field not in GATHERED and best[column.field] is not column:
            spare = column.field == "phone" and "household_phone" not in best
            column = replace(
                column, field="household_phone" if spare else None, confidence=TELLING if spare else 0.0
            )
            best.setdefault("household_phone", column)
        unique.append(column)
    return unique


def _people_first(columns: list[Column]) -> list[Column]:
    """A table that names only heads of households is a table of those people."""
    instead = {"head_name": "name", "head_id_number": "id_number"}
    fields = {column.field for column in columns}
    return [
        replace(column, field=instead[column.field])
        if column.field in instead and instead[column.field] not in fields
        else column
        for column in columns
    ]


def field_names(cells: Iterable[object]) -> set[str]:
    """The fields the dictionary knows among the cells of a row."""
    fields = (known_field(cell) for cell in cells if isinstance(cell, str) and cell and len(cell) < 40)
    return {field for field in fields if field}
