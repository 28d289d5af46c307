"""What every step of a placement shares: one person at a time, the place given back, a message that was
sent."""

from collections.abc import Iterable
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import EventTag, record
from models.people.worker import Worker
from models.people.worker_status import settle
from models.placement.placement import HOLDING, PLACEMENT_WORKFLOW, Message, Placement, give_back_place
from models.training.reserved_places import return_reserved_place


def lock_person(session: Session, placement: Placement) -> Worker:
    """Return the person, locked to the end of the transaction, and read ``placement`` afresh.

    Two enterprises that hire one person queue up here; without it each would hold a row the other waits for.
    """
    worker = session.get_one(Worker, placement.worker_id, with_for_update=True, populate_existing=True)
    session.refresh(placement)
    return worker


def move(session: Session, actor: Actor, placement: Placement, event: str, reason: str = "") -> Worker:
    """Carry ``placement`` along ``event``; a place that is held no longer goes back to the order,
    a graduate's to his class.

    Raises what Workflow.advance raises. Returns the person.
    """
    worker = lock_person(session, placement)
    held = placement.state in HOLDING
    PLACEMENT_WORKFLOW.advance(session, placement, event, actor, reason=reason)
    if held and placement.state not in HOLDING:
        placement.active_digest = None
        if not return_reserved_place(session, placement.order_id, placement.worker_id):
            give_back_place(session, placement.order_id)
    settle(session, worker)
    return worker


def tell(session: Session, placement: Placement, sentence: str, **params: Any) -> None:
    """Keep the message that goes to the person: in Chinese, without a link, asking for nothing."""
    with force_locale("zh"):
        text = _(sentence, **params)
    session.add(
        Message(worker_id=placement.worker_id, placement_id=placement.id, channel="platform", text=text[:400])
    )


def reveal_phones(session: Session, actor: Actor, placements: Iterable[Placement], purpose: str) -> None:
    """Note for each person that ``actor`` reads the whole telephone number, and what for."""
    for placement in placements:
        record(session, actor, EventTag.WORKER_REVEAL, placement.worker, purpose=purpose, fields=["phone"])
