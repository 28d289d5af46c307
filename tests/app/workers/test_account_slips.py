"""Account slips for many: a ticked list, all that a search finds, the people of a list of placements."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.workers.account_slips import operations
from models.access import Role
from models.clock import utc_now
from models.people.worker import Worker
from models.people.worker_account import AccountSlip
from models.user import User
from tests.app.placements.scene import Scene
from tests.factories.people import (
    BUTUO,
    ZHAOJUE,
    actor_of,
    make_enterprise,
    make_order,
    make_user,
    make_worker,
)
from tests.factories.telephones import codes_on, open_account, printed


@pytest.fixture
def clerk(session: Session) -> User:
    return make_user(session, Role.COUNTY, area_code=ZHAOJUE)


@pytest.fixture
def county(clerk: User, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(clerk)


def slips(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(AccountSlip.id))) or 0


def test_a_ticked_list_prints_a_slip_for_each_without_an_account(
    app: Flask, session: Session, county: FlaskClient
) -> None:
    people = [make_worker(session) for _n in range(3)]
    phone = app.test_client()
    open_account(phone, printed(county, people[0]), people[0].id_last4)
    page = county.post("/workers/account-slips", data={"workers": [one.id for one in people]}).text
    assert len(set(codes_on(page))) == 2
    assert "已经有账号" in page
    assert phone.get("/my/profile").status_code == 200  # nobody's PIN ends because a list was printed


def test_nobody_ticked_is_a_sentence(county: FlaskClient) -> None:
    told = county.post("/workers/account-slips", data={}, follow_redirects=True).text
    assert "一个人也没有勾选" in told


def test_the_list_has_boxes_where_slips_are_asked_for(session: Session, county: FlaskClient) -> None:
    worker = make_worker(session)
    assert f'name="workers" value="{worker.id}"' not in county.get("/workers").text
    assert f'name="workers" value="{worker.id}"' in county.get("/workers?slips=1").text
    turned = county.post("/workers/account-slips", data={"workers": worker.id, "turn": "/workers?slips=1"})
    assert turned.headers["Location"] == f"/workers?slips=1&ticked={worker.id}"
    assert slips(session) == 0


def test_who_prints_all_that_was_found_walks_through_the_list(
    session: Session, county: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "MOST_AT_ONCE", 2)
    for _n in range(3):
        make_worker(session, village="阿土村")
    make_worker(session, village="别的村")
    make_worker(session, county_code=BUTUO, village="阿土村")
    form = {"all": "1", "q": "阿土村"}
    first, second = (county.post("/workers/account-slips", data=form).text for _n in range(2))
    assert [len(codes_on(page)) for page in (first, second)] == [2, 1]
    assert "后面还有人" in first
    assert "后面还有人" not in second
    assert "有还没用的账号单" in county.post("/workers/account-slips", data=form, follow_redirects=True).text
    assert slips(session) == 3


def test_the_people_of_a_list_of_placements_get_slips(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    worker, factory = make_worker(session), make_enterprise(session)
    scene = Scene(
        session,
        make_order(session, factory),
        worker,
        make_user(session, Role.COUNTY, area_code=ZHAOJUE),
        make_user(session, Role.ENTERPRISE, organisation_id=factory.id),
        make_user(session, Role.CITY, area_code="440600"),
        make_user(session, Role.WORKER, worker_id=make_worker(session).id),
    )
    county = sign_in(scene.county)
    placement = scene.offer()
    assert "打账号单" in county.get("/placements?stage=offered").text
    page = county.post("/workers/account-slips", data={"ids": placement.id}).text
    assert worker.name in page
    assert len(codes_on(page)) == 1


def test_a_printed_list_is_sent_twice_and_printed_once(session: Session, county: FlaskClient) -> None:
    worker = make_worker(session)
    form = {"workers": worker.id, "once": "k" * 32}
    assert county.post("/workers/account-slips", data=form).status_code == 200
    assert county.post("/workers/account-slips", data=form).status_code == 303
    assert slips(session) == 1


def test_the_register_is_narrowed_to_those_who_have_an_account(session: Session, county: FlaskClient) -> None:
    bound, closed, none = (make_worker(session, name=name) for name in ("吉克有号", "阿说停用", "的日没有"))
    make_user(session, Role.WORKER, worker_id=bound.id)
    make_user(session, Role.WORKER, worker_id=closed.id).is_active = False
    session.commit()
    have, have_not = (county.get(f"/workers?account={value}").text for value in ("1", "0"))
    assert bound.name in have
    assert not [one.name for one in (closed, none) if one.name in have]
    assert not [one.name for one in (closed, none) if one.name not in have_not]
    assert bound.name not in have_not


def test_each_of_a_household_of_one_name_gets_a_slip_of_his_own(session: Session, clerk: User) -> None:
    twins = [make_worker(session, name="吉克木牛") for _n in range(2)]
    batch = operations.print_for(session, actor_of(session, clerk), [one.id for one in twins], utc_now())
    assert {one.worker.id for one in batch.slips} == {one.id for one in twins}
    assert session.scalar(select(func.count(Worker.id)).where(Worker.name == "吉克木牛")) == 2
