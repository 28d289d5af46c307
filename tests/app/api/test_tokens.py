"""What a token opens, who makes one, and when it ends."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import operations as auth
from app.kit.api.routes import is_program_s, operation_of
from app.kit.web.extensions import limiter
from app.kit.web.guards import OPEN, policy_of
from models import vault
from models.access import Grant, Permission, Role
from models.api.token import ApiToken
from models.audit import AuditEvent
from models.clock import utc_now
from models.jobs.order import Order
from models.user import User
from tests.app.api.programs import Program, told_by
from tests.app.api.test_orders import SEWING
from tests.factories.world import World

SECRET = "not-this-one-4711"


def test_the_document_tells_of_every_route_and_of_no_other(app: Flask) -> None:
    told = told_by(app)["paths"]
    routes = {
        (rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        if is_program_s(rule.rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, methods in told.items() for method in methods} == routes
    for rule in app.url_map.iter_rules():
        assert is_program_s(rule.rule) is (operation_of(app, rule.endpoint) is not None), rule.rule
    for path, methods in told.items():
        for method, operation in methods.items():
            names = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert names == {part[1:-1] for part in path.split("/") if part.startswith("{")}
            assert ("requestBody" in operation) is (method != "get")
    assert len(routes) >= 9


def test_no_cookie_opens_the_interface_and_no_token_a_page(
    app: Flask, session: Session, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    browser, firm = sign_in(world.users[Role.ENTERPRISE]), Program(app, session, world.users[Role.ENTERPRISE])
    open_ones = []
    for rule in app.url_map.iter_rules():
        if is_program_s(rule.rule) and policy_of(app, rule.endpoint) != OPEN:
            path = re.sub(r"<int:\w+>", "1", re.sub(r"<\w+>", "2017-05", rule.rule))
            method = next(one for one in ("GET", "POST", "PUT", "PATCH") if one in rule.methods)
            answer = browser.open(path, method=method, headers={"X-Nothing": "1"})
            if answer.status_code != 401:
                open_ones.append((rule.rule, answer.status_code))
    assert open_ones == []
    assert browser.get("/orders").status_code == 200
    page = app.test_client().get("/orders", headers=firm.headers)
    assert (page.status_code, "/sign-in" in page.headers["Location"]) == (302, True)
    assert firm.get("/orders")["items"]


def test_a_token_does_what_it_was_made_for_and_no_more(app: Flask, session: Session, world: World) -> None:
    reader = Program(app, session, world.users[Role.ENTERPRISE], {Permission.ORDER_READ})
    assert reader.get("/orders")["items"]
    assert reader.post("/orders", SEWING, status=403)["status"] == 403
    own = world.tenants["one"].ids["order"]
    assert reader.post(f"/orders/{own}/steps", {"event": "close"}, status=403)
    assert session.scalars(select(Order.id).where(Order.title == SEWING["title"])).all() == []
    assert reader.get("/me")["rights"][0]["permissions"] == ["order:read"]


def test_a_token_ends_with_time_with_its_owners_right_and_with_his_password(
    app: Flask, session: Session, world: World
) -> None:
    user = world.users[Role.ENTERPRISE]
    old, firm = Program(app, session, user), Program(app, session, user)
    first = session.scalars(select(ApiToken).where(ApiToken.user_id == user.id).order_by(ApiToken.id)).first()
    assert first is not None
    first.expires_at = utc_now() - timedelta(seconds=1)
    session.commit()
    old.get("/orders", status=401)
    assert firm.get("/orders")["items"]
    grant = session.scalars(select(Grant).where(Grant.user_id == user.id)).one()
    grant.revoked_at = utc_now()
    session.commit()
    firm.get("/orders", status=403)
    grant.revoked_at = None
    auth.set_password(session, auth.SYSTEM, session.get_one(User, user.id), SECRET, utc_now())
    session.commit()
    firm.get("/orders", status=401)
    user = session.get_one(User, user.id)
    user.must_change_password = False
    session.commit()
    firm.get("/orders", status=401)


def test_a_token_is_made_with_the_password_shown_once_and_revoked(
    app: Flask, session: Session, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    user = session.get_one(User, world.users[Role.ENTERPRISE].id)
    user.password_hash = auth.hasher.hash(SECRET)
    session.commit()
    browser = sign_in(user)
    form = {"name": "人事系统", "scopes": ["order:read"], "days": "30", "password": "wrong"}
    assert "密码或动态口令不对" in browser.post("/account/tokens", data=form).text
    assert session.scalars(select(ApiToken).where(ApiToken.user_id == user.id)).all() == []
    over = browser.post("/account/tokens", data=form | {"password": SECRET, "scopes": ["order:review"]}).text
    assert "xs_" not in over
    shown = browser.post("/account/tokens", data=form | {"password": SECRET}).text
    secret = shown.split("<code>")[1].split("</code>")[0]
    assert "另有 1 个接口令牌在用" in browser.get("/account/sign-ins").text
    kept = session.scalars(select(ApiToken).where(ApiToken.user_id == user.id)).one()
    assert kept.token_digest == vault.digest(secret)
    assert secret not in browser.get("/account/tokens").text
    headers = {"Authorization": f"Bearer {secret}"}
    assert app.test_client().get("/api/v1/orders", headers=headers).status_code == 200
    browser.post(f"/account/tokens/{kept.id}/revoke")
    assert "个接口令牌在用" not in browser.get("/account/sign-ins").text
    assert app.test_client().get("/api/v1/orders", headers=headers).status_code == 401
    tags = session.scalars(select(AuditEvent.tag).where(AuditEvent.subject == f"api_token:{kept.id}")).all()
    assert tags == ["token:make", "token:revoke"]


def test_a_request_sent_twice_does_its_work_once(app: Flask, session: Session, world: World) -> None:
    firm = Program(app, session, world.users[Role.ENTERPRISE])
    first = firm.post("/orders", SEWING, status=201, key="order-0001")
    again = firm.post("/orders", SEWING, status=201, key="order-0001")
    assert again == first
    assert len(session.scalars(select(Order).where(Order.title == SEWING["title"])).all()) == 1
    other = firm.post("/orders", SEWING | {"headcount": 3}, status=422, key="order-0001")
    assert other["errors"][0]["field"] == "Idempotency-Key"
    assert firm.post("/orders", SEWING, status=400, key="?")["errors"][0]["field"] == "Idempotency-Key"


def test_broken_json_is_refused_with_a_sentence_and_writes_nothing(
    app: Flask, session: Session, world: World
) -> None:
    firm = Program(app, session, world.users[Role.ENTERPRISE])
    headers = firm.headers | {"Idempotency-Key": "broken-01", "Content-Type": "application/json"}
    for data, status in (
        ("{", 400),
        ("[" * 100_000, 400),
        ('{"title": "a", "title": "b"}', 400),
        ('{"headcount": NaN}', 400),
        ('{"headcount": 1e400}', 422),
        ('{"title": "\\ud800"}', 400),
        ('{"title": "\\u0000"}', 400),
        ("[]", 400),
        (f'{{"title": "{"x" * 1_100_000}"}}', 413),
    ):
        answer = firm.client.post("/api/v1/orders", data=data, headers=headers)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), data[:40]
    plain = firm.client.post(
        "/api/v1/orders", data={"title": "a"}, headers=firm.headers | {"Idempotency-Key": "x" * 8}
    )
    assert plain.status_code == 415
    assert firm.get("/orders", status=400, afterwards="1")["errors"][0]["field"] == "afterwards"
    assert firm.get("/orders", status=400, after="’")["errors"][0]["field"] == "after"
    assert session.scalars(select(Order.id).where(Order.title == SEWING["title"])).all() == []


def test_a_token_that_asks_without_end_is_told_to_wait_and_another_is_not(
    app: Flask, session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    greedy, modest = (Program(app, session, world.users[Role.ENTERPRISE]) for _ in range(2))
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    try:
        answers = [greedy.client.get("/api/v1/me", headers=greedy.headers) for _ in range(301)]
        assert [one.status_code for one in answers[:300]] == [200] * 300
        refused = greedy.read("get", "/me", answers[300], 429)
        assert refused["title"]
        assert 0 < int(answers[300].headers["Retry-After"]) <= 60
        modest.get("/me")
    finally:
        limiter.reset()
