"""States of the test database, kept and put back: files on SQLite, copies of tables on PostgreSQL."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, close_all_sessions

from app.kit.web.connections import engine_options
from app.kit.web.extensions import db
from models.base import Base
from models.row_security import enforce
from models.runtime_role import grant_runtime
from tests.factories.databases import postgres_url, role_url

# Every statement of the whole suite is compiled once; five hundred, as it comes, push each other out.
STATEMENTS = 20_000
OWNER, WEB, NAME = "suite_owner", "suite_web", "suite"
_SEND_AWAY = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{WEB}'"
TABLES = [table.name for table in Base.metadata.sorted_tables]


# Where an SQLite file says how often it was changed, and of which change its size is told
# (https://sqlite.org/fileformat2.html#file_change_counter); where, which version its tables have.
CHANGES, SIZED_AT, TABLES_VERSION = 24, 92, slice(40, 44)
# More changes than any test makes.
APART = 1 << 16


class SqliteShelf:
    """The database is one file in ``folder``; a kept state is what was in it.

    A new connection reads the definition of every table and prepares every statement anew: a third of a
    small test. Here the connections stay. A state that is put back counts as a change that none of them has
    seen, so that each drops what it knows of the rows.
    """

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.file = folder / "xieshou.db"
        options = engine_options(f"sqlite:///{self.file}")
        options["connect_args"] |= {"cached_statements": 2_000}
        self.engine = create_engine(**options, query_cache_size=STATEMENTS)
        self.kept: dict[str, bytes] = {}
        self.change = 0
        with self.engine.begin() as connection:
            Base.metadata.create_all(connection)

    @contextmanager
    def intruder(self) -> Iterator[Session]:
        """A session that may do anything, also to the tables; nothing of it stays."""
        with Session(self.engine) as session:
            yield session

    def keep(self, name: str) -> None:
        """Keep the database as it is now under ``name``."""
        self.kept[name] = self.file.read_bytes()

    def bring(self, name: str) -> None:
        """Put the state ``name`` in the database's place."""
        state = bytearray(self.kept[name])
        with self.file.open("rb+", buffering=0) as file:
            if file.read(100)[TABLES_VERSION] != state[TABLES_VERSION]:
                self.engine.dispose()  # an intruder has changed the tables
            self.change += APART
            for place in (CHANGES, SIZED_AT):
                struct.pack_into(">I", state, place, self.change)
            file.seek(0)
            file.write(state)
            file.truncate()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


class PostgresShelf:
    """The database belongs to an owner and is used, as in life, by a role that may only touch rows.

    A database of its own for each test (CREATE DATABASE ... TEMPLATE) waits for a checkpoint and for other
    connections to end: a second a test on a busy machine. Here triggers note which tables were written to,
    and only these get their rows back: milliseconds.
    """

    kind = "postgresql"

    def __init__(self) -> None:
        self.owner = create_engine(**engine_options(postgres_url(NAME, owner=OWNER)))
        # Nobody but ``_run`` ends a connection.
        options = engine_options(role_url(NAME, WEB)) | {"pool_pre_ping": False}
        self.engine = create_engine(**options, query_cache_size=STATEMENTS)
        event.listen(self.engine, "connect", _remember_plans)
        self.admin = create_engine(role_url(NAME), isolation_level="AUTOCOMMIT")
        self.kept: dict[str, set[str]] = {}
        self.present = ""
        with self.owner.begin() as connection:
            Base.metadata.create_all(connection)
            grant_runtime(connection, WEB)
            enforce(connection)
        self._run(*_watch())

    @contextmanager
    def intruder(self) -> Iterator[Session]:
        """A session that may do anything, also to the tables; nothing of it stays."""
        with Session(self.owner) as session:
            yield session
        self.owner.dispose()

    def keep(self, name: str) -> None:
        """Keep the database as it is now under ``name``."""
        asked = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in TABLES)
        full = set(self._scalars(" UNION ALL ".join(asked)))
        self._run(
            f"DROP SCHEMA IF EXISTS {name} CASCADE",
            f"CREATE SCHEMA {name}",
            *(f"CREATE TABLE {name}.{table} AS TABLE public.{table}" for table in full),
            f"CREATE TABLE {name}.numbers AS SELECT 'public.' || sequencename AS sequence, "
            "COALESCE(last_value, 1) AS last, last_value IS NOT NULL AS is_called "
            "FROM pg_sequences WHERE schemaname = 'public'",
            "DELETE FROM watch.written",
        )
        self.kept[name], self.present = full, name

    def bring(self, name: str) -> None:
        """Put the state ``name`` in the database's place."""
        written = set(self._scalars("SELECT DISTINCT name FROM watch.written"))
        if name != self.present:
            written |= self.kept[name] | self.kept.get(self.present, set())
        full = self.kept[name]
        self._run(
            "BEGIN",
            *(f"DELETE FROM {table}" for table in written),
            *(f"INSERT INTO {table} SELECT * FROM {name}.{table}" for table in written & full),
            f"SELECT count(setval(sequence, last, is_called)) FROM {name}.numbers",
            "DELETE FROM watch.written",
            "COMMIT",
        )
        self.present = name

    def close(self) -> None:
        """Let go of the database."""
        for engine in (self.engine, self.owner, self.admin):
            engine.dispose()

    def _run(self, *statements: str) -> None:
        # No trigger fires and no key is looked up while rows are put back. A connection of the test before is
        # kept, for a new one would have to learn all tables again; one that still holds a lock is sent away.
        whole = "; ".join(("SET session_replication_role = replica", "SET lock_timeout = '1s'", *statements))
        with self.admin.connect() as connection:
            try:
                connection.exec_driver_sql(whole)
            except OperationalError:
                connection.exec_driver_sql(f"ROLLBACK; {_SEND_AWAY}; {whole}")
                self.engine.dispose()

    def _scalars(self, statement: str) -> Any:
        with self.admin.connect() as connection:
            return connection.exec_driver_sql(statement).scalars().all()


def _remember_plans(connection: Any, record: Any) -> None:
    """A hundred statements, as it comes, push each other out before one has been asked often enough to be
    worth a plan: every one was planned again, which takes longer than to run it on a few rows."""
    connection.prepare_threshold, connection.prepared_max = 2, STATEMENTS
    connection.execute("SET plan_cache_mode = force_generic_plan")
    connection.commit()


def _watch() -> Iterator[str]:
    """Have each table note that it was written to, whoever rolls back what."""
    yield "CREATE SCHEMA watch"
    yield "CREATE UNLOGGED TABLE watch.written (name text)"
    yield (
        "CREATE FUNCTION watch.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN "
        "INSERT INTO watch.written VALUES (TG_TABLE_NAME); RETURN NULL; END $$"
    )
    for table in TABLES:
        yield (
            f"CREATE TRIGGER watch AFTER INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION watch.note()"
        )


Shelf = SqliteShelf | PostgresShelf


def put_in_use(app: Flask, shelf: Shelf) -> None:
    """Let the application work on the database of ``shelf``."""
    close_all_sessions()
    with app.app_context():
        db.engines["default"] = shelf.engine
        db.sessionmaker.configure(bind=shelf.engine)
    app.config["DATABASE_URL"] = shelf.engine.url.render_as_string(hide_password=False)
