"""T16: what is backed up comes back whole, onto an empty machine, with the keys that were kept elsewhere."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select, text
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
