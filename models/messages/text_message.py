"""Text messages (短信): claimed by one conditional UPDATE, handed over once, under one public id.

The row is written before the gateway is asked and told afterwards, in two short transactions; between them
nothing is held. Whoever is killed in between leaves a claim that runs out: the next asks the gateway again
under the same ``public_id``, by which a gateway knows what it took already.
"""

import enum
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, or_, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Recorded, rows_changed
from models.i18n import N_
from models.messages.message import Message
from models.messages.reach import Why
from models.types import EnumText, UTCDateTime

CLAIMED_FOR = timedelta(minutes=10)


class TextStage(enum.StrEnum):
    """Where a text message is."""

    SENDING = "sending"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    FAILED = "failed"


TEXT_STAGE_LABELS = {
    TextStage.SENDING: N_("正在发短信"),
    TextStage.HANDED_OVER: N_("已交给短信平台"),
    TextStage.DELIVERED: N_("短信已到手机"),
    TextStage.FAILED: N_("短信没有送到"),
}


class TextMessage(Recorded, Base):
    """One text message about one message; ``turn`` counts those about the same (a number was put right).

    ``phone_digest`` is the keyed digest of the number it went to; the number itself stays with the person.
    ``receipt_at``: when the gateway was last asked whether it arrived.
    """

    __tablename__ = "text_message"
    __table_args__ = (
        UniqueConstraint("message_id", "turn"),
        Index("ix_text_message_stage", "stage", "claimed_until"),
        Index("ix_text_message_stage_receipt", "stage", "receipt_at"),
        Index("ix_text_message_worker_at", "worker_id", "created_at"),
        Index("ix_text_message_county_at", "county_code", "created_at"),
        Index("ix_text_message_phone", "phone_digest", "why"),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    message: Mapped[Message] = relationship()
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    county_code: Mapped[str] = mapped_column(String(9))
    turn: Mapped[int] = mapped_column(default=1)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    stage: Mapped[TextStage] = mapped_column(EnumText(TextStage), default=TextStage.SENDING)
    why: Mapped[Why | None] = mapped_column(EnumText(Why))
    phone_digest: Mapped[str] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    gateway: Mapped[str] = mapped_column(String(20), default="")
    handed_over_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    receipt_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def take(session: Session, text_id: int, now: datetime) -> bool:
    """Claim a text message whose claim ran out; False where another worker was faster."""
    is_free = or_(TextMessage.claimed_until.is_(None), TextMessage.claimed_until <= now)
    claimed = (
        update(TextMessage)
        .where(TextMessage.id == text_id, TextMessage.stage == TextStage.SENDING, is_free)
        .values(claimed_until=now + CLAIMED_FOR, tries=TextMessage.tries + 1)
    )
    return rows_changed(session, claimed) == 1
