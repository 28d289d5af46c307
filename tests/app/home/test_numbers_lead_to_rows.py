"""On first pages every number is a link, and each link opens."""

import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.reports.kept import refresh
from app.reports.pairs import Pair
from models.access import Role
from models.placement.placement import PlacementState
from tests.app.reports.scene import LIANGSHAN, Year
from tests.factories.people import FOSHAN, ZHAOJUE, make_order, make_placement, make_user

TODAY = date(2017, 9, 3)
# What counts nothing: days, what a task's reason says of one thing, footnotes; how many lines a fold has.
NO_FIGURES = {"small", "summary", "h1", "svg", "option", "script"}
NO_COUNT = re.compile(r"\d{4} 年|\d{4}-\d\d|\d\d:\d\d|\d+ 月|\d+ 日|第\d+条|少于 10")


class Numbers(HTMLParser):
    """The numbers of a page's main part that are in no link, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.bare: list[str] = []
        self.links: list[str] = []
        self.is_told_by_its_title = False
        """Whether the row is one thing, which its title leads to."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"input", "br", "img", "meta", "link", "rect", "hr", "use", "path"}:
            self.inside.append(tag)
        if tag == "tr":
            self.is_told_by_its_title = False
        if tag == "a" and "row-title" in (dict(attrs).get("class") or ""):
            self.is_told_by_its_title = True
        if tag == "a" and "main" in self.inside:
            self.links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        while tag in self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "main" not in self.inside or {"a", *NO_FIGURES} & set(self.inside):
            return
        if "tr" in self.inside and self.is_told_by_its_title:
            return
        if re.search(r"\d", NO_COUNT.sub("", data)):
            self.bare.append(data.strip())


@pytest.mark.parametrize(
    ("role", "area"),
    [
        (Role.PROVINCE, "440000"),
        (Role.CITY, FOSHAN),
        (Role.PREFECTURE, LIANGSHAN),
        (Role.COUNTY, ZHAOJUE),
    ],
)
def test_every_number_of_a_first_page_leads_to_its_rows(
    role: Role,
    area: str,
    session: Session,
    sign_in: Callable[..., FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    year = Year(session)
    order = make_order(session, year.firm)
    for worker in year.workers[:3]:
        make_placement(session, order, worker, state=PlacementState.ON_SITE)
    session.commit()
    monkeypatch.setattr("app.home.views.today", lambda: TODAY)
    monkeypatch.setattr("app.reports.kept.followed_pairs", lambda *_: [Pair(FOSHAN, LIANGSHAN)])
    refresh(session, TODAY, months=1)
    client = sign_in(make_user(session, role, area_code=area))
    page = Numbers()
    page.feed(client.get("/").text)
    assert page.bare == []
    here = [url for url in dict.fromkeys(page.links) if url.startswith("/")]
    assert any(url.startswith("/reports/charts") for url in here) or role is Role.COUNTY
    for url in here:
        assert client.get(url.partition("#")[0]).status_code in (200, 302, 303), url
