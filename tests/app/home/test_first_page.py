"""Everybody's first page says what there is to do, or what can be seen already."""

import re

import pytest
from sqlalchemy.orm import Session

from app.placements.queries.statistics import published_retention
from models.access import Role
from models.clock import today
from models.jobs.order import OrderState
from models.placement.leaving import LeaveReason
from models.placement.placement import PlacementState
from tests.factories import people


def first_page(sign_in, session: Session, role: Role, **where: object) -> str:
    return sign_in(people.make_user(session, role, **where)).get("/").text


def test_county_reads_the_news_of_its_helping_city(session: Session, sign_in) -> None:
    people.make_order(session, title="平车工")
    page = first_page(sign_in, session, Role.COUNTY, area_code=people.ZHAOJUE)
    assert "佛山新来的岗位" in page
    assert "平车工" in page


def test_township_sees_the_orders_of_its_countys_helping_city(session: Session, sign_in) -> None:
    page = first_page(sign_in, session, Role.TOWNSHIP, area_code=f"{people.ZHAOJUE}100")
    assert "佛山新来的岗位" in page


def test_city_finds_its_queue(session: Session, sign_in) -> None:
    people.make_order(session, title="待审的岗位", state=OrderState.SUBMITTED)
    page = first_page(sign_in, session, Role.CITY, area_code=people.FOSHAN)
    assert "等你审核的岗位" in page
    assert "待审的岗位" in page


def test_enterprise_reads_how_many_are_missing(session: Session, sign_in) -> None:
    order = people.make_order(session, headcount=5, taken=2)
    page = first_page(sign_in, session, Role.ENTERPRISE, organisation_id=order.enterprise_id)
    assert "1 个岗位在招，空岗共 3" in page


def test_one_and_many_differ_for_an_english_reader(session: Session, sign_in) -> None:
    order = people.make_order(session, headcount=5, taken=2, state=OrderState.RETURNED)
    client = sign_in(people.make_user(session, Role.ENTERPRISE, organisation_id=order.enterprise_id))
    assert "个岗位被退回，等你修改" in client.get("/").text
    client.post("/language", data={"locale": "en"})
    page = client.get("/").text
    assert "job sent back for changes" in page
    assert f"For example “{order.title}”; the city bureau gave its reason" in page
    assert ">Edit" in page
    people.make_order(session, enterprise=order.enterprise, state=OrderState.RETURNED)
    assert "jobs sent back for changes" in client.get("/").text


@pytest.mark.parametrize(
    ("role", "sentence"),
    [(Role.SCHOOL, "今天没有要办的班。"), (Role.REGISTRATION, "今天没有要办的落户申请。")],
)
def test_a_role_with_little_to_do_is_told_so_kindly(
    session: Session, sign_in, role: Role, sentence: str
) -> None:
    where = (
        {"organisation_id": people.make_enterprise(session).id}
        if role is Role.SCHOOL
        else {"area_code": people.FOSHAN}
    )
    assert sentence in first_page(sign_in, session, role, **where)


def test_province_does_not_read_a_small_group(session: Session, sign_in) -> None:
    worker = people.make_worker(session)
    people.make_placement(session, people.make_order(session), worker, state=PlacementState.ON_SITE)
    page = first_page(sign_in, session, Role.PROVINCE, area_code="440000")
    assert "少于 10 人现在在岗" in page
    assert "不公布" in page


def test_prefecture_reads_published_figures_by_county(session: Session, sign_in) -> None:
    order = people.make_order(session, headcount=40)
    for county, persons in ((people.ZHAOJUE, 12), (people.BUTUO, 3), ("513422", 15)):
        for _n in range(persons):
            worker = people.make_worker(session, county_code=county)
            people.make_placement(session, order, worker, state=PlacementState.ON_SITE)
    page = first_page(sign_in, session, Role.PREFECTURE, area_code="513400")
    assert "昭觉县" in page
    assert "不公布" in page
    assert re.search(r">3<|>3 人", page) is None


def test_a_hidden_reason_does_not_follow_from_how_many_left(session: Session) -> None:
    """The page of who stays tells how many left: 46 less 30 less 12 told of four sick people."""
    order, left = people.make_order(session, headcount=60), PlacementState.LEFT
    for reason, persons in ((LeaveReason.PAY, 30), (LeaveReason.FAMILY, 12), (LeaveReason.HEALTH, 4)):
        for _n in range(persons):
            row = people.make_placement(session, order, people.make_worker(session), state=left)
            row.left_on, row.leave_reason = today(), reason
    session.commit()
    above = people.make_user(session, Role.PREFECTURE, area_code="513400", opens=False)
    kept = published_retention(session, people.actor_of(session, above), today())
    told = {reason: persons for reason, persons, _remark in kept.reasons}
    assert told == {LeaveReason.PAY: 30, LeaveReason.FAMILY: None, LeaveReason.HEALTH: None}


def test_a_worker_has_no_second_first_page(session: Session, sign_in) -> None:
    user = people.make_user(session, Role.WORKER, worker_id=people.make_worker(session).id)
    page = sign_in(user).get("/", follow_redirects=True).text
    assert "今天没有要办的事" in page
    assert "今日工作" not in page


def test_nights_that_were_never_done_are_not_called_in_order(session: Session, sign_in) -> None:
    page = sign_in(people.make_user(session, Role.ADMIN)).get("/").text
    assert "件还没有做过" in page
    assert "都正常" not in page
