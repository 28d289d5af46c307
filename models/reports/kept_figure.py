"""Figures by pair and county as of a day, kept by the night, so that first pages and charts count nothing."""

from datetime import date

from sqlalchemy import BigInteger, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Recorded
from models.reports.told_figure import OF_PAIRS


class KeptFigure(Recorded, Base):
    """One indicator of one county ("": of the whole pair) as of ``on``: ``value`` of ``whole``, and of how
    many nothing is known. ``month`` is the first day of the month; of a month the latest day is kept."""

    __tablename__ = "kept_figure"
    __table_args__ = (
        UniqueConstraint("helper_code", "recipient_code", "month", "is_earlier", "key", "county_code"),
        Index("ix_kept_figure_month", "month", "key", "county_code"),
    )

    helper_code: Mapped[str] = mapped_column(String(9))
    recipient_code: Mapped[str] = mapped_column(String(9), index=True)
    county_code: Mapped[str] = mapped_column(String(9), default="")
    month: Mapped[date]
    on: Mapped[date]
    is_earlier: Mapped[bool] = mapped_column(default=False)
    key: Mapped[str] = mapped_column(String(40))
    value: Mapped[int] = mapped_column(BigInteger)
    whole: Mapped[int] = mapped_column(BigInteger)
    unknown: Mapped[int]

    __scope__ = dict(OF_PAIRS)
