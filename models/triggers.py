"""Triggers that come with a table, in the words of either database: made by create_all and by a migration."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, event, text

from models.base import Base


@dataclass(frozen=True)
class Triggers:
    """Statements that make triggers and take them away."""

    sqlite_up: Sequence[str]
    sqlite_down: Sequence[str]
    postgresql_up: Sequence[str]
    postgresql_down: Sequence[str]

    def create(self, connection: Connection) -> None:
        """Make them (an upgrade)."""
        is_sqlite = connection.dialect.name == "sqlite"
        for statement in self.sqlite_up if is_sqlite else self.postgresql_up:
            connection.execute(text(statement))

    def drop(self, connection: Connection) -> None:
        """Take them away (a downgrade)."""
        is_sqlite = connection.dialect.name == "sqlite"
        for statement in self.sqlite_down if is_sqlite else self.postgresql_down:
            connection.execute(text(statement))

    def come_with(self, model: type[Base]) -> None:
        """Have create_all make them behind the model's table."""

        @event.listens_for(Base.metadata, "after_create")
        def create(metadata: Any, connection: Connection, tables: Sequence[Table], **options: Any) -> None:
            if model.__table__ in tables:
                self.create(connection)
