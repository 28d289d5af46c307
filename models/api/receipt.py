"""A request sent twice does its work once: the key of every accepted one, and what was answered."""

from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Recorded
from models.types import EncryptedJSON


class ApiReceipt(Recorded, Base):
    """One accepted request, committed with its work. ``digest`` is that of address and body: the same key
    with another content is no second sending. ``token_id``: which program it was."""

    __tablename__ = "api_receipt"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"), index=True)
    key: Mapped[str] = mapped_column(String(60))
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("api_receipt.answer"))
