"""What waits today: drafts and offers for the enterprise, orders for the school, signatures for every
party."""

from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from app.kit.web.formatters import day
from app.kit.web.navigation import Task, counted
from app.training.demand.operations.parties import ROLE_OF
from app.training.demand.queries.agreements import came_to_nothing
from app.training.demand.queries.orders import TO_BID, open_to
from models.access import Actor, Permission, Role, visible_to
from models.training.training_order import (
    Agreement,
    AgreementState,
    Breach,
    Party,
    PlaceReservation,
    Signature,
    TrainingBid,
    TrainingOrder,
    TrainingOrderState,
)

HERE = "training_orders.index"
P = Permission


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Return what waits for ``actor`` in this room today; a count of zero means nothing does."""
    found: list[Task] = []
    if actor.can(P.TRAINING_SIGN):
        found += [_to_sign(session, actor, party) for party, role in ROLE_OF.items() if actor.has_role(role)]
    if actor.can(P.TRAINING_ORDER):
        found += [_to_choose(session, actor), _drafts(session, actor)]
    if actor.can(P.TRAINING_BID):
        found.append(_to_bid(session, actor))
    if actor.has_role(Role.SCHOOL, Role.ENTERPRISE):
        found.append(_to_answer(session, actor))
    if actor.can(P.CLASS_APPROVE):
        found.append(_to_release(session, actor, today))
    return found


def _orders(actor: Actor, permission: Permission, *where: ColumnElement[bool]) -> Select[Any]:
    return visible_to(actor, select(TrainingOrder).where(*where), TrainingOrder, permission)


def _agreements(actor: Actor, permission: Permission, *where: ColumnElement[bool]) -> Select[Any]:
    return visible_to(actor, select(Agreement).where(*where), Agreement, permission)


def _count_and_first(session: Session, found: Select[Any]) -> tuple[int, Any]:
    """Return how many rows, and the oldest of them."""
    count = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return count, session.scalars(found.order_by("id").limit(1)).first() if count else None


def _order_url(count: int, first: TrainingOrder | None, view: str) -> str:
    """One order is opened directly, several as a list."""
    if count == 1 and first is not None:
        return url_for("training_orders.show", order_id=first.id)
    return url_for(HERE, view=view)


def _agreement_url(count: int, first: Agreement | None, view: str) -> str:
    if count == 1 and first is not None:
        return url_for("training_orders.agreement", agreement_id=first.id)
    return url_for(HERE, view=view)


def _to_sign(session: Session, actor: Actor, party: Party) -> Task:
    empty = exists().where(
        Signature.agreement_id == Agreement.id, Signature.party == party, Signature.signed_at.is_(None)
    )
    waiting = _agreements(actor, P.TRAINING_SIGN, Agreement.state == AgreementState.SIGNING, empty)
    count, first = _count_and_first(session, waiting)
    reason = _("例如 %(number)s，签齐才预留名额、才能开班", number=first.number) if first else ""
    url = _agreement_url(count, first, TrainingOrderState.CHOSEN.value)
    return Task(count, counted(count, "份培训协议等你这一方签字"), reason, url, _("去签字"), HERE)


def _to_choose(session: Session, actor: Actor) -> Task:
    offered = exists().where(TrainingBid.order_id == TrainingOrder.id, TrainingBid.withdrawn_at.is_(None))
    waiting = _orders(actor, P.TRAINING_ORDER, TrainingOrder.state == TrainingOrderState.OPEN, offered)
    count, first = _count_and_first(session, waiting)
    reason = (
        _("例如“%(skill)s”，%(day)s前要学完", skill=first.skill, day=day(first.ready_by)) if first else ""
    )
    url = _order_url(count, first, view=TrainingOrderState.OPEN.value)
    return Task(count, counted(count, "个培训订单有学校报名，等你选"), reason, url, _("去选学校"), HERE)


def _drafts(session: Session, actor: Actor) -> Task:
    waiting = _orders(actor, P.TRAINING_ORDER, TrainingOrder.state == TrainingOrderState.DRAFT)
    count, first = _count_and_first(session, waiting)
    url = _order_url(count, first, view=TrainingOrderState.DRAFT.value)
    return Task(count, counted(count, "个培训订单还没发布"), _("发布了学校才看得到"), url, _("去发布"), HERE)


def _to_bid(session: Session, actor: Actor) -> Task:
    schools = actor.organisations(Role.SCHOOL)
    mine = exists().where(TrainingBid.order_id == TrainingOrder.id, TrainingBid.school_id.in_(schools))
    count, first = _count_and_first(session, _orders(actor, P.TRAINING_BID, open_to(schools), ~mine))
    reason = ""
    if first is not None:
        reason = _(
            "例如%(name)s %(n)s 人，%(skill)s",
            name=first.occupation_name,
            n=first.headcount,
            skill=first.skill,
        )
    return Task(
        count,
        counted(count, "个培训订单可以报名"),
        reason,
        _order_url(count, first, view=TO_BID),
        _("去报名"),
        HERE,
    )


def _to_answer(session: Session, actor: Actor) -> Task:
    sides = [party for party, role in ROLE_OF.items() if actor.has_role(role)]
    silent = exists().where(
        Breach.agreement_id == Agreement.id, Breach.party.in_(sides), Breach.answered_at.is_(None)
    )
    count, first = _count_and_first(session, _agreements(actor, P.TRAINING_SIGN, silent))
    url = _agreement_url(count, first, TrainingOrderState.AGREED.value)
    return Task(
        count,
        counted(count, "份协议登记了你这一方违约，等你说明"),
        _("你的说明和登记的理由放在一起"),
        url,
        _("去说明"),
        HERE,
    )


def _to_release(session: Session, actor: Actor, today: date) -> Task:
    kept = exists().where(
        PlaceReservation.agreement_id == Agreement.id,
        PlaceReservation.released_at.is_(None),
        PlaceReservation.used < PlaceReservation.places,
    )
    due = Agreement.order_id.in_(select(TrainingOrder.id).where(TrainingOrder.ready_by < today))
    state = or_(Agreement.state == AgreementState.IN_FORCE, Agreement.state == AgreementState.BROKEN)
    idle = or_(due, came_to_nothing())
    count, first = _count_and_first(session, _agreements(actor, P.CLASS_APPROVE, state, kept, idle))
    url = _agreement_url(count, first, TrainingOrderState.AGREED.value)
    reason = _("班取消了，或过了完成日期；用不上就放开给大家")
    return Task(count, counted(count, "份协议还留着没人用的名额"), reason, url, _("去看看"), HERE)
