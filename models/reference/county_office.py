"""Where people of a county ask: the telephone of its employment bureau (县就业局)."""

from collections.abc import Iterable

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.access import COUNTY_OFFICES
from models.base import Base, Recorded
from models.i18n import Sentence


class CountyOffice(Recorded, Base):
    """A county's bureau as the public reaches it: an office number; ``hours`` as it says on the door."""

    __tablename__ = "county_office"

    county_code: Mapped[str] = mapped_column(ForeignKey("area.code"), unique=True)
    phone: Mapped[str] = mapped_column(String(40))
    hours: Mapped[str] = mapped_column(String(60), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
    __scope__ = dict(COUNTY_OFFICES)


def office_of(session: Session, county_code: str | None) -> CountyOffice | None:
    """The bureau's entry, public to everybody; None where the county has not entered it."""
    return session.scalar(select(CountyOffice).where(CountyOffice.county_code == county_code))


def offices_of(session: Session, county_codes: Iterable[str]) -> dict[str, CountyOffice]:
    """The entries of several counties at once."""
    rows = session.scalars(select(CountyOffice).where(CountyOffice.county_code.in_(set(county_codes))))
    return {row.county_code: row for row in rows}


def office_words(session: Session, county_code: str) -> Sentence:
    """The bureau in a message: with its number, where that is known."""
    office = office_of(session, county_code)
    return Sentence("县就业局（%(phone)s）", {"phone": office.phone}) if office else Sentence("县就业局")
