"""What a run is asked: the rows it may see, frozen as plain data, with the digest that names them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, select
from sqlalchemy.orm import Session

import matching
from app.match_runs import conversion
from app.match_runs.companions import Companions, companions_of
from app.queue import JobProblem
from matching.columns import Frame
from models.access import Actor, Permission, Role, scope_of
from models.match_run import MatchRun, RunKind
from models.order import Order, OrderState, open_on
from models.placement import Placement
from models.words import N_
from models.worker import Worker, candidate_condition


@dataclass(frozen=True)
class Question:
    """The input of one run. ``masked``: the asker may see numbers and masked people, not who they are."""

    run_id: int
    kind: RunKind
    settings: dict[str, Any]
    card: matching.Card
    workers: Frame
    orders: list[matching.Order]
    companions: Companions
    masked: bool
    shows_people: bool
    digest: str


def own_run(session: Session, actor: Actor, run_id: int) -> MatchRun:
    """Return the run if ``actor`` may still ask it. Raises PermissionError."""
    run = session.scalar(
        select(MatchRun).where(MatchRun.id == run_id, scope_of(actor, MatchRun, Permission.MATCH_RUN))
    )
    if run is None:
        raise PermissionError(Permission.MATCH_RUN)
    return run


def acting_for(actor: Actor, run: MatchRun) -> Actor:
    """Return ``actor`` with only the rights under which ``run`` was asked. Raises PermissionError without any."""
    rights = tuple(
        right
        for right in actor.rights_for(Permission.MATCH_RUN)
        if (
            right.organisation_id == run.enterprise_id if run.enterprise_id else right.area_code == run.county_code
        )
    )
    if not rights:
        raise PermissionError(Permission.MATCH_RUN)
    return replace(actor, rights=rights)


def read_question(session: Session, actor: Actor, run_id: int) -> Question:
    """Read what the run may see, through its asker's scope at this moment.

    Raises PermissionError when the right is gone, JobProblem when the order or worker is.
    """
    run = own_run(session, actor, run_id)
    asker = acting_for(actor, run)
    day = date.fromisoformat(run.settings["as_of"])
    found = orders_for(session, asker, run, day)
    fellows = conversion.fellow_counties(
        session, [order.enterprise_id for order in found], scope_of(asker, Placement)
    )
    orders = conversion.engine_orders(session, found, day, fellows)
    condition = worker_condition(asker, run, orders, day)
    together = companions_of(session, condition) if run.kind is RunKind.COUNTY else Companions()
    workers = conversion.worker_frame(session, condition, together.groups)
    card = matching.Card.from_json(json.dumps(run.card))
    settings = {**run.settings, "kind": run.kind.value}
    return Question(
        run_id=run.id,
        kind=run.kind,
        settings=settings,
        card=card,
        workers=workers,
        orders=orders,
        companions=together,
        masked=run.enterprise_id is not None,
        shows_people=run.order_id is None or found[0].state is OrderState.OPEN,
        digest=conversion.digest_of(settings, card.as_json(), workers, orders),
    )


def orders_for(session: Session, asker: Actor, run: MatchRun, day: date) -> Sequence[Order]:
    """Return the one order of an order run, else every open order the asker may see."""
    visible = scope_of(asker, Order, Permission.ORDER_READ)
    if run.order_id is None:
        return session.scalars(select(Order).where(open_on(day), visible).order_by(Order.id)).all()
    # An enterprise may try an order that is not out yet; a county only what is open.
    condition = visible if run.enterprise_id else and_(visible, open_on(day))
    order = session.scalar(select(Order).where(Order.id == run.order_id, condition))
    if order is None:
        raise JobProblem(N_("这个岗位已停止招聘或已招满，没有可匹配的名额。"))
    return [order]


def worker_condition(
    asker: Actor, run: MatchRun, orders: Sequence[matching.Order], day: date
) -> ColumnElement[bool]:
    """Return whom the run may count on: the candidates of the asker's area, or those an enterprise may invite."""
    if run.enterprise_id:
        return and_(candidate_condition(day), pool_of(orders[0]))
    mine = and_(candidate_condition(day), scope_of(asker, Worker, Permission.WORKER_READ))
    return and_(mine, Worker.id == run.worker_id) if run.worker_id else mine


def pool_of(order: matching.Order) -> ColumnElement[bool]:
    """Return whom an enterprise finds, masked: the people of the counties that the order's city helps.

    粤办发〔2016〕32号 二: the pairing is what the two sides exchange people under. A city that helps nobody finds
    nobody.
    """
    return Worker.county_code.in_(order.priority_counties) if order.priority_counties else false()


def may_ask(actor: Actor, order: Order | None) -> tuple[str | None, int | None]:
    """Return (area, enterprise) under which ``actor`` asks: own order as an enterprise, else as a county.

    Raises PermissionError for anybody else.
    """
    if not actor.can(Permission.MATCH_RUN):
        raise PermissionError(Permission.MATCH_RUN)
    if order is not None and order.enterprise_id in actor.organisations(Role.ENTERPRISE):
        return None, order.enterprise_id
    if areas := actor.areas(Role.COUNTY):
        return areas[0], None
    raise PermissionError(Permission.MATCH_RUN)


def read_pair(
    session: Session, actor: Actor, run: MatchRun, worker_id: int, orders: Sequence[Order]
) -> tuple[matching.Worker | None, list[matching.Order]]:
    """Return one worker and some orders as the engine reads them on the run's day, with what is known now.

    The worker is None outside of what ``actor`` may see; for an enterprise, outside of those it may invite.
    """
    day = date.fromisoformat(run.settings["as_of"])
    enterprises = [order.enterprise_id for order in orders]
    fellows = conversion.fellow_counties(session, enterprises, scope_of(actor, Placement))
    found = conversion.engine_orders(session, orders, day, fellows)
    visible = pool_of(found[0]) if run.enterprise_id else scope_of(actor, Worker, Permission.MATCH_READ)
    frame = conversion.worker_frame(session, and_(Worker.id == worker_id, visible))
    return (frame.row(0) if len(frame) else None), found
