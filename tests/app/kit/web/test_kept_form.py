"""What somebody typed outlives the end of a sign-in and a change of language, for that account alone."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts import operations as auth
from models.access import Role
from models.people.worker import Worker
from models.user import User
from tests.factories.browser_form import untouched
from tests.factories.people import ZHAOJUE, make_user, make_worker

PASSWORD = "correct horse battery"
SESSION = "session"


@pytest.fixture(autouse=True)
def guarded(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def clerk(session: Session) -> User:
    user = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    user.username = "clerk"
    user.password_hash = auth.hasher.hash(PASSWORD)
    session.commit()
    return user


@pytest.fixture
def client(app: Flask, clerk: User) -> FlaskClient:
    browser = app.test_client()
    assert enter(browser, browser.get("/sign-in").text, "/sign-in").status_code == 303
    return browser


def enter(browser: FlaskClient, page: str, address: str, username: str = "clerk"):
    form = untouched(page, address, "password")
    form["username"], form["password"] = username, PASSWORD
    return browser.post(address, data=form)


@pytest.fixture
def worker(session: Session) -> Worker:
    return make_worker(session, name="阿说尔布")


def opened(client: FlaskClient, worker: Worker):
    address = f"/workers/{worker.id}/edit"
    form = untouched(client.get(address).text, address, "village")
    form["village"], form["note"], form["id_number"] = "竹核村", "带着孩子", "51343119900101001X"
    return address, form


def test_after_a_new_sign_in_the_form_is_there_as_typed_and_is_saved_by_pressing_once_more(
    client: FlaskClient, worker: Worker, session: Session
) -> None:
    address, form = opened(client, worker)
    form["id_number"] = ""
    client.delete_cookie(SESSION)
    asked = client.post(address, data=form)
    assert (asked.status_code, "你填的都还在" in asked.text) == (401, True)
    assert "竹核村" not in asked.text
    back = enter(client, asked.text, "/sign-in")
    assert back.status_code == 200
    assert "这一次没有保存" in back.text
    session.expire_all()
    assert worker.village != "竹核村"
    again = untouched(back.text, address, "village")
    assert (again["village"], again["note"]) == ("竹核村", "带着孩子")
    assert client.post(address, data=again).status_code == 303
    session.expire_all()
    assert (worker.village, worker.note) == ("竹核村", "带着孩子")


def test_what_was_typed_is_sealed_and_for_nobody_else(
    client: FlaskClient, worker: Worker, session: Session
) -> None:
    other = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    other.username = "colleague"
    other.password_hash = auth.hasher.hash(PASSWORD)
    session.commit()
    address, form = opened(client, worker)
    client.delete_cookie(SESSION)
    asked = client.post(address, data=form)
    for secret in ("51343119900101001X", "竹核村", "带着孩子"):
        assert secret not in asked.text
    answer = enter(client, asked.text, "/sign-in", username="colleague")
    assert answer.status_code == 303
    assert "竹核村" not in client.get(address).text


def test_a_foreign_page_or_a_browser_that_signed_out_has_nothing_kept(
    app: Flask, client: FlaskClient, worker: Worker
) -> None:
    address, form = opened(client, worker)
    assert app.test_client().post(address, data=form).status_code == 302  # no cookie comes along
    page = client.get("/").text
    client.post("/sign-out", data=untouched(page, "/sign-out", "csrf_token"))
    assert client.post(address, data=form).status_code == 302


def test_a_form_open_for_too_long_is_shown_again_as_typed(client: FlaskClient, worker: Worker) -> None:
    address, form = opened(client, worker)
    form["csrf_token"] = "gone"
    answer = client.post(address, data=form)
    assert (answer.status_code, "放得太久" in answer.text) == (400, True)
    again = untouched(answer.text, address, "village")
    assert again["village"] == "竹核村"
    again["id_number"] = ""
    assert client.post(address, data=again).status_code == 303


def test_another_language_keeps_what_was_typed(client: FlaskClient, worker: Worker, session: Session) -> None:
    address, form = opened(client, worker)
    page = client.get(address).text
    button = re.search(r"<button[^>]*data-language[^>]*>", page, re.DOTALL)
    assert button
    assert 'form="whole-form"' in button[0]
    assert page.count('id="whole-form"') == 1
    of_the_form = re.findall(r'<button[^>]*form="whole-form"[^>]*>', page)
    assert "data-language" not in of_the_form[0], "Enter in a field would change the language"
    assert len(of_the_form) > 1
    english = client.post(
        "/language", data=form | {"locale": "en"}, headers={"Referer": f"http://localhost{address}"}
    )
    assert english.status_code == 200
    assert "Save" in english.text
    again = untouched(english.text, address, "village")
    assert (again["village"], again["note"], again["id_number"]) == (
        "竹核村",
        "带着孩子",
        "51343119900101001X",
    )
    again["id_number"] = ""
    assert client.post(address, data=again).status_code == 303
    session.expire_all()
    assert worker.village == "竹核村"
