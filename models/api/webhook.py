"""Addresses of other systems that are told of changes: what of, under which key, how far, and how it goes."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Recorded
from models.types import EncryptedText, UTCDateTime


class Webhook(Recorded, Base):
    """One address of an account. What it is told of is read from the audit, in order, behind ``told_up_to``.

    ``failures`` are tries in a row that failed; ``tried_again_at`` is when the next one is due;
    ``stopped_at`` ends the trying until its owner starts it again.
    """

    __tablename__ = "webhook"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    url: Mapped[str] = mapped_column(String(300))
    kinds: Mapped[list[str]] = mapped_column(JSON)
    secret: Mapped[str] = mapped_column(EncryptedText("webhook.secret"))
    told_up_to: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(80), default="")
    tried_again_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
