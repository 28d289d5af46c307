"""The help leads only to pages that its reader may open, and the manual says what the forms ask."""

import re
from collections.abc import Callable
from itertools import chain
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import config
from app.home.guide import TOURS
from app.home.search_views import ACTIONS
from app.kit.web.guards import SIGNED_IN, policy_of
from models.access import ROLE_PERMISSIONS, Role
from tests.factories.world import World

WHERE_WORDS_STAND = [
    file
    for file in chain(Path(config.ROOT, "templates").rglob("*.html"), Path(config.ROOT, "app").rglob("*.py"))
    if file.name != "guide.py"
]
SignIn = Callable[..., FlaskClient]


def test_every_role_with_a_desk_has_a_tour_of_pages_it_may_open(app: Flask) -> None:
    assert set(TOURS) == set(Role) - {Role.WORKER}
    for role, stops in TOURS.items():
        policies = {stop.endpoint: policy_of(app, stop.endpoint) for stop in stops}
        closed = [
            name for name, policy in policies.items() if policy not in {SIGNED_IN, *ROLE_PERMISSIONS[role]}
        ]
        assert closed == [], role
        assert len(stops) >= 3


def test_every_action_of_the_search_is_a_page_of_somebody(app: Flask) -> None:
    held = {SIGNED_IN}.union(*ROLE_PERMISSIONS.values())
    policies = {endpoint: policy_of(app, endpoint) for endpoint, _word in ACTIONS}
    assert [endpoint for endpoint, policy in policies.items() if policy not in held] == []


@pytest.mark.parametrize("role", [Role.COUNTY, Role.TEACHER])
def test_a_tour_is_one_page_and_every_stop_opens(world: World, sign_in: SignIn, role: Role) -> None:
    client = sign_in(world.users[role])
    page = client.get("/help").text
    assert len(re.findall(r'<li><a class="row-title"', page)) == len(TOURS[role])
    for stop in TOURS[role]:
        with client.application.test_request_context():
            address = client.application.url_for(stop.endpoint, _external=False)
        assert client.get(address).status_code in (200, 302), stop.endpoint


def test_the_manual_is_read_off_the_forms(world: World, sign_in: SignIn) -> None:
    county = sign_in(world.users[Role.COUNTY]).get("/help/fields").text
    assert "证件号码" in county
    assert "必须填" in county
    assert "登记一次回访" in county
    assert "发布岗位" not in county.split("<main")[1], "not a form of the county's"
    enterprise = sign_in(world.users[Role.ENTERPRISE]).get("/help/fields").text
    assert "工人听得懂的叫法" in enterprise
    auditor = sign_in(world.users[Role.AUDITOR]).get("/help/fields").text
    assert "你的角色没有要填的表" in auditor


def test_a_worker_is_led_to_the_own_pages(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.users[Role.WORKER])
    assert client.get("/help").headers["Location"] == "/my/today"
    assert client.get("/help/fields").headers["Location"] == "/my/today"


def test_what_a_tour_tells_to_press_is_written_on_a_page() -> None:
    """A newcomer was told to press “没打通”, which no page had."""
    told = {word for stops in TOURS.values() for stop in stops for word in re.findall("“(.+?)”", stop.tries)}
    pages = "".join(file.read_text(encoding="utf-8") for file in WHERE_WORDS_STAND)
    assert len(told) > 8
    assert {word for word in told if f'"{word}"' not in pages and f'("{word} ' not in pages} == set()


def test_a_tour_goes_from_stop_to_stop_over_the_pages(world: World, sign_in: SignIn) -> None:
    client = sign_in(world.users[Role.TEACHER])
    last = len(TOURS[Role.TEACHER])
    assert "/?tour=1" in client.get("/help").text
    first = client.get("/?tour=1").text
    assert f"第 1 站，共 {last} 站" in first
    assert "/training/lessons/today?tour=2" in first
    assert "走完了，回到指南" in client.get(f"/search?tour={last}").text
    for elsewhere in ("/?tour=2", "/?tour=99", "/?tour=x", "/"):
        assert "on-tour" not in client.get(elsewhere).text, elsewhere
