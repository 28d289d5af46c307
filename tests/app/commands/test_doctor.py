"""The doctor names what is wrong with an installation, says how it is mended, and changes nothing."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, insert, text
from sqlalchemy.orm import Session

import config
from app.accounts import operations as accounts
from app.commands import prepare
from app.commands.demo.accounts import DEMO_PASSWORD
from app.commands.doctor import command, database, machine, service
from app.commands.doctor.case import Case, State, examine
from app.kit.web import presence
from app.kit.web.connections import engine_options
from app.kit.web.extensions import db
from app.kit.web.pulse import Pulse
from app.kit.web.queue import LANES, lane_name, make_huey
from app.reference.audit import anchor
from models import vault
from models.access import SYSTEM, Grant, Role
from models.audit import GENESIS
from models.background_job import Job, JobState, NightlyOutcome
from models.base import Base
from models.clock import today, utc_now
from models.people.household import Household
from models.row_security import POLICIES, enforce
from models.runtime_role import grant_runtime
from models.user import User
from tests.factories.any_row import fill
from tests.factories.databases import make_role, postgres_url, role_url
from tests.factories.people import make_worker

DATABASE = "sqlite"  # it is held, or copied, as a file

PAGE = config.ROOT / "docs" / "operations.md"


@pytest.fixture
def case(app: Flask, session: Session, tmp_path: Path) -> Iterator[Case]:
    """A healthy installation: two administrators, a worker that is alive, an anchor."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    for name in ("one", "two"):
        user = accounts.make_user(session, SYSTEM, f"admin.{name}", name, "a password nobody knows")
        session.add(Grant(user_id=user.id, role=Role.ADMIN, valid_from=today(), reason="test"))
    session.commit()
    session.execute(
        text(f"CREATE TABLE alembic_version AS SELECT '{prepare.newest_version()}' AS version_num")
    )
    session.commit()
    case = Case({"XIESHOU_ENV": "testing"})
    case.settings = app.config | {"INSTANCE": folder, "INDEX_FOLDER": folder / "index"}
    case.settings["AUDIT_ANCHOR"] = folder / "audit.anchor"
    anchor.begin(folder / "audit.anchor", (0, GENESIS), utc_now())
    for path in folder.iterdir():
        path.chmod(0o600)
    bare = Flask("bare")
    bare.config["INSTANCE"] = folder
    end_workers()  # a job that an earlier test ran made this process a worker of another installation
    presence.enter(bare)
    session.rollback()
    yield case
    case.close()
    end_workers()


def end_workers() -> None:
    for name in list(presence._ours):
        presence._ours.pop(name).close()


def found(case: Case, name: str) -> list[tuple[State, str]]:
    """What the check says now, good news apart."""
    case.close()
    for kept in ("session", "connection", "engine"):
        case.__dict__.pop(kept, None)
    db.session.rollback()
    findings = [one for one in examine(case) if one.check == name]
    assert findings, f"no check is called {name}"
    return [(one.state, f"{one.told} -> {one.mend}") for one in findings if one.state is not State.GOOD]


def names(case: Case) -> set[str]:
    """The checks that a healthy trial leaves something to say about."""
    case.close()
    return {one.check for one in examine(case) if one.state is not State.GOOD}


def test_a_healthy_installation_is_called_healthy(case: Case) -> None:
    assert names(case) == {"mode", "texts"}


def test_the_manual_lists_what_the_doctor_looks_at() -> None:
    """`flask --app wsgi doctor --list` between the marks of docs/operations.md."""
    listed = PAGE.read_text("utf-8").partition("<!-- flask doctor --list -->\n")[2]
    assert listed.partition("\n<!-- end")[0] == command.as_markdown()


def open_files(case: Case) -> None:
    (case.settings["INSTANCE"] / "audit.anchor").chmod(0o644)


def make_older(case: Case) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))


def take_tables_away(case: Case) -> None:
    db.session.execute(text("DROP TABLE alembic_version"))


def let_demo_in(case: Case) -> None:
    accounts.make_user(db.session, SYSTEM, "county", "county", DEMO_PASSWORD)


def lose_an_administrator(case: Case) -> None:
    db.session.query(User).filter_by(username="admin.two").update({"is_active": False})


def lose_all_administrators(case: Case) -> None:
    db.session.query(User).update({"is_active": False})


def lose_the_anchor(case: Case) -> None:
    case.settings["AUDIT_ANCHOR"].unlink()


def empty_the_anchor(case: Case) -> None:
    case.settings["AUDIT_ANCHOR"].write_text("")


def forge_the_anchor(case: Case) -> None:
    case.settings["AUDIT_ANCHOR"].write_text('{"number": 1}')


def be_late_with_the_anchor(case: Case) -> None:
    case.settings["AUDIT_ANCHOR"].unlink()
    anchor.begin(case.settings["AUDIT_ANCHOR"], (0, GENESIS), utc_now() - timedelta(hours=3))


def lose_the_facts(case: Case) -> None:
    db.session.execute(text("PRAGMA foreign_keys = OFF"))
    db.session.execute(text("DELETE FROM area"))


def let_a_step_fail(case: Case) -> None:
    ago = utc_now() - timedelta(hours=1)
    db.session.add(NightlyOutcome(name="check_chain", begun_at=ago, failed_since=ago, problem="KeyError"))


def miss_a_night(case: Case) -> None:
    db.session.add(NightlyOutcome(name="check_audit", begun_at=utc_now() - timedelta(days=3)))


def let_a_job_wait(case: Case) -> None:
    user = db.session.query(User).first()
    assert user is not None
    old = utc_now() - timedelta(minutes=20)
    db.session.add(Job(name="x", subject_id=0, user_id=user.id, state=JobState.QUEUED, created_at=old))


def end_the_worker(case: Case) -> None:
    end_workers()


def count_in_memory(case: Case) -> None:
    case.settings |= {"RATELIMIT_STORAGE_URI": "memory://", "PROCESSES": 4}


def ask_a_redis_that_is_not_there(case: Case) -> None:
    case.settings["RATELIMIT_STORAGE_URI"] = "redis://127.0.0.1:1/0"


def run_ahead(case: Case) -> None:
    stamp = (utc_now() + timedelta(days=2)).replace(tzinfo=None)
    db.session.execute(text("DROP TRIGGER IF EXISTS audit_event_no_change"))
    for name in db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        if str(name).startswith("audit_event"):
            db.session.execute(text(f"DROP TRIGGER {name}"))
    db.session.execute(text("UPDATE audit_event SET at = :at"), {"at": stamp})


FAULTS: tuple[tuple[str, Callable[[Case], None], State, str], ...] = (
    ("files", open_files, State.PROBLEM, "chmod"),
    ("version", make_older, State.PROBLEM, "migrate"),
    ("version", take_tables_away, State.PROBLEM, "migrate"),
    ("demo", let_demo_in, State.WARNING, "close-demo-accounts"),
    ("administrators", lose_an_administrator, State.WARNING, "create-user"),
    ("administrators", lose_all_administrators, State.PROBLEM, "create-user"),
    ("anchor", lose_the_anchor, State.PROBLEM, "verify-audit"),
    ("anchor", empty_the_anchor, State.PROBLEM, "verify-audit"),
    ("anchor", forge_the_anchor, State.PROBLEM, "verify-audit"),
    ("anchor", be_late_with_the_anchor, State.WARNING, "worker"),
    ("night", let_a_step_fail, State.PROBLEM, "nightly check_chain"),
    ("night", miss_a_night, State.WARNING, "nightly check_audit"),
    ("worker", let_a_job_wait, State.PROBLEM, "waiting since"),
    ("worker", end_the_worker, State.PROBLEM, "no job worker"),
    ("limiter", count_in_memory, State.PROBLEM, "LIMITER_URL"),
    ("limiter", ask_a_redis_that_is_not_there, State.PROBLEM, "LIMITER_URL"),
    ("clock", run_ahead, State.PROBLEM, "set-ntp"),
)


@pytest.mark.parametrize(("name", "fault", "state", "told"), FAULTS, ids=[one[1].__name__ for one in FAULTS])
def test_each_fault_is_named_with_its_mending(
    case: Case, name: str, fault: Callable[[Case], None], state: State, told: str
) -> None:
    fault(case)
    db.session.commit()
    ((is_state, said),) = found(case, name)
    assert is_state is state
    assert told in said


def test_a_demo_account_in_production_is_a_problem(case: Case) -> None:
    let_demo_in(case)
    db.session.commit()
    case.env["XIESHOU_ENV"] = "production"
    assert [state for state, _said in found(case, "demo")] == [State.PROBLEM]


def test_other_keys_are_told_before_somebody_needs_a_number(case: Case, session: Session) -> None:
    make_worker(session)
    session.commit()
    assert found(case, "keys") == []
    suites = vault.ring()
    try:
        others = {**vars(suites), "keys": {suites.current: b"x" * 32}}
        others.pop("ciphers")
        vault.configure(vault.KeyRing(**others))
        wrong = found(case, "keys")
        assert wrong
        assert all("does not open" in said and "keys file" in said for _state, said in wrong)
        case.settings["SEALING_KEYS"] = {9: b"x" * 32}
        assert "was sealed with key" in found(case, "keys")[0][1]
    finally:
        vault.configure(suites)


@pytest.mark.parametrize(("free", "state"), [(1 << 20, State.PROBLEM), (2 << 30, State.WARNING)])
def test_a_disk_that_fills_is_told(
    case: Case, free: int, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: usage._replace(free=free))
    assert [one for one, _said in found(case, "disk")] == [state]


def test_a_host_without_a_worker_of_its_own_is_well_where_another_host_has_one(
    case: Case, tmp_path: Path
) -> None:
    end_workers()
    case.settings |= {"TESTING": False, "QUEUE_URL": str(tmp_path / "queue.db")}
    assert "no job worker" in told_by(case, "worker")
    other_host = Flask("other host")
    other_host.extensions[LANES[0]] = make_huey(case.settings, lane_name(LANES[0]))
    Pulse(other_host).beat()
    assert "one of another was seen" in told_by(case, "worker")


def told_by(case: Case, check: str) -> str:
    return " ".join(one.told for one in examine(case) if one.check == check)


@pytest.fixture
def on_postgres(case: Case) -> Iterator[Engine]:
    """The installation's database is PostgreSQL."""
    case.settings["DATABASE_URL"] = postgres_url("doctor")
    engine = create_engine(**engine_options(case.settings["DATABASE_URL"]))
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        version = prepare.newest_version()
        connection.execute(text(f"CREATE TABLE alembic_version AS SELECT '{version}' AS version_num"))
    yield engine
    case.close()
    engine.dispose()


@pytest.mark.postgres
def test_on_postgresql_the_doctor_sees_sequences_rights_and_programs(
    case: Case, on_postgres: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on_postgres.begin() as connection:
        home = {"id": 7, "code": "7", "county_code": "513431", "created_at": utc_now()}
        connection.execute(insert(Household), [home])
    assert "household" in found(case, "sequences")[0][1]
    assert "may change the audit" in found(case, "rights")[0][1]
    monkeypatch.setenv("PATH", "/nowhere")
    assert [said.partition(" ")[0] for _state, said in found(case, "programs")] == ["pg_dump", "pg_restore"]
    monkeypatch.setattr(machine, "_version_of", lambda program: 9)
    assert all("the server is" in said for _state, said in found(case, "programs"))


@pytest.mark.postgres
def test_a_wall_that_is_down_is_told_with_its_reason_or_has_to_be_mended(
    case: Case, on_postgres: Engine
) -> None:
    case.settings["NO_SECOND_WALL"] = ""
    ((state, said),) = found(case, "second_wall")
    assert state is (State.PROBLEM if case.in_production else State.WARNING)
    assert f"not in force on {len(POLICIES)} tables" in said
    assert "grant-runtime" in said
    case.close()
    with on_postgres.begin() as connection:
        enforce(connection)
    assert found(case, "second_wall") == []
    case.settings["NO_SECOND_WALL"] = "the provincial pooler keeps settings between transactions"
    ((state, said),) = found(case, "second_wall")
    assert state is State.WARNING
    assert "the provincial pooler" in said


@pytest.mark.postgres
def test_the_doctor_sees_sealed_rows_behind_the_wall(
    case: Case, on_postgres: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run as the role that serves; outside of an application nobody had said who looks."""
    with on_postgres.begin() as connection:
        fill(connection, Base.metadata.tables["household"], {"county_code": "513431"})
        make_role("doctor_web")
        grant_runtime(connection, "doctor_web")
        enforce(connection)
    case.settings["DATABASE_URL"] = role_url("doctor", "doctor_web")
    assert found(case, "second_wall") == []
    assert case.session.scalar(text("SELECT count(*) FROM household")) == 1


def test_a_database_that_is_away_is_told_in_a_line_each(case: Case) -> None:
    case.settings["DATABASE_URL"] = "postgresql+psycopg://nobody:secret@127.0.0.1:1/nothing"
    case.settings["RATELIMIT_STORAGE_URI"] = "memory://"
    case.settings["PROCESSES"] = 1
    ((state, said),) = found(case, "database")
    assert state is State.UNKNOWN
    assert "did not answer" in said
    assert "secret" not in " ".join(one.told for one in examine(case))


def doctor(tmp_path: Path, **values: str) -> tuple[int, dict[str, Any]]:
    """The command as an operator calls it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XIESHOU_")}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "doctor", "--json"],
        env=kept | {"XIESHOU_INSTANCE": str(tmp_path / "data")} | values,
        cwd=config.ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, told


def test_where_the_platform_may_not_start_the_doctor_still_speaks(tmp_path: Path) -> None:
    status, told = doctor(tmp_path, XIESHOU_ENV="production", LIMITER_URL="", HTTPS="0")
    assert (status, told["healthy"]) == (1, False)
    said = " ".join(one["told"] for one in told["findings"] if one["check"] == "settings")
    assert all(name in said for name in ("XIESHOU_KEYS", "LIMITER_URL", "HTTPS", "PUBLIC_URL"))
    assert not (tmp_path / "data").exists()  # it looked and made nothing


def test_every_check_says_how_it_ought_to_be_and_has_a_home() -> None:
    homes = {module.__name__ for module in (machine, database, service)}
    from app.commands.doctor.case import in_order

    checks = in_order()
    assert len({one.name for one in checks}) == len(checks) >= 19
    assert all(one.right and one.look.__doc__ and one.look.__module__ in homes for one in checks)
