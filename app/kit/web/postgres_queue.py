"""The queue on PostgreSQL. Its tables are made at the first use, where the serving role may make tables.

huey makes them as soon as it is named: then no command of the owner starts before the rights are given, and
two processes that start together collide.
"""

from typing import Any

from huey import Huey
from huey.storage import PostgresStorage

from models.runtime_role import QUEUE_SCHEMA

_LOCK_KEY = 320_161_226


class _Tables(PostgresStorage):  # type: ignore[misc]
    def __init__(self, name: str, **options: Any) -> None:
        # Without flask grant-runtime there is no such schema, and the tables stand in the main one as before.
        options["options"] = f"-c search_path={QUEUE_SCHEMA},public"
        super().__init__(name, create_tables=False, **options)
        self._are_made = False

    def _create_connection(self) -> Any:
        connection = self._connect()
        if not self._are_made:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK_KEY,))
                for statement in self.ddl:
                    connection.execute(statement)
            self._are_made = True
        return connection


class PostgresQueue(Huey):  # type: ignore[misc]
    """A queue whose jobs any host's worker takes."""

    storage_class = _Tables
