"""A few people typed or pasted into a grid: read as a roster is, each fault told at its cell.

The grid becomes a file of the roster's own columns, so that reading, rules, preview and confirm are those of
every roster.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.kit.files.spreadsheet import Column, Page, SpreadsheetError, write_workbook
from app.workers.roster.fields import BY_NAME
from app.workers.roster.reader import RosterError, read_roster
from models.i18n import Sentence

COLUMNS = (
    "name",
    "id_number",
    "phone",
    "township",
    "village",
    "education_text",
    "willing",
    "wishes",
    "note",
)
SHOWN, MOST, LONGEST = 10, 50, 200
FIRST_LINE = 2  # of the file: below the headings
NOT_A_PERSON = Sentence("这一行没有读成一个人：姓名和证件号码都要写。")
Line = Mapping[str, str]


@dataclass
class Grid:
    """What stands in the grid, line by line, and what is wrong: by (line, column), or with the whole."""

    lines: list[dict[str, str]]
    faults: dict[tuple[int, str], list[Sentence]] = field(default_factory=dict)
    whole: list[Sentence] = field(default_factory=list)

    @property
    def filled(self) -> list[int]:
        """The lines in which something is written."""
        return [place for place, line in enumerate(self.lines) if any(line.values())]


def typed(values: Mapping[str, str]) -> Grid:
    """The grid as a form sent it; what was pasted as one text stands below what was typed."""
    lines = []
    for place in range(MOST):
        line = {name: " ".join(values.get(f"c{place}-{name}", "").split())[:LONGEST] for name in COLUMNS}
        if any(line.values()) or place < SHOWN:
            lines.append(line)
    grid = Grid(lines)
    return put(grid, values.get("pasted", ""))


def put(grid: Grid, text: str) -> Grid:
    """Put cells copied from a spreadsheet (columns by tabs, rows by lines) into the free lines of a grid.

    A first line of headings says which columns follow; without one they are those of the grid. What has no
    place is told, never dropped in silence.
    """
    rows = [row.split("\t") for row in text.replace("\r\n", "\n").split("\n") if row.strip()]
    if not rows:
        return grid
    names, rows = _columns_of(rows)
    unknown = [heading for heading, name in names if name is None]
    if unknown:
        told = {"names": "、".join(unknown)}
        grid.whole.append(
            Sentence("这几列这里没有，没有放进来：%(names)s。要登记它们，请用花名册导入。", told)
        )
    free = [place for place, line in enumerate(grid.lines) if not any(line.values())]
    free += range(len(grid.lines), MOST)
    if len(rows) > len(free):
        told_of = {"n": len(rows) - len(free), "most": MOST}
        grid.whole.append(
            Sentence("一次最多 %(most)s 行，有 %(n)s 行没有放进来。人多请用花名册导入。", told_of)
        )
    for place, cells in zip(free, rows, strict=False):
        while len(grid.lines) <= place:
            grid.lines.append(dict.fromkeys(COLUMNS, ""))
        for (_heading, name), cell in zip(names, cells, strict=False):
            if name:
                grid.lines[place][name] = " ".join(cell.split())[:LONGEST]
    return grid


def _columns_of(rows: list[list[str]]) -> tuple[list[tuple[str, str | None]], list[list[str]]]:
    """What the columns of pasted rows are, and the rows without their headings."""
    labels = {BY_NAME[name].label: name for name in COLUMNS} | ALSO
    first = [cell.strip() for cell in rows[0]]
    if sum(cell in labels for cell in first) >= 2 or first == [BY_NAME["name"].label]:
        return [(cell, labels.get(cell)) for cell in first if cell], rows[1:]
    width = max(len(row) for row in rows)
    own: list[tuple[str, str | None]] = [(BY_NAME[name].label, name) for name in COLUMNS]
    further = [(f"第 {place + 1} 列", None) for place in range(len(COLUMNS), width)]
    return [*own, *further], rows


ALSO = {
    "身份证号": "id_number",
    "身份证号码": "id_number",
    "公民身份号码": "id_number",
    "电话": "phone",
    "联系电话": "phone",
    "手机": "phone",
    "手机号": "phone",
    "手机号码": "phone",
    "乡镇": "township",
    "村": "village",
    "学历": "education_text",
    "想做": "wishes",
}


def as_file(lines: Sequence[Line]) -> bytes:
    """The roster that these lines are."""
    target = io.BytesIO()
    headings = [Column(BY_NAME[name].label, BY_NAME[name].width) for name in COLUMNS]
    cells = [[line.get(name) or None for name in COLUMNS] for line in lines]
    write_workbook(target, [Page("花名册", headings, cells)])
    return target.getvalue()


def check(grid: Grid, county_code: str, today: date) -> bytes:
    """Read the grid as the roster it becomes, note each fault at its cell, and give that roster."""
    places = grid.filled
    content = as_file([grid.lines[place] for place in places])
    names = {BY_NAME[name].label: name for name in COLUMNS}
    people: set[int] = set()
    try:
        with read_roster(content, county_code=county_code, today=today) as reading:
            for row in reading.rows():
                place = places[row.row - FIRST_LINE]
                people.add(place)
                for problem in row.errors:
                    cell = place, names.get(problem.header, "name")
                    grid.faults.setdefault(cell, []).append(problem.sentence)
    except (RosterError, SpreadsheetError):
        people.clear()
    for place in places:
        if place not in people:
            lacking = next((name for name in ("name", "id_number") if not grid.lines[place][name]), "name")
            grid.faults.setdefault((place, lacking), []).append(NOT_A_PERSON)
    return content
