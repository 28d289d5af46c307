"""Whatever of a person a clerk knows finds them, by an index, and nobody outside the clerk's reach."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, delete, event, func, insert, select, update
from sqlalchemy.orm import Session

from app import unlock
from app.kit.web import nightly
from app.workers import queries
from app.workers.commands import key_names
from app.workers.personal_data import operations as personal_data
from app.workers.queries import Search
from app.workers.search import Reach, Reading, understand
from models.access import Role
from models.base import Base
from models.clock import today, utc_now
from models.people.name_index import NameKey, NameWaiting, have_everybody_wait, key_waiting
from models.people.worker import Worker
from tests.app.workers.conftest import town_code
from tests.factories.databases import postgres_url
from tests.factories.people import BUTUO, ZHAOJUE, actor_of, make_user, make_worker
from tests.trust.leaks import leaks


def found(client: FlaskClient, query: str, **more: str) -> list[str]:
    """The names that the register lists, in its order."""
    page = client.get("/workers", query_string={"q": query, **more})
    assert page.status_code == 200
    return re.findall(r'<td class="name"[^>]*><a href="[^"]+">([^<]+)</a>', page.text)


@pytest.fixture
def people(session: Session) -> dict[str, Worker]:
    homes = {
        "吉克·阿牛": ("四开镇", "好谷村"),
        "吉克伍呷": ("日哈镇", "觉呷村"),
        "马阿牛": ("日哈镇", "四开村"),
        "马海尔布": ("新城镇", "谷都村"),
        "单于国芬": ("新城镇", "谷都村"),
        "盖国芬": ("新城镇", "谷都村"),
    }
    return {
        name: make_worker(session, name=name, township=township, village=village)
        for name, (township, village) in homes.items()
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("阿牛", ["吉克·阿牛", "马阿牛"]),
        ("吉克阿牛", ["吉克·阿牛"]),
        ("吉克 阿牛", ["吉克·阿牛"]),
        ("吉克•阿牛", ["吉克·阿牛"]),
        ("吉克 · 阿", ["吉克·阿牛"]),
        ("⽜", ["吉克·阿牛", "马阿牛"]),
        ("jike aniu", ["吉克·阿牛"]),
        ("jikeaniu", ["吉克·阿牛"]),
        ("Jike·Aniu", ["吉克·阿牛"]),
        ("jikea", ["吉克·阿牛"]),
        ("aniu", ["吉克·阿牛", "马阿牛"]),
        ("keaniu", ["吉克·阿牛"]),
        ("jkan", ["吉克·阿牛"]),
        ("JK", ["吉克·阿牛", "吉克伍呷"]),
        ("ikeaniu", []),
        ("cygf", ["单于国芬"]),
        ("sygf", []),
        ("chanyu", ["单于国芬"]),
        ("gai guo fen", ["盖国芬"]),
        ("geguofen", ["盖国芬"]),
        ("国芬", ["单于国芬", "盖国芬"]),
        ("四开 吉克", ["吉克·阿牛"]),
        ("吉克 四开", ["吉克·阿牛"]),
        ("四开镇 吉克", ["吉克·阿牛"]),
        ("四开镇吉克", ["吉克·阿牛"]),
        ("日哈乡 马", ["马阿牛"]),
        ("日哈乡马", ["马阿牛"]),
        ("四开 马", ["马阿牛"]),
        ("好谷村 吉克", ["吉克·阿牛"]),
        ("好谷 jk", ["吉克·阿牛"]),
        ("日哈乡 觉呷村 吉克", ["吉克伍呷"]),
        ("日哈镇", ["吉克伍呷", "马阿牛"]),
        ("日哈镇 觉呷村", ["吉克伍呷"]),
        ("新城 马", ["马海尔布"]),
        ("新城 吉克", []),
        ("·", []),
        ("%", []),
        ("_", []),
    ],
)
def test_a_person_is_found_by_whatever_is_known(
    county: FlaskClient, people: dict[str, Worker], query: str, names: list[str]
) -> None:
    assert sorted(found(county, query)) == sorted(names)


def test_whose_given_name_is_just_that_stand_before_those_whose_name_goes_on(
    county: FlaskClient, session: Session
) -> None:
    for name in ("阿牛莫", "沙马阿牛", "阿牛阿牛"):
        make_worker(session, name=name)
    assert found(county, "阿牛") == ["沙马阿牛", "阿牛阿牛", "阿牛莫"]


def test_a_whole_number_finds_that_person_and_nobody_with_the_same_end(
    county: FlaskClient, session: Session
) -> None:
    one = make_worker(session, name="阿说尔布", id_last4="4321")
    make_worker(session, name="别人", id_last4=one.id_number[-4:])
    make_worker(session, name="电话也是", phone_last4=one.id_number[-4:])
    assert found(county, one.id_number) == ["阿说尔布"]
    assert found(county, one.id_number.lower()) == ["阿说尔布"]
    assert found(county, f" {one.id_number[:6]} {one.id_number[6:]} ") == ["阿说尔布"]
    for added in ("43", "42B1", "42b", "4311"):  # as a disability card has it
        assert found(county, one.id_number + added) == ["阿说尔布"]
    assert found(county, f"阿说 {one.id_number}") == ["阿说尔布"]
    assert found(county, f"马海 {one.id_number}") == []
    assert found(county, "513431199005039999") == []


def test_a_whole_telephone_finds_those_who_gave_it_and_nobody_with_the_same_end(
    county: FlaskClient, session: Session
) -> None:
    make_worker(session, name="阿说尔布", phone="13800004321")
    make_worker(session, name="别人", phone="13911114321")
    for typed in ("13800004321", "138 0000 4321", "138-0000-4321", "+86 13800004321", "阿说13800004321"):
        assert found(county, typed) == ["阿说尔布"]
    assert found(county, "4321") == found(county, "尾号 4321") == ["阿说尔布", "别人"]
    assert found(county, "电话13800004321") == ["阿说尔布"]


@pytest.mark.parametrize(
    "query", ["阿牛 123X", "123x aniu", "阿牛123X", "吉克 阿牛 123X", "阿牛 尾号 123X", "阿牛证件尾号：123x"]
)
def test_the_last_four_beside_a_name_mean_both(county: FlaskClient, session: Session, query: str) -> None:
    make_worker(session, name="吉克·阿牛", id_last4="123X")
    make_worker(session, name="吉克·阿牛", id_last4="1234")
    make_worker(session, name="马海尔布", id_last4="123X")
    page = county.get("/workers", query_string={"q": query}).text
    assert page.count("证件尾号 123X") == 1
    assert "证件尾号 1234" not in page


def blank(page: str, query: str) -> str:
    """A page without what it repeats of the question, and without what is drawn anew each time."""
    return re.sub(r'value="[^"]{20,}"', "", page.replace(query, "?").replace(quote(query), "?"))


@pytest.mark.parametrize("of", ["number", "telephone", "name", "pinyin", "end"])
def test_somebody_out_of_reach_is_not_found_by_anything_and_nothing_hints_at_them(
    county: FlaskClient, session: Session, of: str
) -> None:
    other = make_worker(session, name="吉克·阿牛", county_code=BUTUO, phone="13800004321")
    query, unknown = {
        "number": (other.id_number, "513431196003035670"),
        "telephone": ("13800004321", "13800004322"),
        "name": ("吉克阿牛", "吉克伍牛"),
        "pinyin": ("jikeaniu", "jikewniu"),
        "end": ("4321", "4322"),
    }[of]
    seen, empty = (county.get("/workers", query_string={"q": text}).text for text in (query, unknown))
    assert "没有找到这样的人" in seen
    assert blank(seen, query) == blank(empty, unknown)


def test_a_township_searches_its_own_people(sign_in: Any, session: Session) -> None:
    code = town_code(session)
    make_worker(session, name="吉克·阿牛", township="新城镇", township_code=code)
    make_worker(session, name="马阿牛", township="城北镇", township_code=town_code(session, "城北镇"))
    client = sign_in(make_user(session, Role.TOWNSHIP, area_code=code))
    for query in ("阿牛", "aniu", "新城 吉克", "an"):
        assert found(client, query) == ["吉克·阿牛"]


@pytest.mark.parametrize(
    ("role", "area"), [(Role.PREFECTURE, "513400"), (Role.PROVINCE, "510000"), (Role.PROVINCE, "440000")]
)
def test_those_above_search_all_their_counties_one_after_the_other(
    sign_in: Any, session: Session, role: Role, area: str
) -> None:
    for county_code, name in ((ZHAOJUE, "马阿牛"), (BUTUO, "沙马阿牛"), (ZHAOJUE, "吉克·阿牛莫")):
        make_worker(session, name=name, county_code=county_code, township="四开镇")
    client = sign_in(make_user(session, role, area_code=area))
    assert found(client, "阿牛") == ["沙马阿牛", "马阿牛", "吉克·阿牛莫"]
    assert found(client, "阿牛", county=ZHAOJUE) == ["马阿牛", "吉克·阿牛莫"]
    assert sorted(found(client, "四开 阿牛")) == ["吉克·阿牛莫", "沙马阿牛", "马阿牛"]


@pytest.mark.parametrize("query", ["niu", "阿", "a", "n"])
def test_pages_of_a_search_follow_each_other_without_gap_or_repeat(
    county: FlaskClient, session: Session, query: str
) -> None:
    """Each of them is found by several keys."""
    for _n in range(60):
        make_worker(session, name="阿牛·牛阿牛")
    seen, url = [], f"/workers?q={query}"
    while url:
        page = county.get(url).text
        seen += re.findall(r'<td class="name"[^>]*><a href="/workers/(\d+)">', page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        url = following.group(1).replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 60


def test_a_new_name_is_found_and_the_old_one_is_not(county: FlaskClient, session: Session) -> None:
    worker = make_worker(session, name="阿木")
    worker.name = "吉克·阿牛"
    session.commit()
    assert found(county, "jkan") == ["吉克·阿牛"]
    assert found(county, "阿木") == []


def test_nothing_of_an_erased_name_is_left(session: Session, officer: Any) -> None:
    worker = make_worker(session, name="吉克·阿牛")
    assert session.scalar(select(func.count()).select_from(NameKey)) > 0
    personal_data.erase(session, actor_of(session, officer), worker, "本人要求", utc_now())
    session.commit()
    assert session.scalar(select(func.count()).select_from(NameKey)) == 0
    assert session.scalar(select(NameWaiting)) is None


def unkeyed(session: Session, *names: str) -> None:
    """People as a bulk insert leaves them."""
    model = make_worker(session, name="样子")
    columns = {c.name: getattr(model, c.name) for c in Worker.__table__.columns if c.name != "id"}
    rows = [columns | {"name": name, "id_digest": f"{n:064d}"} for n, name in enumerate(names)]
    session.execute(insert(Worker), rows)
    session.commit()


def test_somebody_without_keys_is_found_by_the_characters_and_the_page_says_so(
    county: FlaskClient, session: Session
) -> None:
    unkeyed(session, "吉克·阿牛", "马海尔布")
    assert found(county, "阿牛") == found(county, "吉克阿") == ["吉克·阿牛"]
    assert found(county, "jkan") == []
    assert "还没编好拼音" in county.get("/workers?q=jkan").text
    assert key_waiting(session) == 2
    assert found(county, "jkan") == ["吉克·阿牛"]
    assert "还没编好拼音" not in county.get("/workers?q=jkan").text


def test_a_name_written_past_the_code_is_keyed_anew(county: FlaskClient, session: Session) -> None:
    worker = make_worker(session, name="阿木")
    session.execute(update(Worker).where(Worker.id == worker.id).values(name="吉克·阿牛"))
    session.commit()
    assert found(county, "阿牛") == ["吉克·阿牛"]
    assert key_waiting(session) == 1
    assert (found(county, "jkan"), found(county, "阿木")) == (["吉克·阿牛"], [])


def test_keying_everybody_anew_goes_in_steps_tells_how_far_and_loses_nobody(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.people.name_index.CHUNK", 2)
    unkeyed(session, *(f"吉克阿{name}" for name in "牛木呷且"))
    have_everybody_wait(session)
    session.execute(delete(NameKey))
    session.commit()
    steps: list[tuple[int, int]] = []
    assert key_waiting(session, lambda done, total: steps.append((done, total))) == 5
    assert steps == [(2, 5), (4, 5), (5, 5)]
    assert session.scalar(select(func.count(NameKey.worker_id.distinct()))) == 5


def test_whoever_leaves_the_register_leaves_no_key(session: Session) -> None:
    worker = make_worker(session, name="吉克·阿牛")
    session.execute(delete(Worker).where(Worker.id == worker.id))
    session.commit()
    assert session.scalar(select(NameKey)) is None


def test_the_command_keys_who_waits_and_everybody_when_asked(app: Flask, session: Session) -> None:
    unkeyed(session, "吉克·阿牛")
    run = app.test_cli_runner()
    first = run.invoke(key_names)
    assert json.loads(first.stdout.splitlines()[-1]) == {"keyed": 1}
    assert "search keys: 1 of 1 people" in first.stderr
    assert json.loads(run.invoke(key_names).stdout.splitlines()[-1]) == {"keyed": 0}
    assert json.loads(run.invoke(key_names, ["--everybody"]).stdout.splitlines()[-1]) == {"keyed": 2}


def test_the_night_keys_who_waits_and_does_not_wait_for_the_night(session: Session) -> None:
    step = next(step for step in nightly.steps() if step.name == "key_names")
    assert not step.is_due_at_start()
    unkeyed(session, "吉克·阿牛")
    assert step.is_due_at_start()
    session.rollback()
    assert nightly.carry_out(session, step)
    assert not step.is_due_at_start()


@pytest.mark.postgres
def test_postgresql_notes_keys_and_finds_the_same_people(app: Flask) -> None:
    unlock(app)  # numbers are sealed: the keys of an earlier story are not ours
    engine = create_engine(postgres_url("search"))
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        one, two = (make_worker(session, name=name, township="四开镇") for name in ("吉克·阿牛", "马阿牛莫"))
        unkeyed(session, "沙马阿牛")
        reach = Reach([ZHAOJUE], waiting=True)
        narrowed = [
            reach.narrow(select(Worker), reach.settled(session, understand(text)))
            for text in ("阿牛", "四开 吉克", one.id_number)
        ]
        names = [sorted(worker.name for worker in session.scalars(some)) for some in narrowed]
        assert names == [["吉克·阿牛", "沙马阿牛", "马阿牛莫"], ["吉克·阿牛"], ["吉克·阿牛"]]
        assert key_waiting(session) == 1
        reach = Reach([ZHAOJUE])
        wanted = reach.settled(session, understand("aniu"))
        found_now = session.scalars(reach.narrow(select(Worker), wanted).order_by(*reach.order(wanted)))
        assert [worker.name for worker in found_now] == ["吉克·阿牛", "沙马阿牛", "马阿牛莫"]
        two.name = "马海尔布"
        session.commit()
        assert session.scalar(select(func.count()).select_from(NameWaiting)) == 0
        session.execute(update(Worker).where(Worker.id == two.id).values(name="马阿木"))
        session.commit()
        assert session.scalars(select(NameWaiting.worker_id)).all() == [two.id]
        session.execute(delete(Worker).where(Worker.id == one.id))
        session.commit()
        assert session.scalar(select(NameKey).where(NameKey.worker_id == one.id)) is None
    engine.dispose()


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("四开 吉克", {Reading("四开吉克"), Reading("吉克", ("四开",)), Reading("四开", ("吉克",))}),
        ("jike aniu", {Reading("jikeaniu")}),
        ("日哈乡马", {Reading("日哈乡马"), Reading("马", ("日哈乡",))}),
    ],
)
def test_words_are_understood_in_every_way_they_can_be_meant(typed: str, names: set[Reading]) -> None:
    assert set(understand(typed).readings) == names


# --- by an index ----------------------------------------------------------------------------------------

KINDS = {
    "given name": "阿牛",
    "pinyin": "jikeaniu",
    "initials": "jkan",
    "township and name": "四开 吉克",
    "township glued to a name": "日哈乡马",
    "township": "日哈乡",
    "whole number": "513431199005031234",
    "telephone": "13800004321",
    "last four": "123X",
    "last four and a name": "阿牛 123X",
}


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("asks", ["county", "township", "prefecture", "province", "far province"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_search_walks_through_the_register(session: Session, kind: str, asks: str) -> None:
    for name, township in (("吉克·阿牛", "四开镇"), ("马海尔布", "日哈镇"), ("四开吉克", "新城镇")):
        make_worker(session, name=name, township=township, village="四开村")
    role, area = {
        "county": (Role.COUNTY, ZHAOJUE),
        "township": (Role.TOWNSHIP, town_code(session)),
        "prefecture": (Role.PREFECTURE, "513400"),
        "province": (Role.PROVINCE, "510000"),
        "far province": (Role.PROVINCE, "440000"),
    }[asks]
    actor = actor_of(session, make_user(session, role, area_code=area))
    asked = watched(session)
    queries.page(session, actor, Search(q=KINDS[kind]), today())
    plan = [step for statement, values in asked for step in plan_of(session, statement, values)]
    assert plan
    walks = [step for step in plan if re.search(r"SCAN (worker|name_key)\b", step)]
    loose = [
        step
        for step in plan
        if re.search(r"SEARCH (worker|name_key)\b", step)
        and not re.search(
            r"(county_code=\? AND \w+[=>]|rowid=\?|id_digest=\?|phone_digest=\?|worker_id=\?)", step
        )
    ]
    assert (walks, loose) == ([], []), "\n".join(plan)


def watched(session: Session) -> list[tuple[str, Any]]:
    """The statements about people that the session sends from now on, with their values."""
    asked: list[tuple[str, Any]] = []

    @event.listens_for(session.connection(), "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *rest: Any) -> None:
        if re.search(r"FROM \(?(SELECT )?(worker|name_key)\b", statement):
            asked.append((statement, values))

    return asked


def plan_of(session: Session, statement: str, values: Any) -> list[str]:
    """How SQLite means to answer a statement."""
    connection = session.connection().connection
    return [row[3] for row in connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", values)]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("query", ["四开 吉克", "阿牛", "jk", "吉克"])
def test_a_page_of_names_is_read_along_the_keys_and_not_sorted(session: Session, query: str) -> None:
    """However many are called so: the first fifty are near."""
    make_worker(session, name="吉克·阿牛", township="四开镇")
    actor = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    asked = watched(session)
    assert queries.page(session, actor, Search(q=query), today())[0]
    plan = plan_of(session, *asked[-1])
    assert [step for step in plan if "TEMP B-TREE" in step] == []
    assert any(step.startswith("SEARCH name_key USING PRIMARY KEY") for step in plan)


def test_no_log_tells_what_was_searched_for(
    county: FlaskClient, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    number = make_worker(session).id_number
    assert found(county, number)
    assert leaks(caplog.text.encode()) == set()
