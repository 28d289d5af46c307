"""Hire, arrival, leaving: everything that takes a place or gives it back."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.operations.steps import (
    HIRED_ELSEWHERE,
    is_held_elsewhere,
    lock_person,
    move,
    settle_messages,
    tell,
)
from models.access import Actor
from models.employment import of_placement
from models.fact_dates import refuse_day
from models.i18n import Sentence
from models.messages.kind import MessageKind
from models.people.worker_status import update_worker_status
from models.placement import follow_up
from models.placement.leaving import LeaveReason
from models.placement.placement import OPEN_OFFERS, PLACEMENT_WORKFLOW, Placement
from models.problems.first_call import plan_first_calls
from models.reference.county_office import office_words
from models.workflow import IllegalTransition, TransitionRefused

REASON_UNKNOWN = Sentence("原因没有问到")


def hire(session: Session, actor: Actor, placement: Placement, today: date) -> None:
    """Hire: take a place, claim the person, plan the follow-ups, close the other offers. All or nothing.

    A graduate takes one of the places kept for the class first.

    Raises TransitionRefused when the order is full or the person was hired elsewhere; the caller rolls back.
    """
    if is_held_elsewhere(session, lock_person(session, placement), placement):
        raise TransitionRefused(HIRED_ELSEWHERE)
    worker = move(session, actor, placement, "hire")
    placement.hired_on = today
    follow_up.plan(session, placement)
    _close_other_offers(session, actor, placement)
    update_worker_status(session, worker)
    order = placement.order
    told = {
        "enterprise": order.enterprise.name,
        "title": order.title,
        "office": office_words(session, placement.county_code),
    }
    tell(session, actor, placement, MessageKind.HIRED, told)


def _close_other_offers(session: Session, actor: Actor, placement: Placement) -> None:
    others = select(Placement).where(
        Placement.worker_id == placement.worker_id,
        Placement.id != placement.id,
        Placement.state.in_(OPEN_OFFERS),
    )
    for other in session.scalars(others):
        PLACEMENT_WORKFLOW.advance(session, other, "supersede", actor, reason=HIRED_ELSEWHERE.text)
        settle_messages(session, other, "supersede")


def not_hire(session: Session, actor: Actor, placement: Placement, reason: str) -> None:
    """Turn the person down, with the reason; what was opened to the enterprise is closed again."""
    move(session, actor, placement, "not_hire", reason)
    told = {
        "enterprise": placement.order.enterprise.name,
        "office": office_words(session, placement.county_code),
    }
    tell(session, actor, placement, MessageKind.NOT_HIRED, told)


def arrive(session: Session, actor: Actor, placement: Placement, on: date, today: date) -> None:
    """Confirm that the person is at work since ``on``; the follow-ups count from that day.

    Raises TransitionRefused for a day to come or before the hire.
    """
    refuse_day(placement, "on_site_on", on, today)
    move(session, actor, placement, "arrive")
    placement.on_site_on = on
    follow_up.set_due(placement, on)
    of_placement.arrived(session, actor, placement, today)
    plan_first_calls(session, placement, on)


def miss(session: Session, actor: Actor, placement: Placement, reason: LeaveReason, note: str) -> None:
    """The person never came: the place goes back to the order, the person to the pool."""
    move(session, actor, placement, "miss", reason.value)
    placement.leave_reason, placement.leave_note = reason, note


def leave(
    session: Session,
    actor: Actor,
    placement: Placement,
    reason: LeaveReason | None,
    on: date,
    note: str,
    today: date,
    event: str = "leave",
) -> None:
    """The person left on ``on``: the place reopens, the person returns to the pool, the reason stays.

    ``reason`` is None where nobody could say it.
    ``event`` is found_left where a follow-up brought it to light. Raises TransitionRefused for a day to come
    or before the arrival, IllegalTransition for a person who never arrived.
    """
    if placement.on_site_on is None:
        raise IllegalTransition(event)
    refuse_day(placement, "left_on", on, today)
    move(session, actor, placement, event, reason.value if reason else REASON_UNKNOWN.text)
    placement.leave_reason, placement.left_on, placement.leave_note = reason, on, note
    of_placement.left(session, actor, placement, today)
