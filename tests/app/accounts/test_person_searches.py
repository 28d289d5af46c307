"""Who sees persons for a stated purpose only looks for so many a day by name: noted, watched, refused."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import oversight
from models.access import Role
from models.audit import AuditEvent
from models.clock import today
from models.event_tags import EventTag
from tests.factories.people import ZHAOJUE, actor_of, make_user, make_worker

SignIn = Callable[..., FlaskClient]
REFUSED = "今天已经按姓名、号码找过 2 次人"
PLACES = {Role.PREFECTURE: "513400", Role.PROVINCE: "440000", Role.AUDITOR: "513400"}


@pytest.fixture(autouse=True)
def two_a_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SEARCHES_A_DAY", 2)


def noted(session: Session) -> list[str]:
    session.rollback()
    events = select(AuditEvent).where(AuditEvent.tag == EventTag.PERSON_SEARCH).order_by(AuditEvent.id)
    return [event.details["key"] for event in session.scalars(events)]


@pytest.mark.parametrize("role", PLACES)
def test_a_supervisor_looks_for_so_many_persons_a_day_by_name_and_each_search_is_noted(
    session: Session, sign_in: SignIn, role: Role
) -> None:
    """By the register, by the search over everything, by its file: one number; page two costs nothing."""
    user, person = make_user(session, role, area_code=PLACES[role]), make_worker(session, name="吉克阿牛")
    client, number = sign_in(user), person.id_number
    assert client.get("/workers").status_code == 200
    assert noted(session) == [], "a list as it is costs nothing"
    assert person.name in client.get("/workers?q=吉克").text
    assert client.get("/workers?q=吉克&after=1").status_code == 200
    assert person.name not in client.get("/search?q=吉克阿&part=1").text, "nothing is guessed while typing"
    client.get(f"/search?q={number}", follow_redirects=True)
    assert noted(session) == ["吉克", "[number]"]
    for path in ("/workers?q=阿牛", "/search?q=阿牛", "/admin/audit/people?q=阿牛"):
        refused = client.get(path)
        assert refused.status_code in (403, 409), path
        assert person.name not in refused.text
    assert REFUSED in client.get("/workers?q=阿牛").text
    assert client.get("/workers").status_code == 200
    assert len(noted(session)) == 2, "what is refused is not made"
    admin = actor_of(session, make_user(session, Role.ADMIN))
    assert oversight.many_in_a_day(session, admin, today(), 2) == [user.name]


def test_who_keeps_the_register_searches_it_as_ever(session: Session, sign_in: SignIn) -> None:
    client, person = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE)), make_worker(session)
    for _again in range(4):
        assert person.name in client.get(f"/workers?q={person.name}").text
    assert person.name in client.get(f"/search?q={person.name}&part=1").text
    assert noted(session) == []


def test_what_finds_no_persons_is_no_search_for_persons(session: Session, sign_in: SignIn) -> None:
    client = sign_in(make_user(session, Role.PROVINCE, area_code="440000"))
    for text in ("电子", "佛山", "缝纫"):
        assert client.get(f"/orders?q={text}").status_code == 200
    assert noted(session) == []
