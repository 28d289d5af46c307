"""Payments out of an item: proposed by one person, paid by a second, accepted by a third pair of eyes."""

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
from models.two_person_acts import FUND_ACCEPTED, FUND_PAID
from models.types import EnumText, UTCDateTime
from models.workflow import Transition, Workflow


class PaymentState(enum.StrEnum):
    """Where a payment is."""

    PROPOSED = "proposed"
    PAID = "paid"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REVERSED = "reversed"


PAYMENT_STATE_LABELS = {
    PaymentState.PROPOSED: N_("待支付"),
    PaymentState.PAID: N_("已支付、待验收"),
    PaymentState.ACCEPTED: N_("已验收"),
    PaymentState.REFUSED: N_("没有支付"),
    PaymentState.REVERSED: N_("已退回"),
}


class FundPayment(Recorded, Base):
    """A sum to a unit (施工单位、供货商), for what. ``payee`` is a unit: what goes to people is a subsidy."""

    __tablename__ = "fund_payment"
    __table_args__ = (Index("ix_fund_payment_county_state", "county_code", "state", "id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("fund_item.id"), index=True)
    item: Mapped[FundItem] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    payee: Mapped[str] = mapped_column(String(100))
    what_for: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[PaymentState] = mapped_column(EnumText(PaymentState), default=PaymentState.PROPOSED)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paid_on: Mapped[date | None]
    voucher: Mapped[str] = mapped_column(String(60), default="")
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    paid_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = dict(FUND_SCOPE)


_S = PaymentState
PAYMENT_WORKFLOW = Workflow(
    "fund_payment",
    EventTag.FUND_PAYMENT_ADVANCE,
    (
        Transition(
            "pay",
            (_S.PROPOSED,),
            _S.PAID,
            Permission.FUND_PAY,
            N_("登记已支付"),
            second=FUND_PAID,
            tone="brand",
            shown=False,
        ),
        Transition(
            "refuse",
            (_S.PROPOSED,),
            _S.REFUSED,
            Permission.FUND_PAY,
            N_("不支付"),
            asks_reason=True,
        ),
        Transition(
            "accept",
            (_S.PAID,),
            _S.ACCEPTED,
            Permission.FUND_PAY,
            N_("验收通过"),
            second=FUND_ACCEPTED,
            tone="brand",
        ),
        Transition(
            "reverse",
            (_S.PAID,),
            _S.REVERSED,
            Permission.FUND_PAY,
            N_("钱退回来了"),
            second=FUND_PAID,
            asks_reason=True,
        ),
    ),
)
