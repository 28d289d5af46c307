"""A form sent twice does its work once: the key of every accepted form, and where it led."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Recorded


class FormReceipt(Recorded, Base):
    """One accepted form."""

    __tablename__ = "form_receipt"

    key: Mapped[str] = mapped_column(String(40), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    location: Mapped[str] = mapped_column(String(300), default="")
