"""What people say to a preview: rows and columns left out, cells corrected. The register is not touched.

A batch keeps it, sealed, as ``answers``: {"cells": [{sheet, row, key, header, before,
after, who, user, at}, ...], "ticks": [{who, user, at, ...}, ...], "rows": [[sheet, row], ...]}; ``rows``
is written when the file is read once more, for its rows are then forgotten.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from app.workers.intake.diff import HOUSEHOLD_VALUES, ID_FIELD, restored
from app.workers.intake.duplicates import matches_of
from app.workers.intake.kept_row import person_of, table_of
from app.workers.intake.operations import read_again, refuse_busy
from app.workers.intake.plan import FirstMention, Planned, Planner, planner_of
from app.workers.intake.read import row_values
from app.workers.intake.survey import count_rejected, note_kinds, recount, tables_kept
from app.workers.roster.county_places import places_of
from app.workers.roster.fields import LONGEST_CELL, REQUIRED
from app.workers.roster.households import Households
from app.workers.roster.rows import RosterRow, RowReader
from app.workers.roster.whole_file import WholeFile
from models import vault
from models.access import Actor
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.people.intake import ImportBatch, ImportRow, RowOutcome, may_answer, waits
from models.workflow import IllegalTransition

GOOD = (RowOutcome.NEW, RowOutcome.CHANGED)
MOST_CORRECTIONS = 5000
MOST_TICKS = 500


def _open(session: Session, actor: Actor, batch: ImportBatch) -> None:
    """Raise IllegalTransition for a batch that is no preview, or that a collector has handed in already;
    TransitionRefused while a job works on it."""
    if not waits(batch) or not may_answer(actor, batch):
        raise IllegalTransition("answer")
    refuse_busy(session, batch)


def tick_rows(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    shown: Collection[int],
    ticked: Collection[int],
    now: datetime,
) -> None:
    """Leave out the rows that were ``shown`` and not ``ticked``; take the ticked ones in again."""
    _open(session, actor, batch)
    rows = session.scalars(
        select(ImportRow).where(
            ImportRow.batch_id == batch.id, ImportRow.id.in_(shown), ImportRow.outcome.in_(GOOD)
        )
    ).all()
    turned = [row for row in rows if row.is_left_out is (row.id in ticked)]
    for row in turned:
        row.is_left_out = not row.is_left_out
    if turned:
        _note_ticks(session, actor, batch)
        for is_left_out in (True, False):
            if count := sum(row.is_left_out is is_left_out for row in turned):
                _tell(actor, batch, now, rows=count, is_left_out=is_left_out)


def leave_out_kind(session: Session, actor: Actor, batch: ImportBatch, kind: str, now: datetime) -> None:
    """Leave out every row that has a problem of one kind."""
    _open(session, actor, batch)
    concerned = (
        (ImportRow.batch_id == batch.id)
        & ImportRow.outcome.in_(GOOD)
        & ImportRow.is_left_out.is_(False)
        & ImportRow.kinds.contains(f",{kind},", autoescape=True)
    )
    result = session.execute(update(ImportRow).where(concerned).values(is_left_out=True))
    _note_ticks(session, actor, batch)
    _tell(actor, batch, now, rows=result.rowcount, is_left_out=True)  # type: ignore[attr-defined]


def _note_ticks(session: Session, actor: Actor, batch: ImportBatch) -> None:
    session.flush()
    recount(session, batch)
    left = {"left_out": batch.counts["left_out"]}
    record(session, actor, EventTag.IMPORT_LEAVE_OUT, batch, counts=left)


def _tell(actor: Actor, batch: ImportBatch, now: datetime, **what: Any) -> None:
    """Keep who left out what, for the sender to read."""
    ticks = list((batch.answers or {}).get("ticks", []))[-MOST_TICKS:]
    ticks.append(what | {"who": actor.name, "user": actor.user_id, "at": now.isoformat()})
    batch.answers = (batch.answers or {}) | {"ticks": ticks}


def tick_column(
    session: Session, actor: Actor, batch: ImportBatch, key: str, is_left_out: bool, now: datetime
) -> None:
    """Leave out a column, or take it in again, and have the file read once more.

    Raises IllegalTransition for a column that the file has not, or without which nobody can be registered.
    """
    _open(session, actor, batch)
    known = {column["key"]: column["field"] for column in (batch.reading or {"columns": []})["columns"]}
    if key not in known or known[key] in REQUIRED:
        raise IllegalTransition("leave out")
    others = [other for other in batch.left_out_columns if other != key]
    batch.left_out_columns = [*others, key] if is_left_out else others
    outcome = "out" if is_left_out else "in"
    record(session, actor, EventTag.IMPORT_LEAVE_OUT, batch, fields=[key], outcome=outcome)
    _tell(actor, batch, now, header=key, is_left_out=is_left_out)
    read_again(session, actor, batch)


def correct_cell(
    session: Session, actor: Actor, batch: ImportBatch, row: ImportRow, key: str, text: str, now: datetime
) -> RowOutcome:
    """Put ``text`` in the place of a cell, and read the row again; returns what becomes of it.

    The audit notes row and heading, never the text. Raises IllegalTransition for a column that is not read.
    """
    _open(session, actor, batch)
    payload: dict[str, Any] = row.payload or {}
    columns = tables_kept(batch.reading or {"tables": []})[payload["table"]] if "table" in payload else []
    column = next((column for column in columns if column.key == key and column.field), None)
    cells = list((batch.answers or {}).get("cells", []))
    if column is None or len(cells) >= MOST_CORRECTIONS:
        raise IllegalTransition("correct")
    before, after = payload["raw"].get(key, ""), text.strip()[:LONGEST_CELL]
    typed = {place: cell for place, cell in payload.get("typed", {}).items() if place != str(column.index)}
    above = [other for other in payload.get("above", []) if other != key]
    row.payload = payload | {"raw": payload["raw"] | {key: after}, "typed": typed, "above": above}
    planned = _plan_again(session, batch, row, now)
    _replace(session, batch, row, planned)
    said = {"sheet": row.sheet, "row": row.row, "key": key, "header": column.header}
    who = {"who": actor.name, "user": actor.user_id, "at": now.isoformat()}
    cells.append(said | {"before": before, "after": after} | who)
    batch.answers = (batch.answers or {}) | {"cells": cells}
    record(session, actor, EventTag.IMPORT_CORRECT, batch, rows=row.row, fields=[column.header])
    return planned.outcome


def _plan_again(session: Session, batch: ImportBatch, row: ImportRow, now: datetime) -> Planned:
    """Read and plan a kept row by the same reader, rules and planner as the whole file."""
    tables = tables_kept(batch.reading or {"tables": []})
    payload: dict[str, Any] = row.payload or {}
    table = table_of(tables[payload["table"]])
    person, filled = person_of(payload, table, row.row)
    reader = RowReader(table, places_of(batch.county_code), day_of(now))
    told = reader.read(row.sheet, person, filled)
    planner = planner_of(session, batch)
    planner.tables = tables
    whole = _remembered(planner, _neighbours(session, batch, row, told), row, told)
    (planned,) = planner.plan([whole.check(hash(row.sheet), reader, told)])
    return planned


def _neighbours(session: Session, batch: ImportBatch, row: ImportRow, told: RosterRow) -> Sequence[ImportRow]:
    """The other rows of the file that are the same person, or of the same household, in their order."""
    number, code = told.values.get(ID_FIELD, ""), told.values.get("household_code", "")
    same = ImportRow.household_code == code if code else ImportRow.id_digest == vault.digest(number or "-")
    if code and number:
        same |= ImportRow.id_digest == vault.digest(number)
    statement = select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.id != row.id, same)
    return session.scalars(statement.order_by(ImportRow.id).options(undefer(ImportRow.payload))).all()


def _remembered(
    planner: Planner, neighbours: Sequence[ImportRow], row: ImportRow, told: RosterRow
) -> WholeFile:
    """What the other rows said, as if the file were read up to here: people, households."""
    households = Households()
    whole = WholeFile(households)
    for one in sorted([*neighbours, row], key=lambda one: one.id):
        kept = (one.payload or {})["values"]
        values = told.values if one is row else restored({**kept, ID_FIELD: None})
        number = told.values.get(ID_FIELD, "") if one is row else kept.get(ID_FIELD, "")
        code = values.get("household_code", "")
        if code:
            households.note(code, values.get("relation"), number, (hash(one.sheet), one.row))
        if one is not row:
            whole.note(one.sheet, one.row, number, values.get("name", ""))
            for field in HOUSEHOLD_VALUES & values.keys() if code else ():
                mention = FirstMention(one.sheet, one.row, hash(values[field]))
                planner.first_mentions.setdefault((code, field), mention)
    return whole


def _replace(session: Session, batch: ImportBatch, row: ImportRow, planned: Planned) -> None:
    """Let the kept row be what it was read as this time, and count the batch anew."""
    for name, value in row_values(batch.id, planned).items():
        setattr(row, name, value)
    row.matches, row.is_possible = [], False
    if planned.person:
        newcomer = planned.person._replace(key=row.id)
        row.matches = matches_of(session, batch.county_code, [newcomer]).get(row.id, [])
        row.is_possible = bool(row.matches)
    batch.reading = note_kinds(batch.reading or {}, planned)
    session.flush()
    recount(session, batch)
    count_rejected(session, batch)
