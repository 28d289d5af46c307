"""From a file to a preview: read in the limited process, planned row by row, kept in chunks.

Nothing here touches the register. Each chunk is committed by itself, so that the database is never locked
while a file is being read; a batch shows its rows only when all of them are there.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.workers.intake.column_choices import reports_of
from app.workers.intake.duplicates import matches_of
from app.workers.intake.hidden_parts import unhidden
from app.workers.intake.operations import corrected_batch, forget_rows, remembered
from app.workers.intake.plan import CHUNK, Planned, planner_of
from app.workers.intake.record_linkage import Person
from app.workers.intake.survey import Survey, count_rejected, kinds_of, recount
from app.workers.intake.told_work import is_told
from app.workers.intake.townships import AssumedTownships
from app.workers.intake.write import Tell
from app.workers.roster.reader import Answers, RosterError, RosterReading, read_roster
from app.workers.roster.skipped_rows import NO_TABLE
from models.access import Actor
from models.i18n import N_
from models.people.intake import BATCH_WORKFLOW, COUNTED, ImportBatch, ImportRow, RowOutcome

READING, COMPARING, LOOKING = N_("读取表格"), N_("和台账比对"), N_("查找可能重复的人")
Item = TypeVar("Item")


def read_batch(session: Session, actor: Actor, batch: ImportBatch, today: date, tell: Tell) -> bool:
    """Read a batch's file up to its preview, or (False) up to the question what its columns mean.

    Commits as it goes; read again, it starts anew. Raises SpreadsheetError for a file that cannot be read.
    """
    tell(READING, 0, 0)
    about: dict[str, Any] = {
        "county_code": batch.county_code,
        "mapping": dict(batch.column_answers),
        "remembered": remembered(session, batch.county_code),
        "unhide": unhidden(batch),
        "answers": answers_of(batch),
        "filename": batch.filename,
    }
    content = batch.content
    session.rollback()
    with read_roster(content or b"", today=today, **about) as reading:
        if any(column.is_asked for column in reading.columns):
            batch.columns = reports_of(reading)
            BATCH_WORKFLOW.advance(session, batch, "ask", actor)
            session.commit()
            return False
        fill(session, actor, batch, reading, tell)
    return True


def fill(session: Session, actor: Actor, batch: ImportBatch, reading: RosterReading, tell: Tell) -> None:
    """Plan every row of a reading, keep the plans and count them: the batch becomes a preview.

    Raises RosterError where no table has the columns without which no person can be registered.
    """
    if not reading.is_readable and not reading.file.needs_hidden:
        raise RosterError(NO_TABLE)
    forget_rows(session, batch)
    batch.columns = reports_of(reading)
    batch.corrects_id = corrected_batch(
        session, actor, batch.county_code, {sheet.name for sheet in reading.sheets}
    )
    batch_id, planner = batch.id, planner_of(session, batch)
    session.commit()
    survey, townships, done = Survey(), AssumedTownships(), 0
    newcomers: list[Person] = []
    work = 0
    for chunk in chunks(reading.rows(), CHUNK):
        planned = planner.plan(chunk)
        townships.add(chunk)
        session.execute(insert(ImportRow), [row_values(batch_id, row) for row in planned])
        session.commit()
        survey.add(planner.tables, planned)
        newcomers += [row.person for row in planned if row.person]
        work += sum(is_told(row) for row in planned)
        done += len(planned)
        tell(COMPARING, done, reading.row_count)
    tell(LOOKING, 0, 0)
    _keep_matches(session, batch, newcomers)
    more = {"file": reading.file.as_json(), "townships": townships.kept(), "work": work}
    batch.reading = survey.kept(planner.tables) | more
    _leave_out_again(session, batch)
    recount(session, batch)
    count_rejected(session, batch)
    BATCH_WORKFLOW.advance(session, batch, "wait" if batch.submitted_at else "preview", actor)
    session.commit()


def answers_of(batch: ImportBatch) -> Answers:
    """What people said to the preview before the file is read once more."""
    corrected: dict[tuple[str, int], dict[str, str]] = {}
    for cell in (batch.answers or {}).get("cells", []):
        corrected.setdefault((cell["sheet"], cell["row"]), {})[cell["key"]] = cell["after"]
    return Answers(frozenset(batch.left_out_columns), corrected)


def _leave_out_again(session: Session, batch: ImportBatch) -> None:
    left = {(sheet, row) for sheet, row in (batch.answers or {}).get("rows", [])}
    if not left:
        return
    rows = session.execute(
        select(ImportRow.id, ImportRow.sheet, ImportRow.row).where(ImportRow.batch_id == batch.id)
    )
    ids = [number for number, sheet, row in rows if (sheet, row) in left]
    if ids:
        session.execute(update(ImportRow), [{"id": number, "is_left_out": True} for number in ids])


def tally(counts: Counter[str], planned: Iterable[Planned]) -> None:
    """Add rows to the counts: by outcome, and those that go in with warnings."""
    for row in planned:
        counts[row.outcome] += 1
        counts["doubts"] += bool(row.warnings) and row.outcome is not RowOutcome.REJECTED


def counts_of(counts: Counter[str]) -> dict[str, int]:
    """All counts, those of nothing too."""
    return {key: counts[key] for key in COUNTED}


def row_values(batch_id: int, row: Planned) -> dict[str, Any]:
    """A planned row as a row of the table."""
    return {
        "batch_id": batch_id,
        "sheet": row.sheet[:60],
        "row": row.row,
        "outcome": row.outcome,
        "worker_id": row.worker_id,
        "payload": row.payload,
        "changes": row.changes,
        "errors": list(row.errors),
        "warnings": list(row.warnings),
        "has_warnings": bool(row.warnings),
        "kinds": kinds_of((*row.errors, *row.warnings)),
        "id_digest": row.digest,
        "household_code": ((row.payload or {})["values"].get("household_code") or "")[:20],
    }


def _keep_matches(session: Session, batch: ImportBatch, newcomers: list[Person]) -> None:
    """Look for who the new people may be already, and keep it with their rows."""
    new = select(ImportRow.id).where(ImportRow.batch_id == batch.id, ImportRow.outcome == RowOutcome.NEW)
    ids = session.scalars(new.order_by(ImportRow.id)).all()
    people = [person._replace(key=key) for person, key in zip(newcomers, ids, strict=True)]
    matches = matches_of(session, batch.county_code, people)
    if matches:
        rows = [{"id": key, "matches": some, "is_possible": True} for key, some in matches.items()]
        session.execute(update(ImportRow), rows)


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of up to ``size`` items."""
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk
