"""The figures that pages ask for again and again, and where they are kept."""

import enum
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.access import Actor, Permission, Role
from models.base import Base, Recorded
from models.types import EnumText, UTCDateTime


class Figure(enum.StrEnum):
    """What is counted, always in persons: whoever has three offers is one. ``detail`` says by what."""

    REGISTERED = "registered"
    OFFERED = "offered"
    HIRED = "hired"
    ARRIVED = "arrived"
    AT_WORK = "at_work"
    LEFT = "left"
    HIRED_IN = "hired_in"  # detail: the month, as 2026-11
    ARRIVED_IN = "arrived_in"
    LEFT_IN = "left_in"
    LEFT_BECAUSE = "left_because"  # detail: LeaveReason
    DUE = "due"  # detail: 1, 3 or 6 months after arrival
    KEPT = "kept"
    UNKNOWN = "unknown"
    KEPT_BY_EVIDENCE = "kept_by_evidence"  # detail: months and Evidence, as 3:2
    SPELLS = "spells"  # detail: figure of employment, destination, Evidence, as current:paired_city:2
    UNREAD_WORD = "unread_word"  # detail: a word of people's wishes that the engine cannot read
    SPELLS_KEPT = "spells_kept"  # detail: months, destination, what became of it, as 3:paired_city:left


class Summary(Recorded, Base):
    """When all was counted last: at most one row. None: the programme is so small that nothing is kept.

    ``last_event`` is the newest audit row there was: while no other follows and the day is the same, nothing
    can have changed.
    """

    __tablename__ = "summary"

    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    counted_on: Mapped[date]
    last_event: Mapped[int]


class SummaryFigure(Recorded, Base):
    """Persons of a home who go to a city. ``home_code`` is a county, a prefecture or, of facts and
    of all cities together, a township; empty: of everywhere.

    Sums are rows of their own: a person with two cities is one of the county's, and one of each city's.
    """

    __tablename__ = "summary_figure"
    __table_args__ = (
        Index("ix_summary_figure_place", "home_code", "city_code", "figure", "detail", unique=True),
        Index("ix_summary_figure_figure", "figure", "detail", "home_code", "city_code"),
    )

    home_code: Mapped[str] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9))
    figure: Mapped[Figure] = mapped_column(EnumText(Figure))
    detail: Mapped[str] = mapped_column(String(40))
    persons: Mapped[int]


@dataclass(frozen=True)
class Place:
    """Of whom figures tell: a county, prefecture or township, a city; both empty: everybody."""

    home: str = ""
    city: str = ""


_HOMES = (Role.COUNTY, Role.PREFECTURE)
_CITIES = (Role.CITY, Role.REGISTRATION)
_ALL = (Role.PROVINCE, Role.AUDITOR)


def place_of(actor: Actor, permission: Permission, *, of_towns: bool = False) -> Place | None:
    """The place whose figures are those of all rows ``actor`` may count; None where no place is just that: an
    enterprise, two counties, and a township unless what is asked is kept ``of_towns``, as facts are."""
    homes = (*_HOMES, Role.TOWNSHIP) if of_towns else _HOMES
    rights = [right for right in actor.rights_for(permission) if right.role in (*homes, *_CITIES, *_ALL)]
    if len(rights) != 1 or len(actor.rights_for(permission)) != 1:
        return None
    right = rights[0]
    if right.role in _ALL:
        return Place()
    if not right.area_code or right.area_level == "province":
        return None
    return Place(home=right.area_code) if right.role in homes else Place(city=right.area_code)
