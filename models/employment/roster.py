"""What one end says of one month (月度花名册): the enterprise of its people, the county of those it rang, the
city of its insurance list. One roster a month and teller; a line a person."""

import enum
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Role, by_area, by_organisation, everything
from models.base import Base, Recorded
from models.bulk_upload import UploadBatch
from models.i18n import N_
from models.people.worker import Worker
from models.placement.leaving import LeaveReason
from models.reference.calendar import months_after
from models.reference.deadline import DeadlineName, Deadlines
from models.reference.organisation import Organisation
from models.types import EnumText, UTCDateTime

MONTHS_BACK = 3
"""How many months may still be told or corrected, the present one included."""
BEGINS_ON = 20
"""From this day on the roster of the month that is under way may be told."""


class RosterSource(enum.StrEnum):
    """Who tells the month, and by what."""

    ENTERPRISE = "enterprise"
    COUNTY = "county"
    INSURANCE = "insurance"


ROSTER_SOURCE_LABELS = {
    RosterSource.ENTERPRISE: N_("企业月度花名册"),
    RosterSource.COUNTY: N_("户籍县电话月报"),
    RosterSource.INSURANCE: N_("社保缴费名单"),
}


class Presence(enum.StrEnum):
    """What a line says of its person in the month."""

    WORKING = "working"
    LEFT = "left"
    UNKNOWN = "unknown"


PRESENCE_LABELS = {
    Presence.WORKING: N_("在岗"),
    Presence.LEFT: N_("已离开"),
    Presence.UNKNOWN: N_("联系不上"),
}


def month_of(day: date) -> date:
    """The first day of the month."""
    return day.replace(day=1)


def last_day(month: date) -> date:
    """The last day of the month that begins on ``month``."""
    return months_after(month, 1) - timedelta(days=1)


def due_on(month: date, deadlines: Deadlines, area_code: str) -> date:
    """By when the roster of ``month`` is expected: a day of the month that follows, its last where it is
    shorter."""
    following = months_after(month, 1)
    day = deadlines.days(DeadlineName.ROSTER_DAY, area_code)
    return min(following + timedelta(days=day - 1), last_day(following))


def open_months(today: date) -> list[date]:
    """The months that may be told on ``today``, the latest first."""
    first = month_of(today)
    latest = first if today.day >= BEGINS_ON else months_after(first, -1)
    return [months_after(latest, -back) for back in range(MONTHS_BACK)]


class MonthlyRoster(Recorded, Base):
    """The month as one end tells it, once confirmed.

    ``owner`` names the teller as it was (``enterprise:7``, ``county:513431``, ``insurance:440600``) and is
    unique with the month; an enterprise's is looked for by ``enterprise_id``, which a merge moves.
    ``confirmed_by_id`` is who confirmed last; ``working`` and ``left`` count its lines, ``missing`` the
    people whom the register has there and no line names, ``waiting`` the lines that the receiving city has
    not verified.
    """

    __tablename__ = "monthly_roster"
    __table_args__ = (
        UniqueConstraint("owner", "month"),
        UniqueConstraint("source", "enterprise_id", "month"),
        Index("ix_monthly_roster_city_month", "city_code", "month", "id"),
        Index("ix_monthly_roster_enterprise_month", "enterprise_id", "month"),
    )

    source: Mapped[RosterSource] = mapped_column(EnumText(RosterSource))
    owner: Mapped[str] = mapped_column(String(30))
    month: Mapped[date]
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    enterprise: Mapped[Organisation | None] = relationship()
    county_code: Mapped[str | None] = mapped_column(String(9), index=True)
    city_code: Mapped[str | None] = mapped_column(String(9))
    confirmed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    working: Mapped[int] = mapped_column(default=0)
    left: Mapped[int] = mapped_column(default=0)
    missing: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.COUNTY: by_area("county_code"),
        Role.CITY: by_area("city_code"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: everything,
    }


class RosterLine(Recorded, Base):
    """One person of a roster. ``county_code`` is the person's home, ``city_code`` where the work is.

    ``wage_fen`` is what was paid for the month, ``days`` how many were worked, ``is_insured`` None where
    nobody said; ``told_fen`` is the least the person was told, when the line was confirmed. ``is_new``: the
    register did not have the person there before. ``verified_at``: the receiving city has confirmed it;
    ``refused_at``: it does not believe it, and the home county has been asked. ``verdict_note`` is why.
    """

    __tablename__ = "roster_line"
    __table_args__ = (
        UniqueConstraint("roster_id", "worker_id", "employer_name"),
        Index("ix_roster_line_worker_month", "worker_id", "month"),
        Index("ix_roster_line_enterprise_month", "enterprise_id", "month"),
        Index("ix_roster_line_county_month", "county_code", "month", "id"),
    )

    roster_id: Mapped[int] = mapped_column(ForeignKey("monthly_roster.id"))
    roster: Mapped[MonthlyRoster] = relationship()
    source: Mapped[RosterSource] = mapped_column(EnumText(RosterSource))
    month: Mapped[date]
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"))
    worker: Mapped[Worker] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    employer_name: Mapped[str] = mapped_column(String(100), default="")
    city_code: Mapped[str] = mapped_column(String(9), default="")
    spell_id: Mapped[int | None] = mapped_column(
        ForeignKey("employment_spell.id", ondelete="SET NULL"), index=True
    )
    presence: Mapped[Presence] = mapped_column(EnumText(Presence))
    wage_fen: Mapped[int | None]
    told_fen: Mapped[int | None]
    is_insured: Mapped[bool | None]
    days: Mapped[int | None]
    left_on: Mapped[date | None]
    leave_reason: Mapped[LeaveReason | None] = mapped_column(EnumText(LeaveReason))
    note: Mapped[str] = mapped_column(String(200), default="")
    is_new: Mapped[bool] = mapped_column(default=False)
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    refused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    verdict_note: Mapped[str] = mapped_column(String(300), default="")

    __scope__ = {
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.COUNTY: by_area("county_code"),
        Role.CITY: by_area("city_code"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: by_area("county_code"),
    }


class RosterBatch(UploadBatch, Base):
    """A sheet of one month between its preview and its one confirm."""

    __tablename__ = "roster_batch"

    source: Mapped[RosterSource] = mapped_column(EnumText(RosterSource))
    month: Mapped[date]
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    county_code: Mapped[str | None] = mapped_column(String(9), index=True)
    city_code: Mapped[str | None] = mapped_column(String(9), index=True)

    __scope__ = {
        Role.ENTERPRISE: by_organisation("enterprise_id"),
        Role.COUNTY: by_area("county_code"),
        Role.CITY: by_area("city_code"),
    }
