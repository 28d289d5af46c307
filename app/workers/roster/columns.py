"""From a heading to a field: what the clerk said, the dictionary, telling parts, close spelling.

What the cells below say to it stands in values.py.
"""

import enum
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.kit.files.spreadsheet import Cell
from app.workers.roster.dictionary import (
    SURE,
    TELLING,
    exact_guess,
    known_field,
    likely_guess,
    normal,
    own_headings,
)
from app.workers.roster.fields import BY_NAME, LEFT_OUT
from models.i18n import N_
from models.people.identity import normalise

PROVEN = 0.7
GATHERED_LISTS = frozenset({"wishes", "skills", "certificates"})
GATHERED_TEXTS = frozenset({"experience", "note"})
GATHERED = GATHERED_LISTS | GATHERED_TEXTS | {"address"}

_WHOLE_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_OF_PEOPLE = re.compile(r"名|人|者|姓|劳力|劳动力")
_NAME = re.compile(r"[\u3400-\u9fff·•\s]{2,12}")
_LETTER_ONLY = re.compile(r"[A-Z]{1,2}列")


class Grounds(enum.StrEnum):
    """Why a column is read as its field, or is not read."""

    ANSWER = "answer"
    REMEMBERED = "remembered"
    HEADING = "heading"
    LIKELY = "likely"
    VALUES = "values"
    UNKNOWN = "unknown"
    RIVAL = "rival"
    MISFIT = "misfit"
    EMPTY = "empty"


GROUNDS_LABELS = {
    Grounds.ANSWER: N_("你为这个文件选的"),
    Grounds.REMEMBERED: N_("本县以前这样认过"),
    Grounds.HEADING: N_("列名认得"),
    Grounds.LIKELY: N_("列名相近，请核对"),
    Grounds.VALUES: N_("看里面写的认出，请核对"),
    Grounds.UNKNOWN: N_("列名看不懂"),
    Grounds.RIVAL: N_("另一列已经是这一项"),
    Grounds.MISFIT: N_("里面写的多半不像这一项"),
    Grounds.EMPTY: N_("没有列名"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    ``index`` counts from 0; ``header`` is what the file shows above the cells, F列 where it shows nothing;
    ``key`` names the column within its table, with the group heading where the header alone would not be
    unique. ``claimed`` is the field it would have but for a rival or its cells; ``is_contested`` that another
    column claims its field too.
    """

    index: int
    header: str
    key: str
    field: str | None
    confidence: float
    grounds: Grounds = Grounds.UNKNOWN
    claimed: str = ""
    is_contested: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether somebody has to say what it means."""
        return self.is_contested or (self.field is None and self.grounds is not Grounds.EMPTY)

    def unread(self, grounds: Grounds, field: str | None = None) -> "Column":
        """The column without its field, which it only claims; LEFT_OUT where nobody need be asked."""
        return replace(self, field=field, confidence=0.0, grounds=grounds, claimed=self.field or "")


class Meanings:
    """What people said headings mean ({heading: field, "" to leave it out}).

    ``answers`` were given for this very file: nothing beats them, and what they name is never asked again.
    ``remembered`` is what the county said for other files.
    """

    def __init__(self, answers: Mapping[str, str], remembered: Mapping[str, str]) -> None:
        self.answers = {normal(heading): field for heading, field in answers.items() if is_meaning(field)}
        self.remembered = {
            normal(heading): field
            for heading, field in remembered.items()
            if is_meaning(field) and may_be_remembered(heading, field)
        }
        self.fields: Mapping[str, str] = self.remembered | self.answers

    def of(self, spellings: Iterable[str]) -> tuple[str, Grounds] | None:
        """The field people gave a column that can be spelled so, and whether for this file."""
        known = [normal(spelling) for spelling in spellings]
        for said, grounds in ((self.answers, Grounds.ANSWER), (self.remembered, Grounds.REMEMBERED)):
            for spelling in known:
                if spelling in said:
                    return said[spelling], grounds
        return None


NOTHING_SAID = Meanings({}, {})


def is_meaning(field: str) -> bool:
    """Whether a heading can mean it."""
    return field == LEFT_OUT or field in BY_NAME


def may_be_remembered(heading: str, field: str) -> bool:
    """Whether what was said of a heading in one file holds for the county's other files.

    A heading of our own template always means itself, and one that the dictionary knows is never left out of
    every file to come because it was left out of one.
    """
    if normal(heading) in own_headings():
        return False
    return field != LEFT_OUT or not known_field(heading)


def match_columns(paths: Mapping[int, tuple[str, ...]], meanings: Meanings = NOTHING_SAID) -> list[Column]:
    """Give each column the field its headings speak of; two of them may claim one field (see values.py).

    ``paths`` are the headings above each column, group first.
    """
    named = _unique_keys(paths)
    return _people_first([_column(column, paths[column.index], meanings) for column in named])


def prove_number(columns: list[Column], cells: Iterable[list[Cell]]) -> list[Column]:
    """Where no heading tells the identity numbers, take the column that holds whole ones."""
    if any(column.field == "id_number" for column in columns):
        return columns
    counts = Counter(index for row in cells for index, cell in enumerate(row) if _is_whole_number(cell))
    index = counts.most_common(1)[0][0] if counts else None
    return [
        replace(column, field="id_number", confidence=TELLING, grounds=Grounds.VALUES)
        if column.index == index and column.grounds is not Grounds.ANSWER
        else column
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
        replace(column, field="name", confidence=PROVEN, grounds=Grounds.VALUES)
        if column is named
        else column
        for column in columns
    ]


def _holds_names(index: int, cells: list[list[Cell]]) -> bool:
    shown = [row[index] for row in cells if index < len(row) and row[index] != ""]
    names = {cell for cell in shown if isinstance(cell, str) and _NAME.fullmatch(cell.strip())}
    return len(names) * 2 > len(shown) > 0


def _is_whole_number(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(_WHOLE_NUMBER.fullmatch(normalise(cell)))


def _column(column: Column, path: tuple[str, ...], meanings: Meanings) -> Column:
    spellings = ["".join(path[start:]) for start in range(len(path))]
    if said := meanings.of([column.key, *spellings]):
        return replace(column, field=said[0], confidence=SURE, grounds=said[1])
    if column.grounds is Grounds.EMPTY:
        return column
    for guess, grounds in ((exact_guess(spellings), Grounds.HEADING), (likely_guess(path), Grounds.LIKELY)):
        if guess.field is not None:
            return replace(column, field=guess.field, confidence=guess.confidence, grounds=grounds)
    return column


def _unique_keys(paths: Mapping[int, tuple[str, ...]]) -> list[Column]:
    """Name columns apart: by their group heading, else by a number; one without any by its letter."""
    headers = [path[-1] for path in paths.values() if path]
    named: list[Column] = []
    taken: set[str] = set()
    for index, path in sorted(paths.items()):
        header = path[-1] if path else f"{column_letter(index)}列"
        key = stem = header if headers.count(header) <= 1 else "".join(path)
        number = 1
        while key in taken:
            number += 1
            key = f"{stem}{number}"
        taken.add(key)
        grounds = Grounds.EMPTY if _LETTER_ONLY.fullmatch(header) else Grounds.UNKNOWN
        named.append(Column(index, header, key, None, 0.0, grounds))
    return named


def column_letter(index: int) -> str:
    """What spreadsheet programs call a column: 0 is A, 26 is AA."""
    letters = ""
    while index >= 0:
        index, letter = index // 26 - 1, chr(ord("A") + index % 26)
        letters = letter + letters
    return letters


def _people_first(columns: list[Column]) -> list[Column]:
    """A table that names only heads of households is a table of those people."""
    instead = {"head_name": "name", "head_id_number": "id_number"}
    fields = {column.field for column in columns}
    return [
        replace(column, field=instead[column.field])
        if column.field in instead
        and instead[column.field] not in fields
        and column.grounds is not Grounds.ANSWER
        else column
        for column in columns
    ]
