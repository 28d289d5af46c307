"""The role that serves pages adds to the audit and to the ledger; it can change neither, nor the tables."""

import json
from collections.abc import Iterator
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from app.commands import grants
from app.kit.web.connections import engine_options
from app.kit.web.postgres_queue import PostgresQueue
from models.access import SYSTEM
from models.audit import AuditEvent, EventTag, record
from models.audit_walk import verify
from models.base import Base
from models.row_security import POLICIES, not_in_force
from models.runtime_role import GrantProblem, append_only_tables, grant_runtime, may_change_audit
from tests.factories.databases import postgres_url, role_url

KEPT = ["audit_event", "ledger_entry", "points_list_note", "points_list_row"]
OWNER, WEB = "test_owner", "test_web"
_numbers = count()


@pytest.fixture(scope="module")
def owner() -> Iterator[Engine]:
    engine = create_engine(postgres_url("runtime_role", owner=OWNER))
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def address(owner: Engine) -> str:
    address = role_url("runtime_role", WEB)
    with owner.begin() as connection:
        assert set(grant_runtime(connection, WEB)) >= set(KEPT)
    return address


@pytest.fixture
def web(address: str) -> Iterator[Engine]:
    engine = create_engine(**engine_options(address))
    yield engine
    engine.dispose()


def act(engine: Engine) -> None:
    with Session(engine) as session:
        record(session, SYSTEM, EventTag.USER_CREATE, f"user:{next(_numbers)}")
        session.commit()


def test_the_serving_role_writes_the_audit_and_reads_it(web: Engine) -> None:
    act(web)
    act(web)
    with Session(web) as session:
        assert session.query(AuditEvent).count() >= 2
        assert verify(session) is None


ATTACKS = (
    "UPDATE {t} SET id = id",
    "DELETE FROM {t}",
    "TRUNCATE {t} CASCADE",
    "DROP TRIGGER {t}_no_change ON {t}",
    "ALTER TABLE {t} DISABLE TRIGGER ALL",
    "ALTER TABLE {t} RENAME TO gone",
    "ALTER TABLE {t} OWNER TO CURRENT_USER",
    "DROP TABLE {t} CASCADE",
    "DROP FUNCTION {t}_keep() CASCADE",
    "CREATE OR REPLACE FUNCTION {t}_keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "CREATE TRIGGER mine BEFORE INSERT ON {t} FOR EACH ROW EXECUTE FUNCTION {t}_keep()",
    "CREATE RULE mine AS ON INSERT TO {t} DO INSTEAD NOTHING",
    "GRANT UPDATE ON {t} TO CURRENT_USER; UPDATE {t} SET id = id",
    "SET ROLE test_owner",
    "SET session_replication_role = replica",
    "CREATE TABLE public.{t}_copy (id int)",
)


@pytest.mark.parametrize("table", KEPT)
def test_the_serving_role_cannot_change_what_is_append_only(web: Engine, table: str) -> None:
    act(web)
    for attack in ATTACKS:
        refused = pytest.raises(ProgrammingError, match=r"permission denied|must be owner")
        with web.connect() as connection, refused:
            for statement in attack.format(t=table).split("; "):
                connection.execute(text(statement))


def test_a_table_of_the_same_name_elsewhere_is_not_taken_for_the_audit(web: Engine) -> None:
    with web.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS jobs.audit_event (LIKE public.audit_event)"))
        connection.execute(text("ALTER ROLE CURRENT_USER SET search_path = jobs, public"))
    web.dispose()
    act(web)
    with web.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM jobs.audit_event")) == 0
        connection.execute(text("ALTER ROLE CURRENT_USER RESET search_path"))
        connection.execute(text("DROP TABLE jobs.audit_event"))


def test_doctor_can_tell_the_two_roles_apart(owner: Engine, web: Engine) -> None:
    with owner.connect() as mighty, web.connect() as serving:
        assert may_change_audit(mighty)
        assert not may_change_audit(serving)


def test_granting_again_after_an_upgrade_covers_new_tables(owner: Engine, web: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("CREATE TABLE later (id int)"))
        assert grant_runtime(connection, WEB) == append_only_tables(connection)
    with web.begin() as connection:
        connection.execute(text("INSERT INTO later VALUES (1)"))
    with owner.begin() as connection:
        connection.execute(text("DROP TABLE later"))
    act(web)


@pytest.mark.parametrize(
    ("reason", "down"), [("", []), ("the pooler keeps settings between transactions", sorted(POLICIES))]
)
def test_the_rights_come_with_the_second_wall_unless_the_settings_say_why_not(
    app: Flask, owner: Engine, address: str, monkeypatch: pytest.MonkeyPatch, reason: str, down: list[str]
) -> None:
    monkeypatch.setattr(grants, "db", SimpleNamespace(engine=owner))
    monkeypatch.setitem(app.config, "NO_SECOND_WALL", reason)
    with app.app_context():
        answer = app.test_cli_runner().invoke(args=["grant-runtime", WEB])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["reason"] == reason
    with owner.connect() as connection:
        assert not_in_force(connection) == down


@pytest.mark.parametrize("role", [OWNER, "postgres", "nobody_here"])
def test_a_role_that_could_do_more_is_refused(owner: Engine, role: str) -> None:
    with owner.begin() as connection, pytest.raises(GrantProblem):
        grant_runtime(connection, role)


def test_the_queue_makes_its_tables_beside_ours(web: Engine, address: str) -> None:
    queue: Any = PostgresQueue("test", dsn=address.replace("+psycopg", ""))
    queue.put("key", "value")
    assert queue.get("key") == "value"
    queue.storage.close()
    with web.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('jobs.huey_kv')")) is not None
        assert connection.scalar(text("SELECT to_regclass('public.huey_kv')")) is None


def test_on_sqlite_the_command_says_that_there_are_no_roles(app: Flask, session: Session) -> None:
    answer = app.test_cli_runner().invoke(args=["grant-runtime", "xieshou_web"])
    assert answer.exit_code == 1
    assert "only PostgreSQL has roles" in answer.output
