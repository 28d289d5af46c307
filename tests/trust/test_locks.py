"""The writer of SQLite is held elsewhere: nobody waits long, nothing typed is lost, everybody else goes on
(T23)."""

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from flask import Flask
from flask import session as cookie
from flask.testing import FlaskClient
from psycopg import InterfaceError as PsycopgInterfaceError
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction
from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.exc import InterfaceError, InternalError
from sqlalchemy.orm import Session

from app.kit.web import connections, errors
from app.kit.web.extensions import db
from models.access import Role
from models.jobs.order import Order, OrderState
from tests.conftest import SCRATCH
from tests.factories.people import make_enterprise, make_order, make_user

DATABASE = "sqlite"  # it is held, or copied, as a file

SignIn = Callable[[object], FlaskClient]
WAIT = 0.5


@contextmanager
def writer_held(how: str = "IMMEDIATE") -> Iterator[None]:
    """Another process has SQLite's one writer."""
    db.session.rollback()
    other = sqlite3.connect(SCRATCH / "xieshou.db", isolation_level=None)
    other.execute(f"BEGIN {how}")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.fixture
def waited() -> Iterator[list[str]]:
    """What waited for the lock in vain. How often, not how long: a machine with company lengthens no list."""
    heard: list[str] = []

    def hear(context: ExceptionContext) -> None:
        options = context.connection.get_execution_options() if context.connection else {}
        if "locked" in str(context.original_exception) and options.get("lock_seconds") != 0:
            heard.append(context.statement or "")

    event.listen(Engine, "handle_error", hear)
    yield heard
    event.remove(Engine, "handle_error", hear)


@pytest.fixture
def clerk(session: Session, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    monkeypatch.setattr(connections, "LOCK_SECONDS", WAIT)
    enterprise = make_enterprise(session)
    make_order(session, enterprise, state=OrderState.OPEN, title="缝纫工", headcount=30)
    return sign_in(make_user(session, Role.ENTERPRISE, organisation_id=enterprise.id))


def test_a_form_that_met_the_lock_is_told_so_in_words_once_it_has_waited_once(
    clerk: FlaskClient, waited: list[str]
) -> None:
    """It waited three times, the error page twice of them, and ended in a bare English 500."""
    with writer_held():
        answer = clerk.post("/orders/1/headcount", data={"headcount": "41", "once": "k1"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "系统正忙" in answer.text
    assert waited == ["BEGIN IMMEDIATE"]


def test_noting_a_sign_in_breaks_no_answer_while_the_writer_is_held(clerk: FlaskClient) -> None:
    """It read the sign-in anew, in a writing transaction, and made a bare 500 of the 503 in words."""
    with writer_held():
        answer = clerk.post("/orders/1/copy", data={"once": "k2"})
    assert (answer.status_code, "系统正忙" in answer.text) == (503, True)


def test_what_was_typed_is_sent_again_by_one_button_and_done_once(
    clerk: FlaskClient, session: Session
) -> None:
    with writer_held():
        page = clerk.post("/orders/1/headcount", data={"headcount": "41", "once": "k1"}).text
    form = re.search(r"<form.*?</form>", page, re.DOTALL)
    assert form
    action = re.search(r'action="([^"]+)"', form.group())
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form.group()))
    assert action
    assert {"headcount": "41", "once": "k1"}.items() <= fields.items()
    for _time in range(2):
        assert clerk.post(action.group(1), data=fields).status_code == 303
    assert session.get_one(Order, 1).headcount == 41


def test_a_password_is_asked_again_and_never_held_in_a_page(app: Flask, session: Session) -> None:
    form = {"username": "zhao", "password": "geheim-123", "code": ""}
    with app.test_request_context("/sign-in", method="POST", data=form):
        page = errors.held(503, "系统正忙", "").get_data(as_text=True)
    assert "geheim-123" not in page
    assert 'type="password"' in page
    assert 'value="zhao"' in page


def test_a_page_is_read_as_ever_while_the_writer_is_held(clerk: FlaskClient, waited: list[str]) -> None:
    with writer_held():
        assert clerk.get("/orders/1").status_code == 200
    assert waited == []


def test_a_refusal_does_not_wait_for_the_writer(clerk: FlaskClient, waited: list[str]) -> None:
    """Whether somebody may is only read: 404 and 403 of a POST waited for the lock like its work."""
    with writer_held():
        codes = [
            clerk.post(path).status_code
            for path in ("/admin/users", "/nowhere", "/orders/1")  # not theirs, no address, no such method
        ]
    assert codes == [403, 404, 405]
    assert waited == []


@pytest.mark.parametrize("code", [401, 403, 404, 405, 409, 413, 429, 500, 503])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_error_page_asks_no_database_and_speaks_the_readers_language(
    app: Flask, session: Session, code: int, method: str
) -> None:
    asked: list[str] = []

    def hear(connection: object, cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    session.rollback()
    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        with app.test_request_context("/orders/1", method=method):
            cookie["locale"], cookie["_user_id"] = "en", "token"
            if code in (409, 500, 503):
                text = errors.held(code, "x", "y").get_data(as_text=True)
            else:
                text = app.make_response(errors._http(code)).get_data(as_text=True)
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)
    assert asked == []
    assert '<html lang="en">' in text


def test_not_even_reading_is_possible_and_still_there_is_a_page(
    clerk: FlaskClient, waited: list[str]
) -> None:
    """The database is held whole (a commit on a slow disk): each try to read waits, so there is one."""
    with writer_held("EXCLUSIVE"):
        answers = [
            clerk.get("/orders/1"),
            clerk.get("/nowhere"),
            clerk.post("/orders/1/headcount", data={"headcount": "9"}),
        ]
    assert [answer.status_code for answer in answers] == [503, 404, 503]
    assert all("<h1" in answer.text for answer in answers)
    assert len(waited) == 2, waited


@pytest.mark.parametrize(
    "raised",
    [ReadOnlySqlTransaction("no"), IdleInTransactionSessionTimeout("slow"), PsycopgInterfaceError("gone")],
    ids=["read-only", "paused too long", "gone"],
)
def test_postgresql_that_takes_no_writing_is_told_in_words(app: Flask, session: Session, raised) -> None:
    """A server set to reading only, or a connection that is gone, made 500s of all that was sent."""
    wrapped = InterfaceError if isinstance(raised, PsycopgInterfaceError) else InternalError
    with app.test_request_context("/orders/1/copy", method="POST"):
        answer = app.make_response(app.handle_user_exception(wrapped("", {}, raised)))
    assert (answer.status_code, "系统正忙" in answer.get_data(as_text=True)) == (503, True)


def test_a_form_that_waited_for_its_own_first_sending_does_not_do_the_work_again(
    app: Flask, clerk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty at once did the work twenty times, one after the other, and the last ones met the time limit."""
    monkeypatch.setattr(connections, "LOCK_SECONDS", 20)
    assert (
        clerk.post("/orders/1/copy", data={"once": "k1"}).status_code == 303
    )  # what is loaded once is loaded
    written: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_rest: object) -> None:
        written.extend([statement] if statement.startswith("INSERT INTO job_order ") else [])

    event.listen(db.engine, "before_cursor_execute", note)
    with ThreadPoolExecutor(2) as pool:
        with writer_held():
            sent = [pool.submit(clerk.post, "/orders/1/copy", data={"once": "k3"}) for _each in range(2)]
            time.sleep(1)  # both have asked whether they were sent before, and wait for the writer
        answers = [one.result() for one in sent]
    event.remove(db.engine, "before_cursor_execute", note)
    assert len({(answer.status_code, answer.location) for answer in answers}) == 1
    assert (answers[0].status_code, len(written)) == (303, 1)
