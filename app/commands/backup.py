"""The whole database into a folder, and back onto an empty machine. The keys never go with it.

A backup is one file (SQLite: made by its online backup; PostgreSQL: by pg_dump, under one snapshot) and a
manifest that says what lies in each table. A restored database is read row by row, opened cell by cell, and
compared.
"""

import hashlib
import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, Engine, create_engine, inspect, select, text
from sqlalchemy.orm import Session

from app.kit.web.connections import engine_options
from models import vault
from models.audit import tail
from models.audit_walk import verify
from models.base import Base
from models.clock import utc_now
from models.runtime_role import QUEUE_SCHEMA

MANIFEST, UNFINISHED, KEYS_SAY = "manifest.json", "manifest.unfinished", "these keys sealed the backup"
FILES = {"sqlite": "xieshou.db", "postgresql": "xieshou.dump"}


# Queue and limiter make their tables themselves, wherever they start first: they are no part of a backup.
SERVANTS = ("--exclude-schema=" + QUEUE_SCHEMA, "--exclude-table=huey_*", "--exclude-table=limit_counter")
# Roles belong to a server, not to a database: `flask grant-runtime` gives their rights anew.
DUMP = ("--format=custom", "--no-owner", "--no-privileges", *SERVANTS)


class BackupProblem(Exception):
    """The backup or the restore did not happen, or did not bring back what was there; ``args[0]`` says
    why."""


def back_up(engine: Engine, folder: Path) -> dict[str, Any]:
    """Write the database of ``engine`` and its manifest into ``folder``; people may go on working meanwhile.

    Returns the manifest: per table the rows and a keyed digest of them, the audit's last (number, hash), and
    which keys open it. Raises BackupProblem when the folder holds something already or the database's own
    tool fails.
    """
    _clear(folder)
    file = folder / FILES[engine.dialect.name]
    try:
        with _copied(engine, file) as connection:
            contents = _contents(connection)
    except BaseException:
        file.unlink(missing_ok=True)  # half a file is no backup, and must not block the next one
        raise
    manifest = {
        "made_at": utc_now().isoformat(),
        "database": engine.dialect.name,
        "file": file.name,
        "sha256": _digest_of(file),
        "keys": vault.digest(KEYS_SAY),
        **contents,
    }
    unfinished = folder / UNFINISHED
    unfinished.write_text(json.dumps(manifest, indent=1))
    unfinished.replace(folder / MANIFEST)  # whole or not at all: it is what makes the folder a backup
    return manifest


def _clear(folder: Path) -> None:
    """Make the folder; what a backup that was killed left in it goes."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = {path.name for path in folder.iterdir()}
    if MANIFEST in there or there - {*FILES.values(), UNFINISHED}:
        raise BackupProblem(f"{folder} is not empty: an older backup is never written over")
    for name in there:
        (folder / name).unlink()


def restore(engine: Engine, folder: Path) -> dict[str, Any]:
    """Bring the backup in ``folder`` into the empty database of ``engine`` and prove that nothing is missing.

    Returns the manifest. Raises BackupProblem: before anything is touched for other keys, a damaged file,
    another kind of database or one that holds tables; afterwards where a row, the audit or a sealed cell is
    not as it was.
    """
    manifest = _read(folder)
    file = folder / manifest["file"]
    if problem := _obstacle(engine, manifest, file):
        raise BackupProblem(problem)
    _load(engine, file)
    with _snapshot(engine) as connection:
        if problem := _difference(connection, manifest):
            raise BackupProblem(problem)
    return manifest


def _difference(connection: Connection, manifest: dict[str, Any]) -> str | None:
    """Say what in the restored database is not as the manifest has it, or nothing."""
    try:
        present = _contents(connection)["tables"]
    except (InvalidTag, vault.VaultLocked):
        return "a sealed cell does not open with these keys"
    kept = manifest["tables"]
    if wrong := sorted(name for name in present | kept if present.get(name) != kept.get(name)):
        return f"not as they were: {', '.join(wrong)}"
    broken = verify(Session(connection), dict([manifest["audit"]] if manifest["audit"] else []))
    return None if broken is None else f"the audit is broken at {broken}"


def _read(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        raise BackupProblem(f"{folder} holds no whole backup: {MANIFEST} cannot be read") from None
    return manifest


def _obstacle(engine: Engine, manifest: dict[str, Any], file: Path) -> str | None:
    if manifest["keys"] != vault.digest(KEYS_SAY):
        return "the keys in use are not those of this backup: put its keys file in place first"
    if not file.exists() or _digest_of(file) != manifest["sha256"]:
        return f"{file} is damaged: its digest is not the one in {MANIFEST}"
    if manifest["database"] != engine.dialect.name:
        return f"the backup is of {manifest['database']}, the database here is {engine.dialect.name}"
    with _snapshot(engine) as connection:
        ours = {*Base.metadata.tables, "alembic_version"}
        is_empty = not ours.intersection(inspect(connection).get_table_names())
    return None if is_empty else "the database is not empty: restore only into a new one"


# --- the two kinds of database --------------------------------------------------------------------------


@contextmanager
def _copied(engine: Engine, file: Path) -> Iterator[Connection]:
    """Copy the database into ``file``; yield a connection that sees exactly what was copied."""
    if engine.dialect.name == "sqlite":
        _copy_sqlite(str(engine.url.database), str(file))
        copy = create_engine(**engine_options(f"sqlite:///{file}"))
        with _snapshot(copy) as connection:
            yield connection
        copy.dispose()
        return
    with _snapshot(engine) as connection:
        name = connection.scalar(text("SELECT pg_export_snapshot()"))
        _run(engine, "pg_dump", *DUMP, f"--snapshot={name}", f"--file={file}")
        yield connection


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """Yield a connection that reads one state of the database while others write."""
    options: dict[str, Any] = {"readonly": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection:
        yield connection


def _load(engine: Engine, file: Path) -> None:
    if engine.dialect.name == "sqlite":
        engine.dispose()
        _copy_sqlite(str(file), str(engine.url.database))
    else:
        _run(engine, "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(file))


def _copy_sqlite(source: str, target: str) -> None:
    old, new = sqlite3.connect(source), sqlite3.connect(target)
    try:
        old.backup(new)
    finally:
        new.close()
        old.close()


def _run(engine: Engine, *words: str) -> None:
    """Run one of PostgreSQL's programs on the database; the password goes where no list of processes shows
    it."""
    _words, options = engine.dialect.create_connect_args(engine.url)
    options.pop("context", None)  # psycopg's own, no word of the address
    password = options.pop("password", None)
    address = make_conninfo(**options)
    env = os.environ | ({"PGPASSWORD": str(password)} if password else {})
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, no shell
            [words[0], f"--dbname={address}", *words[1:]],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise BackupProblem(f"{words[0]} is not here: install the client programs of PostgreSQL") from None
    if done.returncode:
        raise BackupProblem(f"{words[0]}: {done.stderr.strip()}")


# --- what lies in it ------------------------------------------------------------------------------------


def _contents(connection: Connection) -> dict[str, Any]:
    tables = {table.name: _table(connection, table) for table in Base.metadata.sorted_tables}
    return {"tables": tables, "audit": tail(Session(connection))}


def _table(connection: Connection, table: Any) -> list[Any]:
    """[rows, digest] of a table. Every sealed cell is opened; the digest does not depend on an order."""
    rows = total = 0
    for row in connection.execute(select(table).execution_options(yield_per=2000)):
        rows += 1
        total += int.from_bytes(hashlib.sha256(repr(tuple(row)).encode("utf-8", "surrogatepass")).digest())
    return [rows, vault.digest(f"{table.name} {total}")]


def _digest_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
