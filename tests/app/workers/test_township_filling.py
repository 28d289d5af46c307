"""People without a township are found, counted as a task, and given one by the county, many at once."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.workers import queries
from app.workers.queries import Search
from models.access import Role
from models.audit import AuditEvent
from models.clock import today
from models.event_tags import EventTag
from models.people.worker import Worker
from models.user import User
from tests.app.workers.conftest import town_code
from tests.app.workers.test_search import plan_of, watched
from tests.factories.people import BUTUO, ZHAOJUE, actor_of, make_user, make_worker


@pytest.fixture
def clerk(session: Session) -> User:
    return make_user(session, Role.COUNTY, area_code=ZHAOJUE)


@pytest.fixture
def client(clerk: User, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(clerk)


def fill(client: FlaskClient, **data: object) -> str:
    """Choose, look, confirm; what the last page says."""
    answer = client.post("/lists/workers.index/bulk", data={"act": "township", **data})
    if "/lists/bulk/" not in answer.location:
        return client.get(answer.location).text
    return client.post(f"{answer.location}/do", follow_redirects=True).text


@pytest.fixture
def homes(session: Session) -> dict[str, Worker]:
    """Return somebody without a township, two in strange ones, one at home in a known one, a neighbour."""
    code = town_code(session, "四开镇")
    return {
        "none": make_worker(session, name="阿一", township=""),
        "strange": make_worker(session, name="阿二", township="四天镇"),
        "home": make_worker(session, name="阿三", township="四开镇", township_code=code),
        "before": make_worker(session, name="阿四", township="四开乡", township_code=code),
        "neighbour": make_worker(session, name="阿五", township="", county_code=BUTUO),
    }


def found(session: Session, clerk: User, township: str) -> list[str]:
    rows, _more = queries.page(session, actor_of(session, clerk), Search(township=township), today())
    return [worker.name for worker in rows]


def test_the_list_finds_those_without_a_township_and_those_in_an_unknown_one(
    session: Session, clerk: User, homes: dict[str, Worker]
) -> None:
    assert found(session, clerk, "none") == ["阿一"]
    assert found(session, clerk, "unknown") == ["阿二"]


def test_a_township_is_found_under_its_former_ending(
    session: Session, clerk: User, homes: dict[str, Worker]
) -> None:
    assert found(session, clerk, "四开镇") == ["阿三", "阿四"]


def test_both_are_tasks_with_their_counts(
    app: Flask, session: Session, clerk: User, client: FlaskClient, homes: dict[str, Worker]
) -> None:
    with app.test_request_context():
        told = {task.url: task.count for task in queries.homeless(session, actor_of(session, clerk), today())}
    assert told == {"/workers?township=none": 1, "/workers?township=unknown": 1}
    for page in ("/", "/imports"):
        assert "人没有乡镇" in client.get(page, follow_redirects=True).text


def test_a_township_is_not_asked_for_people_without_a_township_whom_it_cannot_see(
    session: Session, homes: dict[str, Worker]
) -> None:
    town = actor_of(session, make_user(session, Role.TOWNSHIP, area_code="513431100"))
    assert queries.homeless(session, town, today()) == []


def test_ticked_people_are_given_a_township_each_noted_in_the_audit(
    session: Session, client: FlaskClient, homes: dict[str, Worker]
) -> None:
    page = client.get("/workers?township=none").text
    assert "一次给几个人填乡镇" in page
    ids = [homes["none"].id, homes["strange"].id]
    fill(client, township="none", township_name="四开镇", rows=ids)
    session.expire_all()
    code = town_code(session, "四开镇")
    assert [(w.township, w.township_code) for w in (homes["none"], homes["strange"])] == [
        ("四开镇", code)
    ] * 2
    events = session.scalars(select(AuditEvent).where(AuditEvent.tag == EventTag.WORKER_UPDATE)).all()
    assert [event.details["fields"] for event in events] == [["township"], ["township"]]


def test_all_that_the_filter_finds_are_given_it_and_nobody_else(
    session: Session, client: FlaskClient, homes: dict[str, Worker]
) -> None:
    fill(client, township="unknown", township_name="四开镇", all="1")
    session.expire_all()
    assert {name: worker.township for name, worker in homes.items()} == {
        "none": "",
        "strange": "四开镇",
        "home": "四开镇",
        "before": "四开乡",
        "neighbour": "",
    }


def test_a_neighbours_people_and_an_unknown_township_are_not_touched(
    session: Session, client: FlaskClient, homes: dict[str, Worker]
) -> None:
    fill(client, township_name="四开镇", rows=[homes["neighbour"].id])
    assert "请从列表里选一个本县的乡镇" in fill(client, township_name="没有镇", rows=[homes["none"].id])
    assert "请选要填的乡镇" in fill(client, township_name="", rows=[homes["none"].id])
    session.expire_all()
    assert (homes["neighbour"].township, homes["none"].township) == ("", "")


def test_more_than_five_hundred_ticks_are_filled_or_refused_and_never_cut_in_silence(
    session: Session, client: FlaskClient
) -> None:
    people = [make_worker(session, township="") for _ in range(3)]
    ticks = [*(one.id for one in people[:2]), *range(10_000, 10_600), people[2].id]
    fill(client, township_name="四开镇", rows=ticks)
    session.expire_all()
    assert [one.township for one in people] == ["四开镇"] * 3
    assert "一次最多 2000 条" in fill(client, township_name="四开镇", rows=list(range(1, 2_002))).replace(
        ",", ""
    )


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("township", ["none", "unknown"])
def test_the_filter_walks_an_index_of_the_county_and_sorts_nothing(
    session: Session, clerk: User, township: str
) -> None:
    for n in range(60):  # without figures two indexes of the county look alike to SQLite, and chance decides
        make_worker(session, name=f"人{n}", township=f"第{n}镇", township_code=f"5134312{n:02d}")
    session.execute(text("ANALYZE"))
    session.commit()
    asked = watched(session)
    queries.page(session, actor_of(session, clerk), Search(township=township), today())
    plan = plan_of(session, *asked[-1])
    index = {"none": "ix_worker_county_township", "unknown": "ix_worker_county_town_code"}[township]
    assert any(index in step for step in plan), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan
