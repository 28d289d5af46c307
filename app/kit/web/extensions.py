"""The objects that Flask's extensions hang on, made here once, tied to the application in create_app."""

import sqlite3
from typing import Any

from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, Engine, event

db = SQLAlchemy()
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()
limiter = Limiter(get_remote_address)
bootstrap = Bootstrap5()

# The WAL-reset bug (corruption, rare) was mended in 3.51.3; before that the rollback journal is the safe one.
WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)


def engine_options(url: str) -> dict[str, Any]:
    """The engine settings for ``url``. An error's text shows the statement, never the values in it."""
    given: dict[str, Any] = {"url": url, "hide_parameters": True}
    if url.startswith("sqlite"):
        connect = {"isolation_level": None, "timeout": 30, "check_same_thread": False}
        return given | {"connect_args": connect}
    return given | {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True}


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA journal_mode = {'WAL' if WAL_IS_SAFE else 'DELETE'}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Open a transaction that only reads, or one that writes from its first word.

    pysqlite's own transactions start late and lose updates between processes; a write transaction that begins
    IMMEDIATE does not, and a reading one that cannot write keeps the promise that no GET changes the
    database.
    """
    readonly = connection.get_execution_options().get("readonly", False)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA query_only = {int(readonly)}")
        connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")
    elif readonly:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def read_only() -> None:
    """End the request's present transaction, and begin one that can only read."""
    db.session.rollback()
    db.session.connection(execution_options={"readonly": True})
