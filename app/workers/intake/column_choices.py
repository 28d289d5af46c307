"""What a batch's columns are read as, what can be chosen for them, and what was chosen: the column dialogue.

``ImportBatch.columns`` keeps, for each sheet, its ``keys`` in order and the reports of its ``columns``.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.workers.roster.column_reports import ColumnReport
from app.workers.roster.columns import GATHERED, Grounds
from app.workers.roster.dictionary import normal
from app.workers.roster.fields import BY_NAME, LEFT_OUT, REQUIRED
from app.workers.roster.reader import RosterReading
from models.i18n import Sentence
from models.people.intake import ImportBatch

ASSUMED = (Grounds.ANSWER, Grounds.REMEMBERED, Grounds.LIKELY, Grounds.VALUES)


@dataclass(frozen=True)
class ColumnChoice:
    """One heading of a file. ``sheets`` have it; ``guess`` is what the page suggests ("": leave it out)."""

    key: str
    header: str
    sheets: tuple[str, ...]
    field: str
    grounds: Grounds
    claimed: str
    is_asked: bool
    guess: str
    filled: int
    samples: tuple[str, ...]

    @property
    def is_for_this_file(self) -> bool:
        """Whether what is said of it tells nothing of other files: it depends on the cells, or on a rival."""
        return self.grounds in (Grounds.RIVAL, Grounds.MISFIT, Grounds.EMPTY)


def reports_of(reading: RosterReading) -> list[dict[str, Any]]:
    """Each sheet's columns, to be kept with the batch."""
    kept: dict[str, dict[str, Any]] = {
        sheet.name: {
            "sheet": sheet.name,
            "keys": list(dict.fromkeys(c.key for table in sheet.tables for c in table.columns)),
            "columns": [],
        }
        for sheet in reading.sheets
        if sheet.tables
    }
    for report in reading.columns:
        kept[report.sheet]["columns"].append(_stored(report))
    return list(kept.values())


def _stored(report: ColumnReport) -> dict[str, Any]:
    return {
        "key": report.key,
        "header": report.header,
        "field": report.field or LEFT_OUT,
        "grounds": report.grounds.value,
        "claimed": report.claimed,
        "is_asked": report.is_asked,
        "guess": report.guess.field or LEFT_OUT,
        "filled": report.filled,
        "samples": report.samples,
    }


def choices(batch: ImportBatch) -> list[ColumnChoice]:
    """The headings of a batch, each once: those that are asked about first, then in the order of the file."""
    known: dict[str, ColumnChoice] = {}
    for sheet in batch.columns:
        for column in sheet.get("columns", [_asked_before(sheet)] if "header" in sheet else []):
            choice = _choice(column, sheet["sheet"])
            before = known.get(normal(choice.key))
            known[normal(choice.key)] = _both(before, choice) if before else choice
    return sorted(known.values(), key=lambda choice: not choice.is_asked)


def _asked_before(question: Mapping[str, Any]) -> dict[str, Any]:
    """A question as batches kept them before they kept every column."""
    about = {
        "key": question["header"],
        "field": LEFT_OUT,
        "grounds": Grounds.UNKNOWN,
        "claimed": "",
        "filled": 0,
    }
    return {"is_asked": True, **about, **question}


def _choice(column: Mapping[str, Any], sheet: str) -> ColumnChoice:
    return ColumnChoice(
        column["key"],
        column["header"],
        (sheet,),
        column["field"],
        Grounds(column["grounds"]),
        column["claimed"],
        column["is_asked"],
        column["guess"],
        column["filled"],
        tuple(column["samples"]),
    )


def _both(first: ColumnChoice, other: ColumnChoice) -> ColumnChoice:
    """What two sheets say of one heading: the one that asks is shown."""
    shown = other if other.is_asked and not first.is_asked else first
    return replace(shown, sheets=(*first.sheets, *other.sheets), filled=first.filled + other.filled)


def unread(batch: ImportBatch) -> list[ColumnChoice]:
    """The headings that hold something and are not read."""
    return [choice for choice in choices(batch) if not choice.field and choice.filled]


def assumed(batch: ImportBatch) -> list[ColumnChoice]:
    """The headings that are read as something their dictionary meaning does not tell by itself."""
    return [choice for choice in choices(batch) if choice.field and choice.grounds in ASSUMED]


def asked_count(batch: ImportBatch) -> int:
    """How many headings wait for an answer."""
    return sum(choice.is_asked for choice in choices(batch))


def objections(batch: ImportBatch, answers: Mapping[str, str]) -> list[Sentence]:
    """Why a file cannot be read with ``answers`` ({key: field}): one field twice in a sheet, or no names."""
    known = {choice.key: choice for choice in choices(batch)}
    fields = {key: answers.get(key, choice.field) for key, choice in known.items()}
    twice = [
        _twice(
            field, [key for key, choice in known.items() if fields[key] == field and sheet in choice.sheets]
        )
        for sheet in dict.fromkeys(sheet for choice in known.values() for sheet in choice.sheets)
        for field in _repeated(fields[key] for key, choice in known.items() if sheet in choice.sheets)
    ]
    is_whole = all("columns" in sheet for sheet in batch.columns)
    return [*dict.fromkeys(twice), *(_missing(set(fields.values())) if is_whole else [])]


def _repeated(fields: Iterable[str]) -> list[str]:
    counts = Counter(fields)
    return [field for field, count in counts.items() if count > 1 and field and field not in GATHERED]


def _twice(field: str, keys: list[str]) -> Sentence:
    columns = "”和“".join(keys)
    about = {"columns": columns, "field": Sentence(BY_NAME[field].label)}
    return Sentence("“%(columns)s”都选成了“%(field)s”，只能有一列是它，另一列请改选。", about)


def _missing(fields: set[str]) -> list[Sentence]:
    return [
        Sentence("没有哪一列是“%(field)s”，没有它就不能登记。", {"field": Sentence(BY_NAME[name].label)})
        for name in REQUIRED
        if name not in fields
    ]
