"""How a file was understood: its tables, column by column what was read, and the kinds of its problems.

A batch keeps it, sealed, as ``reading``: {"tables": [[column, ...], ...], "columns": [...], "kinds": {...}}.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from dataclasses import field as dataclass_field
from hashlib import blake2b
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.workers.intake.plan import Planned
from app.workers.roster.columns import Column, Grounds
from models.bulk_upload import CellProblem
from models.people.intake import COUNTED, ImportBatch, ImportRow, RowOutcome

MOST_EXAMPLES = 3
LONGEST_EXAMPLE = 40
MOST_KINDS_OF_ROW = 36
MOST_HEADINGS = 5


def kind_of(problem: CellProblem) -> str:
    """The key of a problem's kind: the same sentence, whatever it names, under the same heading."""
    return blake2b(f"{problem.header}\n{problem.sentence.text}".encode(), digest_size=5).hexdigest()


def kinds_of(problems: Iterable[CellProblem]) -> str:
    """The kinds of a row's problems as its table keeps them: commas around each key."""
    keys = dict.fromkeys(kind_of(problem) for problem in problems)
    return "".join(f",{key}" for key in list(keys)[:MOST_KINDS_OF_ROW]) + "," if keys else ""


@dataclass
class ColumnSurvey:
    """One column of a file, of all its sheets together. ``examples``: [what the file says, what is read]."""

    key: str
    header: str
    field: str | None
    grounds: str
    filled: int = 0
    sheets: list[str] = dataclass_field(default_factory=list)
    examples: list[list[Any]] = dataclass_field(default_factory=list)

    def add(self, text: str, value: Any) -> None:
        """Count one cell; keep a few, those first whose value is not what the file says."""
        self.filled += 1
        is_known = any(text == seen for seen, _value in self.examples)
        if is_known or len(text) > LONGEST_EXAMPLE:
            return
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append([text, value])
        elif value is not None and str(value) != text:
            plain = next((n for n, (seen, read) in enumerate(self.examples) if str(read) == seen), None)
            if plain is not None:
                self.examples[plain] = [text, value]


class Survey:
    """Filled while rows are planned, kept when all of them are."""

    def __init__(self) -> None:
        self.columns: dict[tuple[str, str | None], ColumnSurvey] = {}
        self.kinds: dict[str, dict[str, Any]] = {}

    def add(self, tables: list[list[Column]], planned: Iterable[Planned]) -> None:
        """Take in some rows. ``tables`` are those of the planner, by number."""
        places: dict[tuple[int, str], list[tuple[str, str | None, ColumnSurvey]]] = {}
        for row in planned:
            payload = row.payload or {}
            here = (payload["table"], row.sheet)
            if here not in places:
                places[here] = [(c.key, c.field, self._column(c, row.sheet)) for c in tables[here[0]]]
            raw, values = payload["raw"], payload["values"]
            for key, name, column in places[here]:
                if text := raw.get(key):
                    column.add(text, values.get(name) if name else None)
            note_problems(self.kinds, row)

    def _column(self, column: Column, sheet: str) -> ColumnSurvey:
        fresh = ColumnSurvey(column.key, column.header, column.field, column.grounds.value)
        survey = self.columns.setdefault((column.key, column.field), fresh)
        if sheet and sheet not in survey.sheets:
            survey.sheets.append(sheet)
        return survey

    def kept(self, tables: list[list[Column]]) -> dict[str, Any]:
        """What a batch keeps."""
        return {
            "tables": [[asdict(column) for column in table] for table in tables],
            "columns": [asdict(column) for column in self.columns.values()],
            "kinds": self.kinds,
        }


def note_problems(kinds: dict[str, dict[str, Any]], row: Planned) -> None:
    """Keep a problem of each kind as a sample, with its place."""
    for is_error, problems in ((True, row.errors), (False, row.warnings)):
        for problem in problems:
            kind = {"sample": problem.as_json(), "place": [row.sheet, row.row], "is_error": is_error}
            kinds.setdefault(kind_of(problem), kind)


def note_kinds(reading: Mapping[str, Any], row: Planned) -> dict[str, Any]:
    """``reading`` with the kinds of problems that ``row``, read once more, has."""
    kinds = dict(reading.get("kinds", {}))
    note_problems(kinds, row)
    return {**reading, "kinds": kinds}


def count_rejected(session: Session, batch: ImportBatch) -> None:
    """Count the rejected rows anew by the heading of their first error."""
    errors = session.scalars(
        select(ImportRow.errors).where(
            ImportRow.batch_id == batch.id, ImportRow.outcome == RowOutcome.REJECTED
        )
    )
    headings = Counter(problems[0].header for problems in errors if problems)
    batch.refused_columns = dict(headings.most_common(MOST_HEADINGS))


def tables_kept(reading: Mapping[str, Any]) -> list[list[Column]]:
    """The tables of a reading, by number."""
    return [
        [Column(**column | {"grounds": Grounds(column["grounds"])}) for column in table]
        for table in reading["tables"]
    ]


def recount(session: Session, batch: ImportBatch) -> None:
    """Count the rows of a batch anew: by outcome, with warnings, left out; and, in its reading, by kind."""
    states = (ImportRow.outcome, ImportRow.is_left_out, ImportRow.has_warnings, ImportRow.is_possible)
    statement = select(*states, ImportRow.kinds, func.count()).where(ImportRow.batch_id == batch.id)
    counts: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for outcome, is_left_out, has_warnings, is_possible, keys, count in session.execute(
        statement.group_by(*states, ImportRow.kinds)
    ):
        if is_left_out:
            counts["left_out"] += count
            continue
        counts[outcome.value] += count
        counts["doubts"] += count if has_warnings and outcome is not RowOutcome.REJECTED else 0
        counts["possible"] += count if is_possible else 0
        for key in filter(None, keys.split(",")):
            kinds[key] += count
    batch.counts = {key: counts[key] for key in COUNTED}
    if batch.reading is not None:
        known = batch.reading["kinds"]
        batch.reading = batch.reading | {
            "kinds": {key: kind | {"count": kinds[key]} for key, kind in known.items()}
        }
