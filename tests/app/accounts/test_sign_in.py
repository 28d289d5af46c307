"""Signing in: lock-out, silence about who exists, sessions that end everywhere."""

from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import operations as auth
from app.accounts.attempts import Origin
from models.access import Role
from models.audit import AuditEvent
from models.clock import utc_now
from models.user import LoginSession, SignInCounter, User
from tests.factories.people import ZHAOJUE, make_user

SECRET, NEW = "a good long password", "wooden spoons at dawn"


@pytest.fixture
def clerk(session: Session) -> User:
    user = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    user.password_hash = auth.hasher.hash(SECRET)
    session.commit()
    return user


def enter(app: Flask, username: str, password: str, code: str = "") -> tuple[int, str]:
    answer = app.test_client().post(
        "/sign-in", data={"username": username, "password": password, "code": code}
    )
    return answer.status_code, answer.get_data(as_text=True)


def later(session: Session) -> None:
    """Sixteen minutes go by."""
    session.expire_all()
    for row in session.scalars(select(SignInCounter)):
        for name in ("first_failed_at", "locked_until"):
            if told := getattr(row, name):
                setattr(row, name, told - timedelta(minutes=16))
    session.commit()


def test_the_right_password_opens_and_is_audited(app: Flask, session: Session, clerk: User) -> None:
    assert enter(app, clerk.username, SECRET)[0] == 303
    assert session.scalars(select(AuditEvent.tag)).all() == ["user:sign_in"]


def test_a_password_kept_with_less_effort_is_kept_anew_at_the_next_sign_in(
    app: Flask, session: Session, clerk: User
) -> None:
    """And only then: who types a wrong one, or has one of today's, changes nothing."""
    weaker = type(auth.hasher)(time_cost=1, memory_cost=8, parallelism=1, hash_len=16)
    clerk.password_hash = old = weaker.hash(SECRET)
    session.commit()

    def kept() -> str:
        session.expire_all()
        return clerk.password_hash

    assert enter(app, clerk.username, "wrong")[0] == 401
    assert kept() == old
    assert enter(app, clerk.username, SECRET)[0] == 303
    anew = kept()
    assert auth.hasher.check_needs_rehash(old)
    assert not auth.hasher.check_needs_rehash(anew)
    assert enter(app, clerk.username, SECRET)[0] == 303
    assert kept() == anew


def test_a_password_that_was_changed_meanwhile_is_not_overwritten(session: Session, clerk: User) -> None:
    clerk.password_hash = type(auth.hasher)(time_cost=1, memory_cost=8, parallelism=1, hash_len=16).hash(
        SECRET
    )
    session.commit()
    user_id, matched = auth.check_sign_in(session, clerk.username, SECRET)
    assert matched.anew
    clerk.password_hash = changed = auth.hasher.hash(NEW)
    session.commit()
    auth.sign_in(session, auth.Try(clerk.username, user_id, matched, "", Origin("10.0.0.1")), utc_now())
    assert clerk.password_hash == changed


def test_an_unknown_name_and_a_wrong_password_read_alike(app: Flask, clerk: User) -> None:
    known, unknown = enter(app, clerk.username, "wrong"), enter(app, "nobody", "wrong")
    assert known[0] == unknown[0] == 401
    strip = lambda text: [line for line in text.splitlines() if "csrf" not in line and "once" not in line]  # noqa: E731
    assert strip(known[1].replace(clerk.username, "nobody")) == strip(unknown[1])


def test_five_failures_lock_even_the_right_password_out(app: Flask, session: Session, clerk: User) -> None:
    for _n in range(5):
        enter(app, clerk.username, "wrong")
    assert enter(app, clerk.username, SECRET)[0] == 401
    later(session)
    assert enter(app, clerk.username, SECRET)[0] == 303


def test_failures_long_apart_do_not_lock(app: Flask, session: Session, clerk: User) -> None:
    for _n in range(4):
        enter(app, clerk.username, "wrong")
    later(session)
    enter(app, clerk.username, "wrong")
    assert enter(app, clerk.username, SECRET)[0] == 303


def test_a_one_time_code_works_once(app: Flask, session: Session, clerk: User) -> None:
    clerk.totp_secret = pyotp.random_base32()
    session.commit()
    code = pyotp.TOTP(clerk.totp_secret).now()
    assert enter(app, clerk.username, SECRET)[0] == 401
    assert enter(app, clerk.username, SECRET, code)[0] == 303
    assert enter(app, clerk.username, SECRET, code)[0] == 401


def test_a_kept_cookie_is_worthless_after_signing_out(
    app: Flask, session: Session, clerk: User, sign_in
) -> None:
    client = sign_in(clerk)
    copied = client.get_cookie("session").value
    assert client.get("/").status_code == 200
    client.post("/sign-out")
    thief = app.test_client()
    thief.set_cookie("session", copied)
    assert thief.get("/").status_code == 302


def test_each_sign_in_gets_a_token_of_its_own(app: Flask, session: Session, clerk: User) -> None:
    enter(app, clerk.username, SECRET)
    enter(app, clerk.username, SECRET)
    tokens = session.scalars(select(LoginSession.token_digest)).all()
    assert len(set(tokens)) == 2


def test_changing_the_password_ends_the_other_sign_ins(session: Session, clerk: User, sign_in) -> None:
    here, there = sign_in(clerk), sign_in(clerk)
    form = {"current": SECRET, "password": NEW, "again": NEW}
    assert here.post("/account/password", data=form).status_code == 303
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_signing_in_leads_only_inside(app: Flask, clerk: User) -> None:
    for target in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = app.test_client().post(
            "/sign-in", query_string={"next": target}, data={"username": clerk.username, "password": SECRET}
        )
        assert answer.headers["Location"] == "/"


def test_unknown_names_take_the_time_of_known_ones(app: Flask, clerk: User) -> None:
    calls: list[str] = []
    original = auth.password_matches
    auth.password_matches = lambda stored, password: calls.append(stored) or original(stored, password)
    try:
        enter(app, "nobody", "x")
        enter(app, clerk.username, "x")
    finally:
        auth.password_matches = original
    assert len(calls) == 2
    assert all(stored.startswith("$argon2id$") for stored in calls)
