"""The columns of somebody else's sheet: which field each heading means, which are not read, what to ask."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.kit.files.bulk_upload.layout import Layout, plain_header
from app.kit.files.cells.amounts import unit_of_heading
from app.kit.files.cells.cell import clean
from app.kit.files.spreadsheet import Cell

LEFT_OUT = ""
SAMPLES, SAMPLE_LENGTH = 3, 20
LONGEST_HEADER = 100
# Numbers of rows, in every sheet: nothing to read and nothing to ask.
ROW_NUMBERS = frozenset({"序号", "编号", "行号", "no", "no.", "序", "项次"})
_JOINED = re.compile(r"[/／\\、\n\r|｜,，&＆+＋]|及|和|与|或")
_IN_BRACKETS = re.compile(r"[（(\[【]([^）)\]】]{0,200})[）)\]】]")


class TheirColumn(NamedTuple):
    """One column: its heading, the field it means (None: none, :data:`LEFT_OUT`: nothing to read).

    ``unit`` is what the heading says in brackets. ``is_explained``: its owner said what it means.
    """

    header: str
    field: str | None
    unit: str = ""
    is_explained: bool = False

    @property
    def is_unread(self) -> bool:
        """Whether what stands below it is taken into no field."""
        return bool(self.header) and self.field is None


@dataclass
class UnknownColumn:
    """A heading to ask about, once: where it stands, some cells below it, the likeliest field.

    ``answer`` is what was said of it before: a field, "" to leave it out, None for never asked.
    """

    header: str
    sheet: str
    guess: str = ""
    samples: list[str] = field(default_factory=list)
    answer: str | None = None


def columns_of_row(
    cells: Iterable[Cell], layout: Layout, known: Mapping[str, str], explained: Mapping[str, str]
) -> list[TheirColumn]:
    """The columns that a row of headings names. ``explained`` are the owner's own answers by heading."""
    answers = {plain_header(header): meaning for header, meaning in explained.items()}
    return [_column(clean(cell), layout, known, answers) for cell in cells]


def _column(header: str, layout: Layout, known: Mapping[str, str], answers: Mapping[str, str]) -> TheirColumn:
    plain, unit = plain_header(header), unit_of_heading(header)
    answer = answers.get(plain)
    # What our own template calls a column cannot be left out: one answer would empty everybody's.
    if answer is not None and (answer in layout.by_field or (answer == LEFT_OUT and plain not in known)):
        return TheirColumn(header, answer or None, unit, is_explained=True)
    if plain in ROW_NUMBERS and plain not in known:
        return TheirColumn(header, LEFT_OUT, unit)
    meaning = known.get(plain) if plain in known else _meaning_of_parts(header, known)
    if meaning in {heading.field for heading in layout.no_field}:
        return TheirColumn(header, None, unit, is_explained=True)
    return TheirColumn(header, meaning, unit)


def _meaning_of_parts(header: str, known: Mapping[str, str]) -> str | None:
    """岗位要求/工作内容 and 薪资\\n待遇 mean what all the parts that we know mean, if that is one thing."""
    parts = [plain_header(part) for part in _JOINED.split(_IN_BRACKETS.sub("", header))]
    meanings = {known[part] for part in parts if part in known}
    return meanings.pop() if len(meanings) == 1 else None


def likeliest(header: str, known: Mapping[str, str]) -> str:
    """The field whose heading is part of ``header``; the longest counts."""
    plain = plain_header(header)
    near = [name for name in known if known[name] and len(name) > 1 and name in plain]
    return known[max(near, key=len)] if near else LEFT_OUT


class Questions:
    """What has to be asked about the columns of a file, gathered while it is read."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known
        self._columns: dict[str, UnknownColumn] = {}

    def see(self, sheet: str, columns: Iterable[TheirColumn]) -> None:
        """Note the columns of a sheet that mean nothing to us, or whose meaning their owner told."""
        for column in columns:
            if column.header and (column.field is None or column.is_explained):
                answer = (column.field or LEFT_OUT) if column.is_explained else None
                guess = answer if answer is not None else likeliest(column.header, self._known)
                self._columns.setdefault(
                    column.header, UnknownColumn(column.header, sheet, guess, [], answer)
                )

    def sample(self, header: str, text: str) -> None:
        """Keep a few cells from below a heading, to show with the question."""
        asked = self._columns.get(header)
        if asked and len(asked.samples) < SAMPLES and text[:SAMPLE_LENGTH] not in asked.samples:
            asked.samples.append(text[:SAMPLE_LENGTH])

    @property
    def all(self) -> list[UnknownColumn]:
        """The columns below which something stands."""
        return [column for column in self._columns.values() if column.samples]
