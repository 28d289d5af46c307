"""Early warnings: signs that somebody may leave soon, in words, for a call and never for a sanction.

The rows are computed anew by the night from what the platform knows; a call made about one is an act and is
kept apart.
"""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Role, by_area
from models.base import Base, Recorded
from models.i18n import N_, Sentence
from models.placement.placement import Placement
from models.types import UTCDateTime
from models.user import User


class Signal(enum.StrEnum):
    """What the platform has noticed."""

    PROBLEM_OPEN = "problem_open"
    WAGE_SHORT = "wage_short"
    CARD_UNSEEN = "card_unseen"
    NIGHT_WORK = "night_work"
    SPOUSE_APART = "spouse_apart"
    UNREACHED = "unreached"
    OTHERS_LEFT = "others_left"


SIGNAL_LABELS = {
    Signal.PROBLEM_OPEN: N_("有事还没办完"),
    Signal.WAGE_SHORT: N_("工资比说的少"),
    Signal.CARD_UNSEEN: N_("岗位明白卡没有确认"),
    Signal.NIGHT_WORK: N_("说过不上夜班，岗位有夜班"),
    Signal.SPOUSE_APART: N_("夫妻不在一个厂"),
    Signal.UNREACHED: N_("头两周的电话没打通"),
    Signal.OTHERS_LEFT: N_("同岗位最近有人走"),
}


class EarlyWarning(Recorded, Base):
    """One person at work of whom something was noticed. ``signals``: a list of {"signal", "words"}; ``count``
    orders the list. Seen by the county that sent the person and by the factory's resident contact only."""

    __tablename__ = "early_warning"
    __table_args__ = (
        Index("ix_early_warning_county", "county_code", "count", "id"),
        Index("ix_early_warning_enterprise", "enterprise_id", "count", "id"),
    )

    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), unique=True)
    placement: Mapped[Placement] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    signals: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    count: Mapped[int]
    computed_on: Mapped[date]

    __scope__ = {Role.COUNTY: by_area("county_code")}

    @property
    def sentences(self) -> list[Sentence]:
        """The reasons in words."""
        return [Sentence.from_json(one["words"]) for one in self.signals]


class WarningCall(Recorded, Base):
    """A call made because of a warning: what it brought, ``reached`` False for nobody answered."""

    __tablename__ = "warning_call"

    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), index=True)
    placement: Mapped[Placement] = relationship()
    called_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reached: Mapped[bool]
    note: Mapped[str] = mapped_column(String(300), default="")
    signals: Mapped[list[str]] = mapped_column(JSON, default=list)
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    called_by: Mapped[User | None] = relationship()
    problem_id: Mapped[int | None] = mapped_column(ForeignKey("problem.id"))
