"""A disk without room, for either database."""

import contextlib
import os
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from drills.database_server import execute
from drills.served import Machine

SMALL_DISK = "8m"


@contextmanager
def disk_full(one: Machine, url: str) -> Iterator[None]:
    """No file of the platform's may grow: SQLite is told the same as by a full disk. The register's table of
    PostgreSQL is moved to a small disk in memory, and that is filled."""
    if make_url(url).get_backend_name() == "postgresql":
        with _full_table(url):
            yield
        return
    files = [Path(make_url(url).database or ""), *one.folder.glob("*.db")]
    most = max(file.stat().st_size for file in files)
    numbers = one.processes()
    for number in numbers:
        resource.prlimit(number, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for number in one.processes():
            resource.prlimit(number, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def _full_table(url: str) -> Iterator[None]:
    engine = create_engine(url)
    with engine.connect() as connection:
        owner = Path(str(connection.scalar(text("SHOW data_directory")))).stat()
    engine.dispose()
    with tempfile.TemporaryDirectory(prefix="drill-disk-") as folder:
        Path(folder).chmod(0o755)
        disk = Path(folder, "disk")
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", disk], check=True)
        try:
            os.chown(disk, owner.st_uid, owner.st_gid)
            execute(url, f"CREATE TABLESPACE drill_disk LOCATION '{disk}'")
            execute(url, "ALTER TABLE worker SET TABLESPACE drill_disk")
            filler = disk / "filler"
            with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
                while file.write(b"0" * 4096):
                    pass
            yield
            filler.unlink()
            execute(url, "ALTER TABLE worker SET TABLESPACE pg_default", "DROP TABLESPACE drill_disk")
        finally:
            subprocess.run(["umount", disk], check=True)
