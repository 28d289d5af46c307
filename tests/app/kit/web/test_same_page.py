"""A form that is not taken is answered on its own page, with every reason at its place."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.kit.web.extensions import db
from models.access import Role
from models.jobs.order import OrderState
from tests.factories.people import make_enterprise, make_order, make_user

SignIn = Callable[[object], FlaskClient]


@pytest.fixture
def clerk(session: Session, sign_in: SignIn) -> FlaskClient:
    enterprise = make_enterprise(session)
    make_order(session, enterprise, state=OrderState.OPEN, title="缝纫工", headcount=30)
    return sign_in(make_user(session, Role.ENTERPRISE, organisation_id=enterprise.id))


def form_with(page: str, words: str) -> str:
    """The form of ``page`` that says ``words``."""
    return next(form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if words in form)


def test_a_refused_form_comes_back_on_its_page_with_the_reason_in_it(clerk: FlaskClient) -> None:
    came_from = {"Referer": "http://localhost/orders/1"}
    answer = clerk.post("/orders/1/headcount", data={"headcount": "20"}, headers=came_from)
    assert answer.status_code == 409
    form = form_with(answer.text, "人数只能加，不能减")
    assert 'name="headcount"' in form
    assert 'name="page" value="/orders/1"' in form
    assert 'value="20"' in form
    assert "回到首页" not in answer.text
    assert re.search(r"<h1>缝纫工", answer.text)


def test_without_a_referrer_the_page_above_the_address_is_shown(clerk: FlaskClient) -> None:
    answer = clerk.post("/orders/1/advance", data={"event": "submit", "reason": "忘了说明"})
    assert answer.status_code == 409
    assert "现在是“招聘中”，不能再“提交审核”" in answer.text
    assert "忘了说明" in answer.text
    assert re.search(r"<h1>缝纫工", answer.text)


@pytest.mark.parametrize(
    ("problem", "code", "reason"),
    [
        (StaleDataError(), 409, "别人刚改过这一条"),
        (
            IntegrityError("", {}, Exception("CHECK constraint failed: ck_job_order_places")),
            409,
            "名额已经满了",
        ),
        (OperationalError("", {}, Exception("database is locked")), 503, "系统正忙"),
        (RuntimeError("broken"), 500, "系统出错了"),
    ],
)
def test_whatever_goes_wrong_keeps_what_was_typed(
    clerk: FlaskClient, monkeypatch: pytest.MonkeyPatch, problem: Exception, code: int, reason: str
) -> None:
    def fail(*_args: object) -> None:
        raise problem

    monkeypatch.setattr("app.orders.operations.enlarge", fail)
    answer = clerk.post("/orders/1/headcount", data={"headcount": "41"})
    assert answer.status_code == code
    assert 'value="41"' in form_with(answer.text, reason)
    assert ("别人" in answer.text) == isinstance(problem, StaleDataError)


def test_a_page_that_cannot_be_shown_either_leaves_the_error_page(
    clerk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise OperationalError("", {}, Exception("database is locked"))

    monkeypatch.setattr("app.orders.views._page_of", fail)
    monkeypatch.setattr("app.orders.operations.enlarge", fail)
    answer = clerk.post("/orders/1/headcount", data={"headcount": "41"})
    assert (answer.status_code, "系统正忙" in answer.text) == (503, True)


def test_a_refusal_writes_nothing_and_flashes_are_said_on_the_page(
    clerk: FlaskClient, session: Session
) -> None:
    assert clerk.post("/orders/1/copy").status_code == 303
    answer = clerk.post("/orders/1/headcount", data={"headcount": "20"})
    assert "已复制成新草稿" in answer.text
    assert "已复制成新草稿" not in clerk.get("/orders/1").text
    assert not db.session.new


def test_another_house_is_no_page_of_ours(clerk: FlaskClient) -> None:
    answer = clerk.post(
        "/orders/1/headcount",
        data={"headcount": "20"},
        headers={"Referer": "http://elsewhere.example/orders"},
    )
    assert re.search(r"<h1>缝纫工", answer.text)


def test_a_page_shown_at_another_address_keeps_sending_its_forms_where_they_belong(
    clerk: FlaskClient,
) -> None:
    at = {"Referer": "http://localhost/orders/1/edit"}
    told = clerk.post(
        "/orders/1/headcount", data={"headcount": "20", "page": "/orders/1?after=x"}, headers=at
    )
    assert "<h1>缝纫工" in told.text
    assert 'name="page" value="/orders/1?after=x"' in told.text
    for address in ("//elsewhere.example/", "https://elsewhere.example/", "/nowhere"):
        answer = clerk.post("/orders/1/headcount", data={"headcount": "20", "page": address})
        assert "elsewhere" not in answer.text
        assert "<h1>缝纫工" in answer.text
