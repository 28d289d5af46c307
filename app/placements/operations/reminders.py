"""What the night tells people: an offer about to lapse, a follow-up that comes. Each once, and commits."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import Session, joinedload

from app.placements.operations.steps import tell
from models.access import Actor
from models.jobs.order import Order
from models.messages.kind import MessageKind
from models.messages.message import Message
from models.placement.placement import WORKING, FollowUp, Placement, PlacementState
from models.reference.county_office import office_words

LAPSES_IN_DAYS, FOLLOW_UP_IN_DAYS = 1, 2
AT_ONCE = 200


def _untold(kind: MessageKind, day: Any) -> Any:
    """That nobody was told of this day of the placement yet."""
    same = and_(Message.placement_id == Placement.id, Message.kind == kind, Message.until_on == day)
    return ~exists().where(same)


def warn_of_lapse(session: Session, actor: Actor, today: date) -> int:
    """Tell everybody who has not answered that tomorrow is the last day; how many."""
    last = today + timedelta(days=LAPSES_IN_DAYS)
    due = (
        select(Placement)
        .options(joinedload(Placement.order).joinedload(Order.enterprise))
        .where(
            Placement.state == PlacementState.OFFERED,
            Placement.respond_by == last,
            _untold(MessageKind.OFFER_LAPSES, Placement.respond_by),
        )
        .order_by(Placement.id)
        .limit(AT_ONCE)
    )
    told = 0
    while placements := session.scalars(due).all():
        for placement in placements:
            words = {
                "enterprise": placement.order.enterprise.name,
                "title": placement.order.title,
                "day": last,
                "office": office_words(session, placement.county_code),
            }
            tell(session, actor, placement, MessageKind.OFFER_LAPSES, words, last)
        session.commit()
        told += len(placements)
    return told


def announce_follow_ups(session: Session, actor: Actor, today: date) -> int:
    """Tell those at work that the county will ring in the next days; how many."""
    due: Select[FollowUp] = (
        select(FollowUp)
        .join(Placement, FollowUp.placement_id == Placement.id)
        .where(
            FollowUp.recorded_at.is_(None),
            FollowUp.due_on > today,
            FollowUp.due_on <= today + timedelta(days=FOLLOW_UP_IN_DAYS),
            Placement.state.in_(WORKING),
            _untold(MessageKind.FOLLOW_UP, FollowUp.due_on),
        )
        .order_by(FollowUp.due_on, FollowUp.id)
        .limit(AT_ONCE)
    )
    told = 0
    while follow_ups := session.scalars(due).all():
        _announce(session, actor, follow_ups)
        session.commit()
        told += len(follow_ups)
    return told


def _announce(session: Session, actor: Actor, follow_ups: Sequence[FollowUp]) -> None:
    for follow_up in follow_ups:
        placement = follow_up.placement
        words = {
            "enterprise": placement.order.enterprise.name,
            "months": follow_up.months,
            "office": office_words(session, placement.county_code),
        }
        tell(session, actor, placement, MessageKind.FOLLOW_UP, words, follow_up.due_on)
