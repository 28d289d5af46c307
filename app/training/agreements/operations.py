"""The agreement: a school chosen, the terms frozen, every party's own signature, and how it ends."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.training.demand.operations import orders
from app.training.demand.operations.parties import sides_of
from app.training.demand.operations.promises import release_unused
from models.access import Actor
from models.audit import EventTag, record
from models.clock import utc_now
from models.i18n import N_
from models.reference.area import area_names
from models.training.reserved_places import reserve_places
from models.training.training_order import (
    AGREEMENT_WORKFLOW,
    TRAINING_ORDER_WORKFLOW,
    Agreement,
    AgreementState,
    Breach,
    Party,
    Signature,
    TrainingBid,
    TrainingOrder,
)
from models.workflow import IllegalTransition, TransitionRefused

THREE = (Party.COUNTY, Party.SCHOOL, Party.ENTERPRISE)
FOLLOW_MONTHS = 6
FULFILLED = N_("协议已履行，没有用的名额放开给大家。")
BREACH_TERMS = (
    N_("企业无正当理由不录用考核合格的学员，或实发工资低于保底工资的，为企业违约。"),
    N_("学校没有按约定的课时、师资和设备教完的，为学校违约，没有教的部分不计培训费。"),
    N_("学员结业后无正当理由不到岗的，由县就业局问明原因并登记，名额放开给别人。"),
    N_("违约由县就业局登记，另一方可以当面说明；不公开，不上黑名单。"),
)


@dataclass(frozen=True)
class Deal:
    """What is settled when a school is chosen, besides what order and offer say already."""

    with_city: bool = False
    follow_months: int = FOLLOW_MONTHS
    other: str = ""


def choose(session: Session, actor: Actor, bid: TrainingBid, deal: Deal, today: date) -> Agreement:
    """Choose one school's offer and draw up the agreement; its terms do not change any more.

    Raises IllegalTransition when another was chosen meanwhile, TransitionRefused for a withdrawn offer.
    """
    order = bid.order
    orders.lock(session, order)
    session.refresh(bid)
    if bid.withdrawn_at is not None:
        raise TransitionRefused(N_("这所学校已经撤回报名，请另选一所。"))
    TRAINING_ORDER_WORKFLOW.advance(session, order, "choose", actor)
    bid.chosen_at = utc_now()
    parties = (*THREE, Party.CITY) if deal.with_city else THREE
    agreement = Agreement(
        order=order,
        number=_number(session, order, today),
        enterprise_id=order.enterprise_id,
        school_id=bid.school_id,
        county_code=order.county_code,
        city_code=order.city_code,
        terms=_terms(session, bid, deal),
        is_synthetic=order.is_synthetic,
        signatures=[Signature(party=party) for party in parties],
    )
    session.add(agreement)
    session.flush()
    record(session, actor, EventTag.BID_CHOOSE, bid, order=order.id)
    record(session, actor, EventTag.AGREEMENT_CREATE, agreement, order=order.id)
    return agreement


def _number(session: Session, order: TrainingOrder, today: date) -> str:
    """County, year, order, and from the second try on which one it is: unique without a counter to lock."""
    tries = (
        session.scalar(select(func.count()).select_from(Agreement).where(Agreement.order_id == order.id)) or 0
    )
    number = f"{order.county_code}PX{today.year}{order.id:05d}"
    return f"{number}-{tries + 1}" if tries else number


def _terms(session: Session, bid: TrainingBid, deal: Deal) -> dict[str, Any]:
    order = bid.order
    names = area_names(session, {order.county_code, order.city_code})
    parties = {
        Party.COUNTY.value: names.get(order.county_code, ""),
        Party.SCHOOL.value: bid.school.name,
        Party.ENTERPRISE.value: order.enterprise.name,
        Party.CITY.value: names.get(order.city_code, ""),
    }
    return {
        "parties": parties,
        "job": order.job_order.title,
        "occupation": order.occupation_name,
        "skill": order.skill,
        "level": order.level.value,
        "certificate": order.certificate,
        "headcount": order.headcount,
        "periods": bid.periods,
        "price_fen": bid.price_fen,
        "starts_on": bid.starts_on.isoformat(),
        "ready_by": order.ready_by.isoformat(),
        "place": bid.place,
        "plan": bid.plan,
        "wage_floor_fen": order.wage_floor_fen,
        "hire_share_percent": order.hire_share_percent,
        "follow_months": deal.follow_months,
        "other": deal.other,
        "breach": list(BREACH_TERMS),
    }


def sign(session: Session, actor: Actor, agreement: Agreement, name: str) -> Party:
    """Sign for the actor's own party as ``name``; the last signature puts the agreement in force.

    Then the places are kept in the same transaction: with too few left TransitionRefused is raised, and the
    caller's rollback leaves nothing half signed. Raises PermissionError for an account of no party,
    IllegalTransition when that party signed before.
    """
    lock(session, agreement)
    if agreement.state is not AgreementState.SIGNING:
        raise IllegalTransition("sign")
    sides = sides_of(session, actor, agreement)
    if not sides:
        raise PermissionError(EventTag.AGREEMENT_SIGN)
    empty = [one for one in agreement.signatures if one.party in sides and one.signed_at is None]
    if not empty:
        raise IllegalTransition("sign")
    if any(one.signed_by_id == actor.user_id for one in agreement.signatures if one.signed_at):
        raise TransitionRefused(N_("你已经替一方签过字。一个账号只能替一方签，请另一方用自己的账号签。"))
    signature = empty[0]
    signature.signed_at, signature.signed_by_id, signature.signed_name = utc_now(), actor.user_id, name
    record(session, actor, EventTag.AGREEMENT_SIGN, agreement, party=signature.party.value, name=name)
    if agreement.is_signed_by_all:
        _take_force(session, actor, agreement)
    return signature.party


def _take_force(session: Session, actor: Actor, agreement: Agreement) -> None:
    order, places = agreement.order, agreement.terms["headcount"]
    AGREEMENT_WORKFLOW.advance(session, agreement, "take_force", actor)
    TRAINING_ORDER_WORKFLOW.advance(session, order, "agree", actor)
    reserve_places(session, agreement, order.job_order_id, places)
    record(session, actor, EventTag.PLACES_RESERVE, agreement, order=order.job_order_id, counts=places)


def cancel(session: Session, actor: Actor, agreement: Agreement, reason: str) -> None:
    """Give up an agreement that was not signed by all; the order opens to the schools again.

    Raises PermissionError for an account of no party.
    """
    lock(session, agreement)
    if not sides_of(session, actor, agreement):
        raise PermissionError(EventTag.AGREEMENT_ADVANCE)
    AGREEMENT_WORKFLOW.advance(session, agreement, "cancel", actor, reason=reason)
    TRAINING_ORDER_WORKFLOW.advance(session, agreement.order, "reopen", actor, reason=reason)
    for bid in agreement.order.bids:
        bid.chosen_at = None


def end(session: Session, actor: Actor, agreement: Agreement, event: str, reason: str) -> None:
    """Close an agreement in force: ``fulfil`` or ``break``; what is left of its places opens to everybody.

    Raises TransitionRefused for a breach that nobody recorded, and what Workflow.advance raises.
    """
    lock(session, agreement)
    known = select(Breach.id).where(Breach.agreement_id == agreement.id)
    if event == "break" and session.scalar(known.limit(1)) is None:
        raise TransitionRefused(N_("先登记是哪一方违约、为什么，再认定。"))
    AGREEMENT_WORKFLOW.advance(session, agreement, event, actor, reason=reason)
    TRAINING_ORDER_WORKFLOW.advance(session, agreement.order, "end", actor)
    release_unused(session, actor, agreement, reason or FULFILLED)


def lock(session: Session, agreement: Agreement) -> None:
    """Read the agreement and its signatures afresh and keep them: two last signatures queue up here."""
    session.get_one(Agreement, agreement.id, with_for_update=True, populate_existing=True)
    for signature in agreement.signatures:
        session.refresh(signature)
