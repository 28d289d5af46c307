"""What every step of a placement shares: one person at a time, the place given back, the message sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.access import Actor
from models.i18n import Sentence
from models.integrity import breaks
from models.messages.kind import DEPARTURE_KINDS, INTERVIEW_KINDS, OFFER_KINDS, MessageKind
from models.messages.message import close_messages, send
from models.messages.reach import Reach
from models.opening_budget import open_telephones
from models.people.worker import Worker
from models.people.worker_status import update_worker_status
from models.placement.placement import (
    HOLDING,
    PLACEMENT_WORKFLOW,
    Placement,
    give_back_place,
    retake_place,
    take_place,
)
from models.training.reserved_places import return_reserved_place, take_reserved_place
from models.workflow import TransitionRefused

HIRED_ELSEWHERE = Sentence("这个人已被另一家录用，不能再录用。")


def lock_person(session: Session, placement: Placement) -> Worker:
    """The person, locked to the end of the transaction; ``placement`` is read afresh.

    Two enterprises that hire one person queue up here; without it each would hold a row the other waits for.
    """
    worker = session.get_one(Worker, placement.worker_id, with_for_update=True, populate_existing=True)
    session.refresh(placement)
    return worker


def move(session: Session, actor: Actor, placement: Placement, event: str, reason: str = "") -> Worker:
    """Carry ``placement`` along ``event`` and return its person, locked.

    A place that is held no longer goes back to the order, a graduate's to the class it was kept for. Raises
    what Workflow.advance raises.
    """
    worker = lock_person(session, placement)
    was_held = placement.state in HOLDING
    PLACEMENT_WORKFLOW.advance(session, placement, event, actor, reason=reason)
    settle_messages(session, placement, event)
    if was_held and placement.state not in HOLDING:
        placement.active_digest = None
        if not return_reserved_place(session, placement.order_id, placement.worker_id):
            give_back_place(session, placement.order_id)
    elif not was_held and placement.state in HOLDING:
        hold_place(session, placement, worker, again=event != "hire")
    update_worker_status(session, worker)
    return worker


ANSWERS = ("accept", "accept_own", "decline", "decline_own")
MOOT = {
    **dict.fromkeys(("withdraw", "expire", "supersede"), OFFER_KINDS),
    **dict.fromkeys(("hire", "not_hire", "decline", "decline_own"), INTERVIEW_KINDS),
    **dict.fromkeys(("depart", "arrive", "miss", "undo_hire"), DEPARTURE_KINDS),
}


def settle_messages(session: Session, placement: Placement, event: str) -> None:
    """What nobody has to be told any more after ``event``: no text message leaves, nobody rings."""
    if event in ANSWERS:
        close_messages(session, placement.id, OFFER_KINDS, Reach.ANSWERED)
    if kinds := MOOT.get(event):
        close_messages(session, placement.id, kinds, Reach.OVER)


def hold_place(session: Session, placement: Placement, worker: Worker, *, again: bool = False) -> None:
    """Take a place of the order and claim the person: at the hire, and when an end is taken back.

    A graduate takes one of the places kept for the class first. ``again``: the person had the place, so that
    it does not matter whether the order still recruits. Raises TransitionRefused when the order is full or
    the person holds a place elsewhere; the caller rolls back.
    """
    if is_held_elsewhere(session, worker, placement):
        raise TransitionRefused(HIRED_ELSEWHERE)
    if not take_reserved_place(session, placement.order_id, placement.worker_id):
        (retake_place if again else take_place)(session, placement.order_id)
    placement.active_digest = worker.id_digest
    try:
        session.flush()
    except IntegrityError as problem:  # the unique index has the last word on one job a person
        if not breaks(problem, "placement.active_digest"):
            raise
        raise TransitionRefused(HIRED_ELSEWHERE) from None


def is_held_elsewhere(session: Session, worker: Worker, placement: Placement) -> bool:
    """Whether the person holds another place, under whichever record of the register."""
    active = select(Placement.id).where(
        Placement.active_digest == worker.id_digest, Placement.id != placement.id
    )
    return session.scalar(active) is not None


def tell(
    session: Session,
    actor: Actor,
    placement: Placement,
    kind: MessageKind,
    params: Mapping[str, Any],
    until: date | None = None,
) -> None:
    """Send the person a message about the placement."""
    if placement.id is None:
        session.flush()
    number = placement.id
    send(session, placement.worker_id, kind, params, actor=actor, placement_id=number, until=until)


def reveal(
    session: Session,
    actor: Actor,
    placements: Iterable[Placement],
    purpose: str,
    today: date,
    most: int,
    fields: Sequence[str] = ("phone",),
) -> None:
    """Note for each person that ``actor`` reads whole numbers (``fields``), and what for.

    Raises TransitionRefused beyond ``most`` people a day.
    """
    workers = [placement.worker for placement in placements]
    open_telephones(session, actor, workers, purpose, today, most, fields)
