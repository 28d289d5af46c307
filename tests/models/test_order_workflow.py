"""Job orders move by their table and by nothing else: every pair of state and event is tried."""

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor, Right, Role
from models.jobs.order import ORDER_WORKFLOW, Order, OrderFinding, OrderState
from models.workflow import IllegalTransition, Obstacle, TransitionRefused
from tests.factories.people import FOSHAN, make_order

EVENTS = tuple(ORDER_WORKFLOW.by_event)
PAIRS = list(itertools.product(OrderState, EVENTS))
EXPECTED = {
    (OrderState.DRAFT, "submit"): OrderState.SUBMITTED,
    (OrderState.RETURNED, "submit"): OrderState.SUBMITTED,
    (OrderState.SUBMITTED, "recall"): OrderState.DRAFT,
    (OrderState.SUBMITTED, "approve"): OrderState.OPEN,
    (OrderState.SUBMITTED, "return"): OrderState.RETURNED,
    (OrderState.SUBMITTED, "reject"): OrderState.REJECTED,
    (OrderState.OPEN, "close"): OrderState.CLOSED,
    (OrderState.OPEN, "suspend"): OrderState.RETURNED,
}


def actor(user_id: int, role: Role, enterprise_id: int | None = None) -> Actor:
    area = FOSHAN if role is Role.CITY else None
    return Actor(user_id, "测试", (Right(role, area, "prefecture", enterprise_id),))


def owner_of(event: str, order: Order) -> Actor:
    """The one whose business the event is."""
    writes = event in ("submit", "recall", "close")
    return actor(1, Role.ENTERPRISE, order.enterprise_id) if writes else actor(2, Role.CITY)


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=[f"{state}-{event}" for state, event in PAIRS])
def test_an_event_leads_where_the_table_says_or_nowhere(
    session: Session, state: OrderState, event: str
) -> None:
    order = make_order(session, state=state)
    target = EXPECTED.get((state, event))
    if target is None:
        with pytest.raises(IllegalTransition):
            ORDER_WORKFLOW.advance(session, order, event, owner_of(event, order), reason="试一试")
        assert order.state == state
    else:
        ORDER_WORKFLOW.advance(session, order, event, owner_of(event, order), reason="试一试")
        assert order.state == target


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("role", [Role.COUNTY, Role.AUDITOR, Role.SCHOOL, Role.PROVINCE])
def test_nobody_else_moves_an_order(session: Session, event: str, role: Role) -> None:
    sources = ORDER_WORKFLOW.by_event[event].sources
    order = make_order(session, state=sources[0])
    with pytest.raises(PermissionError):
        ORDER_WORKFLOW.advance(session, order, event, actor(3, role), reason="试一试")


@pytest.mark.parametrize("event", [t.event for t in ORDER_WORKFLOW.transitions if t.asks_reason])
def test_a_refusal_needs_its_reason(session: Session, event: str) -> None:
    order = make_order(session, state=ORDER_WORKFLOW.by_event[event].sources[0])
    with pytest.raises(TransitionRefused, match="理由"):
        ORDER_WORKFLOW.advance(session, order, event, owner_of(event, order), reason="  ")


@pytest.mark.parametrize("column", ["submitted_by_id", "created_by_id"])
def test_the_maker_is_not_the_checker(column: str) -> None:
    order = Order(state=OrderState.SUBMITTED, enterprise_id=9, **{column: 2})
    for event in ("approve", "return", "reject"):
        assert against(event, order, actor(2, Role.CITY))


def test_somebody_of_the_enterprise_does_not_check_its_orders() -> None:
    order = Order(state=OrderState.SUBMITTED, enterprise_id=9, submitted_by_id=1)
    both = Actor(
        5, "两边", (Right(Role.CITY, FOSHAN, "prefecture"), Right(Role.ENTERPRISE, organisation_id=9))
    )
    assert against("approve", order, both)


def against(event: str, order: Order, who: Actor) -> tuple[Obstacle, ...]:
    (step,) = [one for one in ORDER_WORKFLOW.available(order, who) if one.event == event]
    return step.against


def test_an_unlawful_order_cannot_be_handed_in(session: Session) -> None:
    order = make_order(session, state=OrderState.DRAFT)
    order.findings.append(
        OrderFinding(level="block", rule="ethnicity", passage="限汉族", reason="…", source="…")
    )
    with pytest.raises(TransitionRefused, match="必须改"):
        ORDER_WORKFLOW.advance(session, order, "submit", owner_of("submit", order))


def test_a_doubtful_order_can_be_handed_in(session: Session) -> None:
    order = make_order(session, state=OrderState.DRAFT)
    order.findings.append(OrderFinding(level="doubt", rule="age", passage="18-45岁", reason="…", source="…"))
    ORDER_WORKFLOW.advance(session, order, "submit", owner_of("submit", order))
    assert order.state == OrderState.SUBMITTED


def test_an_order_without_a_confirmed_occupation_cannot_be_handed_in(session: Session) -> None:
    order = make_order(session, state=OrderState.DRAFT, occupation_confirmed=False)
    with pytest.raises(TransitionRefused, match="工种"):
        ORDER_WORKFLOW.advance(session, order, "submit", owner_of("submit", order))


def test_places_left_are_never_negative(session: Session) -> None:
    order = make_order(session, headcount=3, taken=3, valid_until=date(2030, 1, 1))
    assert order.places_left == 0


def test_python_and_sql_agree_on_which_orders_take_people(session: Session) -> None:
    day = date(2030, 1, 1)
    for state, taken, reserved, days in itertools.product(OrderState, (0, 1, 3), (0, 2), (-1, 0)):
        if taken + reserved <= 3:
            last = day + timedelta(days=days)
            make_order(session, state=state, headcount=3, taken=taken, reserved=reserved, valid_until=last)
    session.flush()
    orders = session.scalars(select(Order)).all()
    assert len(orders) >= 50

    def by_sql(condition: Any) -> set[int]:
        return set(session.scalars(select(Order.id).where(condition)))

    assert by_sql(Order.takes_people(day)) == {order.id for order in orders if order.takes_people(day)}
    assert by_sql(Order.has_room(2)) == {order.id for order in orders if order.has_room(2)}
    assert by_sql(Order.keeps_places) == {order.id for order in orders if order.keeps_places}
    taking = [order for order in orders if order.takes_people(day)]
    assert taking
    assert {order.state for order in taking} == {OrderState.OPEN}
    assert all(order.valid_until >= day and order.places_left > 0 for order in taking)
