"""What an audit found in the money, and what was done about it (article 10: 加强资金监管; 13: 审计监督)."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import Permission
from models.base import Base, Recorded
from models.cooperation.fund import FUND_SCOPE, FundItem
from models.event_tags import EventTag
from models.i18n import N_
from models.two_person_acts import RECTIFICATION_ACCEPTED
from models.types import EnumText, UTCDateTime
from models.workflow import Transition, Workflow


class FindingState(enum.StrEnum):
    """Where a finding is."""

    OPEN = "open"
    RECTIFIED = "rectified"
    CLOSED = "closed"


FINDING_STATE_LABELS = {
    FindingState.OPEN: N_("待整改"),
    FindingState.RECTIFIED: N_("已整改、待认定"),
    FindingState.CLOSED: N_("整改到位"),
}


class FundFinding(Recorded, Base):
    """One thing an auditor found in a county's money. ``amount_fen``: how much is concerned; None is unknown.
    ``answer``: what the county did, in its words."""

    __tablename__ = "fund_finding"
    __table_args__ = (Index("ix_fund_finding_county_state", "county_code", "state", "due_on", "id"),)

    county_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("fund_item.id"), index=True)
    item: Mapped[FundItem | None] = relationship()
    found_on: Mapped[date]
    text: Mapped[str] = mapped_column(String(500))
    amount_fen: Mapped[int | None] = mapped_column(BigInteger)
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[FindingState] = mapped_column(EnumText(FindingState), default=FindingState.OPEN)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    found_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = dict(FUND_SCOPE)


_S = FindingState
FINDING_WORKFLOW = Workflow(
    "fund_finding",
    EventTag.FUND_FINDING_ADVANCE,
    (
        Transition(
            "rectify",
            (_S.OPEN,),
            _S.RECTIFIED,
            Permission.FUND_WRITE,
            N_("报告整改"),
            asks_reason=True,
            tone="brand",
        ),
        Transition(
            "close",
            (_S.RECTIFIED,),
            _S.CLOSED,
            Permission.FUND_AUDIT,
            N_("认定整改到位"),
            second=RECTIFICATION_ACCEPTED,
            tone="brand",
        ),
        Transition(
            "reopen",
            (_S.RECTIFIED,),
            _S.OPEN,
            Permission.FUND_AUDIT,
            N_("整改不到位，退回"),
            second=RECTIFICATION_ACCEPTED,
            asks_reason=True,
        ),
    ),
)
