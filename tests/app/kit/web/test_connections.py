"""How long a request, and how long a job, waits for a database."""

import sqlite3
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import DataError, InternalError, OperationalError
from sqlalchemy.orm import Session

from app.kit.web import connections
from app.kit.web.connections import engine_options
from tests.factories.databases import postgres_url


@pytest.fixture
def postgres() -> Iterator[Engine]:
    engine = create_engine(**engine_options(postgres_url("connections")))
    yield engine
    engine.dispose()


def setting(engine: Engine, name: str) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(text(f"SHOW {name}")))


@pytest.mark.postgres
def test_a_statement_of_a_request_is_ended_and_a_jobs_is_not(app: Flask, postgres: Engine) -> None:
    assert (setting(postgres, "statement_timeout"), setting(postgres, "lock_timeout")) == ("0", "1min")
    with app.test_request_context():
        assert (setting(postgres, "statement_timeout"), setting(postgres, "lock_timeout")) == ("30s", "5s")
        assert setting(postgres, "max_parallel_workers_per_gather") == "0"
        assert setting(postgres, "jit") == "off"
        assert setting(postgres, "plan_cache_mode") == "force_custom_plan"
    assert setting(postgres, "statement_timeout") == "0"  # nothing of a request stays on the connection


@pytest.mark.postgres
def test_a_transaction_that_only_reads_writes_nothing(app: Flask, postgres: Engine) -> None:
    with (
        app.test_request_context(),
        postgres.connect().execution_options(readonly=True) as reading,
        pytest.raises(InternalError, match="read-only"),
    ):
        reading.execute(text("CREATE TABLE note (id integer)"))


def prepared(engine: Engine) -> int:
    """How many statements the only connection of the pool keeps planned."""
    with engine.connect().execution_options(readonly=True) as connection:
        return int(connection.scalar(text("SELECT count(*) FROM pg_prepared_statements")) or 0)


@pytest.mark.postgres
def test_what_is_planned_outlives_a_page_and_ends_with_what_failed(app: Flask, postgres: Engine) -> None:
    with app.test_request_context():
        for _page in range(8):
            with postgres.connect().execution_options(readonly=True) as reading:
                assert reading.scalar(text("SELECT :n + 1"), {"n": 1}) == 2
        assert prepared(postgres) > 0
        with (
            postgres.connect().execution_options(readonly=True) as reading,
            pytest.raises(DataError),
        ):
            reading.scalar(text("SELECT 1 / :n"), {"n": 0})
        assert prepared(postgres) == 0  # a plan that the database does not want any more is thrown away so
        with postgres.connect() as writing:
            writing.execute(text("CREATE TABLE rolled_back (id integer)"))
        assert not inspect(postgres).has_table("rolled_back")


def test_on_sqlite_a_request_waits_five_seconds_for_the_writer(app: Flask, tmp_path: object) -> None:
    engine = create_engine(**engine_options(f"sqlite:///{tmp_path}/waits.db"))
    waits = []
    for context in (app.test_request_context(), app.app_context()):
        with context, engine.connect() as connection:
            waits.append(connection.scalar(text("PRAGMA busy_timeout")))
    assert waits == [5_000, 60_000]
    engine.dispose()


def test_on_sqlite_a_page_that_read_keeps_no_commit_waiting(app: Flask, tmp_path: object) -> None:
    """Pages that were drawn slowly held their locks, and each commit waited five seconds in vain."""
    file = f"{tmp_path}/read.db"
    other = sqlite3.connect(file, isolation_level=None, timeout=0)
    other.execute("CREATE TABLE note (id integer)")
    engine = create_engine(**engine_options(f"sqlite:///{file}"))
    with app.test_request_context(), engine.connect().execution_options(readonly=True) as reading:
        reading.exec_driver_sql("PRAGMA journal_mode = DELETE")
        assert reading.scalar(text("SELECT count(*) FROM note")) == 0
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO note VALUES (1)")
        other.execute("COMMIT")  # raised "database is locked" before
        assert reading.scalar(text("SELECT count(*) FROM note")) == 1
        with pytest.raises(OperationalError, match="readonly"):
            reading.execute(text("INSERT INTO note VALUES (2)"))
    other.close()
    engine.dispose()


def test_on_sqlite_a_connection_is_told_once_that_it_reads(app: Flask, tmp_path: object) -> None:
    """Told again what it knew, SQLite forgot every statement that it had prepared."""
    engine = create_engine(**engine_options(f"sqlite:///{tmp_path}/told.db"), pool_size=1)
    told: list[str] = []

    def transaction(readonly: bool, statement: str) -> None:
        with engine.connect().execution_options(readonly=readonly) as connection:
            raw = connection.connection.dbapi_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.set_trace_callback(lambda text: told.append(text) if "query_only" in text else None)
            connection.execute(text(statement))
            connection.commit()

    with app.test_request_context():
        transaction(False, "CREATE TABLE note (id integer)")
        told.clear()
        for _page in range(3):
            transaction(True, "SELECT * FROM note")
        assert told == ["PRAGMA query_only = 1"]
        with pytest.raises(OperationalError, match="readonly"):
            transaction(True, "INSERT INTO note VALUES (1)")
        transaction(False, "INSERT INTO note VALUES (1)")
        with pytest.raises(OperationalError, match="readonly"):
            transaction(True, "INSERT INTO note VALUES (1)")
    assert told == ["PRAGMA query_only = 1", "PRAGMA query_only = 0", "PRAGMA query_only = 1"]
    engine.dispose()


def test_while_the_server_is_away_one_attempt_speaks_for_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every thread of every process waited out an attempt of its own, and wrote its own story of it."""
    attempts, now = [], [0.0]
    monkeypatch.setattr(connections.time, "monotonic", lambda: now[0])

    def vanish(*arguments: object, **options: object) -> None:
        attempts.append(options)
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(psycopg, "connect", vanish)
    monkeypatch.setattr(psycopg.Connection, "connect", vanish)
    engine = create_engine(**engine_options("postgresql+psycopg://nobody@nowhere/nothing"))
    for _ in range(20):
        with pytest.raises(OperationalError, match="connection refused"):
            engine.connect()
    assert len(attempts) == 1
    assert attempts[0]["connect_timeout"] == 5  # type: ignore[index]
    now[0] = 1.0
    with pytest.raises(OperationalError):
        engine.connect()
    assert len(attempts) == 2


@pytest.mark.postgres
def test_a_connection_lost_inside_a_request_is_given_back_and_waits_no_longer(
    app: Flask, postgres: Engine
) -> None:
    """The rollback asked the lost connection for a note, and every page of that moment ended in a 500."""
    waiting = set(connections._patience._since)
    with app.test_request_context(), Session(postgres) as session:
        backend = session.scalar(text("SELECT pg_backend_pid()"))
        assert set(connections._patience._since) != waiting
        with postgres.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
            other.execute(text(f"SELECT pg_terminate_backend({backend})"))
        with pytest.raises(OperationalError):
            session.execute(text("SELECT 1"))
        session.rollback()
        assert session.scalar(text("SELECT 1")) == 1
    assert set(connections._patience._since) == waiting


@pytest.mark.postgres
def test_a_connection_lost_before_its_transaction_begins_waits_no_longer(
    app: Flask, postgres: Engine
) -> None:
    waiting = set(connections._patience._since)
    with postgres.connect() as connection:
        backend = connection.scalar(text("SELECT pg_backend_pid()"))
    with app.test_request_context(), postgres.connect() as connection:
        with postgres.connect().execution_options(isolation_level="AUTOCOMMIT") as other:
            other.execute(text(f"SELECT pg_terminate_backend({backend})"))
        with pytest.raises(OperationalError):
            connection.begin()
    assert set(connections._patience._since) == waiting
