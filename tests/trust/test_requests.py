"""T14: no form without its token, no reading that writes, no session that outlives its time. Generated."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.accounts import operations as auth
from app.kit.api.routes import is_program_s
from app.kit.web.extensions import csrf
from app.kit.web.guards import NO_DATABASE, OPEN, SIGNED_IN, policy_of
from models.access import ROLE_PERMISSIONS, Role
from models.base import Base
from tests.app.test_matrix import WORDS, address, kind_of
from tests.factories.people import ZHAOJUE, make_user
from tests.factories.world import World
from tests.whole import some

SECRET = "a good long password"
SAFE = {"GET", "HEAD", "OPTIONS"}
# When a sign-in was last seen is noted beside the request (app/accounts/sessions.py).
MOVES = {"login_session": {"last_seen_at"}, "api_token": {"last_used_at"}}


def path_of(rule: Rule, world: World) -> str:
    """The rule's address with the first tenant's rows in it."""
    if any(name not in WORDS and kind_of(rule.endpoint, name) is None for name in rule.arguments):
        return re.sub(r"<[^>]+>", "1", rule.rule)  # facts and rights, which belong to no tenant
    return address(rule, world, "", 0)


def lines_of(session: Session) -> dict[str, list[str]]:
    """Every row of every table as it lies in the database."""
    lines = {}
    for table in Base.metadata.sorted_tables:
        moves = MOVES.get(table.name, set())
        kept = [f'"{one.name}"' for one in table.columns if one.name not in moves]
        rows = session.execute(text(f"SELECT {', '.join(kept)} FROM {table.name}"))
        lines[table.name] = sorted(map(repr, rows))
    session.rollback()
    return lines


def test_no_form_is_taken_without_its_token(
    app: Flask, session: Session, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    """Every rule of the url map with an unsafe method: the token is asked for before any right is."""
    for_programs = {rule.endpoint for rule in app.url_map.iter_rules() if is_program_s(rule.rule)}
    views = {f"{view.__module__}.{view.__name__}": name for name, view in app.view_functions.items()}
    assert {views[view] for view in csrf._exempt_views} <= for_programs
    assert not csrf._exempt_blueprints
    client = sign_in(make_user(session))
    before, taken = lines_of(session), []
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        for rule in app.url_map.iter_rules():
            if is_program_s(rule.rule):
                continue  # a token comes along with nothing by itself: tests/app/api/test_tokens.py
            for method in sorted(rule.methods - SAFE):
                answer = client.open(path_of(rule, world), method=method, data={})
                if answer.status_code != 400:
                    taken.append((method, rule.rule, answer.status_code))
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert taken == []
    assert lines_of(session) == before


def test_no_page_that_is_read_changes_the_database(
    app: Flask, session: Session, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    """Every other rule of GET (``make test-attacks``: every rule), as an account that may open it."""
    questions = []
    for rule in app.url_map.iter_rules():
        policy = policy_of(app, rule.endpoint)
        able = [role for role in Role if policy in (OPEN, SIGNED_IN) or policy in ROLE_PERMISSIONS[role]]
        if "GET" in rule.methods and rule.endpoint not in NO_DATABASE:
            questions.append((able[-1], path_of(rule, world)))
    clients = {role: sign_in(world.users[role]) for role in Role}
    for client in clients.values():
        client.get("/api/v1/me")  # its program gets a token here
    before = lines_of(session)
    broken = []
    for role, path in some(questions, 2, "attacks"):
        with clients[role].get(path) as answer:
            if answer.status_code >= 500:
                broken.append(path)
    after = lines_of(session)
    assert broken == []
    assert [name for name in before if before[name] != after[name]] == []


@pytest.fixture
def clerk_at_the_door(app: Flask, session: Session) -> FlaskClient:
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    clerk.password_hash = auth.hasher.hash(SECRET)
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:  # as somebody may have left it in this browser
        cookie["planted"] = "by a stranger"
    before = client.get_cookie("session").value
    client.post("/sign-in", data={"username": clerk.username, "password": SECRET})
    assert client.get_cookie("session").value != before
    return client


def test_a_session_begins_anew_with_the_sign_in(clerk_at_the_door: FlaskClient) -> None:
    with clerk_at_the_door.session_transaction() as cookie:
        assert "planted" not in cookie
        token = cookie["_user_id"]
    assert re.fullmatch(r"[\w-]{43}", token)


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 302)])
def test_a_session_is_over_after_half_an_hour_of_silence(
    app: Flask, clerk_at_the_door: FlaskClient, monkeypatch: pytest.MonkeyPatch, minutes: int, status: int
) -> None:
    import time

    kept = clerk_at_the_door.get_cookie("session").value
    then = time.time() + minutes * 60
    monkeypatch.setattr("itsdangerous.timed.time", SimpleNamespace(time=lambda: then))
    other = app.test_client()
    other.set_cookie("session", kept)
    assert other.get("/workers").status_code == status
