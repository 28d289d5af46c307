"""A list in groups, how many rows it has, and the way to a page further on."""

import re
from collections.abc import Callable
from datetime import timedelta
from weakref import WeakKeyDictionary

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web import grouping, lately, whole_list
from app.kit.web.whole_list import Sample, Total, Whole, newest_whole, total, total_lately
from models.access import Role
from models.clock import today
from models.people.name_index import NameKey
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.placement.placement import FollowUp, Placement, PlacementState
from models.problems.kind import ProblemKind, ProblemLevel
from models.problems.problem import Problem
from models.reference.area import Area
from tests.factories.people import FOSHAN, ZHAOJUE, make_order, make_placement, make_user, make_worker

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def county(session: Session, sign_in: SignIn) -> FlaskClient:
    return sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def grouped(page: str) -> dict[str, tuple[str, str]]:
    """The groups of a page: name -> (how many, the way into it)."""
    row = r'<td class="first"[^>]*><a href="([^"]+)">\s*([^<]+?)</a></td>\s*<td[^>]*>([^<]+)</td>'
    return {name: (count, where.replace("&amp;", "&")) for where, name, count in re.findall(row, page)}


def test_the_register_is_grouped_by_township_and_within_it_by_village(
    county: FlaskClient, session: Session
) -> None:
    codes = dict(session.execute(select(Area.name, Area.code).where(Area.parent_code == ZHAOJUE)).all())
    for town, village, people in (("四开镇", "瓦五村", 3), ("四开镇", "", 1), ("新城镇", "瓦五村", 2)):
        for _ in range(people):
            make_worker(session, township=town, township_code=codes[town], village=village)
    make_worker(session, township="", township_code=None)
    towns = grouped(county.get("/workers?by=township").text)
    assert {name: count for name, (count, _) in towns.items()} == {
        "四开镇": "4",
        "新城镇": "2",
        "未填或不在乡镇表里": "1",
    }
    inside = county.get(towns["四开镇"][1]).text
    assert "共 4 条" in inside
    assert "共 1 条" in county.get(towns["未填或不在乡镇表里"][1]).text
    villages = grouped(county.get(towns["四开镇"][1] + "&by=village").text)
    assert {name: count for name, (count, _) in villages.items()} == {"瓦五村": "3", "未填": "1"}
    assert "共 3 条" in county.get(villages["瓦五村"][1]).text
    assert "共 1 条" in county.get(villages["未填"][1]).text


def test_groups_go_on_behind_the_last_one_shown(
    county: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "GROUPS", 2)
    orders = [make_order(session, title=f"岗位{n}") for n in range(5)]
    page, seen = county.get("/orders?by=enterprise&state=all").text, {}
    while True:
        seen |= grouped(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        if following is None:
            break
        page = county.get(following[1].replace("&amp;", "&")).text
    assert {count for count, _ in seen.values()} == {"1"}
    assert set(seen) == {one.enterprise.name for one in orders}
    inside = county.get(seen[orders[3].enterprise.name][1]).text
    assert orders[3].title in inside
    assert orders[2].title not in inside


def test_placements_and_follow_ups_are_grouped_each_within_its_stage(
    county: FlaskClient, session: Session, sign_in: SignIn
) -> None:
    orders = [make_order(session, title=title, headcount=9) for title in ("车工", "普工")]
    for order, state, people in (
        (orders[0], PlacementState.OFFERED, 2),
        (orders[0], PlacementState.ON_SITE, 1),
        (orders[1], PlacementState.OFFERED, 1),
    ):
        for _ in range(people):
            make_placement(session, order, make_worker(session), state=state)
    found = grouped(county.get("/placements?stage=offered&by=enterprise").text)
    assert {name: count for name, (count, _) in found.items()} == {
        orders[0].enterprise.name: "2",
        orders[1].enterprise.name: "1",
    }
    inside = county.get(found[orders[1].enterprise.name][1]).text
    assert "共 1 条" in inside
    assert "普工" in inside
    city = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    assert "by=county" in city.get("/placements").text
    assert "by=township" not in city.get("/placements").text


@pytest.mark.parametrize("path", ["/placements?stage=on_site", "/problems?view=open"])
def test_who_is_told_no_township_learns_none_from_the_groups_of_a_list_or_its_address(
    county: FlaskClient, session: Session, sign_in: SignIn, path: str
) -> None:
    city = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    order, day = make_order(session), today()
    worker = make_worker(session, name="四开的人", township="四开镇", township_code="513431102")
    make_placement(session, order, worker, state=PlacementState.ON_SITE)
    told = {"worker_id": worker.id, "county_code": ZHAOJUE, "township_code": "513431102", "words": "欠薪"}
    about = {"kind": ProblemKind.WAGE, "channel": Channel.PHONE, "due_on": day, "city_code": FOSHAN}
    session.add(Problem(**told, **about, level=ProblemLevel.CITY))
    session.commit()
    for reader, is_told in ((county, True), (city, False)):
        assert ("by=township" in reader.get(path).text) is is_told
        assert ("group-head" in reader.get(f"{path}&by=township").text) is is_told
        elsewhere = reader.get(f"{path}&township=513431100").text
        assert ("共 0 条" in elsewhere) is is_told
        assert ("共 1 条" in elsewhere) is not is_told


def test_a_day_stands_in_the_group_of_its_month(county: FlaskClient, session: Session) -> None:
    order, days = make_order(session), [today() - timedelta(days=n) for n in (70, 40, 40)]
    for day in days:
        placement = make_placement(session, order, make_worker(session), state=PlacementState.ON_SITE)
        session.add(FollowUp(placement=placement, months=1, due_on=day))
    session.commit()
    found = grouped(county.get("/placements/follow-ups?view=due&by=month").text)
    assert {name: count for name, (count, _) in found.items()} == {
        f"{days[1]:%Y-%m}": "2",
        f"{days[0]:%Y-%m}": "1",
    }
    assert "共 2 条" in county.get(found[f"{days[1]:%Y-%m}"][1]).text
    for nonsense in ("2026-13", "9999-12", "0000-01"):
        assert "共 3 条" in county.get(f"/placements/follow-ups?month={nonsense}").text


def test_a_total_is_exact_up_to_a_limit_and_told_from_a_sample_beyond(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("EXACT", 20), ("SAMPLE", 60), ("FEWEST_HITS", 5)):
        monkeypatch.setattr(whole_list, name, value)
    for n in range(90):
        make_worker(session, township="四开镇" if n % 9 else "日哈乡")
    everybody = newest_whole(select(Worker), Worker)
    few = newest_whole(select(Worker).where(Worker.township == "日哈乡"), Worker)
    assert total(session, few) == Total(10)
    told = total(session, everybody)
    assert not told.is_exact
    assert told.number == 100  # 90 of 90 numbers, rounded to hundreds
    assert str(told.sentence.params["n"]) == "100"


def test_what_a_sample_told_holds_a_minute_and_a_count_holds_never(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("EXACT", 20), ("SAMPLE", 60), ("FEWEST_HITS", 5)):
        monkeypatch.setattr(whole_list, name, value)
    for n in range(160):
        make_worker(session, township="四开镇" if n % 16 else "日哈乡")
    many = newest_whole(select(Worker).where(Worker.township == "四开镇"), Worker)
    few = newest_whole(select(Worker).where(Worker.township == "日哈乡"), Worker)
    first = total_lately(session, many)
    assert not first.is_exact
    assert total_lately(session, few) == Total(10)
    for _ in range(200):
        make_worker(session, township="四开镇")
    make_worker(session, township="日哈乡")
    assert total_lately(session, many) == first
    assert total_lately(session, few) == Total(11)
    monkeypatch.setattr(lately, "_told", WeakKeyDictionary())  # as a minute later
    assert total_lately(session, many).number > first.number


def test_a_group_of_a_counted_list_is_counted_too(
    county: FlaskClient, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "COUNTED", 3)  # a group of a long list is counted so far, then told
    monkeypatch.setattr(whole_list, "SAMPLE", 3)
    for _ in range(7):
        make_worker(session, township="四开镇", township_code="513431102")
    page = county.get("/workers?by=township").text
    assert "共 7 条" in page
    assert [count for count, _ in grouped(page).values()] == ["7"]


@pytest.mark.parametrize(
    ("hits", "said"),
    [(3, "1,000 多"), (49, "约 12,000"), (1000, "约 250,000"), (3999, "约 999,800")],
)
def test_an_estimate_says_no_more_than_its_sample_can_tell(hits: int, said: str) -> None:
    sentence = Sample(range(4_000), 1_000_000).told(hits, 1_000).sentence
    assert sentence.text % sentence.params == said


def test_a_sample_of_people_found_by_name_is_tried_before_the_people_are_read() -> None:
    found = select(Worker).join(NameKey, NameKey.worker_id == Worker.id)
    order = (NameKey.county_code, NameKey.key, NameKey.worker_id)
    assert "name_key.worker_id +" in str(Sample([1, 2], 9).rows(Whole(found, Worker, order)))
    assert "worker.id +" in str(Sample([1, 2], 9).rows(Whole(found, Worker, (Worker.id,))))
    by_household = Whole(select(Worker), Worker, (Worker.household_id,))
    assert by_household.number is Worker.id


def test_a_page_further_on_and_a_day_are_places_of_a_list(county: FlaskClient, session: Session) -> None:
    order = make_order(session, headcount=200)
    people = [make_worker(session, name=f"阿牛{n:03}") for n in range(120)]
    for worker in people:
        make_placement(session, order, worker, state=PlacementState.OFFERED)
    third = county.get("/lists/workers.index/jump?to=3&township=", follow_redirects=True).text
    assert [f"阿牛{n:03}" in third for n in (99, 100, 119)] == [False, True, True]
    second = county.get("/lists/placements.index/jump?to=第 2 页&stage=offered", follow_redirects=True).text
    assert [f"阿牛{n:03}" in second for n in (49, 50, 99, 100)] == [False, True, True, False]
    for typed, said in (
        ("4", "没有第 4 页"),
        ("999999", "最远跳到第 201 页"),
        ("阿牛", "请写页码，比如 12。"),
    ):
        page = county.get(f"/lists/workers.index/jump?to={typed}", follow_redirects=True).text
        assert said in page
    assert county.get("/lists/nothing/jump?to=2").status_code == 404


def test_from_what_is_done_to_many_one_comes_back_to_the_list_as_it_was_narrowed(
    county: FlaskClient, session: Session
) -> None:
    placement = make_placement(
        session, make_order(session), make_worker(session), state=PlacementState.ON_SITE
    )
    narrowed = {"stage": "on_site", "sort": "since"}
    data = narrowed | {"rows": placement.id, "act": "call", "remind_on": today().isoformat()}
    here = county.post("/lists/placements.index/bulk", data=data).location
    ticked = f"/placements?stage=on_site&amp;sort=since&amp;pick=1&amp;ticked={placement.id}"
    assert f'href="{ticked}"' in county.get(here).text
    done = county.post(f"{here}/do", follow_redirects=True).text
    assert 'href="/placements?stage=on_site&amp;sort=since"' in done
    undone = county.post(f"{here}/undo", follow_redirects=True).text
    assert 'href="/placements?stage=on_site&amp;sort=since"' in undone


def test_orders_placements_and_follow_ups_are_given_to_a_colleague_and_taken_back(
    county: FlaskClient, session: Session, sign_in: SignIn
) -> None:
    colleague = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    order = make_order(session, title="要交出去的岗位")
    people = [make_worker(session, name=name) for name in ("阿依甲", "阿依乙")]
    for worker in people:
        make_placement(session, order, worker, state=PlacementState.ON_SITE)
    placements = session.scalars(select(Placement).order_by(Placement.id)).all()
    due = FollowUp(placement=placements[0], months=1, due_on=today())
    session.add(due)
    session.commit()
    theirs, numbers = sign_in(colleague), [one.id for one in placements]
    for listing, rows, value, mine, name in (
        ("orders.index", [order.id], "assigned_to_id", "/orders?mine=1", order.title),
        ("placements.index", numbers, "assigned_to_id", "/placements?stage=on_site&mine=1", "阿依甲"),
        ("placements.follow_ups", [due.id], "to", "/placements/follow-ups?mine=1", "阿依甲"),
    ):
        assert name not in theirs.get(mine).text
        data = {"rows": rows, "act": "assign", value: colleague.id}
        here = county.post(f"/lists/{listing}/bulk", data=data).location
        assert name in county.get(here).text
        assert f"办好了 {len(rows)} 条" in county.post(f"{here}/do", follow_redirects=True).text
        assert name in theirs.get(mine).text
        assert f"撤销了 {len(rows)} 条" in county.post(f"{here}/undo", follow_redirects=True).text
        assert name not in theirs.get(mine).text
    refused = {"rows": [order.id], "act": "call", "remind_on": "", "state": "all"}
    back = county.post("/lists/orders.index/bulk", data=refused).location
    assert back == f"/orders?state=all&pick=1&ticked={order.id}"
    kept = {"rows": [order.id], "act": "call", "assigned_to_id": colleague.id}
    page = county.get(county.post("/lists/orders.index/bulk", data=kept).location).text
    assert re.search(rf'value="{colleague.id}" selected', page)
    assert county.post("/lists/classes.none/bulk", data=kept).status_code == 404


def test_a_sample_is_one_number_of_each_part_and_one_value_of_the_statement(
    monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    monkeypatch.setattr(whole_list, "SAMPLE", 60)
    people = [make_worker(session) for _ in range(90)]
    everybody = newest_whole(select(Worker), Worker)
    sample = Sample.of(session, everybody)
    assert len(set(sample.numbers)) == 60
    assert set(sample.numbers) <= {person.id for person in people}
    assert Sample.of(session, everybody) == sample
    statement = sample.rows(everybody)
    assert set(session.scalars(statement)) == set(sample.numbers)
    assert len(statement.compile(session.get_bind()).params) == 1
    assert " = 1" not in str(statement)  # which no index answers
