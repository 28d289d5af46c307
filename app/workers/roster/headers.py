"""Where a table begins: title rows above, one to four rows of headings, merged groups, codes below."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.kit.files.cells.cell import text_of
from app.kit.files.spreadsheet import Cell, Range, Row
from app.workers.roster.dictionary import field_names, normal

DEEPEST = 4
LONGEST_HEADING = 40

_ID_LIKE = re.compile(r"[\doOlI]{14,}|\d[.]\d+E\+?\d\d", re.IGNORECASE)
_NOT_A_HEADING = re.compile(
    r"[:：]\s*\S|花名册|名册|统计表|采集表|登记表|明细表|汇总表|一览表|附件|单位:|单位：|^填"
)
_CAPTION = re.compile(r"[(（]?(?:\d{1,3}|[甲乙丙丁戊己庚辛壬癸])[)）]?|[=+\-*/\d() ]+")


@dataclass(frozen=True)
class Header:
    """Rows ``top`` to ``bottom`` hold the headings; ``paths`` gives those above each column, group first."""

    top: int
    bottom: int
    paths: Mapping[int, tuple[str, ...]]

    @property
    def texts(self) -> set[str]:
        """Every heading of the block, normalised."""
        return {normal(text) for path in self.paths.values() for text in path}


def has_id_like(cells: Sequence[Cell]) -> bool:
    """Whether a cell looks like an identity number, whole or spoilt."""
    return any(
        abs(cell) >= 1e13 if isinstance(cell, float | int) else bool(_ID_LIKE.search(_digits(cell)))
        for cell in cells
        if isinstance(cell, str | float | int)
    )


def is_header_row(cells: Sequence[Cell], remembered: Mapping[str, str]) -> bool:
    """Whether a row names columns: two known fields, one of them the name or the number.

    ``remembered`` gives the fields of normalised headings.
    """
    filled = [cell for cell in cells if cell != ""]
    if len(filled) < 2 or not any(isinstance(cell, str) for cell in filled) or has_id_like(filled):
        return False
    fields = field_names(filled)
    fields |= {remembered.get(normal(cell), "") for cell in filled if isinstance(cell, str)} - {""}
    return len(fields) >= 2 and bool(fields & {"name", "id_number", "head_id_number"})


def is_caption_row(cells: Sequence[Cell]) -> bool:
    """Whether a row below the headings only numbers the columns: 1, 2, 3 or 甲, 乙, 丙."""
    texts = [text_of(cell).strip() for cell in cells if cell != ""]
    return len(texts) >= 3 and all(_CAPTION.fullmatch(text) and len(text) <= 12 for text in texts)


def header_at(rows: Sequence[Row], place: int, merged: Sequence[Range]) -> Header:
    """The whole block of headings around ``rows[place]``, which names columns.

    ``merged`` are the merged ranges that begin near it.
    """
    top = _upwards(rows, place, merged)
    bottom = _downwards(rows, place, merged)
    block = {
        row.number: row.cells
        for row in rows[max(0, place - DEEPEST) : place + DEEPEST]
        if top <= row.number <= bottom
    }
    return Header(top, bottom, _paths(block, top, bottom, merged))


def _upwards(rows: Sequence[Row], place: int, merged: Sequence[Range]) -> int:
    top = rows[place].number
    for above in reversed(rows[max(0, place - DEEPEST) : place]):
        if above.number != top - 1 or not _is_group_row(above, merged):
            break
        top = above.number
    return top


def _is_group_row(row: Row, merged: Sequence[Range]) -> bool:
    """Whether a row above the headings groups them: several short words, no title, no remark."""
    texts = [text_of(cell).strip() for cell in row.cells if cell != ""]
    if any(len(text) > LONGEST_HEADING or _NOT_A_HEADING.search(text) or text.isdigit() for text in texts):
        return False
    reaches_down = any(area.top <= row.number < area.bottom for area in merged)
    return len(texts) >= 2 or (bool(texts) and reaches_down)


def _downwards(rows: Sequence[Row], place: int, merged: Sequence[Range]) -> int:
    bottom = start = rows[place].number
    reach = [area.bottom for area in merged if area.top == start and area.bottom < start + DEEPEST]
    bottom = max([bottom, *reach])
    for above, below in zip(rows[place:], rows[place + 1 : place + DEEPEST], strict=False):
        if below.number <= bottom:
            continue
        if below.number != bottom + 1 or not _continues(rows[place], above, below):
            break
        bottom = below.number
    return bottom


def _continues(first: Row, above: Row, below: Row) -> bool:
    """Whether a row goes on with the headings: known words, each below a group heading or a gap."""
    filled = [(index, cell) for index, cell in enumerate(below.cells) if cell != ""]
    if not filled or has_id_like(below.cells) or not all(isinstance(cell, str) for _, cell in filled):
        return False
    if any(len(str(cell)) > LONGEST_HEADING for _, cell in filled):
        return False
    below_people = any(
        _at(first.cells, index) and _names_people(_at(first.cells, index)) for index, _ in filled
    )
    known = field_names(cell for _, cell in filled)
    return not below_people and len(known) * 2 >= len(filled)


def _names_people(cell: Cell) -> bool:
    return bool(field_names([cell]) & {"name", "id_number"})


def _paths(
    block: Mapping[int, Sequence[Cell]], top: int, bottom: int, merged: Sequence[Range]
) -> dict[int, tuple[str, ...]]:
    width = max(len(cells) for cells in block.values())
    filled = {
        number: _spread(block.get(number, ()), number, width, bottom, merged)
        for number in range(top, bottom + 1)
    }
    paths: dict[int, tuple[str, ...]] = {}
    for index in range(width):
        own = [text_of(_at(block.get(number, ()), index)).strip() for number in range(top, bottom + 1)]
        words = [filled[number][index] for number in range(top, bottom + 1)]
        last = max((depth for depth, text in enumerate(own) if text), default=None)
        if last is not None:
            path = dict.fromkeys(word for word in (*words[:last], own[last]) if word)
            paths[index] = tuple(path)
    return paths


def _spread(
    cells: Sequence[Cell], number: int, width: int, bottom: int, merged: Sequence[Range]
) -> list[str]:
    """The words of a row of headings, those of a group over all columns of the group."""
    words = [text_of(_at(cells, index)).strip() for index in range(width)]
    if number == bottom:
        return words
    across = [
        area
        for area in merged
        if area.top <= number <= area.bottom and area.left < area.right and area.left <= width
    ]
    for area in across:
        words[area.left - 1 : area.right] = [words[area.left - 1]] * (min(area.right, width) - area.left + 1)
    if not merged:
        for index in range(1, width):
            words[index] = words[index] or words[index - 1]
    return words


def _at(cells: Sequence[Cell], index: int) -> Cell:
    return cells[index] if index < len(cells) else ""


def _digits(text: str) -> str:
    return re.sub(r"[\s'\"=　]", "", text)
