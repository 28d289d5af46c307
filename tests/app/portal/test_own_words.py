"""A wish stands at once and the county is told; a fact of the register never changes by what is said."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.own_words import operations
from models.access import Role
from models.audit import AuditEvent
from models.clock import utc_now
from models.event_tags import EventTag
from models.people.own_word import OwnWord, OwnWordState
from models.people.worker import Worker
from models.user import User
from tests.factories.people import BUTUO, ZHAOJUE, actor_of, make_user, make_worker

SignIn = Callable[..., FlaskClient]
WISHES = {"willing": "1", "wishes": "焊工、普工", "wage_floor_yuan": "4,800", "night_shift": "0"}


@pytest.fixture
def worker(session: Session) -> Worker:
    return make_worker(session, name="吉克阿牛", willing=True, wishes=["普工"], wage_floor_yuan=3000)


@pytest.fixture
def person(session: Session, worker: Worker) -> User:
    return make_user(session, Role.WORKER, worker_id=worker.id)


def said(session: Session) -> dict[str, OwnWord]:
    session.expire_all()
    return {row.field: row for row in session.scalars(select(OwnWord))}


def test_a_wish_stands_at_once_and_the_county_sees_before_and_after(
    session: Session, worker: Worker, person: User, sign_in: SignIn
) -> None:
    phone = sign_in(person)
    assert phone.post("/my/profile/wishes", data=WISHES).status_code == 303
    rows = said(session)
    assert (worker.wage_floor_yuan, worker.night_shift, worker.wishes) == (4800, False, ["焊工", "普工"])
    assert set(rows) == {"wishes", "wage_floor_yuan", "night_shift"}
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    county = sign_in(clerk)
    page = county.get("/workers/own-words").text
    assert all(words in page for words in ("吉克阿牛", "3000", "4800", "焊工、普工"))
    assert "是本人在手机上自己说的，还没有人看" in county.get("/").text
    for row in rows.values():
        county.post(f"/workers/own-words/{row.id}", data={"event": "settle"})
    assert {row.state for row in said(session).values()} == {OwnWordState.SETTLED}
    assert "没有要看的" in county.get("/workers/own-words").text


def test_a_fact_waits_for_the_county_and_its_answer_is_told(
    session: Session, worker: Worker, person: User, sign_in: SignIn
) -> None:
    phone, name = sign_in(person), worker.name
    wrong = {"fact": "name", "words": "我叫吉克阿呷", "once": "one"}
    assert [phone.post("/my/profile/wrong", data=wrong).status_code for _try in "ab"] == [303, 303]
    row = said(session)["name"]
    assert (worker.name, row.said, row.state) == (name, "我叫吉克阿呷", OwnWordState.OPEN)
    assert EventTag.OWN_WORD_SAY in session.scalars(select(AuditEvent.tag)).all()
    elsewhere = sign_in(make_user(session, Role.COUNTY, area_code=BUTUO))
    assert elsewhere.post(f"/workers/own-words/{row.id}", data={"event": "settle"}).status_code == 404
    county = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    county.post(f"/workers/own-words/{row.id}", data={"event": "refuse", "reason": "和身份证一样，没有错"})
    assert "和身份证一样，没有错" in phone.get("/my/profile").text


def test_a_bent_form_changes_no_fact(session: Session, worker: Worker, person: User, sign_in: SignIn) -> None:
    name, number = worker.name, worker.id_digest
    sign_in(person).post(
        "/my/profile/wishes", data=WISHES | {"name": "别人", "id_number": "1", "state": "closed"}
    )
    session.expire_all()
    assert (worker.name, worker.id_digest) == (name, number)
    with pytest.raises(ValueError, match="not for the person"):
        operations.change_wishes(session, actor_of(session, person), worker, {"name": "别人"}, utc_now())


def test_what_cannot_be_read_is_a_sentence_and_stays(
    session: Session, worker: Worker, person: User, sign_in: SignIn
) -> None:
    phone = sign_in(person)
    answer = phone.post("/my/profile/wishes", data=WISHES | {"wage_floor_yuan": "四千来块吧"})
    assert answer.status_code == 422
    assert "四千来块吧" in answer.text
    assert worker.wage_floor_yuan == 3000
    empty = phone.post("/my/profile/wrong", data={"words": "号码换了"})
    assert empty.status_code == 422
    assert "号码换了" in empty.text
    assert said(session) == {}
