"""The register is found by every key, in pages, and by nobody else."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.workers import queries
from app.workers.queries import Search
from models.access import Role
from models.clock import today
from models.people.worker import WorkerState
from tests.app.workers.conftest import town_code
from tests.factories.people import BUTUO, ZHAOJUE, actor_of, make_enterprise, make_user, make_worker


def names(page: str) -> list[str]:
    """Return the names in the list, in order."""
    return re.findall(r'<td class="name"[^>]*><a href="[^"]+">([^<]+)</a>', page)


@pytest.fixture
def people(session: Session) -> None:
    make_worker(
        session,
        name="阿说尔布",
        id_last4="123X",
        phone="13800004321",
        wishes=["缝纫工"],
        education=1,
        township="新城镇",
        willing=None,
    )
    make_worker(
        session,
        name="吉克阿牛",
        id_last4="9999",
        phone_last4="8888",
        wishes=["焊工"],
        education=4,
        state=WorkerState.WORKING,
        willing=False,
    )


@pytest.mark.parametrize(
    "query",
    [
        "q=阿说",
        "q=ase",
        "q=ASEB",
        "q=123x",
        "q=4321",
        "q=13800004321",
        "township=新城镇",
        "education=1",
        "willing=none",
        "wish=缝纫",
        "candidate=1",
        "state=pool",
        "q=阿说&willing=none",
    ],
)
def test_a_person_is_found_by_each_key(county: FlaskClient, people: None, query: str) -> None:
    page = county.get(f"/workers?{query}").text
    assert names(page) == ["阿说尔布"]


@pytest.mark.parametrize("query", ["q=布尔", "q=0000", "q=%25", "state=nonsense&q=没有", "wish=%25"])
def test_what_nobody_has_finds_nobody(county: FlaskClient, people: None, query: str) -> None:
    page = county.get(f"/workers?{query}").text
    assert names(page) == []
    assert "没有找到这样的人" in page


def test_pages_follow_each_other_without_gap_or_repeat(county: FlaskClient, session: Session) -> None:
    for n in range(120):
        make_worker(session, name=f"阿木{n % 7}")
    for query in ("", "?q=阿木", "?q=am"):
        seen, url = [], f"/workers{query}"
        while url:
            page = county.get(url).text
            seen += re.findall(r'<td class="name"[^>]*><a href="/workers/(\d+)">', page)
            following = re.search(r'href="([^"]+)" rel="next"', page)
            url = following.group(1).replace("&amp;", "&") if following else ""
        assert len(seen) == len(set(seen)) == 120
    assert "共 120 条" in county.get("/workers").text


def test_foreign_people_are_neither_listed_nor_shown(county: FlaskClient, session: Session) -> None:
    other = make_worker(session, name="别县的人", county_code=BUTUO)
    assert names(county.get("/workers").text) == []
    assert names(county.get(f"/workers?county={BUTUO}").text) == []
    assert names(county.get(f"/workers?q={other.id_last4}").text) == []
    missing, foreign = county.get("/workers/999999"), county.get(f"/workers/{other.id}")
    assert foreign.status_code == missing.status_code == 404
    drawn = re.compile(r'value="[^"]{20,}"')
    assert drawn.sub("", foreign.text) == drawn.sub("", missing.text)


def test_a_township_collector_sees_his_township_only(sign_in: Any, session: Session) -> None:
    code = town_code(session)
    make_worker(session, name="本乡的人", township="新城镇", township_code=code)
    stranger = make_worker(
        session, name="外乡的人", township="城北镇", township_code=town_code(session, "城北镇")
    )
    client = sign_in(make_user(session, Role.TOWNSHIP, area_code=code))
    page = client.get("/workers").text
    assert names(page) == ["本乡的人"]
    assert "/workers/exports" not in page
    assert client.get(f"/workers/{stranger.id}").status_code == 404
    assert (
        client.post("/workers/exports", data={"purpose": "service", "purpose_word": "x"}).status_code == 403
    )


def test_a_supervisor_sees_his_prefecture_and_changes_nothing(sign_in: Any, session: Session) -> None:
    worker = make_worker(session, name="阿说尔布")
    make_worker(session, name="阿说外州", county_code="522328")
    client = sign_in(make_user(session, Role.PREFECTURE, area_code="513400"))
    assert names(client.get("/workers?q=阿说").text) == ["阿说尔布"]
    assert names(client.get(f"/workers?county={ZHAOJUE}").text) == ["阿说尔布"]
    assert client.get(f"/workers/{worker.id}/edit").status_code == 403
    assert (
        client.post(
            f"/workers/{worker.id}/reveal", data={"purpose": "service", "purpose_word": "x"}
        ).status_code
        == 403
    )


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.CITY])
def test_receiving_ends_have_no_register(sign_in: Any, session: Session, role: Role) -> None:
    worker = make_worker(session)
    where = (
        {"organisation_id": make_enterprise(session).id}
        if role is Role.ENTERPRISE
        else {"area_code": "440600"}
    )
    client = sign_in(make_user(session, role, **where))
    assert client.get("/workers").status_code == 403
    assert client.get(f"/workers/{worker.id}").status_code == 403


def test_today_names_who_was_not_asked_and_who_cannot_be_called(
    app: Flask, session: Session, officer: Any
) -> None:
    make_worker(session, willing=None)
    make_worker(session, willing=None, school_status="七年级")
    make_worker(session, phone_last4="", willing=True)
    make_worker(session, county_code=BUTUO, willing=None)
    actor = actor_of(session, officer)
    with app.test_request_context():
        asked, called, *_others = queries.tasks(session, actor, today())
    assert (asked.count, called.count) == (1, 1)
    rows, more = queries.page(session, actor, Search(candidate="1", willing="none"), today())
    assert (len(rows), more) == (1, False)
