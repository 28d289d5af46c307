"""How a file was understood, in words for the preview: column by column, kind by kind, row by row."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from stdnum.cn import ric

from app.kit.files.cells.cell import plain
from app.kit.files.cells.masked import OF_A_NUMBER, masked
from app.workers.field_values import HIDDEN
from app.workers.intake.diff import DATES
from app.workers.intake.plan import ASSUMED
from app.workers.intake.survey import tables_kept
from app.workers.intake.townships import FORMER, RENAMED
from app.workers.roster.columns import GROUNDS_LABELS, Column, Grounds
from app.workers.roster.county_places import PARTS
from app.workers.roster.fields import BY_NAME, LEFT_OUT, REQUIRED
from app.workers.roster.households import NO_HEAD
from app.workers.roster.readings import reading_of
from models.bulk_upload import CellProblem
from models.i18n import Sentence
from models.people.identity import LENGTH, normalise
from models.people.intake import ImportBatch, ImportRow
from models.people.phone import masked as masked_phones

# Doubts that are true of most good rosters: folded, so that the others are seen.
NOISE = frozenset({NO_HEAD.text, ASSUMED, RENAMED.text, FORMER.text})

PHONES = ("phone", "household_phone")
_CODES = frozenset({"household_code", "person_code"})
_SEPARATORS = re.compile(r"[、，,;；/\s]+")

LONGEST_SHOWN, LONGEST_EXAMPLE, LONGEST_SAID = 60, 24, 200
Shower = Callable[[str, Any], str]
Kept = Mapping[str, Any]
Problems = Sequence[tuple[str, Sentence]]


def shown_text(field: str, text: str) -> str:
    """What the file says, fit to be shown; codes are no secret."""
    if field in _CODES:
        return text
    return masked(text, OF_A_NUMBER) if field in HIDDEN else masked(text)


def is_whole_number(text: str) -> bool:
    """Whether ``text`` is somebody's identity number, though perhaps not this person's."""
    return ric.is_valid(normalise(text)[:LENGTH])


def known_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Kept values as the register has them: days are dates again."""
    return {
        name: date.fromisoformat(value) if name in DATES and isinstance(value, str) else value
        for name, value in values.items()
    }


@dataclass(frozen=True)
class Understood:
    """One field of a row: under which heading, what the file says, what is registered.

    ``mark`` says how the one became the other: same, read (in other words), above, title (taken from a title
    or a sheet's name), place (taken out of an address or a longer cell), checked (compared only), parted
    (only its places are taken), nothing (not registered), unread, left (unticked), blank, warn, bad.
    ``before`` is what the register has now, where that changes.
    """

    key: str
    header: str
    label: str
    said: str
    read: str
    mark: str
    before: str = ""
    notes: Sequence[Sentence] = ()
    to_correct: str | None = None


class RowReadings:
    """Tells each row of one batch field by field. ``shown``: (field, value) -> words."""

    def __init__(self, batch: ImportBatch, shown: Shower) -> None:
        self.tables = tables_kept(batch.reading) if batch.reading else []
        self.left = frozenset(batch.left_out_columns)
        self.shown = shown

    def of(self, row: ImportRow, with_blank: bool = False) -> list[Understood]:
        """The fields of a row in the order of the file, then those a title or sheet name tells, then what is
        not read. Blank cells only ``with_blank``."""
        payload = row.payload or {}
        if "table" not in payload or payload["table"] >= len(self.tables):
            return []
        columns = self.tables[payload["table"]]
        problems: dict[str, list[tuple[str, Sentence]]] = defaultdict(list)
        for mark, some in (("bad", row.errors), ("warn", row.warnings)):
            for problem in some:
                problems[problem.header].append((mark, problem.sentence))
        told = [self._field(column, row, payload, problems.get(column.header, [])) for column in columns]
        filled = [one for one in told if with_blank or one.mark != "blank" or one.notes]
        return sorted(filled + self._titled(columns, payload), key=lambda one: one.mark in ("unread", "left"))

    def _field(self, column: Column, row: ImportRow, payload: Kept, problems: Problems) -> Understood:
        name, text = column.field or "", payload["raw"].get(column.key, "")
        value = payload["values"].get(name)
        mark = self._mark(column, payload, text, value)
        marks = {mark, *(worse for worse, _sentence in problems)}
        return Understood(
            column.key,
            column.header,
            _(BY_NAME[name].label) if name else "",
            _clip(shown_text(name, text), LONGEST_SAID),
            self._said(name, value),
            next((worst for worst in ("bad", "warn") if worst in marks), mark),
            self._said(name, (row.changes or {}).get(name, [None])[0]),
            [sentence for _mark, sentence in problems],
            self._to_correct(column, text, "bad" in marks),
        )

    def _to_correct(self, column: Column, text: str, is_bad: bool) -> str | None:
        """The text to begin a correction with: a whole number that is somebody's stays sealed."""
        if not column.field:
            return None
        return (
            text if (is_bad and not is_whole_number(text)) or shown_text(column.field, text) == text else ""
        )

    def _said(self, name: str, value: Any) -> str:
        """A value in words, a number with its last four digits only."""
        return _clip(_example(name, value, self.shown))

    def _mark(self, column: Column, payload: Kept, text: str, value: Any) -> str:
        if column.key in self.left:
            return "left"
        if not column.field:
            return "unread" if text else "blank"
        if column.key in payload.get("above", ()):
            return "above"
        if not text:
            return "blank"
        if BY_NAME[column.field].checked_only:
            return "parted" if column.field == "address" else "checked"
        if value is None:
            return "nothing"
        if column.field in HIDDEN:
            return "same" if re.sub(r"[\s-]", "", text) == str(value) else "read"
        is_same = _alike(text, _example(column.field, value, self.shown)) or _alike(text, str(value))
        return "same" if is_same else "read"

    def _titled(self, columns: Sequence[Column], payload: Kept) -> list[Understood]:
        """The places that a title, an address or another cell names and that have no column."""
        fields, values = {column.field for column in columns}, payload["values"]
        titles = payload.get("context", {})
        return [
            Understood(
                "", "", _(BY_NAME[name].label), text, text, "title" if titles.get(name) == text else "place"
            )
            for name in PARTS
            if name not in fields and (text := values.get(name))
        ]


def _alike(text: str, read: str) -> bool:
    return _SEPARATORS.sub("", plain(text)) == _SEPARATORS.sub("", plain(read))


@dataclass(frozen=True)
class KindOfProblem:
    """Problems of one kind: how many rows, and one of them as a sample."""

    key: str
    sample: CellProblem
    sheet: str
    row: int
    count: int
    is_error: bool

    @property
    def is_noise(self) -> bool:
        return self.sample.sentence.text in NOISE


def kinds(batch: ImportBatch) -> list[KindOfProblem]:
    """The kinds of a batch's problems that some row has: what rejects rows first, then the most frequent."""
    kept = batch.reading["kinds"] if batch.reading else {}
    told = [
        KindOfProblem(
            key,
            CellProblem.from_json(kind["sample"]),
            kind["place"][0],
            kind["place"][1],
            kind.get("count", 0),
            kind["is_error"],
        )
        for key, kind in kept.items()
    ]
    return sorted((kind for kind in told if kind.count), key=lambda kind: (not kind.is_error, -kind.count))


@dataclass(frozen=True)
class ColumnUnderstood:
    """One column of the file: what it was taken for, on what grounds, and how many cells were understood."""

    key: str
    header: str
    sheets: Sequence[str]
    field: str
    reading: str
    grounds: str
    filled: int
    bad: int
    doubtful: int
    is_left_out: bool
    is_partial: bool
    examples: Sequence[tuple[str, str]]

    @property
    def is_required(self) -> bool:
        """Whether nobody could be registered without it."""
        return self.field in REQUIRED


def columns(batch: ImportBatch, shown: Shower) -> list[ColumnUnderstood]:
    """The columns of a batch: those that are registered, in the order of the file, then the others."""
    counts: dict[tuple[str, bool], int] = defaultdict(int)
    for kind in kinds(batch):
        if not kind.is_noise:
            counts[kind.sample.header, kind.is_error] += kind.count
    kept = batch.reading["columns"] if batch.reading else []
    sheets = len({sheet for column in kept for sheet in column["sheets"]})
    told = [_column(batch, column, counts, shown, sheets) for column in kept]
    return sorted(told, key=lambda column: not column.field or column.is_left_out)


def _column(
    batch: ImportBatch,
    column: Mapping[str, Any],
    counts: Mapping[tuple[str, bool], int],
    shown: Shower,
    sheets: int,
) -> ColumnUnderstood:
    name, header = column["field"] or LEFT_OUT, column["header"]
    return ColumnUnderstood(
        column["key"],
        header,
        column["sheets"],
        name,
        _(reading_of(name)) if name else "",
        _(GROUNDS_LABELS[why]) if name and (why := Grounds(column["grounds"])) is not Grounds.HEADING else "",
        column["filled"],
        counts[header, True],
        counts[header, False],
        column["key"] in batch.left_out_columns,
        len(column["sheets"]) < sheets,
        [
            (shown_text(name, text), _clip(_example(name, value, shown), LONGEST_EXAMPLE))
            for text, value in column["examples"]
        ],
    )


def _clip(text: str, most: int = LONGEST_SHOWN) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _example(name: str, value: Any, shown: Shower) -> str:
    if value is None or not name:
        return ""
    if name in PHONES:
        return masked_phones(value)
    return (
        masked(str(value), OF_A_NUMBER) if name in HIDDEN else shown(name, known_values({name: value})[name])
    )


def shown_values(batch: ImportBatch, rows: Iterable[ImportRow]) -> list[dict[str, Any]]:
    """The values a page shows, as changes from and to: for what has to be looked up about them."""
    examples = [
        {column["field"]: [None, value]}
        for column in (batch.reading or {"columns": []})["columns"]
        for _text, value in column["examples"]
        if column["field"] and value is not None
    ]
    own = [
        {name: [None, value] for name, value in (row.payload or {}).get("values", {}).items()} for row in rows
    ]
    return [*examples, *own, *(row.changes or {} for row in rows)]
