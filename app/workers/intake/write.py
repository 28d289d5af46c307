"""The good rows of a preview into the register: in the caller's one transaction, in chunks, in bulk.

Every row is held against the register once more: where it was changed since the preview, the row is rejected,
and what was seen is what happens.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, inspect, select, update
from sqlalchemy.orm import Session, defer, joinedload, undefer

from app.workers.intake.diff import ID_FIELD, changes_to, restored
from app.workers.intake.plan import CHUNK
from app.workers.operations import County, apply, county_of, new_worker
from models import vault
from models.base import Base
from models.bulk_upload import CellProblem
from models.i18n import N_, Sentence
from models.people import name_index
from models.people.household import Household
from models.people.intake import ImportBatch, ImportRow, RowOutcome
from models.people.name_index import Named
from models.people.worker import Worker

TAKEN_MEANWHILE = Sentence("预览之后，这个证件号码已经登记过了，这一行没有导入，请再导入一次看看")
CHANGED_MEANWHILE = Sentence("预览之后，这个人的资料又改过，这一行没有导入，请再导入一次看看")
WRITING = N_("写入台账")

Tell = Callable[..., None]
WORKERS, HOMES = Base.metadata.tables["worker"], Base.metadata.tables["household"]
NOT_COPIED = frozenset({"id", "household_id", "created_at", "version"})


def rows_of(session: Session, batch_id: int, outcome: RowOutcome) -> Iterator[Sequence[ImportRow]]:
    """The rows of a batch with one outcome that nobody left out, in chunks, with what they say."""
    last = 0
    statement = (
        select(ImportRow)
        .where(ImportRow.batch_id == batch_id, ImportRow.outcome == outcome, ~ImportRow.is_left_out)
        .order_by(ImportRow.id)
        .limit(CHUNK)
        .options(undefer(ImportRow.payload), undefer(ImportRow.changes))
    )
    while rows := session.scalars(statement.where(ImportRow.id > last)).all():
        last = rows[-1].id
        yield rows


def write_rows(session: Session, batch: ImportBatch, tell: Tell, now: datetime) -> dict[str, int]:
    """Put the good rows of ``batch`` into the register; returns how many were new, changed and stale."""
    counts = {"new": 0, "changed": 0, "stale": 0}
    total = batch.counts.get("new", 0) + batch.counts.get("changed", 0)
    steps = ((RowOutcome.NEW, _enter, "new"), (RowOutcome.CHANGED, _change, "changed"))
    done = 0
    for outcome, write, key in steps:
        for rows in rows_of(session, batch.id, outcome):
            written = write(session, batch, rows, now)
            counts[key] += written
            counts["stale"] += len(rows) - written
            done += len(rows)
            tell(WRITING, done, total)
            for row in rows:
                session.expunge(row)
    return counts


def _enter(session: Session, batch: ImportBatch, rows: Sequence[ImportRow], now: datetime) -> int:
    """Enter new people; returns how many."""
    values = [restored((row.payload or {})["values"]) for row in rows]
    digests = [vault.digest(person[ID_FIELD].number) for person in values]
    taken = set(session.scalars(select(Worker.id_digest).where(Worker.id_digest.in_(digests))))
    county = county_of(
        session, batch.county_code, [c for person in values if (c := person.get("household_code"))]
    )
    fresh = {
        row.id: new_worker(county, person)
        for row, person, digest in zip(rows, values, digests, strict=True)
        if digest not in taken
    }
    _reject(session, [row for row in rows if row.id not in fresh], TAKEN_MEANWHILE)
    _insert(session, county, fresh)
    return len(fresh)


def _insert(session: Session, county: County, fresh: dict[int, Worker]) -> None:
    """Insert people and their new households, and tie the rows (by id) to them."""
    if not fresh:
        return
    homes = _homes(session, county)
    session.execute(insert(WORKERS), [columns_of(worker, homes) for worker in fresh.values()])
    known = select(Worker.id_digest, Worker.id).where(
        Worker.id_digest.in_([w.id_digest for w in fresh.values()])
    )
    ids = dict(session.execute(known).all())
    name_index.write(session, [Named(ids[w.id_digest], county.code, w.name) for w in fresh.values()])
    session.execute(
        update(ImportRow),
        [
            {"id": row_id, "worker_id": ids[worker.id_digest], "worker_version": 1, "payload": None}
            for row_id, worker in fresh.items()
        ],
    )


def _homes(session: Session, county: County) -> dict[str, int]:
    """Insert the households that are new; returns the ids of all, by 户编号."""
    session.flush()
    new = [columns_said(home, HOME_COLUMNS) for home in county.households.values() if inspect(home).transient]
    if new:
        session.execute(insert(HOMES), new)
    of_county = (Household.county_code == county.code) & Household.code.in_(county.households)
    return dict(session.execute(select(Household.code, Household.id).where(of_county)).all())


def columns_of(worker: Worker, homes: Mapping[str, int]) -> dict[str, Any]:
    """A new worker's columns for a bulk insert."""
    home = worker.household.code if worker.household else ""
    return columns_said(worker, WORKER_COLUMNS) | {"household_id": homes.get(home)}


def columns_said(row: Base, columns: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """What was said of a new row (not yet in any session), with the table's defaults for the rest."""
    stated = vars(row)
    return {
        name: blank() if (value := stated.get(name)) is None else value for name, blank in columns.items()
    }


def _columns(model: type[Base]) -> dict[str, Callable[[], Any]]:
    """The columns a new row fills, with what makes their defaults; the table itself fills the others."""
    columns = [column for column in model.__table__.columns if column.name not in NOT_COPIED]
    return {column.name: _blank(column.default) for column in columns}


def _blank(default: Any) -> Callable[[], Any]:
    if default is None:
        return lambda: None
    return (lambda: default.arg(None)) if default.is_callable else (lambda: default.arg)


WORKER_COLUMNS, HOME_COLUMNS = _columns(Worker), _columns(Household)


def _change(session: Session, batch: ImportBatch, rows: Sequence[ImportRow], now: datetime) -> int:
    """Change known people, only in the fields that the preview showed; returns how many."""
    changes = [row.changes or {} for row in rows]
    after = [restored({field: new for field, (_, new) in change.items()}) for change in changes]
    workers = workers_by_id(session, [row.worker_id for row in rows])
    county = county_of(
        session, batch.county_code, [c for change in after if (c := change.get("household_code"))]
    )
    stale, changed = [], []
    for row, change, values in zip(rows, changes, after, strict=True):
        worker = workers[row.worker_id or 0]
        if is_stale(worker, change, values, county):
            stale.append(row)
            continue
        apply(worker, values, county)
        worker.updated_at = now
        changed.append((row.id, worker))
    session.flush()
    _reject(session, stale, CHANGED_MEANWHILE)
    _note_versions(session, changed)
    return len(changed)


def is_stale(worker: Worker, changes: dict[str, Any], values: dict[str, Any], county: County) -> bool:
    """Whether the person, or the household, is no longer what the preview showed as "before"."""
    if worker.county_code != county.code or worker.erased_at is not None:
        return True
    left = changes_to(worker, values, county.households)
    return any(before != changes[field][0] for field, (before, _) in left.items())


def workers_by_id(session: Session, ids: Sequence[int | None]) -> dict[int, Worker]:
    """People by number, for writing."""
    statement = (
        select(Worker)
        .where(Worker.id.in_(ids))
        .options(joinedload(Worker.household), defer(Worker.id_number))
    )
    return {worker.id: worker for worker in session.scalars(statement)}


def _note_versions(session: Session, changed: list[tuple[int, Worker]]) -> None:
    values = [{"id": row_id, "worker_version": worker.version, "payload": None} for row_id, worker in changed]
    if values:
        session.execute(update(ImportRow), values)


def _reject(session: Session, rows: Sequence[ImportRow], sentence: Sentence) -> None:
    """Turn rows whose ground has shifted into rejected ones; what they say stays, for the workbook."""
    for row in rows:
        row.outcome, row.worker_id, row.changes = RowOutcome.REJECTED, None, None
        row.errors = [CellProblem("", sentence)]
    session.flush()
