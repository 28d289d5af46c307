"""What a file changes of known people and households: worked out while nothing is held, written by one short
step under the condition that it is still what was worked out from."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Dialect, Table, TableClause, bindparam, column, inspect, select, table, update
from sqlalchemy.orm import Session, defer, joinedload

from app.kit import slices
from app.workers.intake.diff import HOUSEHOLD_VALUES, changes_to, restored
from app.workers.intake.plan import CHUNK
from app.workers.intake.write import HOMES, WORKERS, WRITING, Tell, insert_homes
from app.workers.operations import County, apply, county_of, new_worker
from models.base import Base
from models.i18n import Sentence
from models.people.household import Household
from models.people.intake import ImportBatch, ImportRow, RowOutcome
from models.people.worker import Worker

CHANGED_MEANWHILE = Sentence("预览之后，这个人的资料又改过，这一行没有导入，请再导入一次看看")
Said = tuple[int, int, str, dict[str, Any]]  # row of the file, person, 户编号, changes


class Change(NamedTuple):
    """A row of a table as it shall be; written only where it is as it was ``before``. Both as the database
    keeps values: to seal a hundred thousand of them does not belong into the step that holds the writer."""

    values: dict[str, Any]
    before: dict[str, Any]

    def then(self, other: "Change") -> "Change":
        """Both changes of one row, this one first."""
        return Change(self.values | other.values, other.before | self.before)


@dataclass
class Changes:
    """All that a file changes of what is known.

    ``people`` and ``homes`` by number, ``rows`` the rows of the file by person; ``moves`` are people who move
    to a household that is ``new``; ``stale`` are rows whose ground has shifted.
    """

    people: dict[int, Change] = field(default_factory=dict)
    homes: dict[int, Change] = field(default_factory=dict)
    rows: dict[int, int] = field(default_factory=dict)
    moves: dict[int, str] = field(default_factory=dict)
    new: dict[str, Household] = field(default_factory=dict)
    stale: list[int] = field(default_factory=list)


def work_out(session: Session, batch: ImportBatch, now: datetime, tell: Tell) -> Changes:
    """What the rows of ``batch`` make of known people, and of households that were known before it.

    Reads only, and holds nothing between two chunks.
    """
    found, batch_id, county_code = Changes(), batch.id, batch.county_code
    done, total = 0, batch.counts.get("changed", 0)
    for outcome in (RowOutcome.CHANGED, RowOutcome.NEW):
        for rows in _said(session, batch_id, outcome):
            with session.no_autoflush:
                if outcome is RowOutcome.CHANGED:
                    _people(session, county_code, rows, now, found)
                    done += len(rows)
                else:
                    _homes_of_newcomers(session, county_code, rows, found)
            session.rollback()  # what was worked out stays with the objects: nothing of it is written now
            tell(WRITING, done, total)
    return found


def _said(session: Session, batch_id: int, outcome: RowOutcome) -> Iterator[list[Said]]:
    last = 0
    statement = (
        select(ImportRow.id, ImportRow.worker_id, ImportRow.household_code, ImportRow.changes)
        .where(ImportRow.batch_id == batch_id, ImportRow.outcome == outcome, ~ImportRow.is_left_out)
        .where(ImportRow.changes.is_not(None), ImportRow.worker_id.is_not(None))
        .order_by(ImportRow.id)
        .limit(CHUNK)
    )
    while True:
        slices.read(session)
        rows = [
            (row, who or 0, home, said or {})
            for row, who, home, said in session.execute(statement.where(ImportRow.id > last))
        ]
        if not rows:
            return
        last = rows[-1][0]
        yield rows


def _people(session: Session, county_code: str, rows: Sequence[Said], now: datetime, found: Changes) -> None:
    after = [restored({name: new for name, (_, new) in said.items()}) for *_row, said in rows]
    workers = workers_by_id(session, [who for _row, who, *_rest in rows])
    county = county_of(session, county_code, [c for values in after if (c := values.get("household_code"))])
    touched: list[Household] = []
    for (row, who, _home, said), values in zip(rows, after, strict=True):
        worker = workers.get(who)
        if worker is None or is_stale(worker, said, values, county):
            found.stale.append(row)
            continue
        apply(worker, values, county)
        note_person(session, worker, row, now, found)
        touched += [worker.household] if worker.household else []
    note_homes(session, touched, found)


def note_person(session: Session, worker: Worker, row: int, now: datetime, found: Changes) -> None:
    """Take down what was just set of a person, for ``row`` of the file; it is not flushed."""
    worker.updated_at = now
    found.rows[worker.id] = row
    before = {"version": worker.version}
    change = _change_of(session, worker, WORKERS)
    found.people[worker.id] = Change(change | {"version": worker.version + 1}, before)
    _note_move(worker, worker.id, found)


def _note_move(worker: Worker, who: int, found: Changes) -> None:
    if not inspect(worker).attrs["household"].history.has_changes():
        return
    home = worker.household
    if home is None or inspect(home).persistent:
        found.people[who].values["household_id"] = home.id if home else None
    else:
        found.moves[who] = home.code
        found.new[home.code] = home


def _homes_of_newcomers(session: Session, county_code: str, rows: Sequence[Said], found: Changes) -> None:
    """New people may tell something of a household that was known before them."""
    county = county_of(session, county_code, [home for _row, _who, home, _said in rows if home])
    for _row, _who, home, said in rows:
        if home in county.households:
            told = restored({name: new for name, (_, new) in said.items() if name in HOUSEHOLD_VALUES})
            new_worker(county, told | {"household_code": home})
    note_homes(session, list(county.households.values()), found)


def note_homes(session: Session, homes: Sequence[Household], found: Changes) -> None:
    """Take down what was just set of households that are known; it is not flushed."""
    changed = {
        home.id: said
        for home in homes
        if inspect(home).persistent and (said := _change_of(session, home, HOMES))
    }
    for number, before in _as_kept(session, HOMES, list(changed)).items():
        change = Change(changed[number], {name: before[name] for name in changed[number]})
        known = found.homes.get(number)
        found.homes[number] = known.then(change) if known else change


def _change_of(session: Session, row: Base, where: Table) -> dict[str, Any]:
    """The columns of a row that were set, with their values as the database keeps them."""
    dialect, attributes = session.get_bind().dialect, inspect(row).attrs
    return {
        one.name: stored(one.type, getattr(row, one.name), dialect)
        for one in where.columns
        if attributes[one.name].history.has_changes()
    }


def stored(kind: Any, value: Any, dialect: Dialect) -> Any:
    """A value as the driver is handed it."""
    process = kind.dialect_impl(dialect).bind_processor(dialect)
    return process(value) if process else value


def _as_kept(session: Session, where: Table, ids: list[int]) -> dict[int, Mapping[str, Any]]:
    bare = _bare(where)
    rows: dict[int, Mapping[str, Any]] = {}
    for start in range(0, len(ids), CHUNK):
        some = select(bare).where(bare.c.id.in_(ids[start : start + CHUNK]))
        rows |= {row["id"]: dict(row) for row in session.connection().execute(some).mappings()}
    return rows


def _bare(where: Table) -> TableClause:
    """The table without its types: what goes in and out is what the driver knows."""
    return table(where.name, *(column(one.name) for one in where.columns))


def is_stale(worker: Worker, changes: dict[str, Any], values: dict[str, Any], county: County) -> bool:
    """Whether the person, or the household, is no longer what the preview showed as "before"."""
    if worker.county_code != county.code or worker.erased_at is not None:
        return True
    left = changes_to(worker, values, county.households)
    return any(before != changes[name][0] for name, (before, _) in left.items())


def workers_by_id(session: Session, ids: Sequence[int | None]) -> dict[int, Worker]:
    """People by number, for writing."""
    statement = (
        select(Worker)
        .where(Worker.id.in_(ids))
        .options(joinedload(Worker.household), defer(Worker.id_number))
    )
    return {worker.id: worker for worker in session.scalars(statement)}


def write(session: Session, county_code: str, changes: Changes) -> list[int]:
    """Write all changes, in the caller's transaction; returns the rows of the file that could not go in.

    Their ground has shifted. A household that somebody changed meanwhile stays as they left it.
    """
    if changes.new:
        ids = insert_homes(session, _only_new(session, county_code, changes.new))
        for who, code in changes.moves.items():
            changes.people[who].values["household_id"] = ids[code]
    missed = _update(session, WORKERS, changes.people)
    _update(session, HOMES, changes.homes)
    return changes.stale + [changes.rows[who] for who in missed]


def _only_new(session: Session, county_code: str, homes: Mapping[str, Household]) -> County:
    known = county_of(session, county_code, homes)
    return County(county_code, households=dict(homes) | known.households)


def _update(session: Session, where: Table, changes: Mapping[int, Change]) -> list[int]:
    """Write rows, all of one shape by one statement; the numbers of those that were not as before."""
    shapes: dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]] = defaultdict(list)
    for number, change in changes.items():
        shapes[tuple(sorted(change.values)), tuple(sorted(change.before))].append(number)
    missed: list[int] = []
    bare, connection = _bare(where), session.connection()
    for (names, conditions), numbers in shapes.items():
        same = [bare.c[name].is_not_distinct_from(bindparam(f"was_{name}")) for name in conditions]
        statement = update(bare).where(bare.c.id == bindparam("number"), *same)
        statement = statement.values({name: bindparam(f"new_{name}") for name in names})
        given = [
            {f"new_{name}": changes[one].values[name] for name in names}
            | {f"was_{name}": changes[one].before[name] for name in conditions}
            | {"number": one}
            for one in numbers
        ]
        if connection.execute(statement, given).rowcount != len(numbers):
            missed += _not_written(session, where, changes, numbers)
    return missed


def _not_written(
    session: Session, where: Table, changes: Mapping[int, Change], numbers: Sequence[int]
) -> list[int]:
    """Whose version is another: a household has none, and nobody is told of it."""
    now = _as_kept(session, where, list(numbers))
    version = "version"
    return [one for one in numbers if now.get(one, {}).get(version) != changes[one].values.get(version)]
