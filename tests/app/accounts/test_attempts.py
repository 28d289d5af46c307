"""Tries are counted per account and place: who guesses locks out himself, and guesses no faster for it."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import attempts
from app.accounts import operations as auth
from app.accounts.jobs import forget_old_sign_ins
from models.access import Role
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.user import SignInCounter, User
from tests.factories.people import ZHAOJUE, make_user

SECRET = "a good long password"
WRONG = [401] * 5


@pytest.fixture
def clerk(session: Session) -> User:
    user = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    user.password_hash = auth.hasher.hash(SECRET)
    session.commit()
    return user


def enter(client: FlaskClient, name: str, password: str, source: str = "10.0.0.1") -> int:
    form = {"username": name, "password": password}
    return client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": source}).status_code


def test_a_stranger_locks_out_himself_and_not_the_province(app: Flask, clerk: User) -> None:
    at_work, stranger = app.test_client(), app.test_client()
    assert enter(at_work, clerk.username, SECRET, "10.0.0.1") == 303
    at_work.post("/sign-out")
    assert [enter(stranger, clerk.username, "wrong", "203.0.113.9") for _n in range(5)] == WRONG
    assert enter(stranger, clerk.username, SECRET, "203.0.113.9") == 401  # locked, for him
    assert enter(at_work, clerk.username, SECRET, "198.51.100.7") == 303  # a known device, wherever it is
    at_work.post("/sign-out")
    assert enter(app.test_client(), clerk.username, SECRET, "10.0.0.1") == 303  # a known address
    assert enter(app.test_client(), clerk.username, SECRET, "192.0.2.5") == 303  # and somewhere new


def test_a_known_device_has_five_tries_too(app: Flask, clerk: User) -> None:
    at_work = app.test_client()
    enter(at_work, clerk.username, SECRET)
    at_work.post("/sign-out")
    assert [enter(at_work, clerk.username, "wrong") for _n in range(5)] == WRONG
    assert enter(at_work, clerk.username, SECRET) == 401


def test_many_addresses_together_guess_no_faster(app: Flask, session: Session, clerk: User) -> None:
    """A new address is a new counter; what all strangers tried on an account is one more."""
    name, now = clerk.username, utc_now()
    for number in range(attempts.BY_STRANGERS.most):
        counters = attempts.counters_for(session, name, attempts.Origin(f"203.0.113.{number}"), now)
        attempts.count_failure(counters, clerk.id, now)
    session.commit()
    assert enter(app.test_client(), name, SECRET, "192.0.2.77") == 401
    held = attempts.counters_for(session, name, attempts.Origin("192.0.2.78"), now + timedelta(hours=2))
    assert not attempts.is_locked(held, now + timedelta(hours=2))


def test_one_name_written_in_many_ways_is_one_name(app: Flask, session: Session, clerk: User) -> None:
    wide = "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in clerk.username)
    ways = [clerk.username, clerk.username.upper(), f" {clerk.username}", wide, wide.upper()]
    assert [enter(app.test_client(), way, "wrong") for way in ways] == WRONG
    assert enter(app.test_client(), clerk.username, SECRET) == 401
    digests = session.scalar(select(func.count(SignInCounter.name_digest.distinct())))
    assert digests == 1


def test_a_name_that_nobody_has_is_counted_and_audited_like_one_that_somebody_has(
    app: Flask, session: Session, clerk: User
) -> None:
    """So that neither what is answered nor what it costs tells which of them exists."""

    def written(name: str) -> tuple[list[int], list[str], list[tuple[str, int]]]:
        before = session.scalar(select(func.max(AuditEvent.id))) or 0
        answers = [enter(app.test_client(), name, "wrong") for _n in range(6)]
        session.rollback()
        since = select(AuditEvent.tag).where(AuditEvent.id > before)
        tags = session.scalars(since.order_by(AuditEvent.id)).all()
        rows = select(SignInCounter.place, SignInCounter.failures).order_by(SignInCounter.id.desc()).limit(2)
        return answers, list(tags), [tuple(row) for row in session.execute(rows)]

    assert written(clerk.username) == written("nobody.at-all")


def test_one_customer_of_an_ipv6_network_is_one_source(app: Flask) -> None:
    from app.kit.web.extensions import source

    told = {"2001:db8:1:2::1": "2001:db8:1:2::/64", "2001:db8:1:2:ffff::9": "2001:db8:1:2::/64"}
    told |= {"::ffff:10.0.0.1": "10.0.0.1", "10.0.0.1": "10.0.0.1"}
    for address, counted in told.items():
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            assert source() == counted


def test_the_night_forgets_what_was_counted_long_ago(session: Session, clerk: User) -> None:
    now = utc_now()
    ages = {"old": {}, "locked": {"locked_until": now + timedelta(hours=1)}, "known": {"succeeded_at": now}}
    for place, told in ages.items():
        row = SignInCounter(name_digest="d", place=place, created_at=now - timedelta(days=3), **told)
        session.add(row)
    session.commit()
    assert forget_old_sign_ins(session, today())["counters"] == 1
    assert set(session.scalars(select(SignInCounter.place))) == {"locked", "known"}
