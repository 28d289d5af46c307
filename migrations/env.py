"""Alembic's environment: the tables are models.base.Base.metadata, the address comes from the settings."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import create_engine
from sqlalchemy.types import TypeDecorator

import config
import models  # noqa: F401  registers every table
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
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


run()
