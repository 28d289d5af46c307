"""Taking a whole import back, as long as nothing stands on it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.workers.intake.diff import HOUSEHOLD_VALUES, restored
from app.workers.intake.plan import CHUNK
from app.workers.intake.write import rows_of, workers_by_id
from app.workers.operations import HOUSEHOLD_FIELDS, County, apply, county_of
from models.base import Base
from models.i18n import Sentence
from models.people.household import Household
from models.people.intake import Duplicate, DuplicateState, ImportBatch, ImportRow, RowOutcome
from models.people.name_index import NameKey, NameWaiting
from models.people.worker import Worker

OWN_TABLES = frozenset({"import_row", "duplicate", NameKey.__tablename__, NameWaiting.__tablename__})


def obstacle(session: Session, batch: ImportBatch) -> Sentence | None:
    """What stands on the import, or None if it can be undone."""
    return next((sentence for sentence in _obstacles(session, batch.id) if sentence.params["count"]), None)


def _obstacles(session: Session, batch_id: int) -> Iterator[Sentence]:
    """What may stand on an import, with of how many people it is true (``count``)."""
    touched = (ImportRow.batch_id == batch_id) & ImportRow.worker_version.is_not(None)
    moved = (
        select(func.count())
        .select_from(ImportRow)
        .join(Worker, Worker.id == ImportRow.worker_id)
        .where(touched, Worker.version != ImportRow.worker_version)
    )
    yield Sentence("不能撤销：其中 %(count)d 人的资料后来又改过。", _count(session, moved))
    new = _new_ids(batch_id)
    for column in references():
        needed = select(func.count(column.distinct())).where(column.in_(new))
        yield Sentence("不能撤销：其中 %(count)d 人已有推荐、匹配、账号或其他记录。", _count(session, needed))
    decided = select(func.count()).where(
        Duplicate.state != DuplicateState.OPEN, or_(Duplicate.worker_id.in_(new), Duplicate.other_id.in_(new))
    )
    yield Sentence("不能撤销：其中 %(count)d 人已判定过是否重复，请先撤回判定。", _count(session, decided))


def _count(session: Session, statement: Select[int]) -> dict[str, int]:
    return {"count": session.scalar(statement) or 0}


def references() -> list[Column[Any]]:
    """Every column, of whatever table, that points at a person, but for the imports' own and for the search
    keys, which go with the person."""
    person = Worker.__table__.c.id
    return [
        key.parent
        for table in Base.metadata.sorted_tables
        if table.name not in OWN_TABLES
        for key in table.foreign_keys
        if key.references(person.table)
    ]


def _new_ids(batch_id: int) -> Any:
    return select(ImportRow.worker_id).where(
        ImportRow.batch_id == batch_id, ImportRow.outcome == RowOutcome.NEW, ImportRow.worker_id.is_not(None)
    )


def take_back(session: Session, batch: ImportBatch, since: datetime, now: datetime) -> dict[str, int]:
    """Give changed people their former values and delete the new ones; returns how many of each.

    ``since`` is the instant of the import's confirmation: no household that came with it is older.
    """
    restored_count = _restore(session, batch, now)
    ids = list(session.scalars(_new_ids(batch.id)))
    _restore_households(session, batch)
    for start in range(0, len(ids), CHUNK):
        _delete(session, ids[start : start + CHUNK])
    _delete_empty_homes(session, batch.county_code, since)
    return {"new": len(ids), "changed": restored_count}


def _restore(session: Session, batch: ImportBatch, now: datetime) -> int:
    count = 0
    for rows in rows_of(session, batch.id, RowOutcome.CHANGED):
        before = [restored({field: old for field, (old, _) in (row.changes or {}).items()}) for row in rows]
        workers = workers_by_id(session, [row.worker_id for row in rows])
        county = county_of(
            session, batch.county_code, [c for values in before if (c := values.get("household_code"))]
        )
        for row, values in zip(rows, before, strict=True):
            _restore_one(workers[row.worker_id or 0], values, county)
            workers[row.worker_id or 0].updated_at = now
        session.flush()
        count += len(rows)
    return count


def _restore_one(worker: Worker, values: dict[str, Any], county: County) -> None:
    # What was said of the household was said of the one they moved into: first that, then the move back.
    apply(worker, {field: value for field, value in values.items() if field != "household_code"}, county)
    apply(worker, {field: value for field, value in values.items() if field == "household_code"}, county)


def _restore_households(session: Session, batch: ImportBatch) -> None:
    """Give the households that new people joined their former values."""
    new = (
        (ImportRow.batch_id == batch.id)
        & (ImportRow.outcome == RowOutcome.NEW)
        & ImportRow.changes.is_not(None)
    )
    statement = (
        select(Household, ImportRow.changes)
        .join(Worker, Worker.household_id == Household.id)
        .join(ImportRow, ImportRow.worker_id == Worker.id)
        .where(new)
    )
    for household, changes in session.execute(statement):
        for field, value in restored({key: old for key, (old, _) in (changes or {}).items()}).items():
            if field in HOUSEHOLD_VALUES:
                setattr(household, HOUSEHOLD_FIELDS[field], value)
    session.flush()


def _delete(session: Session, ids: Sequence[int | None]) -> None:
    session.execute(delete(Duplicate).where(or_(Duplicate.worker_id.in_(ids), Duplicate.other_id.in_(ids))))
    session.execute(update(ImportRow).where(ImportRow.worker_id.in_(ids)).values(worker_id=None))
    session.execute(delete(Worker).where(Worker.id.in_(ids)))


def _delete_empty_homes(session: Session, county_code: str, since: datetime) -> None:
    """Delete the households that came with the import or after it, and in which no one lives."""
    lived_in = exists().where(Worker.household_id == Household.id)
    came = (Household.county_code == county_code) & (Household.created_at >= since)
    session.execute(delete(Household).where(came, ~lived_in))
