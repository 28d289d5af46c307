"""Who stayed and who left, by job and county: stored summaries, written by the night, read by every page.

Unknown stays unknown: a person whose time has come and of whom nobody knows is neither stayed nor gone.
"""

from datetime import date

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Role, by_area, by_organisation, everything
from models.base import Base, Recorded
from models.jobs.order import Order


class Stayed(Recorded):
    """The persons of one county who arrived. ``due3``: those whose three months are over; ``known3`` of them
    it is known; ``stayed3`` of these were still there. ``reasons``: persons by reason of leaving, "" where
    nobody knows why. ``promises``: persons who left by what had been told differently. ``cards``: the same
    figures by how far they had gone through the job card before leaving, "clear_due3"."""

    county_code: Mapped[str] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    arrived: Mapped[int] = mapped_column(default=0)
    left: Mapped[int] = mapped_column(default=0)
    left_in_first_month: Mapped[int] = mapped_column(default=0)
    not_arrived: Mapped[int] = mapped_column(default=0)
    due3: Mapped[int] = mapped_column(default=0)
    known3: Mapped[int] = mapped_column(default=0)
    stayed3: Mapped[int] = mapped_column(default=0)
    due6: Mapped[int] = mapped_column(default=0)
    known6: Mapped[int] = mapped_column(default=0)
    stayed6: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    promises: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    cards: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    computed_on: Mapped[date]

    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.CITY: by_area("city_code"),
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: by_area("county_code"),
    }


class StayingSummary(Stayed, Base):
    """Those who arrived at one job."""

    __tablename__ = "staying_summary"
    __table_args__ = (
        UniqueConstraint("order_id", "county_code"),
        Index("ix_staying_summary_county", "county_code", "order_id", "left"),
        Index("ix_staying_summary_city", "city_code", "order_id", "left"),
        Index("ix_staying_summary_enterprise", "enterprise_id", "order_id", "left"),
    )

    order_id: Mapped[int] = mapped_column(ForeignKey("job_order.id"))
    order: Mapped[Order] = relationship()


class StayingSum(Stayed, Base):
    """Those who arrived at one enterprise in one city, all its jobs together: what sums over all rows read.
    At a million people the jobs are 160,000 rows, these 3,600."""

    __tablename__ = "staying_sum"
    __table_args__ = (
        Index("ix_staying_sum_county", "county_code", "enterprise_id"),
        Index("ix_staying_sum_city", "city_code", "enterprise_id"),
        Index("ix_staying_sum_enterprise", "enterprise_id"),
    )
