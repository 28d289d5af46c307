"""The menu: short for everybody, and nothing in it out of reach."""

import ast
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

import config
from app.kit.web.navigation import MOST_ENTRIES, ON_THE_BAR, PLACES, flat, on_the_bar, place_of, places_for
from models.access import Actor, Right, Role
from tests.factories.people import make_user
from tests.factories.sources import callee, nodes_of


@pytest.fixture
def actors() -> dict[Role, Actor]:
    return {role: Actor(1, role.value, (Right(role),)) for role in Role}


def test_nobody_has_more_than_ten_entries_nor_four_on_the_bar(actors: dict[Role, Actor]) -> None:
    for role, actor in actors.items():
        places = places_for(actor)
        assert len(places) <= MOST_ENTRIES, role
        assert len(on_the_bar(places)) <= ON_THE_BAR, role


def test_every_place_is_in_the_menu_of_whoever_may_go_there(actors: dict[Role, Actor]) -> None:
    for role, actor in actors.items():
        found = {place.endpoint for place in flat(places_for(actor))}
        due = {p.endpoint for p in flat(PLACES) if p.permission and actor.can(p.permission)}
        assert due <= found, role


def test_a_long_menu_closes_its_groups_and_a_short_one_shows_their_pages(actors: dict[Role, Actor]) -> None:
    words = {role: [place.word for place in places_for(actors[role])] for role in (Role.COUNTY, Role.SCHOOL)}
    assert "订单培训" in words[Role.COUNTY]
    assert "培训班" not in words[Role.COUNTY]
    assert {"培训订单", "培训班", "培训补贴"} < set(words[Role.SCHOOL])


@pytest.mark.parametrize(
    ("role", "path", "endpoint", "word"),
    [
        (Role.COUNTY, "/training/classes/3/marks", "certification.marks", "培训班"),
        (Role.COUNTY, "/training/classes/asking/5", "training_classes.answer", "培训报名"),
        (Role.SCHOOL, "/training/classes/timetables/1", "timetable.preview", "培训班"),
        (Role.SCHOOL, "/training/results/imports/1", "certification.preview", "培训班"),
        (Role.TEACHER, "/training/lessons/7", "attendance.roll", "今天的课"),
        (Role.COUNTY, "/placements/figures", "placements.figures", "补贴与生活成本"),
    ],
)
def test_a_page_belongs_to_one_entry(
    app: Flask, actors: dict[Role, Actor], role: Role, path: str, endpoint: str, word: str
) -> None:
    with app.test_request_context():
        found = place_of(places_for(actors[role]), path, endpoint)
    assert found is not None
    assert found.word == word


def test_an_open_group_shows_its_pages_and_lights_up(session: Session, sign_in: Callable) -> None:
    county = sign_in(make_user(session, Role.COUNTY, area_code="513431"))
    page = county.get("/training/orders").get_data(as_text=True)
    assert re.search(
        r'<a href="/training/orders" class="on" aria-current="true">\s*<span>.*?订单培训', page, re.S
    )
    sections = re.search(r'<nav class="sections".*?</nav>', page, re.S)
    assert sections
    assert re.findall(r">([^<]+)</a>", sections[0]) == [
        "培训订单",
        "培训班",
        "培训报名",
        "培训证书",
        "巡查",
        "培训补贴",
    ]
    assert 'class="sections"' not in county.get("/orders").get_data(as_text=True)


FRAME = {"frame", "menu", "menu_places", "menu_group", "menu_part", "unit_name", "role_names", "page_owner"}
FRAME |= {"kit", "lists"}  # what desk.html imports: a page's own broke every table on it


def test_no_page_hands_its_template_a_name_that_the_frame_reads() -> None:
    """A page's own list by such a name took its menu away; a page's own group broke it."""
    taken = [
        f"{path.name}:{call.lineno} {word.arg}"
        for path in sorted((config.ROOT / "app").rglob("*.py"))
        for call in nodes_of(path, "render_template")
        if isinstance(call, ast.Call) and callee(call).endswith("render_template")
        for word in call.keywords
        if word.arg in FRAME
    ]
    assert taken == []
