"""Many people by a program: rows read as a sheet is, previewed, confirmed; and a group that leaves."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.placements.queries import lists
from models.access import Role
from models.clock import china_now, today
from models.people.worker import Worker
from models.placement.placement import FollowUp, Placement, PlacementState
from tests.app.api.programs import Program
from tests.factories.people import ZHAOJUE, id_number, make_order, make_placement, make_user, make_worker


@pytest.fixture
def county(app: Flask, session: Session) -> Program:
    return Program(app, session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))


def person(name: str, order: int, **cells: str) -> dict[str, str]:
    home = {"township": "四开镇", "village": "好谷村", "household_code": f"5134E{order}", "relation": "户主"}
    return home | {"name": name, "id_number": id_number(order=order)} | cells


def test_rows_become_a_preview_and_good_ones_people(session: Session, county: Program) -> None:
    rows = [
        person("阿说尔布", 321, wishes="缝纫工、普工", phone="13800138000", willing="愿意"),
        person("沙马", 322, id_number="123", note='说"再看"，\n=1+1'),
        person("没有号的人", 325, id_number=""),
        {"name": "只有姓名"},
    ]
    asked = county.post("/people-sheets", {"people": rows}, status=202)
    path = f"/people-sheets/{asked['id']}"
    shown = county.get(path)
    assert (shown["state"], shown["is_working"]) == ("previewed", False)
    assert (shown["counts"]["new"], shown["counts"]["refused"]) == (1, 2)
    left = [(one["count"], one["rows"]) for one in shown["left"]]
    assert left == [(1, ["4"])]  # nothing is lost without a word
    assert session.scalar(select(func.count()).select_from(Worker)) == 0
    session.rollback()
    refused = county.get(f"{path}/rows")["items"]
    assert [(one["row"], [told["field"] for told in one["problems"]]) for one in refused] == [
        (2, ["id_number"]),
        (3, ["id_number"]),
    ]
    (new,) = county.get(f"{path}/rows", tab="new")["items"]
    assert (new["row"], new["name"], new["id_tail"]) == (1, "阿说尔布", rows[0]["id_number"][-4:])
    county.post(f"{path}/confirm", status=202)
    assert county.get(path)["state"] == "confirmed"
    worker = session.scalars(select(Worker)).one()
    assert (worker.name, worker.wishes, worker.phone, worker.willing) == (
        "阿说尔布",
        ["缝纫工", "普工"],
        "13800138000",
        True,
    )
    session.rollback()
    assert county.post(f"{path}/confirm", status=409)["status"] == 409


def test_a_strange_column_no_row_and_too_many_are_refused_in_words(county: Program) -> None:
    for people, reason in (
        ([person("甲", 323) | {"idnumber": "1"}], "第 1 行的 idnumber 没有这一列"),
        ([], "写一到 2000 行"),
        ([{"name": "甲"}] * 2001, "写一到 2000 行"),
    ):
        (error,) = county.post("/people-sheets", {"people": people}, status=422)["errors"]
        assert error["field"] == "people"
        assert reason in error["reason"]


def test_a_sheet_goes_to_ones_own_county_only(app: Flask, session: Session, county: Program) -> None:
    body = {"people": [person("甲", 324)], "county_code": "513429"}
    assert county.post("/people-sheets", body, status=422)["errors"][0]["field"] == "county_code"
    sent = county.post("/people-sheets", {"people": [person("甲", 324)]}, status=202)
    other = Program(app, session, make_user(session, Role.COUNTY, area_code="513429"))
    for path in ("", "/rows"):
        other.get(f"/people-sheets/{sent['id']}{path}", status=404)
    other.post(f"/people-sheets/{sent['id']}/confirm", status=404)


def journey(placements: list[Placement], **values: object) -> dict[str, object]:
    leaves = (china_now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    told = {"leader_name": "马海", "transport": "大巴", "from_place": "县客运站", "departs_at": leaves}
    return told | {"placement_ids": [one.id for one in placements]} | values


def test_a_group_is_made_whole_and_sent_off(app: Flask, session: Session, county: Program) -> None:
    order = make_order(session)
    hired = [
        make_placement(session, order, make_worker(session), state=PlacementState.HIRED) for _ in range(2)
    ]
    foreign = make_placement(
        session, order, make_worker(session, county_code="513429"), state=PlacementState.HIRED
    )
    numbers = [one.id for one in hired]
    session.rollback()
    wrong = county.post("/departures", journey([*hired, foreign]), status=422)["errors"]
    assert [one["field"] for one in wrong] == ["placement_ids"]
    assert str(foreign.id) in wrong[0]["reason"]
    late = journey(hired, departs_at="2017-05-08T08:30")
    assert county.post("/departures", late, status=422)["errors"][0]["field"] == "departs_at"
    session.rollback()
    made = county.post("/departures", journey(hired), status=201)
    shown = county.get(f"/departures/{made['id']}")
    assert [one["placement_id"] for one in shown["people"]] == numbers
    assert county.post("/departures", journey(hired), status=409)["detail"].startswith("有人还没录用")
    assert county.post(f"/departures/{made['id']}/depart") == {"id": made["id"], "departed": 2}
    assert {one["state"] for one in county.get(f"/departures/{made['id']}")["people"]} == {"departed"}
    assert [one["id"] for one in county.get("/departures")["items"]] == [made["id"]]
    other = Program(app, session, make_user(session, Role.COUNTY, area_code="513429"))
    other.get(f"/departures/{made['id']}", status=404)
    other.post(f"/departures/{made['id']}/depart", status=404)


def test_calls_that_nobody_answers_do_not_hide_the_others(
    session: Session, county: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 2)
    order, made = make_order(session), []
    for days in (3, 1, 1, 2):
        case = make_placement(session, order, make_worker(session), state=PlacementState.ON_SITE)
        made.append(FollowUp(placement_id=case.id, months=1, due_on=today() - timedelta(days=days)))
    session.add_all(made)
    session.commit()
    numbers = [made[n].id for n in (0, 3, 1, 2)]
    session.rollback()
    first = county.get("/follow-ups")
    assert [one["id"] for one in first["items"]] == numbers[:2]
    rest = county.get("/follow-ups", after=first["next"])
    assert ([one["id"] for one in rest["items"]], rest["next"]) == (numbers[2:], None)
    county.get("/follow-ups", after=987_654, status=404)
