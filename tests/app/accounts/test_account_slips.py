"""A worker's account: slip, end of the ID number, PIN; on a family's telephone; back in; revoked."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.audit import AuditEvent
from models.people.worker import Worker
from models.people.worker_account import AccountSlip
from models.user import User
from tests.factories.people import ZHAOJUE, make_user, make_worker

PIN, OTHER = "380617", "592804"


@pytest.fixture
def county(session: Session, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def code_on(page: str) -> str:
    (code,) = re.findall(r"\b(\d{4} \d{4} \d{4})\b", page)
    return code


def printed(county: FlaskClient, worker: Worker, reason: str = "") -> str:
    answer = county.post(f"/workers/{worker.id}/account-slip", data={"reason": reason})
    assert answer.status_code == 200
    return code_on(answer.text)


def open_account(phone: FlaskClient, code: str, worker: Worker, pin: str = PIN) -> str:
    """The whole way on a telephone; what the last page says."""
    shown = phone.post("/slip", data={"code": code, "last4": worker.id_last4})
    if shown.status_code != 303:
        return shown.text
    return phone.post("/slip/pin", data={"pin": pin, "again": pin}, follow_redirects=True).text


def tags(session: Session) -> list[str]:
    session.rollback()
    return [tag for tag in session.scalars(select(AuditEvent.tag)) if tag.startswith(("account", "user"))]


def test_a_worker_gets_in_by_slip_last_four_and_pin(
    app: Flask, session: Session, county: FlaskClient
) -> None:
    worker, phone = make_worker(session), app.test_client()
    code = printed(county, worker)
    digits = code.replace(" ", "")
    assert digits in phone.get(f"/slip/{digits}").text.replace(" ", "")
    assert "这是你自己的账号" in open_account(phone, code, worker)
    assert phone.get("/my/profile").status_code == 200
    account = session.scalars(select(User).where(User.worker_id == worker.id)).one()
    assert re.fullmatch(r"\d{10}", account.username)
    assert tags(session) == ["account:slip", "account:bind", "user:sign_in"]
    assert session.scalar(select(AccountSlip.code_digest)) not in (code, digits)


def test_a_code_used_twice_is_told_and_opens_nothing(
    app: Flask, session: Session, county: FlaskClient
) -> None:
    worker = make_worker(session)
    code = printed(county, worker)
    open_account(app.test_client(), code, worker)
    thief = app.test_client()
    assert "一张只能用一次" in open_account(thief, code, worker, OTHER)
    assert thief.get("/my/profile").status_code == 302
    assert session.scalar(select(AccountSlip.used_at)) is not None
