"""The pages of training orders: what is typed is kept, each role finds its own, nobody reads another's
offer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.home.queries import task_groups
from app.training.agreements import operations as agreements
from models.clock import today, utc_now
from models.training.agreement import Agreement, Party
from models.training.standard import StandardName, TrainingStandard
from models.training.training_order import TrainingBid, TrainingOrder, TrainingOrderState
from tests.app.training.orders.scene import Scene

SignIn = Callable[..., FlaskClient]
HERE = "/training/orders"


def typed(**values: Any) -> dict[str, Any]:
    given = {
        "headcount": "20",
        "county_code": "513431",
        "skill": "焊接",
        "level": "5",
        "certificate": "焊工证",
        "ready_by": (today() + timedelta(days=60)).isoformat(),
        "wage_floor_fen": "4000",
        "hire_share_percent": "90",
        "asked_school_id": "",
        "note": "会看图纸",
    }
    return given | values


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_a_need_is_written_published_offered_chosen_and_signed_over_the_web(
    scene: Scene, sign_in: SignIn
) -> None:
    firm, school, county = (sign_in(scene.users[name]) for name in ("enterprise", "school", "county"))
    assert "为它培训" in text_of(firm, f"{HERE}/new")
    assert firm.post(f"{HERE}/new?job={scene.job.id}", data=typed()).status_code == 303
    order = scene.session.scalars(select(TrainingOrder)).one()
    assert school.get(f"{HERE}/{order.id}").status_code == 404
    assert firm.post(f"{HERE}/{order.id}/advance", data={"event": "publish"}).status_code == 303
    offer = {
        "price_fen": "1500",
        "periods": "120",
        "starts_on": today().isoformat(),
        "place": "楼",
        "plan": "好好教",
    }
    assert school.post(f"{HERE}/{order.id}/bid", data=offer).status_code == 303
    bid = scene.session.scalars(select(TrainingBid)).one()
    assert "12.50 元" in text_of(county, f"{HERE}/{order.id}")
    assert firm.post(f"{HERE}/bids/{bid.id}/choose", data={"follow_months": "6"}).status_code == 303
    agreement = scene.session.scalars(select(Agreement)).one()
    page = f"{HERE}/agreements/{agreement.id}"
    for client in (county, school, firm):
        assert client.post(f"{page}/sign", data={"name": "本人"}).status_code == 303
    assert "协议生效，20 个名额已经留好" in text_of(firm, page)
    assert "班里留 20" in text_of(county, f"/orders/{scene.job.id}")
    assert "违约责任" in text_of(school, f"{page}/print")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"headcount": "31"}, "只剩 30 个名额"),
        ({"ready_by": "2020-01-01"}, "今天以后"),
        ({"wage_floor_fen": "100"}, "最低工资"),
        ({"wage_floor_fen": "20元/小时"}, "不是这一栏要的一个数"),
        ({"county_code": ""}, "请填写这一项"),
        ({"skill": " "}, "请填写这一项"),
    ],
)
def test_a_wrong_field_is_named_and_the_rest_is_kept(
    scene: Scene, sign_in: SignIn, values: dict[str, str], sentence: str
) -> None:
    answer = sign_in(scene.users["enterprise"]).post(f"{HERE}/new?job={scene.job.id}", data=typed(**values))
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert "会看图纸" in page
    assert scene.session.scalar(select(TrainingOrder.id)) is None


def test_a_school_never_sees_what_another_offers(scene: Scene, sign_in: SignIn) -> None:
    order = scene.open()
    scene.bid(order, price_fen=123_400, place="甲楼")
    scene.bid(order, "rival", price_fen=98_700, place="乙楼")
    mine = text_of(sign_in(scene.users["school"]), f"{HERE}/{order.id}")
    assert "1,234 元" in mine
    assert "987 元" not in mine
    assert scene.rival.name not in mine
    both = text_of(sign_in(scene.users["city"]), f"{HERE}/{order.id}")
    assert both.index("987 元") < both.index("1,234 元")


def test_a_standard_from_memory_stands_beside_the_price_as_unverified(scene: Scene, sign_in: SignIn) -> None:
    order = scene.open()
    scene.bid(order, price_fen=120_000)
    client = sign_in(scene.users["county"])
    assert "标准未知" in text_of(client, f"{HERE}/{order.id}")
    fee = TrainingStandard(
        area_code="510000",
        name=StandardName.TRAINING_FEE,
        value=100_000,
        verified=False,
        source="凭记忆",
        valid_from=today(),
    )
    scene.session.add(fee)
    scene.session.commit()
    page = text_of(client, f"{HERE}/{order.id}")
    assert "比标准多 200 元（标准待核）" in page
    assert "依据：凭记忆" in page


def test_each_school_finds_what_it_can_offer_for(scene: Scene, sign_in: SignIn) -> None:
    order = scene.open(asked_school_id=scene.school.id, skill="只问一所")
    assert "只问一所" in text_of(sign_in(scene.users["school"]), f"{HERE}?view=to_bid")
    rival = sign_in(scene.users["rival"])
    assert "只问一所" not in text_of(rival, f"{HERE}?view=to_bid")
    assert "报名承接</a>" not in text_of(rival, f"{HERE}/{order.id}")


def test_everybody_is_told_what_waits_for_him(scene: Scene, app: Any) -> None:
    def waits(name: str) -> dict[str, int]:
        with app.test_request_context():
            return {
                task.text.text: task.count
                for group in task_groups(scene.session, scene.actor(name), today())
                for task in group.tasks
            }

    order = scene.open()
    assert waits("school")["个培训订单可以报名"] == 1
    bid = scene.bid(order)
    assert "个培训订单可以报名" not in waits("school")
    assert waits("enterprise")["个培训订单有学校报名，等你选"] == 1
    agreement = agreements.choose(scene.session, scene.actor("enterprise"), bid, agreements.Deal(), utc_now())
    scene.sign(agreement, Party.SCHOOL)
    assert "份培训协议等你这一方签字" not in waits("school") | waits("city")
    assert waits("county")["份培训协议等你这一方签字"] == 1
    scene.sign(agreement, Party.COUNTY, Party.ENTERPRISE)
    agreements.record_breach(scene.session, scene.actor("county"), agreement, "没有教满", party=Party.SCHOOL)
    agreement.order.ready_by = today() - timedelta(days=1)
    scene.session.commit()
    assert waits("school")["份协议登记了你这一方违约，等你说明"] == 1
    assert waits("county")["份协议还留着没人用的名额"] == 1


def test_a_breach_is_written_and_answered_over_the_web(scene: Scene, sign_in: SignIn) -> None:
    page = f"{HERE}/agreements/{scene.in_force().id}"
    county, firm = sign_in(scene.users["county"]), sign_in(scene.users["enterprise"])
    assert "请填写这一项" in county.post(f"{page}/breach", data={"who": "enterprise"}).get_data(as_text=True)
    assert county.post(f"{page}/breach", data={"who": "enterprise", "reason": "不录用"}).status_code == 303
    assert firm.post(f"{page}/answer", data={"breach": "1", "answer": "订单取消了"}).status_code == 303
    assert firm.post(f"{page}/answer", data={"breach": "99", "answer": "x"}).status_code == 404
    assert firm.post(f"{page}/breach", data={"who": "school", "reason": "x"}).status_code == 403
    assert "订单取消了" in text_of(county, page)
    assert county.post(f"{page}/release", data={"reason": "班没有开成"}).status_code == 303
    assert "放开了 20 个" in text_of(firm, page)


def test_giving_up_an_agreement_asks_for_a_reason_and_opens_the_order(scene: Scene, sign_in: SignIn) -> None:
    agreement = scene.agreement()
    page = f"{HERE}/agreements/{agreement.id}"
    assert "不签了" not in text_of(sign_in(scene.users["city"]), page)
    county = sign_in(scene.users["county"])
    assert county.post(f"{page}/advance", data={"event": "cancel"}).status_code == 409
    assert county.post(f"{page}/advance", data={"event": "cancel", "reason": "谈不拢"}).status_code == 303
    assert county.post(f"{page}/advance", data={"event": "take_force"}).status_code == 400
    scene.session.expire_all()
    assert agreement.order.state is TrainingOrderState.OPEN
