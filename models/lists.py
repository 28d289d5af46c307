"""What accounts keep of lists: the files they took of them, and how they like to see them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Recorded
from models.types import EncryptedBytes, EncryptedJSON, UTCDateTime


class ListExport(Recorded, Base):
    """One file of what a list showed: which list, narrowed by what, which columns, what for.

    ``asked`` is the address's query as it stood; it is sealed, since a search text may be a whole number.
    ``content`` goes after the time of ``Kept.EXPORT``. ``is_cut``: the list went on behind the last row.
    """

    __tablename__ = "list_export"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    listing: Mapped[str] = mapped_column(String(60))
    asked: Mapped[dict[str, str]] = mapped_column(EncryptedJSON("list_export.asked"))
    columns: Mapped[list[str]] = mapped_column(JSON)
    purpose: Mapped[str] = mapped_column(String(200), default="")
    rows: Mapped[int | None]
    is_cut: Mapped[bool] = mapped_column(default=False)
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes("list_export.content"), deferred=True)
    ready_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SavedList(Recorded, Base):
    """How an account likes to see a list: a filter under a name, or (without a name) the columns left out."""

    __tablename__ = "saved_list"
    __table_args__ = (UniqueConstraint("user_id", "listing", "name"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    listing: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(40), default="")
    asked: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("saved_list.asked"))
    hidden: Mapped[list[str]] = mapped_column(JSON, default=list)
