"""What every list can do, claimed of each that the code declares: a list that lacks one of it fails here."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.spreadsheet import open_workbook
from app.kit.web.listing import LISTINGS, Listing
from models.access import Role
from models.clock import today
from models.employment.spell import EmploymentSpell, SpellKind, Teller
from models.lists import SavedList
from models.placement.leaving import Channel
from models.placement.placement import FollowUp, PlacementState
from models.problems.kind import ProblemKind
from models.problems.problem import Problem
from models.reference.calendar import months_after
from models.user import User
from tests.factories.hukou import make_case
from tests.factories.people import (
    FOSHAN,
    ZHAOJUE,
    actor_of,
    make_order,
    make_placement,
    make_user,
    make_worker,
)
from tests.factories.shelves import Shelf
from tests.factories.training import make_agreement, make_class

SignIn = Callable[..., FlaskClient]
MANY_ROWS = 52  # of each kind: more than a page
EVERY = (
    "accounts.users",
    "hukou.index",
    "orders.index",
    "placements.follow_ups",
    "placements.index",
    "problems.index",
    "spells.index",
    "training_classes.index",
    "workers.index",
)
# Who reads a list, and what of its address shows the rows that are made; the county's clerk and nothing else.
READERS = {"accounts.users": Role.ADMIN}
ASKED = {
    "placements.index": {"stage": "on_site"},
    "orders.index": {"state": "all"},
    "problems.index": {"view": "open"},
}
# Lists without an act for many of their rows, and why.
NO_ACTS = {
    "accounts.users": "closing one and opening one again each ask who acts, and administrators ask a second",
    "problems.index": "who may be given one depends on its level and place",
    "spells.index": "a spell is what was seen; nobody has it in hand",
}


@pytest.fixture(scope="module")
def made() -> list[bool]:
    """Whether the rows are made, once for all lists."""
    return []


@pytest.fixture
def rows(session: Session, shelf: Shelf, made: list[bool]) -> Session:
    """More than a page of whatever stands in a list."""
    if not made:
        make_rows(session)
        session.rollback()
        shelf.keep("every_list")
        made.append(True)
    session.close()
    shelf.bring("every_list")
    return session


def make_rows(session: Session) -> None:
    order, agreement = make_order(session, headcount=99), make_agreement(session)
    enterprise = order.enterprise_id
    for n in range(MANY_ROWS):
        worker = make_worker(session, name=f"阿牛{n:02}")
        make_order(session)
        make_case(session, worker)
        make_class(session, agreement)
        placement = make_placement(session, order, worker, state=PlacementState.ON_SITE)
        day = today() - timedelta(days=n + 1)
        told = {"worker_id": worker.id, "county_code": ZHAOJUE}
        call = FollowUp(placement_id=placement.id, months=(1, 3, 6)[n % 3], due_on=day)
        problem = Problem(**told, kind=ProblemKind.WAGE, words="欠薪", channel=Channel.PHONE, due_on=day)
        spell = EmploymentSpell(
            **told,
            kind=SpellKind.ENTERPRISE,
            teller=Teller.HOME,
            employer_id=enterprise,
            employer_name="甲厂",
            place_code=FOSHAN,
            began_on=day,
            stays_three_on=months_after(day, 3),
            stays_six_on=months_after(day, 6),
        )
        clerk = User(username=f"clerk{n:02}", name="经办", password_hash="-")
        session.add_all([call, problem, spell, clerk])
    session.commit()


def reader(session: Session, listing: Listing) -> User:
    role = READERS.get(listing.endpoint, Role.COUNTY)
    return make_user(session, role, **({"area_code": ZHAOJUE} if role is Role.COUNTY else {}))


def path_of(app: Flask, listing: Listing, **more: Any) -> str:
    with app.test_request_context():
        return url_for(listing.endpoint, **(ASKED.get(listing.endpoint, {}) | more))


def following(page: str) -> str:
    """The address behind the button or link to the next page."""
    found = re.search(r'href="([^"]+)" rel="next"', page) or re.search(
        r'name="turn" value="([^"]+)" formnovalidate>下一页', page
    )
    assert found, "no next page"
    return html.unescape(found[1])


def test_all_lists_are_tried(app: Flask) -> None:
    assert set(LISTINGS) == set(EVERY)


@pytest.mark.parametrize("endpoint", EVERY)
def test_a_list_has_all_that_lists_have(app: Flask, rows: Session, sign_in: SignIn, endpoint: str) -> None:
    listing = LISTINGS[endpoint]
    user = reader(rows, listing)
    client = sign_in(user)
    its_columns_are_chosen_and_remembered(app, client, listing)
    a_filter_is_kept_and_leads_back(app, rows, client, listing, user)
    it_stands_in_order_and_in_groups(app, rows, client, listing, user)
    it_goes_along_and_on_paper(client, listing)
    ticks_are_kept_over_its_pages(app, rows, client, listing, user)


def its_columns_are_chosen_and_remembered(app: Flask, client: FlaskClient, listing: Listing) -> None:
    here = path_of(app, listing)
    page = client.get(here).text
    assert "left-out" not in page
    assert "选列" in page
    offered = re.findall(r'id="shown-(\w+)"', page)
    assert offered == [one.key for one in listing.columns[1:]]
    drawn = 0
    for key in offered:
        client.post(
            f"/lists/{listing.endpoint}/columns", data={"shown": [one for one in offered if one != key]}
        )
        page = client.get(here).text
        assert re.search(rf'id="shown-{key}"[^>]*value="{key}"\s*>', page), key  # its box is empty now
        drawn += "left-out" in page
    assert drawn >= 2, "hardly a column of the page itself can be left out"
    client.post(f"/lists/{listing.endpoint}/columns", data={"shown": offered})
    assert "left-out" not in client.get(here).text


def a_filter_is_kept_and_leads_back(
    app: Flask, session: Session, client: FlaskClient, listing: Listing, user: User
) -> None:
    asked = ASKED.get(listing.endpoint, {}) | {"sort": listing.sorted_by(actor_of(session, user), {})[0].key}
    here = path_of(app, listing, **asked)
    assert "存下这个筛选" in client.get(here).text
    kept = asked | {"saved_name": "常用的", "here": here}
    client.post(f"/lists/{listing.endpoint}/filters", data=kept)
    row = session.scalars(select(SavedList).where(SavedList.name != "")).one()
    assert row.asked == asked
    found = re.search(
        r'<a class="tag" href="([^"]+)"[^>]*>常用的</a>', client.get(path_of(app, listing)).text
    )
    assert found
    page = client.get(html.unescape(found[1])).text
    assert "存下这个筛选" not in page  # it is the one that is kept
    assert 'aria-sort="ascending"' in page


def it_stands_in_order_and_in_groups(
    app: Flask, session: Session, client: FlaskClient, listing: Listing, user: User
) -> None:
    actor, asked = actor_of(session, user), ASKED.get(listing.endpoint, {})
    sorts = listing.sorted_by(actor, asked)
    assert len(sorts) >= 2
    for sort in sorts:
        page = client.get(path_of(app, listing, sort=sort.key)).text
        assert 'aria-sort="ascending"' in page, sort.key
    ways = listing.offered(actor, asked)
    assert ways
    for way in ways:
        page = client.get(path_of(app, listing, by=way.name)).text
        assert "group-head" in page, way.name
        inside = re.search(r'<td class="first"[^>]*><a href="([^"]+)">', page.partition("group-index")[2])
        assert inside, way.name
        assert client.get(html.unescape(inside[1])).status_code == 200
    place = following(client.get(path_of(app, listing)).text)
    assert listing.place_name in place
    assert client.get(place).status_code == 200


def it_goes_along_and_on_paper(client: FlaskClient, listing: Listing) -> None:
    asked = ASKED.get(listing.endpoint, {}) | ({"purpose": "contact"} if listing.of_persons else {})
    answer = client.post(f"/lists/{listing.endpoint}/export", data=asked)
    assert "的表已经做好" in client.get(answer.location).text
    with open_workbook(client.get(f"{answer.location}/file").data) as book:
        assert len(list(book.sheets[0].rows())) > MANY_ROWS
    paper = client.post(f"/lists/{listing.endpoint}/print", data=asked)
    assert paper.text.count("<tr>") > MANY_ROWS


def ticks_are_kept_over_its_pages(
    app: Flask, session: Session, client: FlaskClient, listing: Listing, user: User
) -> None:
    if listing.many is None:
        assert listing.endpoint in NO_ACTS
        assert "一次办多条" not in client.get(path_of(app, listing)).text
        return
    colleague = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    page = client.get(path_of(app, listing, pick=1)).text
    assert f'data-keep-ticks="{listing.endpoint}"' in page
    first = re.findall(r'type="checkbox" name="rows" value="(\d+)"', page)[:2]
    answer = client.post(f"/lists/{listing.endpoint}/bulk", data={"rows": first, "turn": following(page)})
    page = client.get(answer.location).text
    assert re.findall(r'<input type="hidden" name="rows" value="(\d+)">', page) == first
    here = re.findall(r'type="checkbox" name="rows" value="(\d+)"', page)
    assert here
    assert not set(here) & set(first)
    act = listing.many.act("assign")
    assert act
    given = {"rows": [*first, here[0]], "act": act.name, act.value: str(colleague.id)}
    preview = client.post(f"/lists/{listing.endpoint}/bulk", data=given).location
    assert "要办 3 条" in client.get(preview).text
    assert "办好了 3 条" in client.post(f"{preview}/do", follow_redirects=True).text
    assert "撤销了 3 条" in client.post(f"{preview}/undo", follow_redirects=True).text
