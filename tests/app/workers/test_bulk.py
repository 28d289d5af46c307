"""One thing for many people at once: looked at before, done as one batch, taken back as one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.audit import AuditEvent
from models.bulk_act import BulkAct
from models.care import Care
from models.clock import today
from models.people.worker import Worker, WorkerState
from models.placement.placement import Placement
from models.user import User
from tests.factories.people import BUTUO, ZHAOJUE, make_order, make_user, make_worker

TOWN = "新城镇"
Enter = Callable[..., FlaskClient]


def choose(client: FlaskClient, *people: Worker, **values: str) -> str:
    answer = client.post("/lists/workers.index/bulk", data={"rows": [one.id for one in people], **values})
    assert answer.status_code == 303, answer.text
    return answer.location


def test_a_township_for_many_is_looked_at_done_and_taken_back(county: FlaskClient, session: Session) -> None:
    people = [make_worker(session, name=f"阿牛{sign}", township="") for sign in "甲乙"]
    there = make_worker(session, name="已在那里", township=TOWN)
    stranger = make_worker(session, name="别县的人", county_code=BUTUO, township="")
    here = choose(county, *people, there, stranger, act="township", township_name=TOWN)
    preview = county.get(here).text
    assert "要办 2 条" in preview
    assert "本来就是这个乡镇" in preview
    assert "别县的人" not in preview
    assert people[0].township == ""
    assert "办好了 2 条" in county.post(f"{here}/do", follow_redirects=True).text
    session.expire_all()
    assert [one.township for one in (*people, stranger)] == [TOWN, TOWN, ""]
    assert "撤销了 2 条" in county.post(f"{here}/undo", follow_redirects=True).text
    session.expire_all()
    assert [one.township for one in people] == ["", ""]
    told = session.scalars(
        select(AuditEvent).where(AuditEvent.tag.startswith("bulk:")).order_by(AuditEvent.id)
    ).all()
    assert [(one.tag, one.details["rows"]) for one in told] == [("bulk:do", 2), ("bulk:undo", 2)]


def test_nothing_is_taken_back_once_something_newer_stands_on_it(
    county: FlaskClient, session: Session
) -> None:
    first, second = (make_worker(session, name=name) for name in ("阿说甲", "阿说乙"))
    here = choose(county, first, second, act="close", reason="全家搬走")
    county.post(f"{here}/do")
    county.post(f"/workers/{second.id}/state", data={"event": "reopen"})
    page = county.post(f"{here}/undo", follow_redirects=True).text
    assert "后来又改过（阿说乙）" in page
    session.expire_all()
    assert (first.state, second.state) == (WorkerState.CLOSED, WorkerState.POOL)


def test_people_are_given_to_a_colleague_and_reminded_of(
    county: FlaskClient, session: Session, sign_in: Enter
) -> None:
    people = [make_worker(session, name=f"吉克{sign}") for sign in "甲乙丙"]
    colleague = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    stranger = make_user(session, Role.COUNTY, area_code=BUTUO)
    other = choose(county, *people, act="assign", assigned_to_id=str(stranger.id))
    assert "只能交给本单位的同事" in county.post(f"{other}/do", follow_redirects=True).text
    assert session.scalars(select(Care)).all() == []
    here = choose(county, *people, act="assign", assigned_to_id=str(colleague.id))
    county.post(f"{here}/do")
    ring = choose(county, people[0], act="call", remind_on=today().isoformat())
    county.post(f"{ring}/do")
    theirs = sign_in(colleague)
    page = theirs.get("/workers?mine=1").text
    assert all(f'/workers/{one.id}"' in page for one in people)
    assert "没有找到这样的人" in county.get("/workers?mine=1").text
    assert "件事到了自己定的提醒日子" in theirs.get("/").text
    assert people[0].name in theirs.get("/care?due=1").text
    assert "后来又改过" in county.post(f"{here}/undo", follow_redirects=True).text
    county.post(f"{ring}/undo")
    county.post(f"{here}/undo")
    assert people[1].name not in theirs.get("/care").text


def test_all_that_a_list_finds_can_be_meant(county: FlaskClient, session: Session) -> None:
    for number in range(3):
        make_worker(session, name=f"木呷{number}", township="四开乡")
    make_worker(session, name="别的乡的", township="日哈乡")
    data = {"all": "1", "township": "四开乡", "act": "township", "township_name": TOWN}
    here = county.post("/lists/workers.index/bulk", data=data).location
    county.post(f"{here}/do")
    towns = session.scalars(select(Worker.township).order_by(Worker.id)).all()
    assert towns == [TOWN, TOWN, TOWN, "日哈乡"]


def test_offers_are_looked_at_here_and_made_with_their_terms(county: FlaskClient, session: Session) -> None:
    good, gone = make_worker(session, name="能去的"), make_worker(session, name="不服务了", state="closed")
    order = make_order(session, headcount=5)
    here = choose(county, good, gone, act="offer", order_id=str(order.id))
    page = county.get(here).text
    assert "要办 1 条" in page
    assert "不再服务" in page
    assert county.post(f"{here}/do", follow_redirects=True).text.count("请在预览页上确认") == 1
    county.post("/placements/offers", data={"order_id": order.id, "worker_ids": [good.id]})
    assert session.scalars(select(Placement.worker_id)).all() == [good.id]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"act": "township"}, "请选要填的乡镇"),
        ({"act": "close"}, "请写明为什么"),
        ({"act": "assign"}, "请选交给谁"),
        ({"act": "call", "remind_on": "13月40日"}, "请填是哪一天"),
    ],
)
def test_what_lacks_is_said_before_anybody_is_touched(
    county: FlaskClient, session: Session, values: dict[str, str], said: str
) -> None:
    worker = make_worker(session)
    page = county.post(
        "/lists/workers.index/bulk", data={"rows": [worker.id], **values}, follow_redirects=True
    ).text
    assert said in page
    assert session.scalars(select(BulkAct)).all() == []


def test_the_batch_of_a_colleague_is_nobody_elses(
    county: FlaskClient, session: Session, sign_in: Enter, officer: User
) -> None:
    here = choose(county, make_worker(session), act="close", reason="搬走")
    other = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    assert other.get(here).status_code == 404
    assert other.post(f"{here}/do").status_code == 404


def test_a_note_stays_in_its_office(county: FlaskClient, session: Session, sign_in: Enter) -> None:
    order = make_order(session)
    day = (today() + timedelta(days=3)).isoformat()
    county.post(f"/care/order/{order.id}", data={"note": "食堂有清真餐", "remind_on": day})
    assert "食堂有清真餐" in county.get(f"/orders/{order.id}").text
    assert day in county.get("/care").text or "提醒" in county.get("/care").text
    neighbour = sign_in(make_user(session, Role.COUNTY, area_code=BUTUO))
    assert "食堂有清真餐" not in neighbour.get(f"/orders/{order.id}").text
    assert neighbour.get(f"/care/placement/{order.id}").status_code == 404


def test_what_is_refused_keeps_its_ticks_and_the_preview_says_who_is_given_what(
    county: FlaskClient, session: Session
) -> None:
    people = [make_worker(session, name=name) for name in ("阿依甲", "阿依乙")]
    refused = choose(county, *people, act="township", township_name="")
    assert f"ticked={people[0].id},{people[1].id}" in refused
    order = make_order(session)
    preview = county.get(choose(county, *people, act="offer", order_id=str(order.id))).text
    assert f"{order.title} · {order.enterprise.name}" in preview
    assert f"ticked={people[0].id},{people[1].id}" in preview


def test_ticks_that_a_page_cannot_carry_are_told(county: FlaskClient) -> None:
    ticks = [str(number) for number in range(1, 451)]
    turned = county.post("/lists/workers.index/bulk", data={"rows": ticks, "turn": "/workers?pick=1"})
    assert turned.location.endswith("&beyond=1")
    told = county.post("/workers/account-slips", data={"workers": ticks}, follow_redirects=True).text
    assert "后面勾的 250 行这次没有算上" in told


def test_a_placement_in_hand_is_called_by_the_name_of_a_person_whom_the_reader_may_know(
    county: FlaskClient, session: Session
) -> None:
    worker, order = make_worker(session, name="阿依丙"), make_order(session)
    county.post("/placements/offers", data={"order_id": order.id, "worker_ids": [worker.id]})
    placement = session.scalars(select(Placement).where(Placement.worker_id == worker.id)).one()
    assert "阿依丙" in county.get(f"/care/placement/{placement.id}").text
    county.post(f"/care/placement/{placement.id}", data={"remind_on": str(today() + timedelta(days=1))})
    assert f"阿依丙 · {order.title}" in county.get("/care").text
