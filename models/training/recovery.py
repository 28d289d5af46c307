"""Money to come back (追回): paid, and the ground of the payment fell away afterwards.

The ledger is never changed. A recovery leads to the line that was paid; when the money is back, it leads to a
second entry of the ledger, a negative one (``entry_id``).
"""

import enum
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import OFFICES_OF_BOTH, Actor, Permission, visible_to
from models.audit import record
from models.base import Base, Recorded
from models.cooperation.fund_ledger import take_subsidy_back
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.training.subsidy import Claim, ClaimLine, LedgerEntry, Scheme
from models.two_person_acts import RECOVERY_WAIVED
from models.types import EnumText, UTCDateTime
from models.workflow import Transition, TransitionRefused, Workflow


class RecoveryState(enum.StrEnum):
    """Where a recovery is."""

    OPEN = "open"
    RETURNED = "returned"
    WAIVED = "waived"
    CANCELLED = "cancelled"


RECOVERY_STATE_LABELS = {
    RecoveryState.OPEN: N_("待追回"),
    RecoveryState.RETURNED: N_("已追回"),
    RecoveryState.WAIVED: N_("不追回"),
    RecoveryState.CANCELLED: N_("不用追回"),
}


class RecoveryGround(enum.StrEnum):
    """What fell away after the payment."""

    REVOKED = "revoked"
    PAID_TWICE = "paid_twice"


RECOVERY_GROUND_LABELS = {
    RecoveryGround.REVOKED: N_("证书已吊销"),
    RecoveryGround.PAID_TWICE: N_("同一人领了两次"),
}
NEVER_PAID = Sentence("台账里没有这笔补贴的拨付记录，不能登记收回，请先和财务核对。")
RETURNED_LATER = Sentence("收回的日期不能晚于今天。")
_PENDING = "state IN ('open', 'returned')"


class Recovery(Recorded, Base):
    """One paid line whose money is to come back. A line is recovered once.

    ``reason``: the words of whoever brought it to light, or of whoever decided to leave the money.
    """

    __tablename__ = "recovery"
    __table_args__ = (
        Index("ix_recovery_county_state", "county_code", "state", "id"),
        Index(
            "uq_recovery_line",
            "line_id",
            unique=True,
            sqlite_where=text(_PENDING),
            postgresql_where=text(_PENDING),
        ),
    )

    line_id: Mapped[int] = mapped_column(ForeignKey("claim_line.id"))
    line: Mapped[ClaimLine] = relationship()
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    claim: Mapped[Claim] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    city_code: Mapped[str] = mapped_column(String(9))
    scheme: Mapped[Scheme] = mapped_column(EnumText(Scheme))
    amount_fen: Mapped[int]
    ground: Mapped[RecoveryGround] = mapped_column(EnumText(RecoveryGround))
    reason: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[RecoveryState] = mapped_column(EnumText(RecoveryState), default=RecoveryState.OPEN)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id"), unique=True)
    entry: Mapped[LedgerEntry | None] = relationship()
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = OFFICES_OF_BOTH


def demand(
    session: Session, actor: Actor, lines: Iterable[ClaimLine], ground: RecoveryGround, reason: str
) -> list[Recovery]:
    """Ask back what was paid for ``lines``; those not paid, or asked back already, are passed over."""
    asked = []
    for line in lines:
        pending = select(Recovery.id).where(Recovery.line_id == line.id, text(_PENDING))
        if line.paid_on is None or session.scalar(pending) is not None:
            continue
        recovery = Recovery(
            line_id=line.id,
            claim_id=line.claim_id,
            county_code=line.claim.county_code,
            city_code=line.claim.city_code,
            scheme=line.scheme,
            amount_fen=line.amount_fen,
            ground=ground,
            reason=reason[:300],
        )
        session.add(recovery)
        session.flush()
        record(session, actor, EventTag.RECOVERY_DEMAND, recovery, amount_fen=line.amount_fen, kind=ground)
        asked.append(recovery)
    return asked


def come_back(
    session: Session, actor: Actor, recovery: Recovery, on: date, voucher: str, today: date
) -> None:
    """Note that the money is back: a second entry of the ledger, negative. The year is free again.

    Raises TransitionRefused for a day that lies ahead or before the payment.
    """
    paid_on = recovery.line.paid_on or on
    if on > today:
        raise TransitionRefused(RETURNED_LATER)
    if on < paid_on:
        raise TransitionRefused(Sentence("这笔钱 %(day)s 才拨付，收回的日期不能在它以前。", {"day": paid_on}))
    paid = session.scalar(select(LedgerEntry).where(LedgerEntry.line_id == recovery.line_id))
    if paid is None:
        raise TransitionRefused(NEVER_PAID)
    RECOVERY_WORKFLOW.advance(session, recovery, "return", actor)
    recovery.entry = LedgerEntry(
        claim_id=recovery.claim_id,
        county_code=recovery.county_code,
        city_code=recovery.city_code,
        scheme=recovery.scheme,
        amount_fen=-recovery.amount_fen,
        payee=paid.payee,
        paid_on=on,
        voucher=voucher,
        paid_by_id=actor.user_id,
    )
    take_subsidy_back(session, actor, recovery.line, recovery.amount_fen, on, voucher)
    recovery.line.payment_key = None
    session.flush()


_R = RecoveryState
RECOVERY_WORKFLOW = Workflow(
    "recovery",
    EventTag.RECOVERY_ADVANCE,
    (
        Transition(
            "return",
            (_R.OPEN,),
            _R.RETURNED,
            Permission.CLAIM_PAY,
            N_("登记已追回"),
            tone="brand",
            shown=False,
        ),
        Transition(
            "waive",
            (_R.OPEN,),
            _R.WAIVED,
            Permission.CLAIM_CHECK,
            N_("不追回"),
            second=RECOVERY_WAIVED,
            asks_reason=True,
        ),
        Transition(
            "cancel", (_R.OPEN,), _R.CANCELLED, Permission.WORKER_MERGE, N_("撤回判定，不用追回"), shown=False
        ),
    ),
)


# --- read -----------------------------------------------------------------------------------------------

PAGE = 50


def recoveries_of(session: Session, claim: Claim) -> list[Recovery]:
    """What of a claim is to come back, or came back."""
    return list(session.scalars(select(Recovery).where(Recovery.claim_id == claim.id).order_by(Recovery.id)))


def recoveries(
    session: Session, actor: Actor, state: RecoveryState, after: int | None = None
) -> tuple[list[Recovery], int | None]:
    """One page of recoveries, those that wait longest first, and the next key."""
    statement = select(Recovery).where(Recovery.state == state, Recovery.id > (after or 0))
    statement = visible_to(actor, statement, Recovery, Permission.CLAIM_READ).order_by(Recovery.id)
    rows = list(session.scalars(statement.limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
