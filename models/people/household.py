"""The household as the poverty-relief register knows it (户)."""

from datetime import date

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.access import Role, by_area
from models.base import Base, Recorded
from models.people.phone import Phone, read_phones
from models.types import EncryptedText


class Household(Recorded, Base):
    """One household of one county; ``code`` is its 户编号 in 全国扶贫开发信息系统 (domain.md 2)."""

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("county_code", "code"),)

    county_code: Mapped[str] = mapped_column(String(9), index=True)
    code: Mapped[str] = mapped_column(String(20))
    poverty_attribute: Mapped[str] = mapped_column(String(40), default="")
    poverty_cause: Mapped[str] = mapped_column(String(60), default="")
    lifted: Mapped[str] = mapped_column(String(40), default="")
    identified_on: Mapped[date | None]
    phone: Mapped[str | None] = mapped_column(EncryptedText("household.phone"))

    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.PREFECTURE: by_area("county_code"),
        Role.AUDITOR: by_area("county_code"),
    }

    @property
    def telephones(self) -> list[Phone]:
        """Every number of the household, with whose it is; ``phone`` keeps them as a cell shows them."""
        return read_phones(self.phone or "").phones
