"""Very many rows, straight into the tables: COPY on PostgreSQL, one prepared statement on SQLite.

What the operations' own writing would leave (defaults, types, indexes) is left; what makes it slow (a sync
for each commit, a look at each foreign key, triggers, indexes kept while they grow) is put off to the end.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import Any

from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

SLICE = 50_000
HURRIED = {
    "sqlite": ("synchronous = OFF", "journal_mode = MEMORY", "foreign_keys = OFF", "cache_size = -1000000"),
    "postgresql": (
        "session_replication_role = replica",
        "synchronous_commit = off",
        "maintenance_work_mem = '512MB'",
    ),
}


def pour(session: Session, model: Any, rows: Iterable[dict[str, Any]]) -> int:
    """Append ``rows``, all with the names of the first, and the defaults of what they leave out; commits.

    Goes around the ORM: a default that asks the database has to be given. Returns how many.
    """
    table, rows, count = model.__table__, iter(rows), 0
    first = next(rows, None)
    if first is None:
        return 0
    columns = [column for column in table.columns if column.name in first or column.default is not None]
    values = _values(columns, first, session.get_bind().dialect)
    names = [f'"{column.name}"' for column in columns]
    all_rows = map(values, chain((first,), rows))
    while some := list(islice(all_rows, SLICE)):
        _write(session, table.name, names, some)
        session.commit()
        count += len(some)
    return count


def _values(columns: list[Any], first: dict[str, Any], dialect: Any) -> Callable[[dict[str, Any]], Any]:
    """How a row becomes what the driver takes: each column's own type, and one default for all rows."""
    plan = []
    for column in columns:
        change = column.type.dialect_impl(dialect).bind_processor(dialect) or (lambda value: value)
        default = column.default
        is_given = column.name in first
        fixed = None if is_given else change(default.arg(None) if default.is_callable else default.arg)
        plan.append((column.name, is_given, change, fixed))
    return lambda row: tuple(change(row[name]) if given else fixed for name, given, change, fixed in plan)


def _write(session: Session, table: str, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    driver: Any = session.connection().connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        marks = ", ".join("?" * len(names))
        driver.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


@contextmanager
def hurried(session: Session, engine: Engine) -> Iterator[None]:
    """Connections of this process that put safety off: nobody else is in this database, and a build that
    breaks is begun anew."""

    def hurry(connection: Any, _record: Any) -> None:
        words = "PRAGMA" if isinstance(connection, sqlite3.Connection) else "SET"
        cursor = connection.cursor()
        for setting in HURRIED[engine.dialect.name]:
            cursor.execute(f"{words} {setting}")
        cursor.close()
        connection.commit()

    session.close()
    engine.dispose()
    event.listen(engine, "connect", hurry)
    try:
        yield
    finally:
        session.close()
        event.remove(engine, "connect", hurry)
        engine.dispose()


@contextmanager
def without_indexes(session: Session, *models: Any) -> Iterator[None]:
    """The tables' indexes are dropped, and made at once when all rows are there; what is unique stays."""
    indexes = [index for model in models for index in model.__table__.indexes]
    for index in indexes:
        index.drop(session.connection(), checkfirst=True)
    session.commit()
    yield
    for index in indexes:
        index.create(session.connection(), checkfirst=True)
        session.commit()


def look_at_all(session: Session, engine: Engine) -> None:
    """What the database chooses its plans by; on PostgreSQL also which pages every reader may read without
    asking, as its autovacuum does in life, a while after."""
    if engine.dialect.name == "sqlite":
        session.execute(text("ANALYZE"))
    session.commit()
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM (ANALYZE)")
