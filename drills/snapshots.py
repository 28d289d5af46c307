"""A drill's database as it stood at a moment, put back as often as wanted, beside a running server."""

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy import create_engine, make_url, text


class Snapshot:
    """The database at ``url`` as it is now, kept under a name. Nobody may write while it is taken or put
    back."""

    def __init__(self, url: str, kept: str = "kept") -> None:
        self.url = make_url(url)
        self.name = self.url.database or ""
        self.kept = f"{self.name}.{kept}" if self.is_sqlite else f"{self.name}_{kept}"
        self._copy(self.name, self.kept)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.url.get_backend_name() == "sqlite"

    def restore(self) -> None:
        """Put it back. On PostgreSQL every connection is cut; the application's pools notice."""
        self._copy(self.kept, self.name)

    def _copy(self, source: str, target: str) -> None:
        if self.is_sqlite:
            Path(f"{target}-journal").unlink(missing_ok=True)
            with (
                contextlib.closing(sqlite3.connect(source, timeout=60)) as old,
                contextlib.closing(sqlite3.connect(target, timeout=60)) as new,
            ):
                old.backup(new)
            return
        admin = create_engine(self.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            cut = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
            connection.execute(cut, {"name": source})
            connection.execute(text(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)'))
            connection.execute(text(f'CREATE DATABASE "{target}" TEMPLATE "{source}"'))
        admin.dispose()
