"""A list goes along as a file of just what it shows: its filter, its columns, its masks; kept filters."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.home.lists import print_views
from app.home.lists.said import WORDS
from app.kit.files.spreadsheet import open_workbook
from app.kit.web import listing
from app.kit.web.listing import LISTINGS
from models.access import ROLE_PERMISSIONS, Role
from models.audit import AuditEvent
from models.lists import ListExport, SavedList
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
WHY = {"purpose": "contact"}


@pytest.fixture
def county(session: Session, sign_in: SignIn) -> FlaskClient:
    return sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def taken(client: FlaskClient, endpoint: str, **asked: str) -> list[list[Any]]:
    answer = client.post(f"/lists/{endpoint}/export", data=WHY | asked)
    assert answer.status_code == 303, answer.text
    assert "的表已经做好" in client.get(answer.location).text
    with open_workbook(client.get(f"{answer.location}/file").data) as book:
        return [row.cells for row in book.sheets[0].rows()]


def test_the_register_goes_along_with_sex_age_state_and_enterprise(
    county: FlaskClient, session: Session
) -> None:
    woman = make_worker(session, name="阿说尔布", township="四开乡")
    make_worker(session, name="吉克木呷", township="日哈乡")
    make_worker(session, name="别县的人", county_code=BUTUO)
    headings, *rows = taken(county, "workers.index", township="四开乡")
    row = dict(zip(headings, rows[0], strict=False))
    assert [one[0] for one in rows] == ["阿说尔布"]
    assert {"性别", "年龄", "状态", "在哪里上班"} <= set(headings)
    assert row["性别"] in ("男", "女")
    assert int(row["年龄"]) > 15
    assert not any(woman.id_number in str(cell) for cell in rows[0])
    told = session.scalars(select(AuditEvent).where(AuditEvent.tag == "worker:export")).all()
    assert [one.details.get("rows") for one in told] == [None, 1]
    assert told[0].details["purpose"] == "contact:"
    assert told[0].details["key"] == {"township": "四开乡"}


def test_every_page_of_a_stage_goes_along_in_its_order(
    county: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "CHUNK", 2)
    order = make_order(session, headcount=20)
    people = [make_worker(session, name=f"阿牛{sign}") for sign in "甲乙丙丁戊"]
    for worker in people:
        make_placement(session, order, worker, state=PlacementState.OFFERED)
    headings, *rows = taken(county, "placements.index", stage="offered")
    assert [row[0] for row in rows] == [worker.name for worker in people]
    assert rows[0][headings.index("岗位")] == order.title
    assert (
        "空"
        in county.get(
            county.post("/lists/placements.index/export", data=WHY | {"stage": "departed"}).location
        ).text
    )


def test_a_column_left_out_is_neither_shown_nor_taken(county: FlaskClient, session: Session) -> None:
    make_worker(session)
    keys = [one.key for one in LISTINGS["workers.index"].columns if one.key not in ("age", "phone")]
    county.post("/lists/workers.index/columns", data={"shown": keys, "here": "/workers?state=pool"})
    page = county.get("/workers").text
    assert page.count("left-out") == 4  # two columns: heading and cell
    headings = taken(county, "workers.index")[0]
    assert "年龄" not in headings
    assert "电话尾号" not in headings
    assert "性别" in headings


def test_a_filter_is_kept_under_a_name_for_its_account_only(
    county: FlaskClient, session: Session, sign_in: SignIn
) -> None:
    asked = {"state": "pool", "saved_name": "在册的", "here": "/workers?state=pool"}
    assert county.post("/lists/workers.index/filters", data=asked).location == "/workers?state=pool"
    assert "在册的" in county.get("/workers").text
    other = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    assert "在册的" not in other.get("/workers").text
    row = session.scalars(select(SavedList)).one()
    assert other.post(f"/lists/filters/{row.id}/remove").status_code == 404
    assert (
        "没有筛选条件"
        in county.post(
            "/lists/workers.index/filters", data={"saved_name": "空的"}, follow_redirects=True
        ).text
    )
    county.post(f"/lists/filters/{row.id}/remove", data={"here": "/workers"})
    assert "在册的" not in county.get("/workers").text


def test_a_file_is_its_askers_alone_and_needs_a_purpose(
    county: FlaskClient, session: Session, sign_in: SignIn
) -> None:
    make_worker(session)
    bare = county.post("/lists/workers.index/export", data={"here": "/workers"})
    assert bare.location == "/workers"
    assert session.scalars(select(ListExport)).all() == []
    place = county.post("/lists/workers.index/export", data=WHY).location
    other = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    assert other.get(place).status_code == 404
    assert other.get(f"{place}/file").status_code == 404
    city = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    assert city.post("/lists/workers.index/export", data=WHY).status_code == 404


@pytest.mark.parametrize("role", [Role.COUNTY, Role.CITY, Role.ENTERPRISE])
def test_what_goes_along_is_what_the_reader_may_see(
    world: World, sign_in: SignIn, session: Session, role: Role
) -> None:
    """Every list of every reader can be taken, and no whole number of anybody stands in a file."""
    client = sign_in(world.users[role])
    lists = [one for one in LISTINGS.values() if one.permission in ROLE_PERMISSIONS[role]]
    assert lists
    for one in lists:
        answer = client.post(f"/lists/{one.endpoint}/export", data=WHY)
        page = client.get(answer.location).text
        if "的表已经做好" not in page:
            assert "列表是空的" in page, (one.endpoint, re.sub(r"<[^>]+>|\s+", " ", page))
            continue
        with open_workbook(client.get(f"{answer.location}/file").data) as book:
            said = " ".join(str(cell) for row in book.sheets[0].rows() for cell in row.cells)
        assert not re.search(r"(?<!\d)\d{17}[\dX]|(?<!\d)1\d{10}(?!\d)", said), one.endpoint


def test_a_list_on_paper_says_what_it_shows_who_printed_it_and_what_for(
    county: FlaskClient, session: Session
) -> None:
    woman = make_worker(session, name="阿说尔布", township="四开镇")
    make_worker(session, name="吉克木呷", township="日哈乡")
    bare = county.post("/lists/workers.index/print", data={"here": "/workers"}, follow_redirects=True)
    assert "请写明用途，再打印" in bare.text
    asked = {"township": "四开镇", "state": "pool"}
    paper = county.post("/lists/workers.index/print", data=WHY | asked).text
    assert "阿说尔布" in paper
    assert "吉克木呷" not in paper
    assert "乡镇：四开镇；状态：" in paper
    assert "打印，1 行" in paper
    assert "纸上有个人信息" in paper
    assert "print-list" in paper
    assert woman.id_number not in paper
    told = session.scalars(select(AuditEvent).where(AuditEvent.tag == "worker:export")).one()
    assert (told.details["rows"], told.details["purpose"]) == (1, "contact:")
    plain = county.post("/lists/orders.index/print", data={"here": "/orders"}).text
    assert "纸上有个人信息" not in plain
    narrowed = {"here": "/orders", "state": "all", "enterprise": "none"}
    assert "状态：全部；企业：未填" in county.post("/lists/orders.index/print", data=narrowed).text
    assert "纸上有个人信息" in county.get("/workers").text


def test_every_filter_of_every_list_has_its_word() -> None:
    names = {name for one in LISTINGS.values() for name in one.names}
    assert len(names) > 20
    assert sorted(names - WORDS.keys()) == []


def test_paper_says_where_it_ends(
    county: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_views, "MOST", 2)
    for sign in "甲乙丙":
        make_worker(session, name=f"阿牛{sign}")
    paper = county.post("/lists/workers.index/print", data=WHY).text
    assert [f"阿牛{sign}" in paper for sign in "甲乙丙"] == [True, True, False]
    assert "只印了前 2 行，后面还有" in paper
