"""Where the two ends contradict each other (差异): one row a contradiction, from the day it shows until it is
settled or gone. Computed from stored rosters and spells; never worked out while somebody waits for a page."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Role, by_area, everything
from models.base import Base, Recorded
from models.i18n import N_
from models.people.worker import Worker
from models.types import EnumText, UTCDateTime


class DifferenceKind(enum.StrEnum):
    """What contradicts what."""

    NOT_ON_ROSTER = "not_on_roster"
    TWO_ROSTERS = "two_rosters"
    TWO_COUNTIES = "two_counties"
    INSURED_ELSEWHERE = "insured_elsewhere"
    WAGE_UNDER_TOLD = "wage_under_told"


DIFFERENCE_KIND_LABELS = {
    DifferenceKind.NOT_ON_ROSTER: N_("台账说在岗，企业花名册上没有"),
    DifferenceKind.TWO_ROSTERS: N_("同一个月在两家花名册上"),
    DifferenceKind.TWO_COUNTIES: N_("两个县都报了这个人"),
    DifferenceKind.INSURED_ELSEWHERE: N_("有社保缴费，没有用工经历"),
    DifferenceKind.WAGE_UNDER_TOLD: N_("工资比说好的少很多"),
}


class Side(enum.StrEnum):
    """The two ends of one person's work: who has to act."""

    COUNTY = "county"
    CITY = "city"


SIDE_LABELS = {Side.COUNTY: N_("户籍县"), Side.CITY: N_("用工地")}

# The home county verifies who is not employed, the receiving city who is (人社部发〔2016〕119号).
OWNERS = {
    DifferenceKind.NOT_ON_ROSTER: Side.COUNTY,
    DifferenceKind.TWO_ROSTERS: Side.CITY,
    DifferenceKind.TWO_COUNTIES: Side.COUNTY,
    DifferenceKind.INSURED_ELSEWHERE: Side.CITY,
    DifferenceKind.WAGE_UNDER_TOLD: Side.CITY,
}


class Resolution(enum.StrEnum):
    """How a difference was settled by a person; GONE: the ends agree again by themselves."""

    LEFT = "left"
    STILL_THERE = "still_there"
    MOVED = "moved"
    BEGAN = "began"
    SAME_SPELL = "same_spell"
    EXPLAINED = "explained"
    GONE = "gone"


RESOLUTION_LABELS = {
    Resolution.LEFT: N_("已离开，登记离职"),
    Resolution.STILL_THERE: N_("核实过，还在那里上班"),
    Resolution.MOVED: N_("换到了另一家，前一家登记离职"),
    Resolution.BEGAN: N_("登记这段用工经历"),
    Resolution.SAME_SPELL: N_("两段是同一份工，去掉一段"),
    Resolution.EXPLAINED: N_("查明原因，说明留底"),
    Resolution.GONE: N_("两头又对上了"),
}


class Difference(Recorded, Base):
    """One contradiction about one person.

    ``open_key`` is unique while it is open: refreshing twice opens nothing twice. ``month`` is the latest
    that shows it; a settled one is opened anew only by a later month. ``enterprise_id`` is where the work is
    said to be, ``other_id`` the second enterprise, ``other_county`` the second county. ``spell_id`` and
    ``line_id`` are what it was seen from, ``changed_spell_id`` is what its resolution ended or began.
    """

    __tablename__ = "difference"
    __table_args__ = (
        Index("ix_difference_county_open", "county_code", "closed_on", "due_on", "id"),
        Index("ix_difference_city_open", "city_code", "closed_on", "due_on", "id"),
        Index("ix_difference_opened", "opened_on"),
        Index("ix_difference_closed", "closed_on"),
    )

    kind: Mapped[DifferenceKind] = mapped_column(EnumText(DifferenceKind))
    owner: Mapped[Side] = mapped_column(EnumText(Side))
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    worker: Mapped[Worker] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    other_county: Mapped[str | None] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9), default="")
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    employer_name: Mapped[str] = mapped_column(String(100), default="")
    other_name: Mapped[str] = mapped_column(String(100), default="")
    spell_id: Mapped[int | None] = mapped_column(
        ForeignKey("employment_spell.id", ondelete="SET NULL"), index=True
    )
    line_id: Mapped[int | None] = mapped_column(ForeignKey("roster_line.id"))
    changed_spell_id: Mapped[int | None] = mapped_column(
        ForeignKey("employment_spell.id", ondelete="SET NULL"), index=True
    )
    month: Mapped[date]
    wage_fen: Mapped[int | None]
    told_fen: Mapped[int | None]
    open_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    subject_key: Mapped[str] = mapped_column(String(80), index=True)
    opened_on: Mapped[date]
    due_on: Mapped[date]
    closed_on: Mapped[date | None]
    resolution: Mapped[Resolution | None] = mapped_column(EnumText(Resolution))
    reason: Mapped[str] = mapped_column(String(300), default="")
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = {
        Role.COUNTY: by_area("county_code"),
        Role.CITY: by_area("city_code"),
        Role.PREFECTURE: by_area("county_code"),
        Role.PROVINCE: everything,
        Role.AUDITOR: by_area("county_code"),
    }

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to settle it."""
        return self.closed_on is None
