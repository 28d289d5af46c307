"""What every step of a placement shares: one person at a time, the place given back, the message sent."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.worker import Worker
from models.people.worker_status import update_worker_status
from models.placement.placement import HOLDING, PLACEMENT_WORKFLOW, Message, Placement, give_back_place
from models.training.reserved_places import return_reserved_place


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
    if was_held and placement.state not in HOLDING:
        placement.active_digest = None
        if not return_reserved_place(session, placement.order_id, placement.worker_id):
            give_back_place(session, placement.order_id)
    update_worker_status(session, worker)
    return worker


def tell(session: Session, placement: Placement, sentence: Sentence) -> None:
    """Keep the message that goes to the person: in Chinese, without a link, asking for nothing."""
    text = str(sentence)[:400]
    session.add(
        Message(worker_id=placement.worker_id, placement_id=placement.id, channel="platform", text=text)
    )


def reveal(
    session: Session,
    actor: Actor,
    placements: Iterable[Placement],
    purpose: str,
    fields: Sequence[str] = ("phone",),
) -> None:
    """Note for each person that ``actor`` reads whole numbers (``fields``), and what for."""
    for placement in placements:
        record(session, actor, EventTag.WORKER_REVEAL, placement.worker, purpose=purpose, fields=list(fields))
