"""Whether those who went through the job card stay longer: a table with its denominators, no verdict."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from app.placements.queries.statistics import counted_under
from models.access import Actor, visible_to
from models.i18n import N_
from models.placement.acknowledgement import Acknowledgement
from models.placement.placement import FollowUp, Outcome, Placement


class Card(StrEnum):
    """How far somebody had gone through the card before arriving."""

    CLEAR = "clear"
    OPEN = "open"
    NONE = "none"


CARD_LABELS = {
    Card.CLEAR: N_("对过，每一条都明白"),
    Card.OPEN: N_("对过，有的还要问"),
    Card.NONE: N_("没有对过"),
}


@dataclass(frozen=True)
class StayByCard:
    """Arrivals of one kind. ``due``: those whose months are over; ``stayed``, ``gone`` and ``unknown`` (which
    is neither) add up to them."""

    card: Card
    arrived: int
    due: int
    stayed: int
    gone: int
    unknown: int


def stays_by_card(session: Session, actor: Actor, months: int, today: date) -> list[StayByCard]:
    """Of everybody who arrived, by card: who was still at work ``months`` after, as far as it is known."""
    of_month = and_(FollowUp.placement_id == Placement.id, FollowUp.months == months)
    due = FollowUp.due_on <= today
    stayed = and_(due, FollowUp.outcome == Outcome.EMPLOYED)
    left = or_(Placement.left_on < FollowUp.due_on, FollowUp.outcome.in_((Outcome.LEFT, Outcome.ELSEWHERE)))
    gone = and_(due, not_(func.coalesce(FollowUp.outcome == Outcome.EMPLOYED, False)), left)
    kind = case((_card(True), Card.CLEAR.value), (_card(None), Card.OPEN.value), else_=Card.NONE.value)
    statement = (
        select(kind, func.count(), _sum(due), _sum(stayed), _sum(gone))
        .select_from(Placement)
        .outerjoin(FollowUp, of_month)
        .where(Placement.on_site_on.is_not(None))
        .group_by(kind)
    )
    rows = session.execute(visible_to(actor, statement, Placement, counted_under(actor)))
    by_card = {
        Card(name): StayByCard(Card(name), arrived, over, kept, lost, over - kept - lost)
        for name, arrived, over, kept, lost in rows
    }
    return [by_card.get(card, StayByCard(card, 0, 0, 0, 0, 0)) for card in Card]


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _card(is_clear: bool | None) -> ColumnElement[bool]:
    """Whether there is an acknowledgement, of whatever kind for None. The card is closed at the departure, so
    that none of them is younger."""
    held = Acknowledgement.placement_id == Placement.id
    return exists().where(held if is_clear is None else and_(held, Acknowledgement.is_clear.is_(True)))
