"""Addresses to go back to come from outside: none of them leads abroad, none breaks a page."""

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from werkzeug.routing import Map, Rule

from app.accounts import operations as auth
from app.kit.web.addresses import Address, page_inside
from models.access import Role
from tests.factories.people import ZHAOJUE, make_user
from tests.whole import share

SECRET = "a good long password"
ABROAD = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/workers\n",
    "/workers\r\nSet-Cookie: a=b",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%5cevil.example",
    "/%2f%2fevil.example",
    "///evil.example",
    "/\u2028/evil.example",
    " /workers",
    "javascript:alert(1)",
    "/no-such-page",
    "//[evil",
    "/" + "a" * 3000,
)
PIECES = [
    "/",
    "//",
    "\\",
    "\t",
    "\n",
    "\r",
    "%09",
    "%0A",
    "%5c",
    "%2F",
    "@",
    ":",
    "?",
    "#",
    " ",
    ".",
    "workers",
    "evil.example",
]


@pytest.mark.parametrize("target", ABROAD)
def test_no_way_back_leads_abroad_or_breaks_the_page(
    app: Flask, session: Session, sign_in: Callable[..., FlaskClient], target: str
) -> None:
    """next of the sign-in, of the language, the pager's turn: each takes pages of ours only."""
    clerk = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    clerk.password_hash = auth.hasher.hash(SECRET)
    session.commit()
    form = {"username": clerk.username, "password": SECRET}
    entered = app.test_client().post("/sign-in", query_string={"next": target}, data=form)
    client = sign_in(clerk)
    spoken = client.post("/language", data={"locale": "en", "next": target})
    assert [(one.status_code, one.location) for one in (entered, spoken)] == [(303, "/")] * 2
    turned = client.post("/placements/interviews", data={"turn": target, "ids": "1"})
    assert turned.status_code == 400


def test_a_page_of_ours_is_gone_back_to_with_what_it_was_asked(app: Flask) -> None:
    with app.test_request_context("/"):
        for target in ("/workers", "/workers?q=%E9%98%BF&after=3", "/workers?q=阿", "/imports/7#rows"):
            assert page_inside(target) == target


def test_a_foreign_page_is_not_where_a_form_stood(app: Flask) -> None:
    from app.kit.web.addresses import page_before

    told = {"http://localhost/workers?q=1": "/workers?q=1", "http://evil.example/workers": None}
    told |= {"http://localhost.evil.example/workers": None, "http://[": None, "http://localhost//evil": None}
    for referrer, page in told.items():
        with app.test_request_context("/", headers={"Referer": referrer}):
            assert page_before() == page


@settings(max_examples=share(75, 300))
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
@example("/\t/evil.example")
@example("/workers")
def test_whatever_is_let_through_stays_on_our_host(app: Flask, target: str) -> None:
    """As a browser reads it: tabs and line ends dropped, backslashes as slashes."""
    with app.test_request_context("/"):
        let_through = page_inside(target)
    if let_through is not None:
        read = "".join(one for one in let_through if one not in "\t\r\n").replace("\\", "/")
        assert urlsplit(urljoin("http://ours.example/sign-in", read)).netloc == "ours.example"
        assert let_through.isprintable()


RULES = (
    ("/list", "list", None),
    ("/one/<int:number>", "one", None),
    ("/file/<path:filename>", "file", None),
    ("/page/", "page", {"page": 1}),
    ("/page/<int:page>", "page", None),
)


@pytest.mark.parametrize("also", [{}, {"asked": "甲 乙", "_self": "x", "rule": "y", "self": "z"}])
@pytest.mark.parametrize("append", [True, False])
@pytest.mark.parametrize(
    ("endpoint", "values"),
    [("list", {}), ("one", {"number": 7}), ("file", {"filename": "a/b c.css"}), ("page", {"page": 1})],
)
def test_an_address_is_built_as_werkzeug_builds_it(
    endpoint: str, values: dict[str, object], append: bool, also: dict[str, str]
) -> None:
    plain, ours = (
        Map([kind(path, endpoint=name, defaults=fixed) for path, name, fixed in RULES]).bind("x.example")
        for kind in (Rule, Address)
    )
    told = plain.build(endpoint, values | also, append_unknown=append)
    for _again in range(2):
        assert ours.build(endpoint, values | also, append_unknown=append) == told


def test_no_builder_is_compiled_before_an_address_is_asked_for(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compiling those of all 650 rules was a tenth of a start."""
    compiled: list[str] = []
    write = Rule._compile_builder
    monkeypatch.setattr(
        Rule, "_compile_builder", lambda self, *a: compiled.append(self.rule) or write(self, *a)
    )
    rules = Map([Address(path, endpoint=name, defaults=fixed) for path, name, fixed in RULES])
    assert compiled == []
    rules.bind("x.example").build("list")
    assert compiled == ["/list"]
    assert app.url_rule_class is Address
