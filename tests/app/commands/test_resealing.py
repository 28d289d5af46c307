"""Keys change while people work: nothing stops opening, nothing changed meanwhile is overwritten."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, select, text, update
from sqlalchemy.orm import Session

import config
from app.commands import resealing
from app.commands.resealing import reseal_all, resealed, waiting
from app.kit.web.connections import engine_options
from app.kit.web.key_watch import KeyWatch
from models import vault
from models.base import Base
from models.people.worker import Worker
from models.sealed_columns import key_of, sealed_columns
from tests.factories.databases import postgres_url
from tests.factories.people import make_worker


@pytest.fixture
def ring() -> Iterator[Callable[[int], None]]:
    """A function that puts a ring of two keys in use, one of them current."""
    suites = vault.ring()

    def use(current: int) -> None:
        keys = {1: suites.keys[suites.current], 2: b"2" * 32}
        vault.configure(vault.KeyRing(keys, current, suites.digest_key, *_audit(suites)))

    yield use
    vault.configure(suites)


def _audit(suites: Any) -> tuple[Any, ...]:
    """The audit's keys, where rings have them."""
    return tuple(getattr(suites, name) for name in ("audit_keys", "audit_current") if hasattr(suites, name))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def people(request: pytest.FixtureRequest, app: Any, tmp_path: Path, ring: Any) -> Iterator[Session]:
    """Seven people, sealed with key 1, on both databases."""
    ring(1)
    url = f"sqlite:///{tmp_path}/old.db" if request.param == "sqlite" else postgres_url("resealing")
    engine: Engine = create_engine(**engine_options(url))
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for number in range(7):
            make_worker(session, name=f"人{number}")
        session.commit()
        yield session
    engine.dispose()


def keys_in_use(session: Session) -> set[int]:
    used = {
        key[0]
        for column in sealed_columns()
        for key in session.scalars(select(key_of(column)).where(column.is_not(None)))
    }
    session.rollback()
    return used


@pytest.mark.postgres
def test_sealing_again_waits_for_nobody_and_leaves_a_row_in_hand_for_later(app: Flask, ring: Any) -> None:
    """An import and the sealing of its rows waited for one another on PostgreSQL, and the import was lost."""
    ring(1)
    engine = create_engine(**engine_options(postgres_url("in_hand")))
    Base.metadata.create_all(engine)
    with Session(engine) as session, engine.connect() as importing:
        people = [make_worker(session, name=f"人{number}") for number in range(3)]
        session.commit()
        importing.execute(update(Worker).where(Worker.id == people[1].id).values(name="阿木"))
        ring(2)
        session.execute(text("SET lock_timeout = '1s'"))  # it would end here with an error
        session.commit()
        reseal_all(session, None, lambda *said: None)
        in_hand = sum(waiting(session, column) for column in sealed_columns())
        importing.commit()
        session.rollback()
        reseal_all(session, None, lambda *said: None)
        assert in_hand > 0
        assert keys_in_use(session) == {2}
    engine.dispose()


def test_old_values_are_sealed_again_in_slices_and_open(
    people: Session, ring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = people.execute(select(Worker.id, Worker.id_number).order_by(Worker.id)).all()
    people.rollback()
    ring(2)
    monkeypatch.setattr(resealing, "SLICE", 3)
    told: list[tuple[str, int, int]] = []
    done = reseal_all(people, None, lambda *news: told.append(news))
    assert done == sum(waiting_before(told).values())
    assert [count for name, count, _total in told if name == "worker.id_number"] == [3, 6, 7]
    assert keys_in_use(people) == {2}
    assert people.execute(select(Worker.id, Worker.id_number).order_by(Worker.id)).all() == before


def waiting_before(told: list[tuple[str, int, int]]) -> dict[str, int]:
    return {name: total for name, _count, total in told}


@pytest.mark.parametrize("column", sealed_columns(), ids=str)
def test_every_sealed_column_can_be_sealed_again(column: Any) -> None:
    """A table with a column called ``row`` ended the whole command."""
    statement = resealed(column)
    given = list(statement.compile().params)
    assert column.name in str(statement.compile(column_keys=given))


def test_stopped_it_goes_on_where_it_was(people: Session, ring: Any) -> None:
    ring(2)
    assert reseal_all(people, 4, lambda *news: None) == 4
    assert keys_in_use(people) == {1, 2}
    rest = sum(waiting(people, column) for column in sealed_columns())
    assert reseal_all(people, None, lambda *news: None) == rest
    assert reseal_all(people, None, lambda *news: None) == 0
    assert keys_in_use(people) == {2}


def test_what_somebody_changes_at_the_same_moment_is_not_overwritten(
    people: Session, ring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring(2)
    person = people.scalars(select(Worker).order_by(Worker.id)).first()
    assert person is not None
    number, seal = person.id, vault.seal

    def seal_late(data: bytes, place: str) -> bytes:
        """Between the reading and the writing of a cell, its person gets another telephone."""
        if place == "worker.phone" and not changed:
            changed.append(True)
            people.execute(Worker.__table__.update().where(Worker.id == number).values(phone="13900000001"))
        return seal(data, place)

    changed: list[bool] = []
    people.rollback()
    monkeypatch.setattr(resealing.vault, "seal", seal_late)
    reseal_all(people, None, lambda *news: None)
    monkeypatch.undo()
    people.expire_all()
    assert keys_in_use(people) == {2}
    assert changed
    assert people.get_one(Worker, number).phone == "13900000001"


def test_a_process_takes_the_new_key_by_itself(tmp_path: Path, ring: Any) -> None:
    ring(1)
    file = tmp_path / "keys.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(config.new_secrets()))
    keys, current = config.sealing_keys(file)
    vault.configure(vault.KeyRing(keys, current, b"d" * 32))
    watch = KeyWatch(file)
    vault.when_a_key_is_missing(watch.look_now)
    try:
        old = vault.seal(b"old", "place")
        there = config.new_key()

        def add(kept: dict[str, Any]) -> None:
            kept["sealing_keys"]["2"], kept["sealing_key_current"] = there, "2"

        config.change_keys(file, add)
        assert file.stat().st_mode & 0o077 == 0
        elsewhere = vault.KeyRing(config.sealing_keys(file)[0], 2, b"d" * 32)
        mine = vault.ring()
        vault.configure(elsewhere)
        foreign = vault.seal(b"from a process that knew it first", "place")
        vault.configure(mine)
        # A value of the new key opens at once, although nobody told this process.
        assert vault.unseal(foreign, "place").startswith(b"from a process")
        assert vault.seal(b"new", "place")[0] == 2
        assert vault.unseal(old, "place") == b"old"
        assert vault.ring().digest_key == b"d" * 32
        file.write_text("{")  # half a file leaves the keys in use
        watch.look_now()
        assert vault.unseal(old, "place") == b"old"
    finally:
        vault.when_a_key_is_missing(None)


def test_the_commands_change_the_keys_file(
    app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(config.new_secrets()))
    monkeypatch.setitem(app.config, "KEYS_FILE", file)

    def run(*words: str) -> dict[str, Any]:
        done = app.test_cli_runner().invoke(args=words)
        assert done.exit_code == 0, done.output
        told: dict[str, Any] = json.loads(done.output.splitlines()[-1])
        return told

    assert run("new-sealing-key", "--not-in-use")["in_use"] is False
    assert config.sealing_keys(file)[1] == 1
    assert run("use-sealing-key", "2")["in_use"] == 2
    assert run("new-sealing-key")["key"] == "3"
    keys, current = config.sealing_keys(file)
    assert (sorted(keys), current) == ([1, 2, 3], 3)
    assert run("reseal") == {"resealed": 0, "left": 0}
    assert app.test_cli_runner().invoke(args=["use-sealing-key", "9"]).exit_code == 1


def test_two_that_change_the_keys_at_once_lose_neither(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(config.new_secrets()))

    def add(kept: dict[str, Any]) -> None:
        number = str(len(kept["sealing_keys"]) + 1)
        time.sleep(0.02)
        kept["sealing_keys"][number] = config.new_key()

    threads = [threading.Thread(target=config.change_keys, args=(file, add)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(config.sealing_keys(file)[0]) == 9
