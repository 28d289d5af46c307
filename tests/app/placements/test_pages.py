"""The pages of this area, for every role that has them; groups that leave together; the money figures."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.placements.operations import (
    answers,
    county_office,
    departures,
    hiring,
    passengers,
    take_home_figures,
)
from app.placements.operations.departures import Journey
from app.placements.queries import lists
from app.placements.queries.tasks import tasks
from models.access import Role
from models.audit import AuditEvent, events_of
from models.clock import CHINA, today, utc_now
from models.event_tags import EventTag
from models.jobs.take_home import LIVING_COST, SUBSIDY
from models.messages.message import Message
from models.placement.disclosed_terms import DisclosedTerms
from models.placement.leaving import Channel
from models.placement.placement import PlacementState
from models.reference.dated_fact import MoneyFigure
from models.workflow import TransitionRefused
from tests.app.placements.scene import Scene
from tests.factories import people

SignIn = Callable[..., FlaskClient]
JOURNEY = Journey("阿说老师", "13800000001", "大巴", "县人社局门口", utc_now() + timedelta(days=3))


def texts(scene: Scene, user: str) -> dict[str, int]:
    found = tasks(scene.session, scene.actor(getattr(scene, user)), today())
    return {task.text.text: task.count for task in found if task.count}


def test_each_role_is_told_what_waits_for_it(app: object, scene: Scene) -> None:
    with app.test_request_context():  # type: ignore[attr-defined]
        county_office.set_office(scene.session, scene.actor(scene.county), people.ZHAOJUE, "0834-8322000", "")
        placement = scene.offer()
        assert texts(scene, "county") == {"人还没答复岗位推荐": 1}
        assert texts(scene, "person") == {"个岗位等你答复": 1}
        answers.accept(scene.session, scene.actor(scene.county), placement, Channel.PHONE, utc_now())
        assert texts(scene, "enterprise") == {"人愿意来，等你面试或录用": 1}
        hiring.hire(scene.session, scene.actor(scene.enterprise), placement, today())
        assert texts(scene, "county") == {"人已录用，还没有安排出发": 1}


def test_a_group_leaves_together_and_arrives(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.hired()
    client = sign_in(scene.county)
    form = {
        "ids": placement.id,
        "leader_name": "阿说老师",
        "transport": "大巴",
        "from_place": "县城",
        "departs_at": f"{today() + timedelta(days=1)}T08:00",
    }
    answer = client.post("/placements/departures/new", data=form)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert scene.worker.name in page
    roster = client.get(answer.headers["Location"] + "/roster").get_data(as_text=True)
    assert "按手印" in roster
    assert scene.worker.id_last4 in roster
    assert scene.worker.id_number not in roster
    assert client.post(answer.headers["Location"] + "/depart").status_code == 303
    assert placement.state is PlacementState.DEPARTED
    arrived = {"ids": placement.id, "on": today().isoformat()}
    assert sign_in(scene.city).post("/placements/arrivals", data=arrived).status_code == 303
    assert placement.state is PlacementState.ON_SITE
    assert placement.on_site_on == today()


def test_nobody_is_in_two_groups_and_a_group_goes_to_one_city(scene: Scene) -> None:
    county = scene.actor(scene.county)
    placement = scene.hired()
    departures.group(scene.session, county, [placement], JOURNEY, utc_now())
    with pytest.raises(TransitionRefused):
        departures.group(scene.session, county, [placement], JOURNEY, utc_now())
    passengers.leave(scene.session, county, placement, "不走了", utc_now())
    elsewhere = people.make_order(
        scene.session, people.make_enterprise(scene.session, area_code=people.GUANGZHOU)
    )
    other = scene.accepted(people.make_worker(scene.session), elsewhere)
    owner = people.make_user(scene.session, Role.ENTERPRISE, organisation_id=elsewhere.enterprise_id)
    hiring.hire(scene.session, scene.actor(owner), other, today())
    with pytest.raises(TransitionRefused):
        departures.group(scene.session, county, [placement, other], JOURNEY, utc_now())


@pytest.mark.parametrize(
    "role",
    [
        Role.COUNTY,
        Role.TOWNSHIP,
        Role.ENTERPRISE,
        Role.CITY,
        Role.PREFECTURE,
        Role.PROVINCE,
        Role.AUDITOR,
        Role.REGISTRATION,
    ],
)
def test_every_role_finds_its_lists(scene: Scene, sign_in: SignIn, role: Role) -> None:
    scene.worker.township_code = "513431100"
    scene.on_site(today() - timedelta(days=40))
    scene.offer(people.make_worker(scene.session), people.make_order(scene.session))
    where = {
        Role.TOWNSHIP: {"area_code": "513431100"},
        Role.ENTERPRISE: {"organisation_id": scene.order.enterprise_id},
        Role.CITY: {"area_code": people.FOSHAN},
        Role.REGISTRATION: {"area_code": people.FOSHAN},
        Role.PREFECTURE: {"area_code": "513400"},
        Role.PROVINCE: {"area_code": "440000"},
    }.get(role, {"area_code": people.ZHAOJUE})
    client = sign_in(people.make_user(scene.session, role, **where))
    for stage in ("offered", "on_site", "ended"):
        assert client.get(f"/placements?stage={stage}").status_code == 200
    assert "电子厂普工" in client.get("/placements?stage=on_site").get_data(as_text=True)


def test_an_auditor_reads_and_changes_nothing(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.accepted()
    client = sign_in(people.make_user(scene.session, Role.AUDITOR, area_code=people.ZHAOJUE))
    assert client.get(f"/placements/{placement.id}").status_code == 200
    for step, form in (("advance", {"event": "hire"}), ("answer", {}), ("arrive", {}), ("leave", {})):
        assert client.post(f"/placements/{placement.id}/{step}", data=form).status_code == 403


def test_the_job_card_tells_what_would_surprise_him(scene: Scene, sign_in: SignIn) -> None:
    scene.order.hours_per_day, scene.order.standing_work, scene.order.pay_day = 10, True, 15
    placement = scene.offer()
    page = sign_in(scene.county).get(f"/placements/cards?ids={placement.id}").get_data(as_text=True)
    expected = [
        "每月到手大约",
        "每天约 10 小时",
        "站着干活",
        "每月 15 日发上月工资",
        "没有夫妻房",
        "试用期：未知",
    ]
    for words in [*expected, "驻厂联系人", "不收押金"]:
        assert words in page


def test_the_sum_on_the_card_adds_up(scene: Scene) -> None:
    told = scene.offer().disclosed_terms
    rest = sum(line["fen"] or 0 for line in told["lines"][1:])
    assert told["take_home_low_fen"] == 450_000 + rest
    assert str(DisclosedTerms.from_json(told).take_home).startswith(f"{(450_000 + rest) // 100:,}")


def test_what_is_not_in_the_sum_keeps_its_figures_after_the_offer(scene: Scene, sign_in: SignIn) -> None:
    day, heat = today() - timedelta(days=30), "高温津贴（6至10月高温岗位每月 300 元）"
    about = {"valid_from": day, "source": "测试", "verified": False}
    scene.session.add(
        MoneyFigure(owner_code=people.FOSHAN, kind="heat", name="高温津贴", monthly_fen=30_000, **about)
    )
    placement = scene.offer()
    assert heat in [str(one) for one in DisclosedTerms.from_json(placement.disclosed_terms).uncounted]
    assert heat in sign_in(scene.county).get(f"/placements/{placement.id}").get_data(as_text=True)
    once = placement.disclosed_terms | {"uncounted": ["水电", "高温津贴（6至10月高温岗位每月 %(sum)s 元）"]}
    assert [str(one) for one in DisclosedTerms.from_json(once).uncounted] == ["水电", "高温津贴"]


def test_an_answer_without_its_reason_comes_back_as_it_was_typed(scene: Scene, sign_in: SignIn) -> None:
    placement = scene.offer()
    form = {"answer": "decline", "channel": "phone", "note": "下个月再说"}
    page = sign_in(scene.county).post(f"/placements/{placement.id}/answer", data=form).get_data(as_text=True)
    assert "请选不去的原因" in page
    assert "下个月再说" in page
    assert placement.state is PlacementState.OFFERED


def test_a_county_keeps_its_subsidies_and_the_past_stays(scene: Scene, sign_in: SignIn) -> None:
    client = sign_in(scene.county)
    form = {
        "owner_code": people.ZHAOJUE,
        "name": "稳岗补贴",
        "monthly_fen": "200",
        "source": "昭人社〔2017〕8号",
    }
    for money, since in (("200", today() - timedelta(days=30)), ("250", today())):
        sent = form | {"monthly_fen": money, "since": since.isoformat()}
        assert client.post("/placements/figures", data=sent).status_code == 303
    rows = scene.session.scalars(select(MoneyFigure).where(MoneyFigure.owner_code == people.ZHAOJUE)).all()
    assert [(row.monthly_fen, row.valid_to) for row in sorted(rows, key=lambda row: row.valid_from)] == [
        (20_000, today() - timedelta(days=1)),
        (25_000, None),
    ]
    assert {row.kind for row in rows} == {SUBSIDY}
    told = DisclosedTerms.from_json(scene.offer().disclosed_terms)
    assert "+ 250" in [str(line.amount) for line in told.lines]


def test_nobody_writes_the_figures_of_another_area(scene: Scene, sign_in: SignIn) -> None:
    with pytest.raises(PermissionError):
        take_home_figures.set_figure(
            scene.session, scene.actor(scene.city), people.ZHAOJUE, "补贴", 100, today(), "x"
        )
    other = scene.session.scalars(
        select(MoneyFigure).where(MoneyFigure.owner_code == people.GUANGZHOU)
    ).first()
    assert sign_in(scene.city).post(f"/placements/figures/{other.id}/end").status_code == 404
    mine = take_home_figures.set_figure(
        scene.session, scene.actor(scene.city), people.FOSHAN, "通讯", 100, today(), "x"
    )
    assert mine.kind == LIVING_COST


def test_a_departure_in_the_past_is_refused(scene: Scene) -> None:
    placement, gone = scene.hired(), replace(JOURNEY, departs_at=utc_now() - timedelta(hours=1))
    with pytest.raises(TransitionRefused, match="出发时间已经过去了"):
        departures.group(scene.session, scene.actor(scene.county), [placement], gone, utc_now())


def test_tickets_are_bought_with_whole_numbers_by_right_and_purpose(scene: Scene, sign_in: SignIn) -> None:
    placement, county = scene.hired(), scene.actor(scene.county)
    group = departures.group(scene.session, county, [placement], JOURNEY, utc_now())
    scene.session.commit()
    number, phone = placement.worker.id_number, placement.worker.phone
    address = f"/placements/departures/{group.id}/tickets"
    clerk = sign_in(scene.county)
    assert number not in clerk.get(f"/placements/departures/{group.id}/roster").text
    assert clerk.post(address, data={"purpose": ""}).status_code == 303
    revealed = select(AuditEvent).where(AuditEvent.tag == EventTag.WORKER_REVEAL)
    assert scene.session.scalars(revealed).all() == []
    page = clerk.post(address, data={"purpose": "service", "purpose_word": "买火车票"}).text
    assert {number, phone} <= set(re.split(r"[<>\s]", page))
    sheet = clerk.post(address, data={"purpose": "service", "purpose_word": "买火车票", "file": "1"})
    assert {number, phone} <= cells_of(sheet.data)
    events = scene.session.scalars(revealed).all()
    assert [event.details["fields"] for event in events] == [["id_number", "phone"]] * 2
    township = people.make_user(scene.session, Role.TOWNSHIP, area_code="513431100")
    assert sign_in(township).post(
        address, data={"purpose": "service", "purpose_word": "看看"}
    ).status_code in (403, 404)


def cells_of(content: bytes) -> set[str]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}


def test_a_wrong_arrangement_is_put_right_with_a_reason_and_told_anew(scene: Scene, sign_in: SignIn) -> None:
    placement, county = scene.hired(), scene.actor(scene.county)
    group = departures.group(scene.session, county, [placement], JOURNEY, utc_now())
    scene.session.commit()
    address, clerk = f"/placements/departures/{group.id}/change", sign_in(scene.county)
    shown = clerk.get(address).text
    assert "县人社局门口" in shown
    assert f'value="{JOURNEY.departs_at.astimezone(CHINA):%Y-%m-%dT%H:%M}"' in shown  # China's time, as typed
    typed = {
        "leader_name": "阿说老师",
        "transport": "火车 K1223",
        "from_place": "县汽车站",
        "departs_at": f"{today() + timedelta(days=4)}T06:30",
    }
    assert clerk.post(address, data=typed).status_code == 200
    assert clerk.post(address, data=typed | {"reason": "改坐火车"}).status_code == 303
    scene.session.expire_all()
    assert (group.transport, group.from_place) == ("火车 K1223", "县汽车站")
    event = events_of(scene.session, group, [EventTag.DEPARTURE_CHANGE])[0].details
    assert ("大巴" in event["from"], "K1223" in event["to"], event["reason"]) == (True, True, "改坐火车")
    told = scene.session.scalars(select(Message.text).where(Message.worker_id == placement.worker_id)).all()
    assert sum("出发安排改了" in text for text in told) == 1


def test_an_enterprises_roster_is_read_page_by_page_and_says_how_many_there_are(
    scene: Scene, sign_in: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE", 1)
    for _person in range(3):
        worker = people.make_worker(scene.session)
        people.make_placement(scene.session, scene.order, worker, state=PlacementState.ON_SITE)
    client = sign_in(scene.enterprise)
    seen: list[str] = []
    path = "/placements/roster"
    while path:
        page = client.get(path).text
        assert "在岗 3 人" in page
        seen += sorted(set(re.findall(r'href="/placements/(\d+)"', page)))
        following = re.search(r'href="(/placements/roster\?after=[^"]+)"', page)
        path = following.group(1) if following else ""
    assert len(seen) == len(set(seen)) == 3
