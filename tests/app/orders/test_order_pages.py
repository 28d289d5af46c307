"""An order on its way through the pages: written, checked, handed in, decided; and who sees which."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.queries.tasks import tasks
from models.access import Role
from models.audit import AuditEvent
from models.clock import today
from models.jobs.order import Order, OrderState, Shift
from models.reference.organisation import Organisation
from tests.factories.people import (
    FOSHAN,
    GUANGZHOU,
    ZHAOJUE,
    actor_of,
    make_enterprise,
    make_order,
    make_user,
)

SignIn = Callable[[object], FlaskClient]


@dataclass
class House:
    """An enterprise of 佛山 with its clerk, the city's bureau, a county it is paired with."""

    enterprise: Organisation
    clerk: FlaskClient
    city: FlaskClient
    county: FlaskClient
    users: dict[str, Any]


@pytest.fixture
def house(session: Session, sign_in: SignIn) -> House:
    enterprise = make_enterprise(session, industry="电子")
    users = {
        "clerk": make_user(session, Role.ENTERPRISE, organisation_id=enterprise.id),
        "city": make_user(session, Role.CITY, area_code=FOSHAN),
        "county": make_user(session, Role.COUNTY, area_code=ZHAOJUE),
    }
    return House(enterprise, *[sign_in(users[name]) for name in ("clerk", "city", "county")], users)


def filled(**values: Any) -> dict[str, Any]:
    given = {
        "title": "电子厂普工",
        "headcount": "30",
        "city_code": FOSHAN,
        "description": "在流水线上装配耳机。",
        "valid_until": str(today() + timedelta(days=30)),
        "base_wage_fen": "2600",
        "wage_low_fen": "4500",
        "wage_high_fen": "5200",
        "hours_per_day": "8",
        "days_per_week": "5",
        "overtime_hours_month": "30",
        "shift": "day",
        "insurance": ["养老", "医疗", "失业", "工伤", "生育"],
        "board": "free",
        "lodging": "free",
        "utilities_cost_fen": "50",
        "contract_months": "12",
        "probation_months": "1",
        "forbidden_work": "none",
    }
    return given | values


def write(house: House, session: Session, **values: Any) -> Order:
    answer = house.clerk.post("/orders/new", data=filled(**values))
    assert answer.status_code == 303, answer.text
    return session.scalars(select(Order).order_by(Order.id.desc())).first()  # type: ignore[return-value]


def send(client: FlaskClient, order: Order, event: str, **more: str) -> int:
    return client.post(f"/orders/{order.id}/advance", data={"event": event, **more}).status_code


def submitted(house: House, session: Session, **values: Any) -> Order:
    order = write(house, session, **values)
    house.clerk.post(f"/orders/{order.id}/occupation", data={"code": order.occupation_code})
    assert send(house.clerk, order, "submit") == 303
    session.refresh(order)
    return order


def test_what_is_typed_is_what_is_kept(house: House, session: Session) -> None:
    order = write(house, session)
    assert (order.state, order.title, order.headcount) == (OrderState.DRAFT, "电子厂普工", 30)
    assert (order.base_wage_fen, order.wage_high_fen, order.utilities_cost_fen) == (260_000, 520_000, 5_000)
    assert (order.shift, order.night_shift, order.standing_work) == (Shift.DAY, False, None)
    assert order.occupation_name
    assert not order.occupation_confirmed


def test_three_shifts_mean_night_work(house: House, session: Session) -> None:
    assert write(house, session, shift="three").night_shift


@pytest.mark.parametrize(("typed", "kept"), [("1", True), ("0", False), ("", None)])
def test_a_condition_is_yes_no_or_unknown(
    house: House, session: Session, typed: str, kept: bool | None
) -> None:
    names = ("night_shift", "couple_rooms", "group_intake")
    order = write(house, session, shift="", **dict.fromkeys(names, typed))
    assert {name: getattr(order, name) for name in names} == dict.fromkeys(names, kept)
    page = house.clerk.get(f"/orders/{order.id}").text
    for word, said in (
        ("夜班", ("要上", "不上")),
        ("夫妻房", ("有", "没有")),
        ("一批来", ("可以", "没有安排")),
    ):
        expected = "未知" if kept is None else said[0 if kept else 1]
        assert re.search(rf"<dt>{word}</dt>\s*<dd>{expected}</dd>", page)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": ""}, "请填写这一项"),
        ({"headcount": "若干"}, "不是数"),
        ({"hours_per_day": "很久"}, "不是数"),
        ({"headcount": "5-10"}, "不是这一栏要的一个数"),
        ({"base_wage_fen": "18元/小时"}, "不是这一栏要的一个数"),
        ({"wage_low_fen": "45OO"}, "是字母"),
        ({"wage_low_fen": "2000"}, "不会比底薪低"),
        ({"wage_high_fen": "4000"}, "最高工资比最低工资还低"),
        ({"valid_until": "2017-01-01"}, "不能早于今天"),
        ({"contact_phone": "12345"}, "电话不对"),
        ({"insurance": ["none", "养老"]}, "都不缴"),
        ({"min_age": "40", "max_age": "30"}, "最大年龄比最小年龄还小"),
    ],
)
def test_a_wrong_field_is_explained_and_everything_typed_stays(
    house: House, session: Session, values: dict[str, Any], sentence: str
) -> None:
    page = house.clerk.post("/orders/new", data=filled(**values))
    assert page.status_code == 200
    assert sentence in page.text
    assert "在流水线上装配耳机。" in page.text
    assert session.scalar(select(Order)) is None


def test_an_unlawful_order_shows_why_and_cannot_be_submitted(house: House, session: Session) -> None:
    order = write(house, session, description="流水线装配，不要彝族。", wage_note="进厂先交押金200元")
    house.clerk.post(f"/orders/{order.id}/occupation", data={"code": order.occupation_code})
    page = house.clerk.get(f"/orders/{order.id}").text
    assert '<mark class="bad">不要彝族' in page
    assert "就业促进法" in page
    assert '<mark class="bad">先交押金200元' in page
    assert send(house.clerk, order, "submit") == 409
    session.refresh(order)
    assert order.state == OrderState.DRAFT


def test_a_corrected_order_is_checked_again(house: House, session: Session) -> None:
    order = write(house, session, description="不要彝族")
    assert order.blocking
    house.clerk.post(f"/orders/{order.id}/edit", data=filled(description="装配耳机"))
    session.refresh(order)
    assert not order.blocking


def test_doubts_are_shown_to_enterprise_and_city_but_not_to_counties(house: House, session: Session) -> None:
    order = submitted(house, session, min_age="18", max_age="35")
    assert [one.level for one in order.findings] == ["doubt"]
    for client in (house.clerk, house.city):
        assert "请市局看" in client.get(f"/orders/{order.id}").text
    assert send(house.city, order, "approve") == 303
    assert "请市局看" not in house.county.get(f"/orders/{order.id}").text


def test_what_only_the_machine_doubts_can_be_submitted_and_is_shown_to_the_city(
    house: House, session: Session
) -> None:
    order = submitted(house, session, description="流水线装配。\n做文员肯定是女孩子。")
    assert [(one.level, one.rule) for one in order.findings] == [("doubt", "machine")]
    page = house.city.get(f"/orders/{order.id}").text
    assert "机器觉得“做文员肯定是女孩子”可能限定了性别" in page
    assert "没有对应的法条，未经核对" in page
    assert send(house.city, order, "approve") == 303


def test_the_occupation_must_be_confirmed_first(house: House, session: Session) -> None:
    order = write(house, session)
    assert send(house.clerk, order, "submit") == 409


def test_the_occupation_is_found_by_its_colloquial_name(house: House, session: Session) -> None:
    order = write(house, session, title="招工")
    page = house.clerk.get(f"/orders/{order.id}/occupation?q=车位工").text
    assert "缝纫工" in page
    names = house.clerk.get("/occupations?q=缝纫").json
    assert "缝纫工" in [one["name"] for one in names]  # type: ignore[union-attr]
    assert house.clerk.post(f"/orders/{order.id}/occupation", data={"code": "nonsense"}).status_code == 409


def test_the_city_returns_with_a_reason_that_the_enterprise_reads(house: House, session: Session) -> None:
    order = submitted(house, session)
    assert send(house.city, order, "return") == 409
    assert send(house.city, order, "return", reason="请写清加班费怎么算") == 303
    assert "请写清加班费怎么算" in house.clerk.get(f"/orders/{order.id}").text
    assert send(house.clerk, order, "submit") == 303


def test_an_order_is_only_changed_while_it_is_the_enterprises_own(house: House, session: Session) -> None:
    order = submitted(house, session)
    assert house.clerk.post(f"/orders/{order.id}/edit", data=filled(title="别的")).status_code == 409
    assert send(house.clerk, order, "recall") == 303
    assert house.clerk.post(f"/orders/{order.id}/edit", data=filled(title="别的")).status_code == 303


def test_an_open_order_can_get_more_places_but_not_fewer(house: House, session: Session) -> None:
    order = submitted(house, session)
    send(house.city, order, "approve")
    assert house.clerk.post(f"/orders/{order.id}/headcount", data={"headcount": "20"}).status_code == 409
    assert house.clerk.post(f"/orders/{order.id}/headcount", data={"headcount": "40"}).status_code == 303
    session.refresh(order)
    assert order.headcount == 40
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.tag, event.details["from"], event.details["to"]) == ("order:update", 30, 40)


def test_a_copy_is_a_new_draft_with_the_same_promises(house: House, session: Session) -> None:
    order = make_order(session, house.enterprise, taken=3, state=OrderState.CLOSED, wage_note="计件")
    assert house.clerk.post(f"/orders/{order.id}/copy").status_code == 303
    copy = session.scalars(select(Order).order_by(Order.id.desc())).first()
    assert copy is not None
    assert copy.id != order.id
    assert (copy.state, copy.taken, copy.wage_note) == (OrderState.DRAFT, 0, "计件")
    assert copy.valid_until > today()


def test_an_order_of_another_enterprise_answers_like_a_missing_one(house: House, session: Session) -> None:
    foreign = make_order(session)
    for path in ("", "/edit", "/occupation"):
        answers = [house.clerk.get(f"/orders/{number}{path}") for number in (foreign.id, 999_999)]
        assert [answer.status_code for answer in answers] == [404, 404]
    for path in ("/copy", "/headcount", "/edit", "/occupation", "/advance"):
        data = {"event": "close", "reason": "不招了", "headcount": "99", "code": "x"}
        assert house.clerk.post(f"/orders/{foreign.id}{path}", data=data).status_code == 404


def test_another_citys_bureau_neither_sees_nor_decides(
    house: House, session: Session, sign_in: SignIn
) -> None:
    order = submitted(house, session)
    other = sign_in(make_user(session, Role.CITY, area_code=GUANGZHOU))
    assert other.get(f"/orders/{order.id}").status_code == 404
    assert send(other, order, "approve") == 404
    assert order.title not in other.get("/orders").text


def test_a_draft_is_nobody_elses_business(house: House, session: Session) -> None:
    order = write(house, session)
    for client in (house.city, house.county):
        assert client.get(f"/orders/{order.id}").status_code == 404


def test_a_county_cannot_decide_or_write(house: House, session: Session) -> None:
    order = make_order(session, house.enterprise)
    assert send(house.county, order, "suspend", reason="不行") == 404
    assert house.county.get("/orders/new").status_code == 403


def test_unlisted_columns_are_not_written(house: House, session: Session) -> None:
    order = write(house, session, state="open", taken="5", occupation_confirmed="1", is_synthetic="1")
    assert (order.state, order.taken, order.occupation_confirmed, order.is_synthetic) == (
        "draft",
        0,
        False,
        False,
    )


def test_a_county_finds_the_orders_of_its_helping_city_first(house: House, session: Session) -> None:
    near = make_order(session, house.enterprise, title="近的岗位")
    far = make_order(session, make_enterprise(session, area_code=GUANGZHOU), title="远的岗位")
    page = house.county.get("/orders").text
    assert page.index(near.title) < page.index(far.title)
    assert "结对城市" in page


def test_a_county_sees_no_full_or_expired_order_unless_it_asks(house: House, session: Session) -> None:
    make_order(session, house.enterprise, title="招满的", headcount=1, taken=1)
    make_order(session, house.enterprise, title="过期的", valid_until=date(2017, 1, 1))
    assert "招满的" not in house.county.get("/orders").text
    assert "过期的" not in house.county.get("/orders").text
    assert "招满的" in house.county.get("/orders?state=all").text


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("q=缝纫", {"缝纫工"}),
        ("wage=5000", {"叉车司机"}),
        ("couple=1", {"缝纫工"}),
        ("day_only=1", {"缝纫工", "叉车司机"}),
        ("no_certificate=1", {"缝纫工", "夜班普工", "没说的"}),
        ("city=440100", set()),
        ("q=%25", set()),
    ],
)
def test_the_list_narrows(house: House, session: Session, query: str, kept: set[str]) -> None:
    make_order(session, house.enterprise, title="缝纫工", couple_rooms=True, night_shift=False)
    make_order(session, house.enterprise, title="夜班普工", night_shift=True)
    driver = {"certificates": ["叉车证"], "wage_low_fen": 550_000, "night_shift": False}
    make_order(session, house.enterprise, title="叉车司机", **driver)
    make_order(session, house.enterprise, title="没说的", city_code="441900")
    page = house.county.get(f"/orders?{query}").text
    assert {title for title in ("缝纫工", "夜班普工", "叉车司机", "没说的") if f">{title}<" in page} == kept


def test_the_list_turns_its_pages_by_key(house: House, session: Session) -> None:
    for number in range(55):
        make_order(session, house.enterprise, title=f"岗位{number:03d}")
    first = house.county.get("/orders").text
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = house.county.get(following).text
    titles = [{f"岗位{n:03d}" for n in range(55) if f"岗位{n:03d}" in page} for page in (first, second)]
    assert (len(titles[0]), len(titles[1])) == (50, 5)
    assert not titles[0] & titles[1]


def test_the_citys_queue_comes_first_the_oldest_on_top(house: House, session: Session) -> None:
    for title, state in (("开着的", "open"), ("先交的", "submitted"), ("后交的", "submitted")):
        make_order(session, house.enterprise, title=title, state=OrderState(state))
    page = house.city.get("/orders").text
    assert page.index("先交的") < page.index("后交的") < page.index("开着的")


def test_everybody_is_told_what_waits(house: House, session: Session) -> None:
    make_order(session, house.enterprise, state=OrderState.RETURNED)
    make_order(session, house.enterprise, valid_until=today() + timedelta(days=3))
    make_order(session, house.enterprise, state=OrderState.SUBMITTED)
    write(house, session, description="不要彝族")
    counts = {}
    for name in ("clerk", "city", "county"):
        page_of = getattr(house, name).get("/")
        assert page_of.status_code == 200
        with house.clerk.application.test_request_context():
            actor = actor_of(session, house.users[name])
            counts[name] = [task.count for task in tasks(session, actor, today()) if task.count]
    assert counts == {"clerk": [1, 1, 1], "city": [1], "county": []}


def test_the_take_home_line_says_what_is_unknown(house: House, session: Session) -> None:
    order = make_order(session, house.enterprise)
    page = house.county.get(f"/orders/{order.id}").text
    assert "每月到手大约" in page
    assert "还没有算进去" in page


def test_what_is_left_in_the_hand_is_about_so_many_whole_yuan(house: House, session: Session) -> None:
    make_order(session, house.enterprise, wage_low_fen=410_249, wage_high_fen=480_274)
    assert re.search(r"\d–[\d,]+ 元", house.county.get("/orders?state=all").text)
    assert not re.search(r"<span>[\d,]+–[\d,]+\.\d+ 元", house.county.get("/orders?state=all").text)


def test_a_step_that_would_be_refused_is_disabled_with_all_its_reasons(
    house: House, session: Session
) -> None:
    order = write(house, session, description="不要彝族")
    page = house.clerk.get(f"/orders/{order.id}").text
    box = re.search(r'<div class="blocked">.*?</div>', page, re.DOTALL)
    assert box
    assert re.search(r"<button[^>]*disabled[^>]*>提交审核</button>", box[0])
    assert "请先确认工种，再提交。" in box[0]
    assert "法律检查还有 1 处必须改" in box[0]
    assert 'href="#law"' in box[0]
    assert 'id="law"' in page
    refused = house.clerk.post(f"/orders/{order.id}/advance", data={"event": "submit"})
    assert refused.status_code == 409
    assert "请先确认工种，再提交。" in refused.text


def test_one_does_not_review_ones_own_order_and_the_buttons_say_so(
    house: House, session: Session, sign_in: SignIn
) -> None:
    order = submitted(house, session)
    order.created_by_id = house.users["city"].id
    session.commit()
    page = house.city.get(f"/orders/{order.id}").text
    boxes = re.findall(r'<div class="blocked">.*?</div>', page, re.DOTALL)
    assert [box.count("disabled") for box in boxes] == [3]
    assert boxes[0].count("请换一位同事") == 1
    assert f"/orders/{order.id}/advance" not in page
