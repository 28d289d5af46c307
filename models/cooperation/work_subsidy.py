"""Travel and retention subsidies that a county pays people at work far from home: rule, list, line.

What is paid to whom when stands in a county's paper, so that a rule is a dated row with its source: 待核
until a second person has compared it with the paper, and nothing is paid by a rule that nobody has compared.
"""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import COUNTY_OFFICES, Permission
from models.base import Base, Recorded
from models.cooperation.fund import FundItemKind
from models.employment.spell import EmploymentSpell
from models.event_tags import EventTag
from models.i18n import N_
from models.people.worker import Worker
from models.two_person_acts import SUBSIDY_LIST_PAID, SUBSIDY_RULE_COMPARED
from models.types import EnumText, UTCDateTime
from models.workflow import Transition, Workflow

KINDS = (FundItemKind.TRAVEL, FundItemKind.RETENTION)


class SubsidyRuleState(enum.StrEnum):
    """Whether a second person has compared a rule with its paper."""

    UNCOMPARED = "uncompared"
    COMPARED = "compared"
    ENDED = "ended"


SUBSIDY_RULE_STATE_LABELS = {
    SubsidyRuleState.UNCOMPARED: N_("待核"),
    SubsidyRuleState.COMPARED: N_("已核"),
    SubsidyRuleState.ENDED: N_("不再用"),
}


class SubsidyListState(enum.StrEnum):
    """Where a list is."""

    PROPOSED = "listed"
    PAID = "list_paid"
    REFUSED = "list_refused"


SUBSIDY_LIST_STATE_LABELS = {
    SubsidyListState.PROPOSED: N_("列好、待支付"),
    SubsidyListState.PAID: N_("已支付"),
    SubsidyListState.REFUSED: N_("没有支付"),
}


class SubsidyRule(Recorded, Base):
    """What a county pays: ``amount_fen`` once a person and year, to who is at work outside the province.

    ``months``: how many full months it asks for (0: for setting out). ``least_evidence``: how well the work
    has to be shown (models.placement.placement.Evidence).
    """

    __tablename__ = "work_subsidy_rule"
    __table_args__ = (Index("ix_work_subsidy_rule_county", "county_code", "kind", "valid_from"),)

    county_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    kind: Mapped[FundItemKind] = mapped_column(EnumText(FundItemKind))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    months: Mapped[int] = mapped_column(default=0)
    least_evidence: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200))
    state: Mapped[SubsidyRuleState] = mapped_column(
        EnumText(SubsidyRuleState), default=SubsidyRuleState.UNCOMPARED
    )
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = dict(COUNTY_OFFICES)


class SubsidyList(Recorded, Base):
    """Whom a county pays by one rule, as of a day; proposed by one person, paid by a second."""

    __tablename__ = "work_subsidy_list"
    __table_args__ = (Index("ix_work_subsidy_list_county", "county_code", "id"),)

    rule_id: Mapped[int] = mapped_column(ForeignKey("work_subsidy_rule.id"), index=True)
    rule: Mapped[SubsidyRule] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    kind: Mapped[FundItemKind] = mapped_column(EnumText(FundItemKind))
    year: Mapped[int]
    listed_on: Mapped[date]
    people: Mapped[int]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[SubsidyListState] = mapped_column(
        EnumText(SubsidyListState), default=SubsidyListState.PROPOSED
    )
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paid_on: Mapped[date | None]
    voucher: Mapped[str] = mapped_column(String(60), default="")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = dict(COUNTY_OFFICES)


class SubsidyLine(Recorded, Base):
    """One person of a list. ``payment_key`` (the number's digest, kind, year) is unique while it is claimed:
    nobody is paid twice, whichever two lists come at the same moment."""

    __tablename__ = "work_subsidy_line"

    list_id: Mapped[int] = mapped_column(ForeignKey("work_subsidy_list.id"), index=True)
    paper: Mapped[SubsidyList] = relationship()
    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    worker: Mapped[Worker] = relationship()
    spell_id: Mapped[int] = mapped_column(ForeignKey("employment_spell.id"), index=True)
    spell: Mapped[EmploymentSpell] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    amount_fen: Mapped[int]
    payment_key: Mapped[str | None] = mapped_column(String(100), unique=True)

    __scope__ = dict(COUNTY_OFFICES)

    @property
    def paid_on(self) -> date | None:
        """When its list was paid."""
        return self.paper.paid_on


_R, _L = SubsidyRuleState, SubsidyListState
SUBSIDY_RULE_WORKFLOW = Workflow(
    "work_subsidy_rule",
    EventTag.SUBSIDY_RULE_ADVANCE,
    (
        Transition(
            "compare",
            (_R.UNCOMPARED,),
            _R.COMPARED,
            Permission.FUND_PAY,
            N_("和文件核对过"),
            second=SUBSIDY_RULE_COMPARED,
            tone="brand",
        ),
        Transition(
            "end_rule",
            (_R.UNCOMPARED, _R.COMPARED),
            _R.ENDED,
            Permission.FUND_WRITE,
            N_("不再用"),
            asks_reason=True,
        ),
    ),
)
SUBSIDY_LIST_WORKFLOW = Workflow(
    "work_subsidy_list",
    EventTag.SUBSIDY_LIST_ADVANCE,
    (
        Transition(
            "pay_list",
            (_L.PROPOSED,),
            _L.PAID,
            Permission.FUND_PAY,
            N_("登记已支付"),
            second=SUBSIDY_LIST_PAID,
            tone="brand",
            shown=False,
        ),
        Transition(
            "refuse_list", (_L.PROPOSED,), _L.REFUSED, Permission.FUND_PAY, N_("不支付"), asks_reason=True
        ),
    ),
)
