"""T16: what is backed up comes back whole, onto an empty machine, with the keys that were kept elsewhere."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, select, text
from sqlalchemy.orm import Session

from app.commands import backup
from app.commands.backup import BackupProblem, back_up, restore
from app.kit.web.connections import engine_options
from app.kit.web.extensions import db
from models import vault
from models.access import SYSTEM
from models.audit import EventTag, record
from models.base import Base
from models.people.worker import Worker
from tests.factories.databases import postgres_programs, postgres_url
from tests.factories.people import make_worker

DATABASE = "sqlite"  # it is held, or copied, as a file


@pytest.fixture
def number(session: Session) -> str:
    """An identity number in the register, and two rows in its audit."""
    worker = make_worker(session)
    for name in ("one", "two"):
        record(session, SYSTEM, EventTag.USER_CREATE, "user:1", name=name)
        session.commit()
    number = worker.id_number
    session.rollback()
    return number


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """The database of a machine where nobody has worked yet."""
    engine = create_engine(**engine_options(f"sqlite:///{tmp_path / 'new.db'}"))
    yield engine
    engine.dispose()


def test_a_backup_comes_back_whole_and_its_numbers_open(number: str, empty: Engine, tmp_path: Path) -> None:
    manifest = back_up(db.engine, tmp_path / "kept")
    restore(empty, tmp_path / "kept")
    with Session(empty) as session:
        assert session.scalars(select(Worker.id_number)).all() == [number]
    assert manifest["tables"]["worker"][0] == 1
    assert manifest["audit"][0] == 2


def test_a_backup_gives_away_neither_numbers_nor_keys(number: str, tmp_path: Path) -> None:
    back_up(db.engine, tmp_path / "kept")
    kept = b"".join(path.read_bytes() for path in sorted((tmp_path / "kept").iterdir()))
    ring = vault._keys()
    assert not any(secret in kept for secret in (number.encode(), ring.digest_key, *ring.keys.values()))


def test_other_keys_restore_nothing(number: str, empty: Engine, tmp_path: Path) -> None:
    back_up(db.engine, tmp_path / "kept")
    right = vault._keys()
    vault.configure(vault.KeyRing({1: b"x" * 32}, 1, b"y" * 32))
    try:
        with pytest.raises(BackupProblem, match="keys"):
            restore(empty, tmp_path / "kept")
    finally:
        vault.configure(right)
    assert not (tmp_path / "new.db").exists()


def test_a_damaged_file_restores_nothing(number: str, empty: Engine, tmp_path: Path) -> None:
    back_up(db.engine, tmp_path / "kept")
    file = tmp_path / "kept" / "xieshou.db"
    file.write_bytes(file.read_bytes()[:-1] + b"\1")
    with pytest.raises(BackupProblem, match="damaged"):
        restore(empty, tmp_path / "kept")


def test_nothing_is_written_over(number: str, tmp_path: Path) -> None:
    back_up(db.engine, tmp_path / "kept")
    with pytest.raises(BackupProblem, match="not empty"):
        restore(db.engine, tmp_path / "kept")
    with pytest.raises(BackupProblem, match="not empty"):
        back_up(db.engine, tmp_path / "kept")


@pytest.mark.parametrize("change", ["DELETE FROM worker", "UPDATE worker SET name = 'x'"])
def test_a_row_that_is_not_as_it_was_is_named(
    number: str, empty: Engine, tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(db.engine, tmp_path / "kept")
    load = backup._load

    def load_badly(engine: Engine, file: Path) -> None:
        load(engine, file)
        with engine.begin() as connection:
            connection.execute(text(change))

    monkeypatch.setattr(backup, "_load", load_badly)
    with pytest.raises(BackupProblem, match=r"not as they were: .*\bworker\b"):
        restore(empty, tmp_path / "kept")


def test_a_folder_without_a_manifest_is_no_backup(empty: Engine, tmp_path: Path) -> None:
    with pytest.raises(BackupProblem, match="no whole backup"):
        restore(empty, tmp_path)


@pytest.mark.parametrize("password", ["p@ss:word/ %1", None])
def test_the_password_reaches_postgresql_and_no_list_of_processes(
    password: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was handed on as ``***``: wherever the address held one, no backup was made."""
    asked: list[tuple[list[str], dict[str, str]]] = []

    def note(words: list[str], env: dict[str, str], **options: object) -> subprocess.CompletedProcess[str]:
        asked.append((words, env))
        return subprocess.CompletedProcess(words, 0, "", "")

    monkeypatch.setattr(subprocess, "run", note)
    monkeypatch.delenv("PGPASSWORD", raising=False)
    url = URL.create("postgresql+psycopg", "xieshou", password, "db", 5433, "xieshou")
    backup._run(create_engine(url), "pg_dump")
    (words, env), told = asked[0], " ".join(asked[0][0])
    assert env.get("PGPASSWORD") == password
    assert "host=db" in told
    assert "port=5433" in told
    assert "*" not in told
    assert "p@ss" not in " ".join(words)


@pytest.mark.parametrize("left", ["nothing", "half a file"])
def test_a_backup_that_failed_does_not_block_the_next(
    number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    """It left an empty file, and the next backup found the folder not empty."""
    folder = tmp_path / "kept"
    with monkeypatch.context() as broken:

        def fail(*arguments: object) -> None:
            (folder / "xieshou.db").write_bytes(b"half")
            raise BackupProblem("the disk is full")

        broken.setattr(backup, "_copy_sqlite", fail)
        with pytest.raises(BackupProblem, match="disk"):
            back_up(db.engine, folder)
    assert list(folder.iterdir()) == []
    if left == "half a file":  # the machine went down: nobody could tidy up
        (folder / "xieshou.db").write_bytes(b"half")
    assert back_up(db.engine, folder)["tables"]["worker"][0] == 1


def test_a_folder_with_other_things_in_it_is_left_alone(number: str, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("kept")
    with pytest.raises(BackupProblem, match="not empty"):
        back_up(db.engine, tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "kept"


@pytest.mark.postgres
def test_the_queues_tables_do_not_make_a_database_full(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that was started first had made its tables: the restore into a new database was refused."""
    old, new = (create_engine(**engine_options(postgres_url(name))) for name in ("queue_old", "queue_new"))
    monkeypatch.setenv("PATH", postgres_programs(), prepend=os.pathsep)
    Base.metadata.create_all(old)
    for engine in (old, new):
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE huey_task (id bigserial PRIMARY KEY)"))
            connection.execute(text("CREATE SCHEMA jobs"))
            connection.execute(text("CREATE TABLE jobs.limit_counter (key text PRIMARY KEY)"))
    back_up(old, tmp_path / "kept")
    restore(new, tmp_path / "kept")
    with new.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM area")) == 0
    with pytest.raises(BackupProblem, match="not empty"):
        restore(new, tmp_path / "kept")
    old.dispose()
    new.dispose()


@pytest.mark.postgres
def test_on_postgresql_too(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = (create_engine(**engine_options(postgres_url(name))) for name in ("backup_old", "backup_new"))
    monkeypatch.setenv("PATH", postgres_programs(), prepend=os.pathsep)
    Base.metadata.create_all(old)
    with Session(old) as there:
        make_worker(there)
    back_up(old, tmp_path / "kept")
    restore(new, tmp_path / "kept")
    assert json.loads((tmp_path / "kept" / "manifest.json").read_text())["tables"]["worker"][0] == 1
    old.dispose()
    new.dispose()
