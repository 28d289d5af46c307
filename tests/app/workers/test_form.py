"""Entering and correcting a person: nothing typed is lost, nobody overwrites another unseen."""

import re
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.audit import AuditEvent
from models.people.household import Household
from models.people.worker import Worker
from tests.app.workers.conftest import town_code, typed
from tests.factories.browser_form import untouched
from tests.factories.people import BUTUO, make_user, make_worker


def test_a_person_is_entered_with_all_that_follows(county: FlaskClient, session: Session) -> None:
    answer = county.post("/workers/new", data=typed())
    worker = session.scalar(select(Worker))
    assert answer.status_code == 303
    assert (worker.name, worker.education, worker.health) == ("阿说尔布", 2, 2)
    assert (worker.wishes, worker.cities, worker.willing) == (["缝纫工", "普工"], ["440600"], True)
    assert worker.township_code == town_code(session)
    assert session.scalar(select(Household.code)) == "513431000001"
    page = county.get(answer.location).text
    assert "阿说尔布" in page
    assert worker.id_number not in page
    assert worker.phone not in page


def test_a_form_with_a_mistake_keeps_everything_typed(county: FlaskClient, session: Session) -> None:
    page = county.post(
        "/workers/new", data=typed(id_number="513431199203040000", note="带着孩子", night_shift="0")
    ).text
    assert "校验位不对" in page
    for kept in ("阿说尔布", "513431199203040000", "13812345678", "缝纫工、普工", "带着孩子", "谷都村"):
        assert kept in page
    assert session.scalar(select(Worker.id)) is None


def test_school_and_schooling_exclude_each_other(county: FlaskClient, session: Session) -> None:
    page = county.post("/workers/new", data=typed(school_status="七年级")).text
    assert "文化程度和在校情况只填一个" in page


def test_somebody_registered_elsewhere_is_refused_in_the_form(county: FlaskClient, session: Session) -> None:
    other = make_worker(session, county_code=BUTUO, name="沙马秘密")
    page = county.post("/workers/new", data=typed(id_number=other.id_number)).text
    assert "已经登记过，但不在你管的范围" in page
    assert "沙马秘密" not in page
    assert "谷都村" in page


def test_an_empty_number_box_keeps_what_is_kept(county: FlaskClient, session: Session) -> None:
    county.post("/workers/new", data=typed())
    worker = session.scalar(select(Worker))
    before = (worker.id_digest, worker.phone)
    url = f"/workers/{worker.id}/edit"
    form = county.get(url).text
    assert worker.phone not in form
    county.post(url, data=typed(id_number="", phone="", village="四开村"))
    session.expire_all()
    assert (worker.id_digest, worker.phone, worker.village) == (*before, "四开村")
    county.post(url, data=typed(id_number="", phone="", remove_phone="y"))
    session.expire_all()
    assert worker.phone is None


def test_a_correction_is_audited_by_field_without_values(county: FlaskClient, session: Session) -> None:
    county.post("/workers/new", data=typed())
    worker = session.scalar(select(Worker))
    county.post(f"/workers/{worker.id}/edit", data=typed(id_number="", phone="13987654321"))
    event = session.scalar(select(AuditEvent).where(AuditEvent.tag == "worker:update"))
    assert event.details == {"fields": ["phone"]}
    assert "人联系电话" in county.get(f"/workers/{worker.id}").text


def test_what_only_one_of_two_clerks_changed_is_kept_without_a_question(
    county: FlaskClient, session: Session
) -> None:
    county.post("/workers/new", data=typed())
    worker = session.scalar(select(Worker))
    url = f"/workers/{worker.id}/edit"
    first, second = (untouched(county.get(url).text, url, "village") for _ in range(2))
    first["village"], second["companions"] = "第一个人填的村", "和妻子一起"
    assert county.post(url, data=first).status_code == 303
    answer = county.post(url, data=second, follow_redirects=True)
    assert "他改的都留着：" in answer.text
    session.expire_all()
    assert (worker.village, worker.companions) == ("第一个人填的村", "和妻子一起")


def test_a_field_that_both_clerks_changed_is_asked_about_side_by_side(
    county: FlaskClient, session: Session
) -> None:
    county.post("/workers/new", data=typed())
    worker = session.scalar(select(Worker))
    url = f"/workers/{worker.id}/edit"
    first, second = (untouched(county.get(url).text, url, "village") for _ in range(2))
    for form, given in (
        (first, {"village": "四开村", "phone": "13987654321", "lifted": "未脱贫"}),
        (second, {"village": "竹核村", "phone": "13711112222", "note": "带着孩子"}),
    ):
        for name, value in given.items():
            form[name] = value
    county.post(url, data=first)
    asked = county.post(url, data=second)
    assert asked.status_code == 409
    assert ("别人改成：四开村" in asked.text, "我填的：竹核村" in asked.text) == (True, True)
    assert "别人改成：另一个号码" in asked.text
    assert "13987654321" not in asked.text
    again = untouched(asked.text, url, "village")
    assert (again["village"], again["note"]) == ("竹核村", "带着孩子")
    assert county.post(url, data=again).status_code == 409  # nobody has chosen yet
    marks = dict(re.findall(r'name="keep-(\w+)"[^>]*value="theirs-(\w+)"', asked.text))
    again["keep-village"], again["keep-phone"] = f"theirs-{marks['village']}", f"mine-{marks['phone']}"
    assert county.post(url, data=again).status_code == 303
    session.expire_all()
    assert (worker.village, worker.note, worker.household.lifted) == ("四开村", "带着孩子", "未脱贫")
    assert [phone.number for phone in worker.telephones] == ["13711112222"]


def test_no_unlisted_column_can_be_written(county: FlaskClient, session: Session) -> None:
    county.post("/workers/new", data=typed())
    worker = session.scalar(select(Worker))
    extra = {"county_code": BUTUO, "state": "working", "is_synthetic": "1", "id_digest": "0", "health": "0"}
    county.post(f"/workers/{worker.id}/edit", data=typed(id_number="", note="改", **extra))
    session.expire_all()
    assert (worker.note, worker.county_code, worker.state.value, worker.health) == ("改", "513431", "pool", 2)
    assert not worker.is_synthetic


def test_a_township_collector_enters_into_his_township_only(sign_in: Any, session: Session) -> None:
    client = sign_in(make_user(session, Role.TOWNSHIP, area_code=town_code(session)))
    assert client.post("/workers/new", data=typed(township="城北镇")).status_code == 200
    assert session.scalar(select(Worker.id)) is None
    assert client.post("/workers/new", data=typed()).status_code == 303


def test_closing_asks_for_a_reason_and_can_be_taken_back(county: FlaskClient, session: Session) -> None:
    worker = make_worker(session)
    url = f"/workers/{worker.id}/state"
    assert county.post(url, data={"event": "close"}).status_code == 409
    county.post(url, data={"event": "close", "reason": "已去世"})
    session.expire_all()
    assert worker.state.value == "closed"
    assert "已去世" in county.get(f"/workers/{worker.id}").text
    county.post(url, data={"event": "reopen"})
    session.expire_all()
    assert worker.state.value == "pool"


def test_a_date_that_is_no_date_is_told_and_a_date_in_words_is_read(
    county: FlaskClient, session: Session
) -> None:
    page = county.post("/workers/new", data=typed(available_on="下个月")).text
    assert "看不懂日期“下个月”" in page
    county.post("/workers/new", data=typed(available_on="2026年12月2日"))
    assert session.scalars(select(Worker.available_on)).one() == date(2026, 12, 2)
