"""The look-out itself: it must see what it is there for, and nothing else."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from app.accounts import operations as accounts
from app.kit.web.extensions import db
from app.kit.web.queue import enqueue
from models.access import Role
from models.audit import AuditEvent
from models.clock import utc_now
from tests.conftest import SCRATCH
from tests.factories.people import ZHAOJUE, actor_of, id_number, make_user, make_worker
from tests.factories.racing import racing_app
from tests.trust.leaks import leaks, leaks_in_database, leaks_in_folder


def test_numbers_telephones_and_secrets_are_seen_wherever_they_lie(tmp_path: Path) -> None:
    number = id_number()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "log").write_text(f"ValueError: {number}, 13812345678", encoding="utf-8")
    (tmp_path / "xieshou.db").write_bytes(b"\0\1passw0rd\2")
    found = leaks_in_folder(tmp_path, ["passw0rd"])
    assert found == {"deep/log": {number, "13812345678"}, "xieshou.db": {"passw0rd"}}


def test_digests_instants_and_numbers_with_a_wrong_digit_are_not_taken_for_people() -> None:
    number = id_number()
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert leaks(f"{wrong} a13812345678f 1700000000000 20170503121500000 {number}7".encode()) == set()


def test_a_number_in_a_table_of_jobs_is_seen_whatever_its_type(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'queue.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE task (id INTEGER, data BLOB)"))
        connection.execute(text("INSERT INTO task VALUES (1, :data)"), {"data": b"\x80 13812345678 \x00"})
    assert leaks_in_database(engine) == {"main.task": {"13812345678"}}
    engine.dispose()


def secrets_of_a_day(session: Session) -> list[str]:
    """Whatever the platform draws and shows once: a handed-out password, a sign-in's token, a second factor's
    seed; and a person's number on its way into a file."""
    worker, chief = make_worker(session), make_user(session, Role.ADMIN)
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    session.commit()
    password = accounts.reset_password(session, actor_of(session, chief), clerk, utc_now())
    token = accounts.open_session(session, clerk)
    session.flush()
    accounts.enable_totp(session, actor_of(session, clerk), clerk, token, utc_now())
    enqueue(session, actor_of(session, chief), "check_chain_now", 0)
    session.commit()
    assert session.query(AuditEvent).count() >= 2
    return [password, token, clerk.totp_secret or "no seed", worker.id_number or "no number"]


def test_no_password_token_seed_or_number_lies_in_the_clear(session: Session) -> None:
    known = secrets_of_a_day(session)
    assert all(len(secret) > 8 for secret in known)
    session.close()
    db.engine.dispose()
    assert leaks_in_folder(SCRATCH, known) == {}


@pytest.mark.postgres
def test_nor_in_any_table_of_postgresql(app: Flask, tmp_path: Path) -> None:
    with racing_app("postgresql", tmp_path, "leaks"):
        known = secrets_of_a_day(db.session)
        db.session.rollback()
        assert leaks_in_database(db.engine, known) == {}
