"""The enterprise's training order and the schools' bids, until one of them is chosen. The caller commits."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor, Role
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.jobs.order import Order, OrderState
from models.training.training_order import (
    TRAINING_ORDER_WORKFLOW,
    TrainingBid,
    TrainingOrder,
    TrainingOrderState,
)
from models.workflow import IllegalTransition, TransitionRefused, refuse_for

JOB_CLOSED = Sentence("这个岗位已经停止招聘，不能再为它培训。")
TOO_FEW = Sentence("这个岗位剩下的名额比要培训的人少，请先增加招聘人数。")
TOO_LATE = Sentence("完成日期已经过了，请改一个以后的日期。")
PUBLISHED = Sentence("订单已经发布，不能改内容。要改，请先撤回，再写一份新的。")
NOT_ASKED = Sentence("这个订单指定了另一所学校，你们不能报名。")
NOT_OPEN = Sentence("这个订单现在不征集学校，报名不能再改。")


def create(session: Session, actor: Actor, job_order: Order, values: dict[str, Any]) -> TrainingOrder:
    """Write a draft for an open job order; occupation and city are the job order's.

    ``values`` are columns of TrainingOrder (see TrainingOrderForm). Raises TransitionRefused for a job order
    that is closed.
    """
    if job_order.state is not OrderState.OPEN:
        raise TransitionRefused(JOB_CLOSED)
    order = TrainingOrder(
        enterprise_id=job_order.enterprise_id,
        job_order=job_order,
        city_code=job_order.city_code,
        occupation_code=job_order.occupation_code,
        occupation_name=job_order.occupation_name,
        created_by_id=actor.user_id,
        is_synthetic=job_order.is_synthetic,
        **values,
    )
    session.add(order)
    session.flush()
    record(session, actor, EventTag.TRAINING_ORDER_CREATE, order, order=job_order.id)
    return order


def change(session: Session, actor: Actor, order: TrainingOrder, values: dict[str, Any]) -> None:
    """Write ``values`` into a draft. Raises TransitionRefused when schools can see it already."""
    if order.state is not TrainingOrderState.DRAFT:
        raise TransitionRefused(PUBLISHED)
    changed = [name for name, value in values.items() if getattr(order, name) != value]
    for name in changed:
        setattr(order, name, values[name])
    if changed:
        record(session, actor, EventTag.TRAINING_ORDER_UPDATE, order, fields=changed)


def publish(session: Session, actor: Actor, order: TrainingOrder, today: date) -> None:
    """Open a draft to the schools. Raises TransitionRefused when the job has no room or the day is over."""
    refuse_for(against_publishing(order, today))
    TRAINING_ORDER_WORKFLOW.advance(session, order, "publish", actor)


def against_publishing(order: TrainingOrder, today: date) -> list[Sentence]:
    """Everything that stands against opening a draft to the schools on ``today``."""
    is_open, against = order.job_order.state is OrderState.OPEN, []
    if not is_open:
        against.append(JOB_CLOSED)
    elif not order.job_order.has_room(order.headcount):
        against.append(TOO_FEW)
    return [*against, TOO_LATE] if order.ready_by <= today else against


def withdraw(session: Session, actor: Actor, order: TrainingOrder, reason: str) -> None:
    """Take a draft or an open order back."""
    TRAINING_ORDER_WORKFLOW.advance(session, order, "withdraw", actor, reason=reason)


def bid(
    session: Session, actor: Actor, order: TrainingOrder, school_id: int, values: dict[str, Any]
) -> TrainingBid:
    """Make a school's bid, or change the one it made (a withdrawn one stands again).

    ``values``: price_fen, periods, starts_on, place, plan. Raises PermissionError for another account's
    school, TransitionRefused when the order takes no bids or asked another school.
    """
    if school_id not in actor.organisations(Role.SCHOOL):
        raise PermissionError(EventTag.BID_MAKE)
    lock(session, order)
    if order.state is not TrainingOrderState.OPEN:
        raise TransitionRefused(NOT_OPEN)
    if order.asked_school_id not in (None, school_id):
        raise TransitionRefused(NOT_ASKED)
    own = session.scalar(
        select(TrainingBid).where(TrainingBid.order_id == order.id, TrainingBid.school_id == school_id)
    )
    if own is None:
        own = TrainingBid(order_id=order.id, school_id=school_id, created_by_id=actor.user_id)
        session.add(own)
    own.withdrawn_at = None
    for name, value in values.items():
        setattr(own, name, value)
    session.flush()
    record(session, actor, EventTag.BID_MAKE, own, order=order.id, amount_fen=own.price_fen)
    return own


def withdraw_bid(session: Session, actor: Actor, bid: TrainingBid, now: datetime) -> None:
    """Take a school's bid back while none is chosen."""
    lock(session, bid.order)
    if bid.order.state is not TrainingOrderState.OPEN:
        raise TransitionRefused(NOT_OPEN)
    if bid.withdrawn_at is not None:
        raise IllegalTransition("withdraw")
    bid.withdrawn_at = now
    record(session, actor, EventTag.BID_MAKE, bid, event="withdraw", order=bid.order_id)


def lock(session: Session, order: TrainingOrder) -> None:
    """Read the order afresh and keep it to the end of the transaction: bids and the choice queue up here."""
    session.get_one(TrainingOrder, order.id, with_for_update=True, populate_existing=True)
