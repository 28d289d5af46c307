"""The numbers of one order are the same on every page, for every role, under the same names."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.kit.web.formatters import say
from models.access import Role
from models.jobs.order import Order
from models.match_run import RunKind
from models.placement.order_counts import order_counts
from models.placement.placement import PlacementState
from tests.app.match_runs.test_runs import start
from tests.factories.people import BUTUO, make_order, make_placement, make_worker
from tests.factories.world import World

R = Role
TOLD = "招 12 人，空岗 5，班里留 2，已录用 5，在岗 3，已答应 3"


@pytest.fixture
def order(session: Session, world: World) -> Order:
    """The first tenant's order: three at work, two on the way, three who said yes, one of another county."""
    order = session.get_one(Order, world.tenants["one"].ids["order"])
    states = [PlacementState.ON_SITE, PlacementState.STAYED, PlacementState.HIRED, PlacementState.DEPARTED]
    for state in [*states, PlacementState.ACCEPTED, PlacementState.INTERVIEW]:
        make_placement(session, order, make_worker(session), state=state)
    elsewhere = make_worker(session, county_code=BUTUO)
    make_placement(session, order, elsewhere, state=PlacementState.ACCEPTED)
    order.headcount, order.taken = 12, 5
    session.commit()
    return order


def test_free_kept_and_hired_places_add_up_to_all(session: Session, order: Order) -> None:
    counts = order_counts(session, [order])[order.id]
    assert counts.open + counts.kept + counts.hired == counts.headcount == 12
    assert (counts.open, counts.kept, counts.at_work, counts.answered_yes) == (5, 2, 3, 3)


def test_many_orders_are_counted_in_one_query(app: Flask, session: Session, order: Order) -> None:
    others = [make_order(session) for _ in range(5)]
    told = order_counts(session, [order, *others])
    assert [say(part) for part in told[others[0].id].parts()] == ["招 10 人", "空岗 10"]
    assert len(told) == 6


def test_the_counts_of_an_order_are_the_same_on_every_page(
    session: Session, world: World, sign_in: Callable[..., FlaskClient], order: Order
) -> None:
    ids = world.tenants["one"].ids
    plan = start(session, world.users[R.COUNTY], RunKind.COUNTY)
    pages = {
        "/": (R.ENTERPRISE, R.CITY, R.COUNTY),
        "/orders": (R.ENTERPRISE, R.CITY, R.COUNTY, R.SCHOOL, R.PREFECTURE),
        f"/orders/{order.id}": (R.ENTERPRISE, R.CITY, R.COUNTY, R.SCHOOL, R.PROVINCE),
        "/match-runs": (R.ENTERPRISE, R.COUNTY),
        f"/match-runs/orders/{order.id}": (R.ENTERPRISE, R.COUNTY, R.PREFECTURE),
        f"/match-runs/{plan.id}": (R.COUNTY, R.PREFECTURE),
        "/training/orders/new": (R.ENTERPRISE,),
        f"/training/orders/{ids['training_order']}": (R.ENTERPRISE, R.CITY, R.COUNTY, R.SCHOOL),
        f"/training/classes/{ids['cohort']}": (R.ENTERPRISE, R.CITY, R.COUNTY, R.SCHOOL),
    }
    clients = {role: sign_in(world.users[role]) for roles in pages.values() for role in roles}
    told = {
        (path, role): counts_on(clients[role].get(path).text, order.id)
        for path, roles in pages.items()
        for role in roles
    }
    assert {where: text for where, text in told.items() if text != {TOLD}} == {}


def counts_on(page: str, order_id: int) -> set[str]:
    return set(re.findall(rf'<span data-counts="{order_id}">([^<]*)</span>', page))
