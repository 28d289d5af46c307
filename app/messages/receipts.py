"""What became of text messages that a gateway took."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.messages.gateways.gateway import Gateway, GatewayClosed, Receipt
from app.messages.outgoing import SLICE
from app.messages.texting import fail, settle
from models.access import SYSTEM
from models.messages.message import Message, follow_told
from models.messages.reach import Reach, Why
from models.messages.text_message import TextMessage, TextStage

RECEIPT_AGAIN = timedelta(minutes=15)
RECEIPT_GIVEN_UP = timedelta(hours=48)


def ask_receipts(session: Session, gateway: Gateway, now: datetime, most: int = 500) -> int:
    """Ask the gateway what became of text messages; how many are known now. Commits.

    After ``RECEIPT_GIVEN_UP`` without a word nobody knows whether it arrived, and somebody rings.
    """
    if not gateway.gives_receipts:
        return 0
    known = 0
    in_suspense = select(TextMessage.public_id).where(
        TextMessage.stage == TextStage.HANDED_OVER, TextMessage.receipt_at <= now - RECEIPT_AGAIN
    )
    oldest = in_suspense.order_by(TextMessage.receipt_at, TextMessage.id).limit(most)
    ids = list(session.scalars(oldest))
    session.rollback()
    for some in _slices(ids):
        try:
            receipts = gateway.receipts(some)
        except GatewayClosed:
            break
        for text in session.scalars(select(TextMessage).where(TextMessage.public_id.in_(some))):
            known += _note_receipt(session, text, receipts.get(text.public_id), now)
        session.commit()
    return known


def _note_receipt(session: Session, text: TextMessage, receipt: Receipt | None, now: datetime) -> int:
    text.receipt_at = now
    if text.stage is not TextStage.HANDED_OVER:
        return 0
    if receipt is None:
        if text.handed_over_at is not None and text.handed_over_at < now - RECEIPT_GIVEN_UP:
            fail(session, text, Why.NO_RECEIPT, now)
        return 0
    if receipt.has_arrived:
        text.stage, text.settled_at = TextStage.DELIVERED, now
        if settle(session, text.message_id, Reach.HANDED_OVER, Reach.DELIVERED, now):
            message = session.get_one(Message, text.message_id, populate_existing=True)
            follow_told(session, message, SYSTEM, now)
    else:
        fail(session, text, receipt.why or Why.NOT_TAKEN, now)
    return 1


def _slices(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), SLICE):
        yield ids[start : start + SLICE]
