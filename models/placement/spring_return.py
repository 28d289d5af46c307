"""The spring return (春节返乡返岗): who goes home, who comes back, when, and which seats that takes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import COUNTY_OFFICES, Role, by_area, everything
from models.base import Base, Recorded
from models.bulk_upload import UploadBatch
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.types import EnumText, UTCDateTime


class ReturnRound(Recorded, Base):
    """One county's questions before one Spring Festival; ``back_by``: the agreed last day to return."""

    __tablename__ = "return_round"
    __table_args__ = (UniqueConstraint("county_code", "year"),)

    county_code: Mapped[str] = mapped_column(String(9), index=True)
    year: Mapped[int]
    home_from: Mapped[date]
    back_by: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))

    __scope__ = COUNTY_OFFICES | {Role.PROVINCE: everything}


class ReturnAnswer(Recorded, Base):
    """One person of a round and what they said; None is what nobody has asked or they did not know yet.

    ``city_code`` is where they work; ``came_back_on`` the day on which they were seen at work again.
    """

    __tablename__ = "return_answer"
    __table_args__ = (
        UniqueConstraint("round_id", "worker_id"),
        Index("ix_return_answer_round_county", "round_id", "county_code", "city_code"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("return_round.id"))
    round: Mapped[ReturnRound] = relationship()
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    worker: Mapped[Worker] = relationship()
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"), index=True)
    county_code: Mapped[str] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9))
    goes_home: Mapped[bool | None]
    leaves_on: Mapped[date | None]
    seat_home: Mapped[bool | None]
    comes_back: Mapped[bool | None]
    back_on: Mapped[date | None]
    seat_back: Mapped[bool | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    channel: Mapped[Channel | None] = mapped_column(EnumText(Channel))
    came_back_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.CITY: by_area("city_code"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: everything,
    }


class ReturnBatch(UploadBatch, Base):
    """A sheet of answers between its preview and its one confirm."""

    __tablename__ = "return_batch"

    county_code: Mapped[str] = mapped_column(String(9), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("return_round.id"))

    __scope__ = {Role.COUNTY: by_area("county_code")}
