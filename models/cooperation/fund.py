"""The money as double entry in integer fen: accounts, postings, and the legs between them.

It comes from the province and a city (SOURCE), lies with a county (COUNTY), is allocated to a project or a
subsidy (ITEM), paid (PAID) and accepted (ACCEPTED). Every step is one posting whose legs add up to nothing;
postings and legs are append-only, and an account's balance is the sum of its legs.
"""

import enum
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    String,
    event,
    false,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import COUNTY_OFFICES, Right, Role
from models.append_only import protect
from models.base import Base, Recorded
from models.i18n import N_
from models.reference.area import Area
from models.reference.dated_fact import Pairing
from models.types import EnumText


class FundSource(enum.StrEnum):
    """Whose money it is."""

    PROVINCE = "province"
    CITY = "city"


class FundStage(enum.StrEnum):
    """How far money has come."""

    SOURCE = "source"
    COUNTY = "county"
    ITEM = "item"
    PAID = "paid"
    ACCEPTED = "accepted"


class FundPurpose(enum.StrEnum):
    """What the document lets it be spent on (article 10)."""

    PROJECT = "project"
    INDUSTRY = "industry"
    LABOUR = "labour"
    PEOPLE = "people"


class FundItemKind(enum.StrEnum):
    """A project, or one of the subsidies that rooms of the platform pay."""

    PROJECT = "project"
    TRAINING = "training"
    TRAVEL = "travel"
    RETENTION = "retention"


class FundStep(enum.StrEnum):
    """What a posting did."""

    APPROPRIATE = "appropriate"
    ALLOCATE = "allocate"
    TAKE_BACK = "take_back"
    PAY = "pay"
    REVERSE = "reverse"
    ACCEPT = "accept"
    SUBSIDY = "subsidy"
    SUBSIDY_BACK = "subsidy_back"


FUND_SOURCE_LABELS = {FundSource.PROVINCE: N_("省级财政"), FundSource.CITY: N_("帮扶市财政")}
FUND_STAGE_LABELS = {
    FundStage.SOURCE: N_("拨款"),
    FundStage.COUNTY: N_("到县、未安排"),
    FundStage.ITEM: N_("已安排、未支付"),
    FundStage.PAID: N_("已支付、未验收"),
    FundStage.ACCEPTED: N_("已验收"),
}
FUND_PURPOSE_LABELS = {
    FundPurpose.PROJECT: N_("重点帮扶项目"),
    FundPurpose.INDUSTRY: N_("产业合作"),
    FundPurpose.LABOUR: N_("劳务协作"),
    FundPurpose.PEOPLE: N_("人才支援与交流"),
}
FUND_ITEM_KIND_LABELS = {
    FundItemKind.PROJECT: N_("项目"),
    FundItemKind.TRAINING: N_("培训补贴"),
    FundItemKind.TRAVEL: N_("交通补贴"),
    FundItemKind.RETENTION: N_("稳岗补贴"),
}
FUND_STEP_LABELS = {
    FundStep.APPROPRIATE: N_("拨款到县"),
    FundStep.ALLOCATE: N_("安排到项目"),
    FundStep.TAKE_BACK: N_("从项目收回"),
    FundStep.PAY: N_("支付"),
    FundStep.REVERSE: N_("支付退回"),
    FundStep.ACCEPT: N_("验收"),
    FundStep.SUBSIDY: N_("发放补贴"),
    FundStep.SUBSIDY_BACK: N_("追回补贴"),
}


def by_helper(model: Any, right: Right) -> ColumnElement[bool]:
    """Rows of the counties whose prefecture the right's city helps, or helped: its money is still there."""
    if not right.area_code:
        return false()
    helped = select(Pairing.recipient_code).where(Pairing.helper_code == right.area_code)
    counties = select(Area.code).where(Area.prefecture_code.in_(helped))
    rule: ColumnElement[bool] = model.county_code.in_(counties)
    return rule


FUND_SCOPE = COUNTY_OFFICES | {Role.CITY: by_helper}


class FundItem(Recorded, Base):
    """What money is allocated to: a project of one year, or a subsidy that a county pays out of this money.

    ``households``: how many poor households it reaches; None is unknown. A subsidy has one row a county, year
    and kind: only where it is there do the rooms of subsidies post into this ledger.
    """

    __tablename__ = "fund_item"
    __table_args__ = (
        Index("ix_fund_item_county_year", "county_code", "year", "id"),
        Index(
            "uq_fund_item_subsidy",
            "county_code",
            "year",
            "kind",
            unique=True,
            sqlite_where=text("kind <> 'project'"),
            postgresql_where=text("kind <> 'project'"),
        ),
    )

    county_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    year: Mapped[int]
    kind: Mapped[FundItemKind] = mapped_column(EnumText(FundItemKind))
    purpose: Mapped[FundPurpose] = mapped_column(EnumText(FundPurpose))
    name: Mapped[str] = mapped_column(String(100))
    households: Mapped[int | None]

    __scope__ = dict(FUND_SCOPE)


class FundAccount(Recorded, Base):
    """What of one source lies where. ``key`` is unique; no balance but that of SOURCE falls below nothing."""

    __tablename__ = "fund_account"
    __table_args__ = (
        CheckConstraint("balance_fen >= 0 OR stage = 'source'", name="not_overspent"),
        Index("ix_fund_account_county_year", "county_code", "year"),
    )

    key: Mapped[str] = mapped_column(String(60), unique=True)
    year: Mapped[int]
    county_code: Mapped[str] = mapped_column(String(9))
    source: Mapped[FundSource] = mapped_column(EnumText(FundSource))
    stage: Mapped[FundStage] = mapped_column(EnumText(FundStage))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("fund_item.id"), index=True)
    balance_fen: Mapped[int] = mapped_column(BigInteger, default=0)

    __scope__ = dict(FUND_SCOPE)


class FundPosting(Recorded, Base):
    """One step of money.

    ``document``: 文号 of an appropriation, voucher of a payment. ``payer_code``: the city that appropriates.
    ``subject``: the row of another room that posted it (``ledger_entry:7``). ``persons``: how many people a
    subsidy was paid to; no posting names one.
    """

    __tablename__ = "fund_posting"
    __table_args__ = (
        Index("ix_fund_posting_county_year", "county_code", "year", "id"),
        Index("ix_fund_posting_document", "county_code", "document"),
        CheckConstraint("amount_fen = province_fen + city_fen AND amount_fen > 0", name="whole"),
    )

    step: Mapped[FundStep] = mapped_column(EnumText(FundStep))
    year: Mapped[int]
    county_code: Mapped[str] = mapped_column(String(9))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("fund_item.id"), index=True)
    item: Mapped[FundItem | None] = relationship()
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    province_fen: Mapped[int] = mapped_column(BigInteger)
    city_fen: Mapped[int] = mapped_column(BigInteger)
    posted_on: Mapped[date]
    document: Mapped[str] = mapped_column(String(60), default="")
    payer_code: Mapped[str | None] = mapped_column(String(9))
    subject: Mapped[str] = mapped_column(String(60), default="", index=True)
    persons: Mapped[int] = mapped_column(default=0)
    posted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    legs: Mapped[list["FundLeg"]] = relationship(back_populates="posting", order_by="FundLeg.id")

    __scope__ = dict(FUND_SCOPE)


class FundLeg(Recorded, Base):
    """What a posting did to one account."""

    __tablename__ = "fund_leg"

    posting_id: Mapped[int] = mapped_column(ForeignKey("fund_posting.id"), index=True)
    posting: Mapped[FundPosting] = relationship(back_populates="legs")
    account_id: Mapped[int] = mapped_column(ForeignKey("fund_account.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)


@event.listens_for(FundPosting.__table__, "after_create")
@event.listens_for(FundLeg.__table__, "after_create")
def _append_only(table: Any, connection: Connection, **options: Any) -> None:
    protect(connection, table.name)
