"""The enterprise's need and the schools' offers, until one of them is chosen."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor, Role
from models.audit import EventTag, record
from models.clock import utc_now
from models.i18n import N_
from models.jobs.order import Order, OrderState
from models.training.training_order import (
    TRAINING_ORDER_WORKFLOW,
    TrainingBid,
    TrainingOrder,
    TrainingOrderState,
)
from models.workflow import IllegalTransition, TransitionRefused

JOB_CLOSED = N_("这个岗位已经停止招聘，不能再为它培训。")
TOO_FEW = N_("这个岗位剩下的名额比要培训的人少，请先增加招聘人数。")
TOO_LATE = N_("完成日期已经过了，请改一个以后的日期。")
NOT_ASKED = N_("这个订单指定了另一所学校，你们不能报名。")
NOT_OPEN = N_("这个订单现在不征集学校，报名不能再改。")


def create(session: Session, actor: Actor, job_order: Order, values: dict[str, Any]) -> TrainingOrder:
    """Write a draft for an open job order; occupation and city are the job order's.

    ``values`` are columns of TrainingOrder (see TrainingOrderForm). Raises TransitionRefused for a closed
    one.
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
        raise TransitionRefused(N_("订单已经发布，不能改内容。要改，请先撤回，再写一份新的。"))
    changed = [name for name, value in values.items() if getattr(order, name) != value]
    for name in changed:
        setattr(order, name, values[name])
    if changed:
        record(session, actor, EventTag.TRAINING_ORDER_UPDATE, order, fields=changed)


def publish(session: Session, actor: Actor, order: TrainingOrder, today: date) -> None:
    """Open a draft to the schools. Raises TransitionRefused when the job has no room or the day is over."""
    job = order.job_order
    if job.state is not OrderState.OPEN:
        raise TransitionRefused(JOB_CLOSED)
    if job.places_left < order.headcount:
        raise TransitionRefused(TOO_FEW)
    if order.ready_by <= today:
        raise TransitionRefused(TOO_LATE)
    TRAINING_ORDER_WORKFLOW.advance(session, order, "publish", actor)


def withdraw(session: Session, actor: Actor, order: TrainingOrder, reason: str) -> None:
    """Take a draft or an open order back, with the reason."""
    TRAINING_ORDER_WORKFLOW.advance(session, order, "withdraw", actor, reason=reason)


def bid(
    session: Session, actor: Actor, order: TrainingOrder, school_id: int, values: dict[str, Any]
) -> TrainingBid:
    """Make a school's offer, or change the one it made (a withdrawn one stands again).

    ``values``: price_fen, periods, starts_on, place, plan. Raises PermissionError for a school of somebody
    else,
    TransitionRefused when the order takes no offers or asked another school.
    """
    if school_id not in actor.organisations(Role.SCHOOL):
        raise PermissionError(EventTag.BID_MAKE)
    lock(session, order)
    if order.state is not TrainingOrderState.OPEN:
        raise TransitionRefused(NOT_OPEN)
    if order.asked_school_id not in (None, school_id):
        raise TransitionRefused(NOT_ASKED)
    row = session.scalar(
        select(TrainingBid).where(TrainingBid.order_id == order.id, TrainingBid.school_id == school_id)
    )
    if row is None:
        row = TrainingBid(order_id=order.id, school_id=school_id, created_by_id=actor.user_id)
        session.add(row)
    row.withdrawn_at = None
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()
    record(session, actor, EventTag.BID_MAKE, row, order=order.id, amount_fen=row.price_fen)
    return row


def withdraw_bid(session: Session, actor: Actor, row: TrainingBid) -> None:
    """Take a school's offer back while none is chosen."""
    lock(session, row.order)
    if row.order.state is not TrainingOrderState.OPEN:
        raise TransitionRefused(NOT_OPEN)
    if row.withdrawn_at is not None:
        raise IllegalTransition("withdraw")
    row.withdrawn_at = utc_now()
    record(session, actor, EventTag.BID_MAKE, row, event="withdraw", order=row.order_id)


def lock(session: Session, order: TrainingOrder) -> None:
    """Read the order afresh and keep it to the end of the transaction: offers and the choice queue up
    here."""
    session.get_one(TrainingOrder, order.id, with_for_update=True, populate_existing=True)
