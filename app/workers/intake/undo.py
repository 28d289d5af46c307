"""Taking an import back: everybody whom nobody touched since, and the earlier values of those it changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.orm import Session

from app.kit import slices
from app.workers.intake.changes import Changes, note_homes, note_person, workers_by_id, write
from app.workers.intake.diff import HOUSEHOLD_VALUES, plain, restored
from app.workers.intake.queries import STAYED
from app.workers.intake.touches import touched
from app.workers.intake.write import rows_of
from app.workers.operations import HOUSEHOLD_FIELDS, County, apply, county_of, value_of
from app.workers.roster.fields import BY_NAME
from models.bulk_upload import CellProblem
from models.i18n import Sentence
from models.people.arrival import Arrival, leave
from models.people.household import Household
from models.people.intake import Duplicate, ImportBatch, ImportRow, RowOutcome
from models.people.worker import Worker

EDITED = Sentence("资料后来又改过")


@dataclass
class Outlook:
    """What an undo would do: how many go, how many get earlier values back, and who stays as they are.

    ``stay`` gives the reasons by row of the import.
    """

    going: int = 0
    restored: int = 0
    stay: dict[int, list[CellProblem]] = field(default_factory=dict)


def outlook(session: Session, batch: ImportBatch) -> Outlook:
    """What an undo of ``batch`` would do now."""
    keep = _staying(session, batch)
    outcome = Outlook(stay={row: [CellProblem("", reason)] for row, (_worker, reason) in keep.items()})
    outcome.going = len(_new_ids(session, batch.id)) - len(keep)
    for rows in rows_of(session, batch.id, RowOutcome.CHANGED):
        workers = workers_by_id(session, [row.worker_id for row in rows])
        for row in rows:
            back, kept = _split(workers.get(row.worker_id or 0), row)
            outcome.restored += bool(back)
            if kept:
                outcome.stay[row.id] = _changed_since(kept)
    return outcome


def _changed_since(fields: Sequence[str]) -> list[CellProblem]:
    words = [Sentence(BY_NAME[name].label) for name in fields]
    return [CellProblem("", Sentence("%(fields)s后来又改过，不改回去", {"fields": words}))]


def _new_ids(session: Session, batch_id: int) -> list[int]:
    return list(session.scalars(_new(batch_id)))


def _new(batch_id: int) -> Select[Any]:
    return select(ImportRow.worker_id).where(
        ImportRow.batch_id == batch_id, ImportRow.outcome == RowOutcome.NEW, ImportRow.worker_id.is_not(None)
    )


def _staying(session: Session, batch: ImportBatch) -> dict[int, tuple[int, Sentence]]:
    """The new people who stay: (person, reason) by row of the import."""
    reasons = touched(session, _new(batch.id))
    edited = (
        select(Worker.id)
        .join(ImportRow, ImportRow.worker_id == Worker.id)
        .where(ImportRow.batch_id == batch.id, ImportRow.outcome == RowOutcome.NEW)
        .where(Worker.version != ImportRow.worker_version)
    )
    for number in session.scalars(edited):
        reasons.setdefault(number, EDITED)
    rows = session.execute(
        select(ImportRow.id, ImportRow.worker_id)
        .where(ImportRow.batch_id == batch.id, ImportRow.outcome == RowOutcome.NEW)
        .order_by(ImportRow.id)
    )
    return {row: (worker, reasons[worker]) for row, worker in rows if worker in reasons}


def _split(worker: Worker | None, row: ImportRow) -> tuple[dict[str, Any], list[str]]:
    """The values a person gets back, and the fields that somebody changed since."""
    back: dict[str, Any] = {}
    kept: list[str] = []
    for name, (before, after) in (row.changes or {}).items():
        if worker is None or worker.erased_at is not None or value_now(worker, name) != after:
            kept.append(name)
        else:
            back[name] = before
    return restored(back), kept


def value_now(worker: Worker, name: str) -> Any:
    """What the register says now under a field, as JSON keeps it."""
    if name == "household_code":
        return worker.household.code if worker.household else None
    return plain(value_of(worker, name))


@dataclass
class Undoing:
    """What an undo does, worked out while nothing is held: what is written back, and whose values stay."""

    changes: Changes
    stay: dict[int, list[CellProblem]]


def work_out(session: Session, batch: ImportBatch, now: datetime) -> Undoing:
    """The former values of whom and what ``batch`` changed. Only reads."""
    undoing, batch_id, county_code = Undoing(Changes(), {}), batch.id, batch.county_code
    staying = {worker for worker, _reason in _staying(session, batch).values()}
    with session.no_autoflush:
        for rows in rows_of(session, batch_id, RowOutcome.CHANGED):
            _values_back(session, county_code, rows, now, undoing)
            slices.read(session)  # nothing of it is written now
        _households_back(session, batch_id, staying, undoing.changes)
    session.rollback()
    return undoing


def _values_back(
    session: Session, county_code: str, rows: Sequence[ImportRow], now: datetime, undoing: Undoing
) -> None:
    workers = workers_by_id(session, [row.worker_id for row in rows])
    split = {row.id: _split(workers.get(row.worker_id or 0), row) for row in rows}
    codes = [code for back, _kept in split.values() if (code := back.get("household_code"))]
    county, homes = county_of(session, county_code, codes), list[Household]()
    for row in rows:
        back, kept = split[row.id]
        if kept:
            undoing.stay[row.id] = _changed_since(kept)
        if back:
            worker = workers[row.worker_id or 0]
            homes += [worker.household] if worker.household else []
            give_back(worker, back, county)
            homes += [worker.household] if worker.household else []
            note_person(session, worker, row.id, now, undoing.changes)
    note_homes(session, homes, undoing.changes)


def take_back(session: Session, batch: ImportBatch, undoing: Undoing, now: datetime) -> dict[str, int]:
    """Give changed people their former values, and take the new ones whom nobody touched out of the register,
    in the caller's transaction; says how many. They are deleted afterwards (take_back_arrivals).

    Who stays keeps the reason with their row.
    """
    keep = _staying(session, batch)
    staying = [worker for worker, _reason in keep.values()]
    new = len(_new_ids(session, batch.id)) - len(staying)
    going = _new(batch.id)
    leave(session, batch.id, going.where(ImportRow.worker_id.not_in(staying)), int(now.timestamp()))
    _forget_duplicates(session, batch.id)
    stale = write(session, batch.county_code, undoing.changes)
    stay = undoing.stay | {row: [CellProblem("", EDITED)] for row in stale}
    stay |= {row: [CellProblem("", reason)] for row, (_worker, reason) in keep.items()}
    if stay:
        marked = [{"id": row, "errors": why, "kinds": STAYED} for row, why in stay.items()]
        session.execute(update(ImportRow), marked)
    return {"new": new, "changed": len(undoing.changes.people) - len(stale), "kept": len(stay)}


def give_back(worker: Worker, values: dict[str, Any], county: County) -> None:
    """Set former values (as :func:`restored` reads them) of a person and their household."""
    # What was said of the household was said of the one they moved into: first that, then the move back.
    apply(worker, {field: value for field, value in values.items() if field != "household_code"}, county)
    apply(worker, {field: value for field, value in values.items() if field == "household_code"}, county)


def _households_back(session: Session, batch_id: int, staying: set[int], found: Changes) -> None:
    """Give the households that new people joined their former values, where nobody changed them since."""
    new = (
        (ImportRow.batch_id == batch_id)
        & (ImportRow.outcome == RowOutcome.NEW)
        & ImportRow.changes.is_not(None)
    )
    statement = (
        select(Household, Worker.id, ImportRow.changes)
        .join(Worker, Worker.household_id == Household.id)
        .join(ImportRow, ImportRow.worker_id == Worker.id)
        .where(new)
        .order_by(ImportRow.id.desc())
    )
    homes = []
    for household, worker_id, changes in session.execute(statement):
        if worker_id not in staying:
            for name, value in _still_there(household, changes or {}):
                setattr(household, name, value)
            homes.append(household)
    note_homes(session, homes, found)


def _still_there(household: Household, changes: dict[str, list[Any]]) -> Iterator[tuple[str, Any]]:
    former = restored({name: before for name, (before, _after) in changes.items()})
    for name in HOUSEHOLD_VALUES & changes.keys():
        if plain(getattr(household, HOUSEHOLD_FIELDS[name])) == changes[name][1]:
            yield HOUSEHOLD_FIELDS[name], former[name]


def _forget_duplicates(session: Session, batch_id: int) -> None:
    """Nobody is asked any more whether somebody who has left is one with another."""
    gone = select(Arrival.worker_id).where(Arrival.batch_id == batch_id)
    either = or_(Duplicate.worker_id.in_(gone), Duplicate.other_id.in_(gone))
    session.execute(delete(Duplicate).where(either), execution_options={"synchronize_session": False})
