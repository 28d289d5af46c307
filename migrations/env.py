"""Alembic's environment: the tables are models.base.Base.metadata, the address comes from the settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.util import CommandError
from sqlalchemy import create_engine
from sqlalchemy.types import TypeDecorator

import config
import models  # noqa: F401  registers every table
from migrations.losses import FLAG, LOSSES, counted
from models.base import Base


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types as what they are in the database, so that old migrations need no code."""
    if kind == "type" and isinstance(item, TypeDecorator) and type(item).__module__.startswith("models."):
        return f"sa.{item.impl!r}"
    return False


def run() -> None:
    """Upgrade or downgrade over the connection the caller gave, or a new one."""
    given = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    engine = create_engine(config.load()["DATABASE_URL"])
    with engine.connect() as connection:
        _migrate(connection)


def _migrate(connection: Any) -> None:
    """The whole way up or down is one transaction on either database: all of it happens, or nothing."""
    connection.rollback()
    with _rebuilding(connection):
        _begin(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            transactional_ddl=True,
        )
        LOSSES.found.clear()
        LOSSES.is_watching = context.get_context().opts["fn"].__name__ == "downgrade"
        before = counted(connection) if LOSSES.is_watching else {}
        context.run_migrations()
        if LOSSES.is_watching:
            LOSSES.fewer(before, counted(connection))
            _tell(connection)
        _refuse_orphans(connection)
        connection.commit()


def _begin(connection: Any) -> None:
    """Begin before the first word: SQLite's driver by itself would keep each change of a table apart."""
    connection.begin()
    if connection.dialect.name == "sqlite" and not connection.connection.in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def _rebuilding(connection: Any) -> Iterator[None]:
    """SQLite changes a column by building the table anew: with keys enforced, dropping the old one would take
    or refuse the rows that point at it."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    ((was_on,),) = driver.execute("PRAGMA foreign_keys").fetchall()
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute(f"PRAGMA foreign_keys = {was_on}")


def _refuse_orphans(connection: Any) -> None:
    if connection.dialect.name != "sqlite":
        return
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        connection.rollback()
        raise CommandError(
            f"rows of {sorted({row[0] for row in orphans})} would point at nothing: nothing was done"
        )


def _tell(connection: Any) -> None:
    """Say what goes; raise CommandError, with everything as it was, unless it may go."""
    if not LOSSES.found:
        return
    lost = ", ".join(LOSSES.found)
    if context.get_x_argument(as_dictionary=True).get(FLAG) == "yes":
        context.config.print_stdout("lost: %s", lost)
        return
    connection.rollback()
    raise CommandError(
        f"this would lose {lost}. Nothing was done. Make a backup first; then "
        f"`alembic -x {FLAG}=yes downgrade ...` loses them."
    )


run()
