"""How a database is opened, and how long anybody waits for it: the one place for both databases.

A request waits for nothing long: five seconds for another's lock, half a minute for a statement. A job or a
command, which nobody stares at, waits a minute for a lock and as long as its work takes.
"""

import contextlib
import sqlite3
import time
from typing import Any

import psycopg
from flask import has_request_context
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, ExceptionContext, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from app.kit.web import row_scope
from app.kit.web.patience import Patience
from app.kit.web.turnstile import begin_in_turn
from models.base import Base

# The WAL-reset bug (corruption, rare) was mended in 3.51.3; before that the rollback journal is the safe one.
WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
LOCK_SECONDS, JOB_LOCK_SECONDS, STATEMENT_SECONDS, IDLE_SECONDS = 5, 60, 30, 60
CONNECT_SECONDS, OUTAGE_SECONDS = 5, 1.0
# A page is one of many that are asked for at the same moment: its statements begin no workers of their own,
# and are not compiled, for which the many branches of the second wall make almost each seem long enough.
# Nor is a plan made for all counties and towns alike: what is right for most took a small town's count from 3
# to 213 ms (decision 0026).
AMONG_MANY = {
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
    "plan_cache_mode": "force_custom_plan",
}
# Statements that a connection keeps prepared; 250 of them take 30 MB of the database's memory.
MOST_PREPARED = 500
CONNECTION = {
    "connect_timeout": CONNECT_SECONDS,
    # A server that vanished without a word is noticed after half a minute, not after two hours.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    # No table of the same name in another schema is taken for ours, whatever the role's own settings say.
    "options": "-c search_path=public",
}


def engine_options(url: str) -> dict[str, Any]:
    """The engine settings for ``url``. An error's text shows the statement, never the values in it."""
    given: dict[str, Any] = {"url": url, "hide_parameters": True}
    if url.startswith("sqlite"):
        connect = {"isolation_level": None, "timeout": JOB_LOCK_SECONDS, "check_same_thread": False}
        return given | {"connect_args": connect}
    return given | {
        "pool_size": 10,
        "max_overflow": 10,
        "pool_timeout": LOCK_SECONDS,
        "pool_pre_ping": True,
        "connect_args": CONNECTION,
    }


class Outage:
    """A database that does not answer: for a moment after a failed attempt the next ones fail at once.

    Without it every thread of every process waits out its own attempt while the database is away.
    """

    def __init__(self) -> None:
        self.until = 0.0
        self.problem: Exception | None = None

    def connect(self, dialect: Any, arguments: Any, options: Any) -> Any:
        """A new connection, or the driver's OperationalError."""
        if self.problem is not None and time.monotonic() < self.until:
            raise type(self.problem)(str(self.problem))
        try:
            connection = dialect.connect(*arguments, **options)
        except dialect.loaded_dbapi.OperationalError as problem:
            self.problem, self.until = problem, time.monotonic() + OUTAGE_SECONDS
            raise
        self.problem = None
        return connection


_outages: dict[tuple[str, ...], Outage] = {}
WHICH = ("host", "port", "dbname", "user")


@event.listens_for(Engine, "do_connect")
def _connect(dialect: Any, record: Any, arguments: Any, options: Any) -> Any:
    if dialect.name != "postgresql":
        return None  # as ever
    address = tuple(str(options.get(name)) for name in WHICH)
    return _outages.setdefault(address, Outage()).connect(dialect, arguments, options)


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, record: Any) -> None:
    if isinstance(connection, psycopg.Connection):
        connection.prepared_max = MOST_PREPARED
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_mode = {'WAL' if WAL_IS_SAFE else 'DELETE'}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")


_patience, LOCK_NOT_AVAILABLE = Patience(), "55P03"
# Connections by number: one that is lost cannot be asked for its ``info`` any more.
_in_vain: set[int] = set()
# Under this name a connection remembers whether SQLite lets it write.
WRITES = "writes"


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Open a transaction that only reads, or one that writes from its first word.

    pysqlite's own transactions start late and lose updates between processes; a write transaction that begins
    IMMEDIATE does not, and a reading one that cannot write keeps the promise that no GET changes the
    database.
    """
    readonly = connection.get_execution_options().get("readonly", False)
    by_statement = connection.get_execution_options().get("by_statement", False) or has_request_context()
    hurry = connection.get_execution_options().get("lock_seconds")  # for what is better left than waited for
    wait = hurry if hurry is not None else LOCK_SECONDS if has_request_context() else JOB_LOCK_SECONDS
    if has_request_context() and hurry is None and not readonly:
        wait = _patience.enter(id(connection), wait)
    if connection.dialect.name == "sqlite":
        # Told to the driver itself: these words never fail, and this is the beginning of every transaction.
        raw: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]
        _let_it_write(connection, raw, not readonly)
        is_queued = not readonly and hurry is None and has_request_context()
        try:
            begun = is_queued and begin_in_turn(connection, wait)
            if not begun:  # one that queued in vain asks once more, and is told what is wrong
                raw.execute(f"PRAGMA busy_timeout = {0 if is_queued else int(wait * 1000)}")
                if opening := _opening(readonly, by_statement):
                    connection.exec_driver_sql(opening)
        except OperationalError:
            _patience.leave(id(connection), in_vain=True)
            raise
        _patience.leave(id(connection), in_vain=False)  # only its beginning waits
        raw.execute(f"PRAGMA busy_timeout = {int(wait * 1000)}")
    elif settings := _postgres_settings(readonly, hurry is not None, wait):
        # All in one statement: a round trip more for each would be felt on every page.
        values = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
        try:
            connection.exec_driver_sql(f"SELECT {values}")
        except DBAPIError:  # lost before it began: nobody rolls it back
            _patience.leave(id(connection), in_vain=False)
            raise


def _let_it_write(connection: Connection, raw: sqlite3.Connection, writing: bool) -> None:
    """Open or close SQLite's door for writing, where it is not so already.

    To be told even what it knows, SQLite forgets every statement that it has prepared on the connection: each
    page prepared all of its statements anew, which took five times as long as to run them.
    """
    if connection.info.get(WRITES) is not writing:
        raw.execute(f"PRAGMA query_only = {int(not writing)}")
        connection.info[WRITES] = writing


def _opening(readonly: bool, by_statement: bool) -> str:
    """The word that opens a transaction of SQLite; what reads statement by statement opens none: a page, and
    a job that reads before it writes (app.kit.slices).

    Under the rollback journal a commit waits for every reader to end, and whoever would begin to read waits
    behind it: a page that held its lock while it was drawn stopped everybody, and so did a count that went
    on for a minute. It holds one a statement, and sees what PostgreSQL shows it too, each statement what is
    committed by then.
    """
    if readonly:
        return "" if by_statement else "BEGIN"
    return "BEGIN IMMEDIATE"


@event.listens_for(Engine, "commit")
def _committed(connection: Connection) -> None:
    _patience.leave(id(connection), in_vain=False)


@event.listens_for(Engine, "rollback")
def _rolled_back(connection: Connection) -> None:
    if connection.get_execution_options().get("readonly"):
        _end_reading(connection.connection.dbapi_connection)
    was_in_vain = id(connection) in _in_vain
    _in_vain.discard(id(connection))
    _patience.leave(id(connection), in_vain=was_in_vain)


def _end_reading(driver: Any) -> None:
    """End PostgreSQL's transaction, which has changed nothing, by the word that forgets nothing.

    At a rollback psycopg throws its prepared statements away, and each would be read anew, with all the
    branches of the second wall that are written into it.
    """
    if isinstance(driver, psycopg.Connection) and driver.info.transaction_status == TransactionStatus.INTRANS:
        with contextlib.suppress(psycopg.Error):  # lost: the rollback that follows says so
            driver.commit()


@event.listens_for(Engine, "handle_error")
def _waited_in_vain(context: ExceptionContext) -> None:
    """PostgreSQL says at the statement that met the lock that its time is over."""
    if (
        context.connection is not None
        and getattr(context.original_exception, "sqlstate", "") == LOCK_NOT_AVAILABLE
    ):
        _in_vain.add(id(context.connection))


def _postgres_settings(readonly: bool, is_in_a_hurry: bool, wait: float) -> dict[str, str]:
    """What holds for this transaction only; ``wait`` is the most seconds for a lock."""
    settings = row_scope.settings() | ({"transaction_read_only": "on"} if readonly else {})
    settings |= {"lock_timeout": f"{max(1, int(wait * 1000))}ms"}
    if has_request_context() and not is_in_a_hurry:
        settings |= {
            "statement_timeout": f"{STATEMENT_SECONDS}s",
            "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
        } | AMONG_MANY
    return settings


# Of each index; fewer, and a column that is empty everywhere would seem to be telling.
ROWS_LOOKED_AT = 100_000


def look_at_tables(session: Session) -> bool:
    """Let SQLite count what it chooses indexes by; False where the database does so by itself.

    Without it a condition that three rows meet is taken for one that a third of the table meets. Commits
    table by table: nobody who writes waits for all of them.
    """
    session.rollback()
    if session.get_bind().dialect.name != "sqlite":
        return False
    for table in Base.metadata.tables:
        connection = session.connection()
        connection.exec_driver_sql(f"PRAGMA analysis_limit = {ROWS_LOOKED_AT}")
        connection.exec_driver_sql(f'ANALYZE "{table}"')
        session.commit()
    return True
