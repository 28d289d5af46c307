"""An enterprise's system posts an order, a city's reviews it; what is wrong is named."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.audit import AuditEvent
from models.clock import today
from models.jobs.order import Order, OrderState
from tests.app.api.programs import Program
from tests.factories.world import World

SEWING = {
    "title": "缝纫工",
    "headcount": 12,
    "city_code": "440600",
    "description": "服装厂平车缝纫，坐着干活。",
    "valid_until": (today() + timedelta(days=60)).isoformat(),
}


def test_an_order_is_posted_confirmed_submitted_and_approved_by_two_systems(
    app: Flask, session: Session, world: World
) -> None:
    firm, city = (Program(app, session, world.users[role]) for role in (Role.ENTERPRISE, Role.CITY))
    made = firm.post("/orders", SEWING, status=201)
    order = f"/orders/{made['id']}"
    assert (made["state"], made["occupation_confirmed"]) == ("draft", False)
    refused = firm.post(f"{order}/steps", {"event": "submit"}, status=409)
    assert refused["errors"] == [{"field": "", "reason": "请先确认工种，再提交。"}]
    firm.post(f"{order}/occupation", {"code": made["occupation_code"]})
    assert firm.post(f"{order}/steps", {"event": "submit"})["state"] == "submitted"
    assert city.post(f"{order}/steps", {"event": "approve"})["state"] == "open"
    assert session.get_one(Order, made["id"]).state is OrderState.OPEN
    assert made["id"] in [one["id"] for one in city.get("/orders", state="open")["items"]]
    assert firm.get(order)["terms"]["description"] == SEWING["description"]
    tags = session.scalars(
        select(AuditEvent.tag).where(AuditEvent.subject == f"job_order:{made['id']}")
    ).all()
    assert tags == ["order:create", "order:update", "order:advance", "order:advance"]


def test_what_is_wrong_is_named_by_field_in_the_language_that_is_asked_for(
    app: Flask, session: Session, world: World
) -> None:
    firm = Program(app, session, world.users[Role.ENTERPRISE])
    sent = SEWING | {"headcount": "12", "wage": 5000, "night_shift": 1, "skills": ["平车、锁边"]}
    problem = firm.post("/orders", sent, status=422)
    assert {one["field"]: one["reason"] for one in problem["errors"]} == {
        "wage": "没有这一项。",
        "headcount": "这一项要写整数，例如 12。",
        "night_shift": "这一项只能是 true、false，不知道就写 null。",
        "skills": "一串里的每一项不能再带顿号、逗号、分号或换行。",
    }
    firm.headers["Accept-Language"] = "en"
    late = firm.post("/orders", SEWING | {"valid_until": "2001-01-01", "headcount": 0}, status=422)
    assert {one["field"] for one in late["errors"]} == {"valid_until", "headcount"}
    assert all(one["reason"].isascii() for one in late["errors"])
    assert session.scalar(select(Order.id).where(Order.title == SEWING["title"])) is None
