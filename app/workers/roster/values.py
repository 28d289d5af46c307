"""What the cells below a heading say to the field it claims: a heading only claims one, its cells decide.

``settle`` looks at the first rows of a table. A column whose cells mostly do not fit its field is asked about
(or read as the field they do fit, where only one is near), and of two columns that claim one field the fuller
keeps it while both are asked about, once. What a clerk answered for the file is never looked at again.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from app.kit.files.cells.cell import plain
from app.kit.files.spreadsheet import Cell
from app.workers.roster.choices import NOTHING, YES
from app.workers.roster.columns import GATHERED, Column, Grounds
from app.workers.roster.dictionary import TELLING, asked_thing
from app.workers.roster.fields import BY_NAME, LEFT_OUT

FEWEST = 3
ANY_DAY = date(2100, 1, 1)  # later than whatever a sheet of any year calls past

_ID = re.compile(r"\d{14,}[\dx]?|\d[.]\d+e[+]?1[5-9]|\d{17}x")
_PHONE = re.compile(r"(?:[+]?86)?1[3-9]\d{9}")
_PHONE_INSIDE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_DATE = re.compile(
    r"(?:19|20)\d\d(?:[-/.年](?:0?[1-9]|1[0-2])(?:[-/.月](?:0?[1-9]|[12]\d|3[01])日?)?月?|[01]\d[0-3]\d)"
)
_AGE = re.compile(r"[1-9]\d岁?")
_NO_ANSWER = frozenset({"无", "没有", "没", "暂无"})
_AGE_HEADINGS = ("年龄", "周岁")

_WORDS_ONLY = frozenset({"text"})
_SHAPES_THAT_FIT = {
    "name": _WORDS_ONLY,
    "head_name": _WORDS_ONLY,
    "county": _WORDS_ONLY,
    "township": _WORDS_ONLY,
    "village": _WORDS_ONLY,
    "hamlet": frozenset({"text", "number"}),
    "address": _WORDS_ONLY,
    "work_place": _WORDS_ONLY,
    "work_employer": _WORDS_ONLY,
    "wishes": _WORDS_ONLY,
    "cities": _WORDS_ONLY,
    "skills": _WORDS_ONLY,
    "certificates": _WORDS_ONLY,
    "id_number": frozenset({"id", "number"}),
    "head_id_number": frozenset({"id", "number"}),
    "household_code": frozenset({"text", "number", "id", "phone"}),
    "person_code": frozenset({"text", "number", "id", "phone"}),
    "phone": frozenset({"phone", "number"}),
    "household_phone": frozenset({"phone", "number"}),
}
_ANYTHING = frozenset({"note", "experience", "companions", "care_duties", "available_on"})

Cells = Sequence[Sequence[Cell]]


def settle(columns: Sequence[Column], rows: Cells) -> list[Column]:
    """The columns of a table with the fields that their cells in ``rows`` bear out, each field once."""
    shown = {column.index: _shown(column.index, rows) for column in columns}
    judged = [_judged(column, shown[column.index], columns) for column in columns]
    return _one_each(judged, shown)


def shape(cell: Cell) -> str:
    """What a cell looks like: id, phone, date, number, yes, none (nothing to tell) or text."""
    if isinstance(cell, bool):
        return "yes"
    if isinstance(cell, date | datetime):
        return "date"
    text = re.sub(r"\.0$", "", plain(cell))
    if text in _NO_ANSWER:
        return "none"
    if YES.find(text.rstrip("。.!")):
        return "yes"
    digits = re.sub(r"[-\s()]", "", text)
    for pattern, name in ((_ID, "id"), (_PHONE, "phone"), (_DATE, "date")):
        if pattern.fullmatch(text if name == "date" else digits):
            return name
    if len(re.findall(r"\d", text)) >= 7:
        return "phone" if _PHONE_INSIDE.search(digits) else "number"
    return "number" if re.fullmatch(r"[\d.,+e]+", text) else "text"


def _shown(index: int, rows: Cells) -> list[Cell]:
    cells = (row[index] for row in rows if index < len(row))
    return [cell for cell in cells if cell != "" and plain(cell) not in ("", *NOTHING)]


def _judged(column: Column, cells: Sequence[Cell], columns: Sequence[Column]) -> Column:
    """The column with its field, with the one its cells fit instead, or without."""
    if column.field is None or column.grounds is Grounds.ANSWER:
        return column
    nearer = _nearer(column, cells, {other.field for other in columns})
    if nearer is not None:
        return replace(column, field=nearer, confidence=TELLING, grounds=Grounds.VALUES, claimed=column.field)
    telling = [cell for cell in cells if shape(cell) != "none"]
    misfits = sum(not fits(column.field, column.header, cell) for cell in telling)
    enough = 5 if column.grounds is Grounds.REMEMBERED else 2
    if misfits >= FEWEST and (len(telling) - misfits) * enough < len(telling):
        return column.unread(Grounds.MISFIT)
    return column


def _nearer(column: Column, cells: Sequence[Cell], claimed: set[str | None]) -> str | None:
    """The other field that a heading of this kind may mean, if the cells say so."""
    if column.grounds is Grounds.REMEMBERED:
        return None
    if column.field == "wishes" and _mostly(cells, _is_yes_or_no) and not all(map(_is_none, cells)):
        return "willing"
    if column.field == "birth_date" and _mostly(cells, _is_age):
        return LEFT_OUT
    is_age = column.field == LEFT_OUT and any(word in column.header for word in _AGE_HEADINGS)
    if is_age and "birth_date" not in claimed and _mostly(cells, _is_date):
        return "birth_date"
    return None


def _mostly(cells: Sequence[Cell], is_one: Callable[[Cell], bool]) -> bool:
    return bool(cells) and sum(map(is_one, cells)) * 5 >= len(cells) * 4


def _is_yes_or_no(cell: Cell) -> bool:
    return shape(cell) in ("yes", "none")


def _is_none(cell: Cell) -> bool:
    return shape(cell) == "none"


def _is_date(cell: Cell) -> bool:
    return shape(cell) == "date"


def _is_age(cell: Cell) -> bool:
    return bool(_AGE.fullmatch(re.sub(r"\.0$", "", plain(cell))))


def fits(field: str, header: str, cell: Cell) -> bool:
    """Whether a cell can be what ``field`` holds; a code of another system still belongs to its column."""
    if field == LEFT_OUT or field in _ANYTHING:
        return True
    looks = shape(cell)
    if field in _SHAPES_THAT_FIT:
        return looks in _SHAPES_THAT_FIT[field] or (looks == "yes" and bool(asked_thing(header)))
    if looks == "number" and BY_NAME[field].choices:
        return True
    parsed = BY_NAME[field].read(cell, ANY_DAY)
    return parsed.value is not None or not (parsed.error or parsed.warning)


def nearest_field(samples: Sequence[str]) -> str:
    """The field that all ``samples`` can only be, "" where several would do."""
    for field in ("cities", "education_text", "health_text", "ethnicity", "relation", "work_status"):
        parsed = [BY_NAME[field].read(sample, ANY_DAY) for sample in samples]
        if all(one.value is not None and not one.warning for one in parsed):
            return field
    return ""


def _one_each(columns: Sequence[Column], shown: dict[int, list[Cell]]) -> list[Column]:
    """Let only one column of a field keep it; a second telephone is the household's, lists add up."""
    claims: dict[str, list[Column]] = {}
    for column in columns:
        if column.field and column.field not in GATHERED:
            claims.setdefault(column.field, []).append(column)
    settled = {column.index: column for column in columns}
    is_side_by_side = all(_is_claimed_twice(claims.get(name, []), shown) for name in ("name", "id_number"))
    for field, rivals in claims.items():
        if len(rivals) > 1:
            best = max(rivals, key=lambda column: _weight(column, shown))
            others = [column for column in rivals if column is not best]
            lost = [_loser(column, best, shown, is_side_by_side) for column in others]
            if field == "phone" and "household_phone" not in claims:
                lost = _spare_phone(lost)
            settled |= {column.index: column for column in lost}
            if any(column.field is None for column in lost) and best.grounds is not Grounds.ANSWER:
                settled[best.index] = replace(best, is_contested=True)
    return [settled[column.index] for column in columns]


def _is_claimed_twice(rivals: list[Column], shown: dict[int, list[Cell]]) -> bool:
    return sum(bool(shown[column.index]) for column in rivals) > 1


def _weight(column: Column, shown: dict[int, list[Cell]]) -> tuple[bool, bool, bool, float, int]:
    said = column.grounds is Grounds.ANSWER
    remembered = column.grounds is Grounds.REMEMBERED
    return said, bool(shown[column.index]), remembered, column.confidence, -column.index


def _spare_phone(columns: list[Column]) -> list[Column]:
    """The first second telephone that would be asked about is the household's."""
    spare = next((column for column in columns if column.field is None), None)
    return [
        replace(column, field="household_phone", confidence=TELLING, grounds=Grounds.LIKELY, claimed="")
        if column is spare
        else column
        for column in columns
    ]


def _loser(column: Column, best: Column, shown: dict[int, list[Cell]], is_side_by_side: bool) -> Column:
    """A column whose field another one keeps. It is asked about only if something depends on the answer."""
    cells = shown[column.index]
    pointless = not cells or cells == shown[best.index] or is_side_by_side
    said = Grounds.ANSWER in (column.grounds, best.grounds)
    if pointless or said or BY_NAME[column.field or ""].checked_only:
        return column.unread(Grounds.RIVAL, LEFT_OUT)
    return column.unread(Grounds.RIVAL)


def is_second_table(columns: Sequence[Column]) -> bool:
    """Whether a second list of people stands to the right of the first."""
    return {"name", "id_number"} <= {column.claimed for column in columns if column.grounds is Grounds.RIVAL}
