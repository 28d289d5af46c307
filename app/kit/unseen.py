"""Many rows written by the very acts that write one: SQLite's writer is held a moment at a time, and nobody
sees a part of them (docs/decisions/0024).

On SQLite whoever writes keeps everybody else from writing until the commit, and a sheet of 5,000 rows takes
from ten seconds to a minute. So its rows are *rehearsed*: written in slices by the acts of their room, each
slice rolled back at its end, and what the driver was told is kept in memory. One last step tells the driver
all of it again, which asks no rule anew and takes a fraction; it is the caller's to commit. Broken off,
nothing was ever there.

A slice counts only as long as what it read is still so: where others, or a slice before it, changed that
meanwhile, its rows are acted on once more within the last step. New rows bear marks for numbers until then.

PostgreSQL lets everybody write beside a long transaction and shows nothing of it: there all is one step.
"""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from itertools import count, groupby
from typing import Any, TypeVar

from sqlalchemy import Connection, event, func, inspect, select
from sqlalchemy.orm import Mapper, Session

from app.kit.slices import Slices
from models import audit

Row = TypeVar("Row")
Head = TypeVar("Head")
Result = TypeVar("Result")
# A table's numbers go on behind the marks where the database gives them: marks keep apart.
MARK, APART, FIRST, PART, ROUNDS = 1 << 50, 1024, 25, 500, 3
SIGN = str(MARK)[:6]
WRITTEN = "written in this transaction"
_MARKED = re.compile(rf"(?<!\d){SIGN}\d{{10}}(?!\d)")
_RETURNING = re.compile(r" RETURNING [^()]*$")
_WRITES = ("INSERT", "UPDATE", "DELETE")


class _Stale(Exception):
    """What a slice stood on is not so any more."""


@dataclass(frozen=True)
class _Statement:
    """What the driver was told; ``rows`` it said it changed."""

    text: str
    values: Any
    is_many: bool
    rows: int

    @property
    def shape(self) -> tuple[str, bool]:
        """Statements of one shape that follow each other go to the driver together."""
        return self.text, self.is_many


@dataclass
class _Slice:
    """What one slice did, and what it stood on: versions of rows it read, values it replaced."""

    statements: list[_Statement] = field(default_factory=list)
    acts: list[Any] = field(default_factory=list)
    made: list[tuple[Any, int]] = field(default_factory=list)
    versions: dict[Mapper[Any], dict[int, Any]] = field(default_factory=lambda: defaultdict(dict))
    values: dict[Mapper[Any], dict[int, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    result: Any = None


class _Rehearsal:
    """The slices of one piece of work, in a session whose writes are watched."""

    def __init__(self, session: Session) -> None:
        self.session, self.marks = session, count(MARK, APART)
        self.now, self.changed, self.savepoints = _Slice(), set[Any](), list[int]()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """What the session writes is kept while this lasts."""
        event.listen(self.session, "before_flush", self._before_flush)
        try:
            yield
        finally:
            event.remove(self.session, "before_flush", self._before_flush)

    def act(self, before: Sequence[_Slice], write: Callable[[], Any]) -> _Slice:
        """Do ``write`` upon ``before`` in the present transaction, to be rolled back by the caller."""
        self.now, self.changed, self.savepoints = _Slice(), set(), []
        connection = self.session.connection()
        for done in before:
            _write_again(connection, done, {})
        for name in ("after_cursor_execute", "savepoint", "rollback_savepoint", "release_savepoint"):
            event.listen(connection, name, getattr(self, f"_{name}"))
        self.now.result = write()
        self.session.flush()
        self._note_ground()
        self.now.acts = audit.take_noted(self.session)
        return self.now

    def _after_cursor_execute(
        self, _connection: Any, cursor: Any, text: str, values: Any, _context: Any, is_many: bool
    ) -> None:
        if text.lstrip()[:6].upper() in _WRITES:
            rows = -1 if _is_insert(text) else cursor.rowcount
            self.now.statements.append(_Statement(_RETURNING.sub("", text), values, is_many, rows))

    def _savepoint(self, _connection: Any, _name: Any) -> None:
        self.savepoints.append(len(self.now.statements))  # they have no name yet

    def _rollback_savepoint(self, _connection: Any, _name: str, _context: Any) -> None:
        del self.now.statements[self.savepoints.pop() :]

    def _release_savepoint(self, _connection: Any, _name: str, _context: Any) -> None:
        self.savepoints.pop()

    def _before_flush(self, session: Session, _context: Any, _instances: Any) -> None:
        for state in sorted(map(inspect, session.new), key=lambda state: state.insert_order):
            key = _number_of(state.mapper)
            if key and state.dict.get(key) is None:
                mark = next(self.marks)
                setattr(state.obj(), key, mark)
                self.now.made.append((state.mapper.local_table, mark))
        for row in session.dirty:
            state = inspect(row)
            if state not in self.changed and _is_known(state) and session.is_modified(row):
                self.changed.add(state)
                self._note_values(state)

    def _note_values(self, state: Any) -> None:
        """A versioned row is written under the condition of its version; of another its values are kept."""
        if state.mapper.version_id_col is None:
            told = {one.key: state.attrs[one.key].history for one in state.mapper.column_attrs}
            before = {key: one.deleted[0] for key, one in told.items() if one.has_changes() and one.deleted}
            if before:
                self.now.values[state.mapper][_identity(state)] = before

    def _note_ground(self) -> None:
        for state in self.session.identity_map.all_states():
            column = state.mapper.version_id_col
            if column is None or state in self.changed or not _is_known(state):
                continue
            version = state.dict.get(state.mapper.get_property_by_column(column).key)
            if version is not None:
                self.now.versions[state.mapper][_identity(state)] = version


def write_unseen(
    session: Session,
    rows: Sequence[Row],
    write: Callable[[Sequence[Row], Head], Result],
    first: Callable[[], Head] = lambda: None,  # type: ignore[assignment, return-value]
) -> list[Result]:
    """Do ``first``, and ``write`` with some rows at a time and what ``first`` returned; what each returned.

    All of it is written when this ends: the caller goes on in the same transaction, and commits. ``write``
    reads anew what it works with, and returns values, no rows. Raises what ``first`` and ``write`` raise;
    nothing is written then. Where the caller's transaction has written already (loading the demo), a slice
    rolled back would take that with it: there all is one step.
    """
    if session.get_bind().dialect.name != "sqlite" or _has_written(session):
        return [write(rows, first())]
    for _round in range(ROUNDS):
        head, parts = _rehearse(session, rows, write, first)
        try:
            return _write_all(session, head, parts, write)
        except _Stale:
            session.rollback()
    session.rollback()
    return [write(rows, first())]  # whoever is always overtaken holds the writer


@event.listens_for(Session, "after_flush")
def _note_flush(session: Session, _context: Any) -> None:
    session.info[WRITTEN] = True


@event.listens_for(Session, "after_transaction_end")
def _forget_flush(session: Session, transaction: Any) -> None:
    if transaction.parent is None:
        session.info.pop(WRITTEN, None)


def _has_written(session: Session) -> bool:
    waits = session.new or session.dirty or session.deleted
    return bool(waits or session.info.get(WRITTEN) or audit.noted(session))


def _rehearse(
    session: Session,
    rows: Sequence[Row],
    write: Callable[[Sequence[Row], Head], Result],
    first: Callable[[], Head],
) -> tuple[_Slice, list[tuple[Sequence[Row], _Slice]]]:
    rehearsal, pieces = _Rehearsal(session), Slices(FIRST)
    parts: list[tuple[Sequence[Row], _Slice]] = []
    with rehearsal.watched():
        with pieces.tried(session):
            head = rehearsal.act((), first)
        start = 0
        while start < len(rows) or not parts:  # of no rows, too, something is to be said
            some = rows[start : start + pieces.size]
            with pieces.tried(session):
                parts.append((some, rehearsal.act((head,), partial(write, some, head.result))))
            start += len(some)
    return head, parts


def _write_all(
    session: Session,
    head: _Slice,
    parts: Sequence[tuple[Sequence[Row], _Slice]],
    write: Callable[[Sequence[Row], Head], Result],
) -> list[Result]:
    session.rollback()
    numbers: dict[int, int] = {}
    _enter(session, head, numbers)
    results: list[Result] = []
    for rows, part in parts:
        try:
            with session.begin_nested():
                _enter(session, part, numbers)
        except (_Stale, sqlite3.IntegrityError):
            results.append(write(rows, _real(head.result, numbers)))
            session.flush()
        else:
            results.append(_real(part.result, numbers))
    return results


def _enter(session: Session, part: _Slice, numbers: dict[int, int]) -> None:
    """Write a slice for good. Raises _Stale, IntegrityError of the driver."""
    _refuse_stale(session, part)
    following: dict[Any, int] = {}
    for table, mark in part.made:
        if table not in following:
            following[table] = (session.scalar(select(func.max(table.c.id))) or 0) + 1
        numbers[mark] = following[table]
        following[table] += 1
    _write_again(session.connection(), part, numbers)
    audit.note_again(session, [(*act[:3], *_real(act[3:], numbers)) for act in part.acts])


def _write_again(connection: Connection, part: _Slice, numbers: dict[int, int]) -> None:
    """Tell the driver once more what it was told, with the numbers that ``numbers`` puts for the marks."""
    raw: Any = connection.connection.dbapi_connection
    for (text, is_many), some in groupby(part.statements, key=lambda one: one.shape):
        told = list(some)
        values = [one for each in told for one in (each.values if is_many else [each.values])]
        cursor = raw.executemany(text, [_numbered(one, numbers) for one in values])
        expected = sum(one.rows for one in told)
        if not _is_insert(text) and cursor.rowcount != expected:
            raise _Stale


def _refuse_stale(session: Session, part: _Slice) -> None:
    for mapper, versions in part.versions.items():
        for some in _parts(list(versions)):
            number, version = mapper.primary_key[0], mapper.version_id_col
            assert version is not None
            rows = select(number, version).where(number.in_(some))
            if dict(session.execute(rows).all()) != {one: versions[one] for one in some}:
                raise _Stale
    for mapper, values in part.values.items():
        for one, before in values.items():
            columns = [mapper.columns[name] for name in before]
            row = session.execute(select(*columns).where(mapper.primary_key[0] == one)).one_or_none()
            if row is None or tuple(row) != tuple(before.values()):
                raise _Stale


def _numbered(values: Sequence[Any], numbers: dict[int, int]) -> Sequence[Any]:
    """A statement's values with the rows' own numbers; nearly all of them are neither marks nor hold one."""
    if not numbers:
        return values
    return [
        _real(one, numbers)
        if (type(one) is int and one >= MARK) or (type(one) is str and SIGN in one)
        else one
        for one in values
    ]


def _real(value: Any, numbers: dict[int, int]) -> Any:
    """``value`` with the rows' own numbers for their marks; without ``numbers`` as it is."""
    if not numbers:
        return value
    if isinstance(value, int):
        if value >= MARK and value not in numbers:
            raise _Stale  # a number that the database gave
        return numbers[value] if value >= MARK else value
    if isinstance(value, str):
        return _MARKED.sub(lambda mark: str(numbers.get(int(mark[0]), mark[0])), value) if value else value
    if isinstance(value, list | tuple):
        return type(value)(_real(one, numbers) for one in value)
    if isinstance(value, dict):
        return {key: _real(one, numbers) for key, one in value.items()}
    if is_dataclass(value) and not isinstance(value, type) and not value.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        for one in fields(value):
            setattr(value, one.name, _real(getattr(value, one.name), numbers))
    return value


def _parts(numbers: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), PART):
        yield numbers[start : start + PART]


def _number_of(mapper: Mapper[Any]) -> str | None:
    """The attribute of a table's own number, where the database gives it."""
    column = getattr(mapper.local_table, "autoincrement_column", None)
    return mapper.get_property_by_column(column).key if column is not None else None


def _identity(state: Any) -> int:
    number: int = state.identity[0]
    return number


def _is_known(state: Any) -> bool:
    """Whether a row was there before the slice, under a number."""
    return (
        bool(state.identity)
        and len(state.identity) == 1
        and isinstance(state.identity[0], int)
        and (state.identity[0] < MARK)
    )


def _is_insert(text: str) -> bool:
    return text.lstrip()[:6].upper() == "INSERT"
