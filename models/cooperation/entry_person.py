"""People of the register whom one line of the cooperation is about: pupils whom a school took."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import COUNTY_OFFICES
from models.base import Base, Recorded
from models.cooperation.entry import RegisterEntry
from models.people.worker import Worker


class EntryPerson(Recorded, Base):
    """One person of one line. ``left_on``: the first day on which the person is no more of it."""

    __tablename__ = "entry_person"
    __table_args__ = (
        Index("ix_entry_person_entry", "entry_id", "worker_id"),
        Index("ix_entry_person_county", "county_code", "id"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entry.id"))
    entry: Mapped[RegisterEntry] = relationship()
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    worker: Mapped[Worker] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    __scope__ = dict(COUNTY_OFFICES)
