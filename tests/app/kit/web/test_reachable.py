"""What WCAG 2.2 added and no checker sees (docs/accessibility.md): help in one place, signing in without
puzzles, nothing that must be dragged."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.access import Role
from tests.factories.people import FOSHAN, ZHAOJUE, make_enterprise, make_user

ROOT = Path(__file__).resolve().parents[4]
PLACES = {
    Role.COUNTY: {"area_code": ZHAOJUE},
    Role.CITY: {"area_code": FOSHAN},
    Role.PROVINCE: {"area_code": "440000"},
    Role.ADMIN: {},
}


@pytest.mark.parametrize("role", [*PLACES, Role.ENTERPRISE])
def test_help_stands_in_the_same_place_of_every_page(
    role: Role, session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    where = PLACES.get(role) or {}
    if role is Role.ENTERPRISE:
        where = {"organisation_id": make_enterprise(session).id}
    client = sign_in(make_user(session, role, **where))
    for address in ("/", "/account/password", "/help", "/search"):
        page = client.get(address).text
        parts = ['role="search"', 'class="help-link"', 'class="dropdown-menu"', "使用指南</a></li>", "<main"]
        places = [page.index(part) for part in parts]
        assert places == sorted(places), address


def test_signing_in_is_pasted_and_filled_in_and_has_no_puzzle(app: Flask, session: Session) -> None:
    page = app.test_client().get("/sign-in").text
    fields = re.findall(r'<input[^>]*name="(?:username|password|code)"[^>]*>', page)
    assert len(fields) >= 2
    for field in fields:
        assert re.search(r'autocomplete="(username|current-password|one-time-code)"', field), field
    assert "<img" not in page
    assert not re.search(r"onpaste|oncopy", page)


def test_nothing_has_to_be_dragged_and_pasting_is_never_forbidden() -> None:
    sources = [*ROOT.glob("templates/**/*.html"), *ROOT.glob("app/static/js/*.js")]
    assert len(sources) > 100
    for source in sources:
        text = source.read_text("utf-8")
        assert not re.search(r"draggable=|dragstart|pointermove|touchmove|ondrag", text), source
        assert "onpaste" not in text, source
