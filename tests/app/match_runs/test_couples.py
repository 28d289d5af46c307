"""Couples whom a plan sends to two places are told, with what keeping them together costs."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.match_runs import couples, plan
from models.access import Role
from models.clock import today
from models.match_run import MatchAdjustment, MatchRun, RunKind
from models.people.household import Household
from models.people.worker import Worker
from models.user import User
from tests.app.match_runs.test_runs import start
from tests.factories.people import (
    GUANGZHOU,
    ZHAOJUE,
    actor_of,
    make_enterprise,
    make_order,
    make_user,
    make_worker,
)

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def county(session: Session) -> User:
    return make_user(session, Role.COUNTY, area_code=ZHAOJUE)


def couple(session: Session) -> tuple[Worker, Worker]:
    """He sews, she welds; nobody said that they go together."""
    home = Household(county_code=ZHAOJUE, code="510009")
    session.add(home)
    session.commit()
    he = make_worker(
        session, name="吉克阿牛", household_id=home.id, relation="户主", sex="M", wishes=["缝纫工"]
    )
    she = make_worker(
        session, name="沙马阿呷", household_id=home.id, relation="配偶", sex="F", wishes=["电焊工"]
    )
    return he, she


def two_orders(session: Session, sewing_places: int = 2) -> tuple[Any, Any]:
    elsewhere = make_enterprise(session, area_code=GUANGZHOU)
    sewing = make_order(session, title="缝纫工", headcount=sewing_places)
    return sewing, make_order(session, elsewhere, title="电焊工", headcount=1)


def test_a_couple_placed_apart_is_told_on_the_plan_with_the_price_of_keeping_them_together(
    session: Session, county: User, sign_in: SignIn
) -> None:
    he, she = couple(session)
    sewing, welding = two_orders(session)
    run, actor = start(session, county, RunKind.COUNTY), actor_of(session, county)
    assert plan.places(session, run) == {he.id: sewing.id, she.id: welding.id}
    (row,) = couples.with_prices(session, actor, run, couples.apart(session, actor, run), today())
    now = plan.options(session, actor, run, she, today())
    assert row.together == sewing
    assert row.price == now.find(sewing.id).price > 0
    assert row.are_cities_apart
    page = sign_in(county).get(f"/match-runs/{run.id}").text
    assert "对夫妻没有排在一起" in page
    assert f"吉克阿牛、沙马阿呷：放到“缝纫工”，全县总分少 {row.price} 分。" in page
    assert "不在一个城市" in sign_in(county).get(f"/match-runs/{run.id}/couples").text


def test_both_are_moved_by_one_act_or_nobody(session: Session, county: User, sign_in: SignIn) -> None:
    he, she = couple(session)
    sewing, _welding = two_orders(session)
    third = make_order(session, make_enterprise(session), title="电子厂普工", headcount=1)
    run, client = start(session, county, RunKind.COUNTY), sign_in(county)
    form = {"people": f"{he.id},{she.id}", "seen": "0,0", "order": third.id, "reason": "夫妻想在一起"}
    refused = client.post(f"/match-runs/{run.id}/couples", data=form)
    assert "两个人都没有动" in refused.text
    assert session.scalars(select(MatchAdjustment)).all() == []
    assert (
        client.post(
            f"/match-runs/{run.id}/couples", data=form | {"order": sewing.id, "reason": ""}
        ).status_code
        == 200
    )
    assert client.post(f"/match-runs/{run.id}/couples", data=form | {"order": sewing.id}).status_code == 303
    session.expire_all()
    assert plan.places(session, session.get_one(MatchRun, run.id)) == {he.id: sewing.id, she.id: sewing.id}
    assert "夫妻都排在一起了" in client.get(f"/match-runs/{run.id}/couples").text


def test_who_was_moved_meanwhile_is_not_moved_with_the_spouse(
    session: Session, county: User, sign_in: SignIn
) -> None:
    he, she = couple(session)
    sewing, _welding = two_orders(session)
    run, client = start(session, county, RunKind.COUNTY), sign_in(county)
    client.post(f"/match-runs/{run.id}/move/{she.id}", data={"to": "", "reason": "留在家"})
    form = {"people": f"{he.id},{she.id}", "seen": "0,0", "order": sewing.id, "reason": "夫妻想在一起"}
    assert "刚被" in client.post(f"/match-runs/{run.id}/couples", data=form).text
    assert len(session.scalars(select(MatchAdjustment)).all()) == 1


def test_a_full_order_is_named_and_not_offered(session: Session, county: User, sign_in: SignIn) -> None:
    couple(session)
    two_orders(session, sewing_places=1)
    run = start(session, county, RunKind.COUNTY)
    page = sign_in(county).get(f"/match-runs/{run.id}/couples").text
    assert "安排里排满了，要先移出人" in page
    assert "两个人一起改" not in page


def test_two_spouses_in_a_household_or_one_enterprise_are_no_couple_apart(
    session: Session, county: User
) -> None:
    he, _she = couple(session)
    two_orders(session)
    make_worker(
        session, name="吉克阿依", household_id=he.household_id, relation="配偶", sex="F", willing=False
    )
    run = start(session, county, RunKind.COUNTY)
    assert couples.apart(session, actor_of(session, county), run) == []


def test_a_reader_sees_couples_and_moves_nobody(session: Session, county: User, sign_in: SignIn) -> None:
    he, she = couple(session)
    sewing, _welding = two_orders(session)
    run = start(session, county, RunKind.COUNTY)
    reader = sign_in(make_user(session, Role.PREFECTURE, area_code="513400"))
    assert "放到一起" in reader.get(f"/match-runs/{run.id}/couples").text
    form = {"people": f"{he.id},{she.id}", "seen": "0,0", "order": sewing.id, "reason": "夫妻想在一起"}
    assert reader.post(f"/match-runs/{run.id}/couples", data=form).status_code == 403
