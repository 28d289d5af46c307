"""So many people's telephones a day and account leave the house, by lists and by the calls of a round."""

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
from models.messages.kind import MessageKind
from models.messages.message import Message, send
from models.messages.reach import Reach, Why
from models.placement.placement import PlacementState
from tests.factories.people import ZHAOJUE, actor_of, make_order, make_placement, make_user, make_worker

SignIn = Callable[..., FlaskClient]
PURPOSE = {"purpose": "service", "purpose_word": "问意愿"}
REFUSED = "一个账号一天最多取出 2 个人的电话"


@pytest.fixture(autouse=True)
def two_a_day(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "TELEPHONES_A_DAY", 2)


def opened(session: Session) -> list[str]:
    events = select(AuditEvent.subject).where(AuditEvent.tag == EventTag.WORKER_REVEAL)
    return sorted(set(session.scalars(events)))


def test_the_sheet_of_a_round_gives_no_more_telephones_than_an_account_may_take_a_day(
    session: Session, sign_in: SignIn
) -> None:
    """The same people again cost nothing; the next call of the round is counted with the sheet."""
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    colleague = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    client, blank = sign_in(clerk), {"willing": None, "wishes": []}
    people = [make_worker(session, **blank) for _n in range(2)]
    for _again in range(2):
        assert client.post("/workers/asking/sheet", data=PURPOSE).status_code == 200
    third = make_worker(session, **blank)
    refused = client.post("/workers/asking/sheet", data=PURPOSE)
    assert refused.status_code == 409
    assert f"{REFUSED}，你今天还能取 0 个，这次有 1 个" in refused.text
    call = client.post(f"/workers/asking/{third.id}/take", data=PURPOSE, follow_redirects=True)
    assert REFUSED in call.text
    assert third.phone not in call.text
    assert opened(session) == sorted(f"worker:{one.id}" for one in people)
    taken = sign_in(colleague).post(f"/workers/asking/{third.id}/take", data=PURPOSE, follow_redirects=True)
    assert third.phone in taken.text
    admin = actor_of(session, make_user(session, Role.ADMIN))
    assert oversight.many_in_a_day(session, admin, today(), 2) == [clerk.name]


def test_the_list_of_whom_to_tell_gives_no_more_than_that(session: Session, sign_in: SignIn) -> None:
    for _n in range(3):
        person = make_worker(session)
        told = {"way": "回家", "line": "三号车"}
        send(session, person.id, MessageKind.SPRING_SEAT, told, actor=actor_of(session, make_admin(session)))
    session.flush()
    for message in session.scalars(select(Message)):
        message.reach, message.why = Reach.UNREACHED, Why.NO_PHONE
    session.commit()
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    for way in ("/messages/unreached/call-list.xlsx", "/messages/unreached/call-list"):
        refused = client.post(way, data=PURPOSE)
        assert refused.status_code == 409, way
        assert REFUSED in refused.text
    assert opened(session) == []


def make_admin(session: Session) -> object:
    return make_user(session, Role.ADMIN)


def test_the_list_of_offers_to_ring_about_gives_no_more_than_that(session: Session, sign_in: SignIn) -> None:
    order = make_order(session)
    rows = [
        make_placement(session, order, make_worker(session), state=PlacementState.OFFERED) for _n in range(3)
    ]
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    ids = {"ids": [row.id for row in rows], "kind": "offered"}
    refused = client.post("/placements/call-list", data=PURPOSE | ids)
    assert refused.status_code == 409
    assert REFUSED in refused.text
    assert rows[0].worker.phone not in refused.text
    few = client.post("/placements/call-list", data=PURPOSE | {"ids": ids["ids"][:2], "kind": "offered"})
    assert rows[0].worker.phone in few.text
