"""Health: a proxy, a supervisor and monitoring are told the truth, and nobody else anything."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from app.commands.prepare import newest_version
from app.commands.worker import Watch
from app.kit.web import connections, health, pulse
from app.kit.web.extensions import db

READY, WEB = "/health/ready", "/health/ready/web"


@pytest.fixture
def client(
    app: Flask, session: Session, intruder: Session, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FlaskClient]:
    """The tables are made from the models here: their version is put beside them, by who owns them."""
    monkeypatch.setattr(health, "LOOK_SECONDS", 0.0)
    intruder.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
    if intruder.connection().dialect.name == "postgresql":
        intruder.execute(text("GRANT SELECT ON alembic_version TO PUBLIC"))
    intruder.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": newest_version()})
    intruder.commit()
    pulse.Pulse(app).beat()
    yield app.test_client()
    session.rollback()
    intruder.execute(text("DROP TABLE alembic_version"))
    intruder.commit()


def set_version(owner: Session, version: str) -> None:
    owner.execute(text("UPDATE alembic_version SET version_num = :at"), {"at": version})
    owner.commit()


def asked(client: FlaskClient, address: str) -> tuple[int, dict[str, Any]]:
    answer = client.get(address)
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json or {}


def test_a_whole_installation_is_ready(client: FlaskClient) -> None:
    whole = {"ready": True, "database": "ok", "tables": "ok", "keys": "ok", "worker": "ok"}
    assert asked(client, READY) == (200, whole)
    assert asked(client, WEB) == (200, whole)


def test_who_asks_whether_the_process_lives_asks_the_database_nothing(client: FlaskClient) -> None:
    told: list[Any] = []

    def note(connection: Any) -> None:
        told.append(connection)

    event.listen(Engine, "begin", note)
    try:
        assert asked(client, "/health/live") == (200, {"live": True})
        assert told == []
        asked(client, READY)
        assert told
    finally:
        event.remove(Engine, "begin", note)


def test_tables_older_than_the_program_are_not_served_and_newer_ones_are(
    client: FlaskClient, intruder: Session
) -> None:
    """While an upgrade goes on the old hosts must serve on the new tables, or everybody is shut out."""
    set_version(intruder, health.versions()[-2])
    assert asked(client, WEB)[0] == 503
    assert asked(client, WEB)[1]["tables"] == health.BEHIND
    set_version(intruder, "9999")
    assert asked(client, WEB) == (200, asked(client, WEB)[1] | {"tables": health.NEWER})


def test_a_database_that_does_not_answer_is_told_as_such(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_told: Any, **_more: Any) -> None:
        raise db.engine.dialect.loaded_dbapi.OperationalError("connection to db.example.gov.cn refused")

    db.engine.dispose()
    with monkeypatch.context() as away:
        away.setattr(db.engine.dialect, "connect", refuse)
        status, told = asked(client, READY)
    connections._outages.clear()
    assert (status, told["database"], told["tables"]) == (503, health.AWAY, health.NOT_LOOKED)
    assert "example" not in str(told)


def test_a_missing_keys_file_is_told(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(app.config, "KEYS_FILE", tmp_path / "nowhere.json")
    assert asked(client, WEB)[0] == 503
    assert asked(client, WEB)[1]["keys"] == health.NO_KEYS


def test_a_job_worker_that_is_gone_makes_the_installation_unready_and_takes_no_web_server_away(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "LATE_SECONDS", -1.0)
    assert asked(client, READY)[0] == 503
    assert asked(client, WEB) == (200, asked(client, READY)[1] | {"ready": True, "worker": health.NO_WORKER})
    app.extensions["huey"].flush()
    assert pulse.silent_for(app) is None
    Watch(app)._look()
    assert pulse.silent_for(app) is not None, "the worker's watch is what beats"


def test_a_crowd_that_asks_costs_one_look(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    monkeypatch.setattr(health, "LOOK_SECONDS", 60.0)
    monkeypatch.setitem(app.extensions, "health", health.Kept())
    monkeypatch.setattr(health, "look", lambda app: looks.append(1) or dict.fromkeys(health.RIGHT, "ok"))
    kept = app.extensions["health"]
    assert {str(kept.ask(app)) for _ in range(20)} == {str(kept.told)}
    assert looks == [1]
    kept.at = float("-inf")
    with kept.looking:  # somebody looks: the others are told what was seen last
        assert kept.ask(app) == kept.told
    assert looks == [1]


def test_the_programs_newest_version_is_that_of_alembic() -> None:
    assert health.versions()[-1] == newest_version()
