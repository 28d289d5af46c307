"""The whole main job by programs: a county's, an enterprise's and a city's system, from the register to the
month; every answer is held against the document (tests/app/api/programs.py)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.audit import AuditEvent
from models.clock import today
from models.people.worker import Worker
from models.placement.placement import FollowUp
from tests.app.api.programs import Program
from tests.app.api.test_orders import SEWING
from tests.factories.people import id_number, make_worker
from tests.factories.world import World

PERSON = {"name": "阿木史诗", "township": "竹核镇", "willing": True, "wishes": ["缝纫工"], "skills": ["平车"]}


@pytest.fixture
def county(app: Flask, session: Session, world: World) -> Program:
    return Program(app, session, world.users[Role.COUNTY])


@pytest.fixture
def firm(app: Flask, session: Session, world: World) -> Program:
    return Program(app, session, world.users[Role.ENTERPRISE])


@pytest.fixture
def city(app: Flask, session: Session, world: World) -> Program:
    return Program(app, session, world.users[Role.CITY])


def test_three_systems_do_the_main_job_from_the_register_to_the_month(
    session: Session, county: Program, firm: Program, city: Program
) -> None:
    number = id_number(order=311)
    person = county.post("/workers", PERSON | {"id_number": number, "phone": "13800138000"}, status=201)
    assert county.get("/workers", q="阿木史诗")["items"][0]["phone_tails"] == ["8000"]
    shown = county.get(f"/workers/{person['id']}")
    assert (shown["id_tail"], shown["skills"]) == (number[-4:], ["平车"])
    assert number not in str(shown)

    order = firm.post("/orders", SEWING, status=201)
    firm.post(f"/orders/{order['id']}/occupation", {"code": order["occupation_code"]})
    firm.post(f"/orders/{order['id']}/steps", {"event": "submit"})
    city.post(f"/orders/{order['id']}/steps", {"event": "approve"})

    run = county.post(f"/orders/{order['id']}/candidates", status=201)
    assert run["is_done"] or county.get(f"/candidates/{run['run_id']}")["is_done"]
    asked = {"order_id": order["id"], "worker_ids": [person["id"], 987_654]}
    offered = county.post("/offers", asked, status=201)
    assert [one["worker_id"] for one in offered["made"]] == [person["id"]]
    assert len(offered["refused"]) == 1
    case = f"/placements/{offered['made'][0]['placement_id']}"
    assert firm.get(case)["name"] == "阿***"
    assert firm.get(case)["worker_id"] is None
    county.post(f"{case}/answer", {"answer": "accept", "channel": "phone"})
    assert firm.get(case)["name"] == "阿木史诗"
    firm.post(f"{case}/steps", {"event": "hire"})
    assert firm.post(f"{case}/arrive", {"on": today().isoformat()})["state"] == "on_site"

    call = session.scalars(
        select(FollowUp).where(FollowUp.placement_id == int(case.rpartition("/")[2]))
    ).first()
    assert call is not None
    call.due_on = today()
    session.commit()
    assert call.id in [one["id"] for one in county.get("/follow-ups")["items"]]
    found = {"outcome": "employed", "evidence": "1", "wage_yuan": 4650}
    assert county.post(f"/follow-ups/{call.id}", found)["outcome"] == "employed"
    assert county.get(f"/follow-ups/{call.id}")["wage_yuan"] == 4650
    tags = set(session.scalars(select(AuditEvent.tag)))
    assert {"worker:create", "order:advance", "match:start", "placement:advance", "followup:record"} <= tags


def test_a_month_is_told_line_by_line_like_a_sheet(session: Session, world: World, firm: Program) -> None:
    month = next(one["month"] for one in firm.get("/months")["items"] if one["is_open"])
    asked = firm.get(f"/months/{month}/people")
    stranger = make_worker(session, name="吉克来了")
    new = {
        "name": "吉克来了",
        "id_tail": stranger.id_number,
        "presence": "在岗",
        "wage": 4650,
        "consent": "本人签字",
    }
    lines = [
        *[{"number": one["number"], "presence": "在岗", "wage": "4,200"} for one in asked["items"]],
        new | {"shift": "夜班"},
        {"name": "没有号", "presence": "在岗"},
        {"number": "第三", "name": "阿木", "presence": "在岗"},
    ]
    sheet = firm.post(f"/months/{month}/lines", {"lines": lines}, status=201)
    assert sheet["good"] == len(asked["items"])
    problems = {one["row"]: one["problems"] for one in sheet["lines"] if one["problems"]}
    assert [some[0]["field"] for some in problems.values()].count("shift") == 1
    assert len(problems) == 3
    assert firm.get(f"/roster-sheets/{sheet['id']}")["is_confirmed"] is False
    done = firm.post(f"/roster-sheets/{sheet['id']}/confirm")
    assert done["working"] == sheet["good"]
    assert len(firm.get(f"/rosters/{done['roster_id']}")["items"]) >= sheet["good"]
    assert (
        firm.post(f"/roster-sheets/{sheet['id']}/confirm", status=409)["detail"] == "这个文件已经导入过了。"
    )
    assert firm.post(f"/months/{month}/lines", {"lines": []}, status=422)["errors"][0]["field"] == "lines"


def test_a_person_who_is_there_already_or_wrong_is_named_by_field(session: Session, county: Program) -> None:
    known = session.scalars(select(Worker).where(Worker.county_code == "513431")).first()
    assert known is not None
    taken = county.post("/workers", PERSON | {"id_number": known.id_number}, status=422)
    assert taken["errors"][0]["field"] == "id_number"
    wrong = PERSON | {"id_number": "123", "township": "没有的乡", "remove_phone": True}
    names = {one["field"] for one in county.post("/workers", wrong, status=422)["errors"]}
    assert names == {"remove_phone"}
    del wrong["remove_phone"]
    names = {one["field"] for one in county.post("/workers", wrong, status=422)["errors"]}
    assert names == {"id_number", "township"}


def test_an_enterprise_asks_as_often_as_on_its_page_and_sees_masked_people(
    app: Flask, session: Session, world: World, firm: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "ENTERPRISE_ASKS_A_DAY", 1)
    ids = world.tenants["one"].ids
    canaries = world.tenants["one"].canaries
    assert not [one for one in canaries if one in str(firm.get("/placements", stage="offered"))]
    session.rollback()
    run = firm.post(f"/orders/{ids['order']}/candidates", status=201)
    listed = firm.get(f"/candidates/{run['run_id']}")
    assert not [one for one in canaries if one in str(listed)]
    assert firm.post(f"/orders/{ids['order']}/candidates", status=409)["errors"]


def test_reports_are_read_with_their_figures(session: Session, world: World, city: Program) -> None:
    number = world.tenants["one"].ids["report"]
    report = city.get(f"/reports/{number}")
    assert report["report"]["id"] == number
    month = f"{today().replace(day=1) - timedelta(days=1):%Y-%m}"
    assert isinstance(city.get("/reports", kind="month", month=month)["items"], list)
    assert city.get("/reports", month="2017-13", status=400)["errors"][0]["field"] == "month"


def test_a_program_changes_what_it_names_of_a_person_and_nothing_else(
    session: Session, county: Program
) -> None:
    number = id_number(order=312)
    told = {"id_number": number, "phone": "13800138000", "night_shift": False, "village": "火普村"}
    person = county.post("/workers", PERSON | told, status=201)
    path = f"/workers/{person['id']}"
    changed = county.post(path, {"wishes": ["电焊工"], "night_shift": None}, method="PATCH")
    assert sorted(changed["changed"]) == ["night_shift", "wishes"]
    worker = session.get_one(Worker, person["id"])
    session.refresh(worker)
    assert (worker.wishes, worker.night_shift, worker.skills) == (["电焊工"], None, ["平车"])
    assert (worker.village, worker.phone, worker.id_number, worker.willing) == (
        "火普村",
        "13800138000",
        number,
        True,
    )
    session.rollback()
    assert county.post(path, {}, method="PATCH")["changed"] == []
    assert county.post(path, {"remove_phone": True}, method="PATCH")["changed"] == ["phone"]
    wrong = {"name": "", "township": "没有的乡", "wage_floor_yuan": -3}
    refused = county.post(path, wrong, method="PATCH", status=422)
    assert {one["field"] for one in refused["errors"]} == {"name", "township", "wage_floor_yuan"}
    other = id_number(order=313)
    county.post("/workers", PERSON | {"name": "乙", "id_number": other}, status=201)
    taken = county.post(path, {"id_number": other}, method="PATCH", status=422)
    assert taken["errors"][0]["field"] == "id_number"
