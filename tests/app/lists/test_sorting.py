"""A list by one of its columns and in its groups: every row once, in order, a page behind the other."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.kit.web import whole_list
from app.kit.web.listing import LISTINGS
from app.workers import queries
from models.access import Role
from models.clock import today
from models.employment.spell import EmploymentSpell, SpellKind, Teller
from models.hukou.case import HukouCase
from models.people.name_index import NameKey, NameWaiting, key_waiting
from models.people.name_reading import IN_ORDER
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.placement.placement import FollowUp, PlacementState
from models.problems.kind import ProblemKind
from models.problems.problem import Problem
from models.reference.area import Area
from models.reference.calendar import months_after
from models.training.training_class import TrainingClass
from tests.factories.hukou import make_case
from tests.factories.people import (
    BUTUO,
    FOSHAN,
    ZHAOJUE,
    actor_of,
    make_enterprise,
    make_order,
    make_placement,
    make_user,
    make_worker,
)
from tests.factories.training import make_class

SignIn = Callable[..., FlaskClient]
# As they are read: a niu, ji ke, ma hai, qu bi, sha ma.
IN_PINYIN = ["阿牛木呷", "吉克阿木", "马海日古", "曲比史布", "沙马拉博"]


@pytest.fixture
def county(session: Session, sign_in: SignIn) -> FlaskClient:
    return sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def names(page: str) -> list[str]:
    return re.findall(r'<td class="name"[^>]*><a [^>]*>([^<]+)</a>', page)


def all_pages(client: FlaskClient, path: str) -> list[str]:
    """The names of a list, one page after the other."""
    found: list[str] = []
    while True:
        page = client.get(path).text
        found += names(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        if following is None:
            return found
        path = following[1].replace("&amp;", "&")


def test_the_register_stands_in_the_order_of_a_column_over_its_pages(
    county: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    codes = dict(session.execute(select(Area.name, Area.code).where(Area.parent_code == ZHAOJUE)).all())
    for n, name in enumerate(reversed(IN_PINYIN)):
        town = "四开镇" if n % 2 else None
        born = date(1990 + n, 1, 1)
        make_worker(session, name=name, birth_date=born, township_code=codes.get(town), willing=None)
    make_worker(session, name="别县的人", county_code=BUTUO)
    assert all_pages(county, "/workers?sort=name") == IN_PINYIN
    assert all_pages(county, "/workers?sort=-name") == IN_PINYIN[::-1]
    assert all_pages(county, "/workers?sort=age") == IN_PINYIN  # the youngest was entered last
    assert all_pages(county, "/workers?sort=-age") == IN_PINYIN[::-1]
    by_town = all_pages(county, "/workers?sort=township")
    assert by_town[:2] == [IN_PINYIN[3], IN_PINYIN[1]]
    assert sorted(by_town) == sorted(IN_PINYIN)  # those of whom nobody knows stand last, none is lost
    assert all_pages(county, "/workers?sort=-township")[:2] == by_town[:2][::-1]
    assert all_pages(county, "/workers?sort=nonsense") == IN_PINYIN[::-1]


def test_a_heading_says_how_the_list_stands_and_leads_on(county: FlaskClient, session: Session) -> None:
    make_worker(session)
    page = county.get("/workers").text
    assert "aria-sort" not in page
    steps = []
    for _ in range(3):
        told = re.search(r'<th scope="col"([^>]*)><a class="sort[^"]*" href="([^"]+)">年龄</a>', page)
        assert told
        steps.append(told[2])
        page = county.get(told[2].replace("&amp;", "&")).text
        steps.append("".join(re.findall(r'aria-sort="(\w+)"', page)))
    assert steps == [
        "/workers?sort=age",
        "ascending",
        "/workers?sort=-age",
        "descending",
        "/workers",
        "",
    ]


def test_somebody_whose_name_has_no_place_yet_stands_last_and_the_night_gives_it(
    county: FlaskClient, session: Session
) -> None:
    for name in IN_PINYIN[::-1]:
        make_worker(session, name=name)
    first = select(Worker.id).where(Worker.name == IN_PINYIN[0])
    session.execute(delete(NameKey).where(NameKey.worker_id.in_(first), NameKey.key.startswith(IN_ORDER)))
    session.commit()
    assert all_pages(county, "/workers?sort=name") == [*IN_PINYIN[1:], IN_PINYIN[0]]
    assert all_pages(county, "/workers?q=aniu") == [IN_PINYIN[0]]  # found as before
    assert session.scalars(select(NameWaiting.worker_id)).all() == []
    assert key_waiting(session) == 1
    assert all_pages(county, "/workers?sort=name") == IN_PINYIN
    assert key_waiting(session) == 0


def test_the_next_page_goes_on_where_a_row_stood_that_has_left_the_list(
    county: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    people = {name: make_worker(session, name=name, willing=None) for name in IN_PINYIN}
    page = county.get("/workers?willing=none&sort=name").text
    assert names(page) == IN_PINYIN[:2]
    people[IN_PINYIN[1]].willing = True
    session.commit()
    following = re.search(r'href="([^"]+)" rel="next"', page)
    assert following
    assert names(county.get(following[1].replace("&amp;", "&")).text) == IN_PINYIN[2:4]


def test_a_place_of_another_county_tells_nothing(county: FlaskClient, session: Session) -> None:
    for name in IN_PINYIN:
        make_worker(session, name=name)
    foreign = make_worker(session, name="马黑日火", county_code=BUTUO)
    assert names(county.get(f"/workers?sort=name&after={foreign.id}").text) == IN_PINYIN


def test_a_letter_is_a_place_among_names(
    county: FlaskClient, session: Session, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(60):
        make_worker(session, name=IN_PINYIN[n % 5])
    page = county.get("/workers?sort=name").text
    assert "按姓名的首字母跳" in page
    assert "按姓名的首字母跳" not in county.get("/workers?sort=age").text
    for order, letter, first in (
        ("name", "M", "马海日古"),
        ("name", "m", "马海日古"),
        ("name", "B", "吉克阿木"),
        ("name", "A", "阿牛木呷"),
        ("-name", "M", "马海日古"),
        ("-name", "B", "阿牛木呷"),
        ("-name", "Z", "沙马拉博"),
    ):
        where = f"/lists/workers.index/jump?sort={order}&to={letter}"
        assert names(county.get(where, follow_redirects=True).text)[0] == first, (order, letter)
    assert names(county.get("/lists/workers.index/jump?sort=name&to=Z", follow_redirects=True).text) == []
    assert (
        names(county.get("/lists/workers.index/jump?sort=name&to=2", follow_redirects=True).text)
        == (["沙马拉博"] * 12)[-10:]
    )
    said = county.get("/lists/workers.index/jump?sort=name&to=阿牛", follow_redirects=True).text
    assert "请写页码或姓的首字母" in said
    province = sign_in(make_user(session, Role.PROVINCE, area_code="510000"))
    assert "按姓名的首字母跳" not in province.get("/workers?sort=name").text
    assert "按姓名的首字母跳" in province.get(f"/workers?sort=name&county={ZHAOJUE}").text


def test_groups_are_headings_inside_the_list_with_their_counts(
    county: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 4)
    codes = dict(session.execute(select(Area.name, Area.code).where(Area.parent_code == ZHAOJUE)).all())
    for town, spelling, people in (("新城镇", "新城镇", 3), ("四开镇", "四开乡", 2)):
        for n in range(people):
            make_worker(session, name=f"{town}{n}", township=spelling, township_code=codes[town])
    make_worker(session, name="没有乡镇", township="", township_code=None)
    page = county.get("/workers?by=township").text
    heads = r'<th scope="rowgroup" colspan="\d+"><a href="([^"]+)">([^<]+)</a>\s*<span class="count">([^<]+)<'
    first = re.findall(heads, page)
    assert {(name, count) for _where, name, count in first} == {("新城镇", "3 条"), ("四开镇", "2 条")}
    rest = county.get(re.findall(r'href="([^"]+)" rel="next"', page)[-1].replace("&amp;", "&")).text
    assert ("未填或不在乡镇表里", "1 条") in {
        (name, count) for _where, name, count in re.findall(heads, rest)
    }
    assert len(names(page)) == 4
    assert sorted([*names(page), *names(rest)]) == sorted(session.scalars(select(Worker.name)).all())
    for where, _name, count in first:  # a group leads to just the rows that it counts
        assert f"共 {count}" in county.get(where.replace("&amp;", "&")).text


def spell(session: Session, worker: Worker, employer: Any, began: date) -> None:
    session.add(
        EmploymentSpell(
            worker_id=worker.id,
            county_code=worker.county_code,
            kind=SpellKind.ENTERPRISE,
            teller=Teller.HOME,
            employer_id=employer.id if employer else None,
            employer_name=employer.name if employer else "某工地",
            place_code=FOSHAN,
            began_on=began,
            stays_three_on=months_after(began, 3),
            stays_six_on=months_after(began, 6),
        )
    )


def test_the_register_in_groups_of_enterprises_and_of_months_of_entry(
    county: FlaskClient, session: Session
) -> None:
    first, second = make_enterprise(session, name="甲厂"), make_enterprise(session, name="乙厂")
    people = [make_worker(session, name=f"阿牛{n}") for n in range(4)]
    day = today() - timedelta(days=90)
    spell(session, people[0], first, day)
    spell(session, people[1], first, day)
    spell(session, people[1], second, day + timedelta(days=5))  # two at once: the later one counts
    spell(session, people[2], None, day)
    for worker, at in zip(
        people,
        (
            datetime(2026, 4, 30, 15, 59, tzinfo=UTC),
            datetime(2026, 4, 30, 16, 1, tzinfo=UTC),  # China's first of May
            datetime(2026, 5, 20, tzinfo=UTC),
            datetime(2026, 6, 1, tzinfo=UTC),
        ),
        strict=True,
    ):
        worker.created_at = at
    session.commit()
    row = r'<td class="first"[^>]*><a href="([^"]+)">\s*([^<]+?)</a></td>\s*<td[^>]*>([^<]+)</td>'
    found = {}
    for by in ("enterprise", "month"):
        page = county.get(f"/workers?by={by}").text
        assert sorted(names(page)) == [f"阿牛{n}" for n in range(4)]
        for where, name, count in re.findall(row, page):
            inside = county.get(where.replace("&amp;", "&")).text
            assert f"共 {count} 条" in inside
            found[name] = names(inside)
    assert found == {
        "甲厂": ["阿牛0"],
        "乙厂": ["阿牛1"],
        "现在没有上班，或不知道在哪家": ["阿牛2", "阿牛3"],
        "2026-06": ["阿牛3"],
        "2026-05": ["阿牛1", "阿牛2"],
        "2026-04": ["阿牛0"],
    }


def test_a_masked_name_gives_no_order(session: Session, county: FlaskClient, sign_in: SignIn) -> None:
    order = make_order(session)
    for name in IN_PINYIN[::-1]:
        make_placement(session, order, make_worker(session, name=name), state=PlacementState.OFFERED)
    where = "/placements?stage=offered&sort=name"
    titles = r'<a class="row-title"[^>]*>([^<]+)</a>'
    assert re.findall(titles, county.get(where).text) == IN_PINYIN
    enterprise = make_user(session, Role.ENTERPRISE, organisation_id=order.enterprise_id)
    city = make_user(session, Role.CITY, area_code=FOSHAN)
    for user in (enterprise, city):
        client = sign_in(user)
        page = client.get(where).text
        assert 'aria-sort="' not in page
        assert ">姓名</a>" not in page
        plain = client.get("/placements?stage=offered").text
        assert re.findall(titles, page) == re.findall(titles, plain)


def test_every_sort_of_every_list_keeps_every_row(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    order = make_order(session, headcount=9)
    make_order(session, headcount=3)
    for n, name in enumerate(IN_PINYIN):
        worker = make_worker(session, name=name, willing=None if n % 2 else True)
        placement = make_placement(session, order, worker, state=PlacementState.ON_SITE)
        session.add(
            FollowUp(placement=placement, months=(1, 3, 6)[n % 3], due_on=today() - timedelta(days=n))
        )
        make_case(session, worker)
        spell(session, worker, order.enterprise, today() - timedelta(days=9 * n))
        session.add(
            Problem(
                worker_id=worker.id,
                county_code=ZHAOJUE,
                kind=list(ProblemKind)[n],
                words="不习惯",
                channel=Channel.PHONE,
                due_on=today() + timedelta(days=n),
            )
        )
    for _ in range(2):
        make_class(session)
    session.commit()
    actor, tried = actor_of(session, user), 0
    with app.test_request_context():
        for listing in LISTINGS.values():
            asked = {"stage": "on_site", "state": "all" if listing.endpoint == "orders.index" else ""}
            asked = {name: value for name, value in asked.items() if value and name in listing.names}
            plain, _ = listing.page(session, actor, asked, today(), "", 99)
            for sort in listing.sorted_by(actor, asked):
                for down in ("", "-"):
                    found: list[Any] = []
                    place = ""
                    while True:
                        wanted = asked | {"sort": down + sort.key}
                        rows, place = listing.read(session, actor, wanted, today(), place, 2)
                        found += rows
                        if not place:
                            break
                    assert sorted(row.id for row in found) == sorted(row.id for row in plain), sort.key
                    assert plain or listing.endpoint == "training_classes.index", listing.endpoint
                    tried += 1
            assert {one.key for one in listing.sorts} <= {one.key for one in listing.columns}
    assert tried > 28


def test_a_file_stands_in_the_order_of_the_page(app: Flask, session: Session) -> None:
    user = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    for name in IN_PINYIN[::-1]:
        make_worker(session, name=name)
    register, actor = LISTINGS["workers.index"], actor_of(session, user)
    with app.test_request_context():
        told = register.some(session, actor, {"sort": "name"}, today(), 99)
    assert [row["name"] for row in told] == IN_PINYIN


@pytest.mark.parametrize("listing", ["hukou.index", "training_classes.index"])
def test_cases_and_classes_are_given_to_a_colleague_reminded_of_and_taken_back(
    session: Session, sign_in: SignIn, county: FlaskClient, listing: str
) -> None:
    colleague = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    theirs, path = sign_in(colleague), "/hukou" if listing == "hukou.index" else "/training/classes"
    if listing == "hukou.index":
        rows: list[Any] = [make_case(session, make_worker(session, name=name)) for name in IN_PINYIN[:2]]
    else:
        rows = [make_class(session), make_class(session)]
    session.commit()
    model = HukouCase if listing == "hukou.index" else TrainingClass
    ids = [row.id for row in rows]
    for act, value, given in (
        ("assign", "assigned_to_id", str(colleague.id)),
        ("call", "remind_on", today().isoformat()),
    ):
        page = county.get(f"{path}?pick=1").text
        assert f'name="act" value="{act}"' in page
        here = county.post(f"/lists/{listing}/bulk", data={"rows": ids, "act": act, value: given}).location
        assert "会办" in county.get(here).text or "2" in county.get(here).text
        assert "办好了 2 条" in county.post(f"{here}/do", follow_redirects=True).text
        shown = theirs.get(f"{path}?mine=1").text
        assert ("共 2 条" in shown) is (act == "assign")
        assert "撤销了 2 条" in county.post(f"{here}/undo", follow_redirects=True).text
        assert "共 2 条" not in theirs.get(f"{path}?mine=1").text
    assert session.get(model, ids[0]) is not None


def test_a_jump_in_order_ends_where_the_list_does(
    county: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_list, "FURTHEST", 10_000)
    for n in range(60):
        make_worker(session, township_code=None, township="", name=IN_PINYIN[n % 5])
    second = county.get("/lists/workers.index/jump?sort=township&to=2", follow_redirects=True).text
    assert len(names(second)) == 10  # all of them unknown, and the second page of those
    for typed, said in (("3", "没有第 3 页"), ("999999", "最远跳到第 201 页")):
        page = county.get(f"/lists/workers.index/jump?sort=age&to={typed}", follow_redirects=True).text
        assert said in page
