"""Days that matter in a county and in no law of the whole country: feasts of its peoples, farm seasons.

They warn where a departure or a lesson falls on them; what is remembered only (``verified`` is False) warns
too, and says 待核. An administrator changes them, and enters the days that a county sets anew every year.
"""

import enum
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from borax.calendars.lunardate import LunarDate
from sqlalchemy import String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Recorded
from models.i18n import N_, Sentence
from models.reference.dated_fact import Dated
from models.reference.feasts import LAST_LUNAR_YEAR
from models.types import EnumText


class DayKind(enum.StrEnum):
    """What keeps people at home."""

    FEAST = "feast"
    FARM = "farm"


DAY_KIND_LABELS = {DayKind.FEAST: N_("民族节日"), DayKind.FARM: N_("农忙")}


class DayCalendar(enum.StrEnum):
    """How its day is found: by the solar or the lunar calendar each year, or only as it is dated."""

    SOLAR = "solar"
    LUNAR = "lunar"
    DATED = "dated"


DAY_CALENDAR_LABELS = {
    DayCalendar.SOLAR: N_("每年公历"),
    DayCalendar.LUNAR: N_("每年农历"),
    DayCalendar.DATED: N_("只在开始到结束那几天"),
}


class LocalDay(Dated, Recorded, Base):
    """One feast or season of an area (a county, a prefecture, a province; "" for wherever the people lives).

    ``month`` and ``day`` begin it, it lasts ``days``; of a DATED one ``valid_from`` to ``valid_to`` are the
    days themselves. ``ethnicity``: whose feast it is, "" for everybody's.
    """

    __tablename__ = "local_day"
    MONTHS_FRESH = 24
    SCOPE = ("name", "area_code")

    kind: Mapped[DayKind] = mapped_column(EnumText(DayKind))
    name: Mapped[str] = mapped_column(String(40))
    area_code: Mapped[str] = mapped_column(String(9), default="", index=True)
    ethnicity: Mapped[str] = mapped_column(String(20), default="")
    calendar: Mapped[DayCalendar] = mapped_column(EnumText(DayCalendar))
    month: Mapped[int | None]
    day: Mapped[int | None]
    days: Mapped[int] = mapped_column(default=1)


class Stretch(NamedTuple):
    """One local day as it falls in one year: its first and last day."""

    local: LocalDay
    first: date
    last: date

    @property
    def sentence(self) -> Sentence:
        """What it is, whose, and whether somebody has checked it."""
        words = {"name": self.local.name, "people": self.local.ethnicity}
        if not self.local.ethnicity:
            return Sentence("%(name)s", words) if self.local.verified else Sentence("%(name)s，待核", words)
        if self.local.verified:
            return Sentence("%(name)s（%(people)s）", words)
        return Sentence("%(name)s（%(people)s，待核）", words)


def local_days(session: Session, county_code: str, first: date, last: date) -> list[Stretch]:
    """The feasts and seasons of a county that touch a day from ``first`` to ``last``, by their first day."""
    areas = ("", county_code, f"{county_code[:4]}00", f"{county_code[:2]}0000")
    held = (LocalDay.valid_from <= last) & or_(LocalDay.valid_to.is_(None), LocalDay.valid_to >= first)
    rows = session.scalars(select(LocalDay).where(LocalDay.area_code.in_(areas), held)).all()
    falling = (one for row in rows for one in _falls(row, first, last))
    return sorted(falling, key=lambda one: (one.first, one.local.name))


def meeting(stretches: Sequence[Stretch], day: date) -> list[Stretch]:
    """Those on ``day``."""
    return [one for one in stretches if one.first <= day <= one.last]


def _falls(row: LocalDay, first: date, last: date) -> Iterator[Stretch]:
    if row.calendar is DayCalendar.DATED:
        yield Stretch(row, row.valid_from, row.valid_to or row.valid_from)
        return
    for year in range(first.year - 1, last.year + 1):
        begins = _begins(row, year)
        if begins is None or begins < row.valid_from or begins > row.last_day:
            continue
        ends = begins + timedelta(days=row.days - 1)
        if begins <= last and ends >= first:
            yield Stretch(row, begins, ends)


def _begins(row: LocalDay, year: int) -> date | None:
    """Its first day in the solar or lunar ``year``; None where the calendar has no such day."""
    if row.month is None or row.day is None:
        return None
    try:
        if row.calendar is DayCalendar.SOLAR:
            return date(year, row.month, row.day)
        if year > LAST_LUNAR_YEAR:
            return None
        solar: date = LunarDate(year, row.month, row.day).to_solar_date()
        return solar
    except ValueError:
        return None
