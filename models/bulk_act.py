"""One thing done to many rows of a list at once: chosen, looked at before, done, perhaps taken back."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Recorded
from models.types import UTCDateTime


class BulkAct(Recorded, Base):
    """An account's choice of rows, and what is done to them with which ``values``.

    ``chosen`` are the numbers of the rows. ``done``: how many changed; None until it was confirmed.
    """

    __tablename__ = "bulk_act"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    listing: Mapped[str] = mapped_column(String(60))
    act: Mapped[str] = mapped_column(String(40))
    chosen: Mapped[list[int]] = mapped_column(JSON)
    values: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    done: Mapped[int | None]
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class BulkChange(Recorded, Base):
    """One row that the act changed: what it said ``before``, and its version since (a later one is newer)."""

    __tablename__ = "bulk_change"

    act_id: Mapped[int] = mapped_column(ForeignKey("bulk_act.id"), index=True)
    row_id: Mapped[int]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int]
