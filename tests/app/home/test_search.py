"""One search finds everything of one's own scope, and nothing beyond it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.kit.web.navigation import places_for
from models.access import ROLE_LABELS, Actor, Right, Role
from models.placement.placement import PlacementState
from tests.factories.people import (
    BUTUO,
    FOSHAN,
    ZHAOJUE,
    make_order,
    make_placement,
    make_user,
    make_worker,
)
from tests.factories.world import World

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def county(session: Session, sign_in: SignIn) -> FlaskClient:
    return sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def test_people_jobs_and_enterprises_stand_side_by_side(session: Session, county: FlaskClient) -> None:
    person = make_worker(session, name="华兴阿牛")
    order = make_order(session, title="华兴厂缝纫工")
    page = county.get("/search?q=华兴").text
    assert f"/workers/{person.id}" in page
    assert f"/orders/{order.id}" in page
    assert page.index("台账里的人") < page.index("华兴厂缝纫工")


def test_where_only_people_are_meant_their_list_opens(session: Session, county: FlaskClient) -> None:
    make_worker(session, name="吉克伍各")
    answer = county.get("/search?q=吉克伍各")
    assert (answer.status_code, answer.headers["Location"].startswith("/workers?q=")) == (302, True)


def test_nobody_and_nothing_of_another_scope_is_found(session: Session, county: FlaskClient) -> None:
    make_worker(session, name="沙马拉且", county_code=BUTUO)
    page = county.get("/search?q=沙马拉且")
    assert page.status_code == 200, "no redirect tells that there is somebody"
    assert "没有找到“沙马拉且”" in page.text
    assert "/workers/" not in page.text.split("search-all")[1]


def test_a_masked_person_is_not_found_by_the_name(session: Session, sign_in: SignIn) -> None:
    order = make_order(session, city_code=FOSHAN)
    placement = make_placement(session, order, make_worker(session, name="阿米子洗"))
    placement.state = PlacementState.OFFERED
    session.commit()
    city = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    assert f"/placements/{placement.id}" not in city.get("/search?q=阿米子洗").text
    placement.state = PlacementState.ON_SITE
    session.commit()
    assert f"/placements/{placement.id}" in city.get("/search?q=阿米子洗").text


@pytest.mark.parametrize("text", ["打电话清单", "call list", "打电话"])
def test_pages_and_actions_are_found_in_either_language(county: FlaskClient, text: str) -> None:
    assert 'href="/placements/call-list"' in county.get(f"/search?q={text}").text


def test_an_action_that_is_not_ones_own_is_not_offered(session: Session, county: FlaskClient) -> None:
    assert 'href="/orders/new"' not in county.get("/search?q=发布岗位").text
    assert 'href="/workers/new"' in county.get("/search").text, "without a text: all that can be done"


def test_the_box_of_every_page_leads_there_and_needs_no_script(world: World, sign_in: SignIn) -> None:
    for role in (Role.COUNTY, Role.CITY, Role.ENTERPRISE, Role.SCHOOL, Role.PROVINCE, Role.ADMIN):
        page = sign_in(world.users[role]).get("/").text
        assert 'role="search" action="/search" method="get"' in page, role
    worker = sign_in(world.users[Role.WORKER]).get("/search?q=阿牛")
    assert worker.headers["Location"] == "/my/today"


@pytest.mark.parametrize("role", [Role.COUNTY, Role.PREFECTURE, Role.CITY, Role.ENTERPRISE, Role.SCHOOL])
def test_every_kind_of_text_is_answered(world: World, sign_in: SignIn, role: Role) -> None:
    client = sign_in(world.users[role])
    for text in ("%", "_", "a" * 200, "51343119900101001X", "'; --", "电子", "\U0001f600"):
        assert client.get("/search", query_string={"q": text}).status_code in (200, 302), text


def test_hits_while_typing_are_a_few_of_each_kind_within_the_scope(
    session: Session, county: FlaskClient
) -> None:
    for number in range(7):
        make_worker(session, name=f"吉克{number}")
    make_worker(session, name="吉克邻县", county_code=BUTUO)
    part = county.get("/search?part=1&q=吉克")
    assert part.status_code == 200
    assert "<html" not in part.text
    assert part.text.count('href="/workers/') == 5
    assert "邻县" not in part.text
    assert 'data-hits="find-hits"' in county.get("/").text


def test_all_that_the_menu_says_is_found_closed_groups_too(world: World, sign_in: SignIn) -> None:
    """A group leads to its first page and says what is in it."""
    closed = 0
    for role in ROLE_LABELS:
        if role is Role.WORKER:
            continue
        client = sign_in(world.users[role])
        for place in places_for(Actor(1, role.value, (Right(role),))):
            page = client.get("/search", query_string={"q": place.word, "part": 1}).text
            assert f">{place.word}<" in page, (role, place.word)
            closed += len(place.pages) > 0
            assert all(one.word in page for one in place.pages), (role, place.word)
    assert closed > 5
