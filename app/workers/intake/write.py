"""The good rows of a preview into the register: written in slices that nobody sees, let in by one last step.

Every row is held against the register once more: where it was changed since the preview, the row is rejected,
and what was seen is what happens. New people are written as arrivals (models.people.arrival); what changes of
known people is only worked out, and written in the last step (changes). A writer that died is taken up where
it stopped; one that gave up is taken back whole.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, delete, exists, insert, inspect, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from app.kit import slices
from app.kit.slices import Slices
from app.workers.intake.diff import ID_FIELD, restored
from app.workers.intake.plan import CHUNK
from app.workers.intake.touches import delete_computed, touched
from app.workers.operations import County, county_of, new_worker
from models import vault
from models.base import Base
from models.bulk_upload import CellProblem
from models.i18n import N_, Sentence
from models.integrity import is_still_used
from models.people import name_index
from models.people.arrival import SEES_ARRIVING, Arrival
from models.people.category import claims_of, settle
from models.people.household import Household
from models.people.intake import Duplicate, ImportBatch, ImportRow, RowOutcome
from models.people.name_index import Named
from models.people.worker import Worker

TAKEN_MEANWHILE = Sentence("预览之后，这个证件号码已经登记过了，这一行没有导入，请再导入一次看看")
WRITING = N_("写入台账")

Tell = Callable[..., None]
WORKERS, HOMES = Base.metadata.tables["worker"], Base.metadata.tables["household"]
NOT_COPIED = frozenset({"id", "household_id", "created_at", "version"})
PLAIN = {"synchronize_session": False}
Row = tuple[int, dict[str, Any]]


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


def enter_rows(session: Session, batch: ImportBatch, tell: Tell, on: date) -> int:
    """Write the new people of ``batch`` as arrivals, each slice committed; returns how many rows could not go
    in. Done again, it goes on where it stopped."""
    batch_id, county_code, total = batch.id, batch.county_code, batch.counts.get("new", 0)
    pieces, last, done, stale = Slices(), 0, 0, 0
    while rows := _next_rows(session, batch_id, last, pieces.size):
        last = rows[-1][0]
        people = [(row, restored(payload["values"])) for row, payload in rows]
        with pieces.one(session):
            stale += len(people) - _enter(session, batch_id, county_code, people, on)
        done += len(rows)
        tell(WRITING, done, total)
    session.rollback()
    return stale


def _next_rows(session: Session, batch_id: int, last: int, most: int) -> list[Row]:
    slices.read(session)
    rows = session.execute(
        select(ImportRow.id, ImportRow.payload)
        .where(ImportRow.batch_id == batch_id, ImportRow.outcome == RowOutcome.NEW, ~ImportRow.is_left_out)
        .where(ImportRow.id > last, ImportRow.worker_id.is_(None))
        .order_by(ImportRow.id)
        .limit(most)
    )
    return [(row, payload or {}) for row, payload in rows]


def _enter(session: Session, batch_id: int, county_code: str, people: Sequence[Row], on: date) -> int:
    """Enter new people; returns how many."""
    digests = {row: vault.digest(values[ID_FIELD].number) for row, values in people}
    known = select(Worker.id_digest).where(Worker.id_digest.in_(digests.values()))
    taken = set(session.scalars(known, execution_options=SEES_ARRIVING))
    codes = [code for _row, values in people if (code := values.get("household_code"))]
    county = county_of(session, county_code, codes)
    with session.no_autoflush:
        fresh = {row: new_worker(county, values) for row, values in people if digests[row] not in taken}
        for home in county.households.values():
            if inspect(home).persistent:
                session.expunge(home)  # what changes of households that are known is written in the last step
    reject(session, [row for row, _values in people if row not in fresh], TAKEN_MEANWHILE)
    _insert(session, batch_id, county, fresh, on)
    return len(fresh)


def _insert(session: Session, batch_id: int, county: County, fresh: dict[int, Worker], on: date) -> None:
    """Insert people and their new households, and tie the rows (by id) to them."""
    if not fresh:
        return
    homes = insert_homes(session, county)
    session.execute(insert(WORKERS), [columns_of(worker, homes) for worker in fresh.values()])
    known = select(Worker.id_digest, Worker.id).where(
        Worker.id_digest.in_([w.id_digest for w in fresh.values()])
    )
    ids = dict(session.execute(known, execution_options=SEES_ARRIVING).all())
    session.execute(insert(Arrival), [{"worker_id": one, "batch_id": batch_id} for one in ids.values()])
    settle(session, {ids[w.id_digest]: claims_of(w) for w in fresh.values()}, on)
    name_index.write(session, [Named(ids[w.id_digest], county.code, w.name) for w in fresh.values()])
    session.execute(
        update(ImportRow),
        [
            {"id": row_id, "worker_id": ids[worker.id_digest], "worker_version": 1}
            for row_id, worker in fresh.items()
        ],
    )


def insert_homes(session: Session, county: County) -> dict[str, int]:
    """Insert the households that are new; returns the ids of all, by 户编号."""
    new = [columns_said(home, HOME_COLUMNS) for home in county.households.values() if inspect(home).transient]
    if new:
        session.execute(insert(HOMES), new)
    return ids_of_homes(session, county.code, county.households)


def ids_of_homes(session: Session, county_code: str, codes: Iterable[str]) -> dict[str, int]:
    """The ids of a county's households, by 户编号."""
    listed, ids = list(codes), dict[str, int]()
    for start in range(0, len(listed), CHUNK):
        some = listed[start : start + CHUNK]
        of_county = (Household.county_code == county_code) & Household.code.in_(some)
        ids |= dict(session.execute(select(Household.code, Household.id).where(of_county)).all())
    return ids


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


def reject(session: Session, row_ids: Sequence[int], sentence: Sentence) -> None:
    """Turn rows whose ground has shifted into rejected ones; what they say stays, for the workbook."""
    if row_ids:
        errors = [CellProblem("", sentence)]
        values = {"outcome": RowOutcome.REJECTED, "worker_id": None, "changes": None, "errors": errors}
        session.execute(update(ImportRow), [{"id": row, **values} for row in row_ids])


def take_back_arrivals(session: Session, batch_id: int) -> int:
    """Delete everybody of a batch who is not in the register (yet, or any more), a slice at a time; how many.

    Nobody sees them go. The rows of the file say again what they said.
    """
    pieces, gone = Slices(), 0
    while ids := _next_arrivals(session, batch_id, pieces.size):
        try:
            with pieces.one(session):
                delete_people(session, ids)
            gone += len(ids)
        except IntegrityError as problem:  # somebody offered one of them a job at the very moment of the undo
            session.rollback()
            if not is_still_used(problem):
                raise
            _let_stay(session, ids)
    if gone:
        with pieces.one(session):
            _delete_empty_homes(session, batch_id)
    session.rollback()
    return gone


def _let_stay(session: Session, ids: list[int]) -> None:
    """Who cannot be deleted is in the register again. Raises RuntimeError where nobody says why."""
    busy = touched(session, select(Arrival.worker_id).where(Arrival.worker_id.in_(ids)))
    if not busy:
        raise RuntimeError("people of an import can neither be deleted nor stay")
    session.execute(delete(Arrival).where(Arrival.worker_id.in_(list(busy))), execution_options=PLAIN)
    session.commit()


def _delete_empty_homes(session: Session, batch_id: int) -> None:
    """Delete the households that came with a file or after it, and in which no one lives, seen or not."""
    sent = select(ImportBatch.created_at).where(ImportBatch.id == batch_id).scalar_subquery()
    county = select(ImportBatch.county_code).where(ImportBatch.id == batch_id).scalar_subquery()
    came = (Household.county_code == county) & (Household.created_at >= sent)
    lived_in = exists(select(WORKERS.c.id).where(WORKERS.c.household_id == Household.id))
    session.execute(delete(Household).where(came, ~lived_in), execution_options=PLAIN)


def _next_arrivals(session: Session, batch_id: int, most: int) -> list[int]:
    slices.read(session)
    coming: Select[int] = select(Arrival.worker_id).where(Arrival.batch_id == batch_id)
    return list(session.scalars(coming.order_by(Arrival.worker_id).limit(most)))


def delete_people(session: Session, ids: list[int]) -> None:
    """Delete people whom nobody touched, with what was computed about them."""
    delete_computed(session, ids)
    session.execute(delete(Duplicate).where(or_(Duplicate.worker_id.in_(ids), Duplicate.other_id.in_(ids))))
    session.execute(update(ImportRow).where(ImportRow.worker_id.in_(ids)).values(worker_id=None))
    session.execute(delete(Worker).where(Worker.id.in_(ids)), execution_options=PLAIN)
