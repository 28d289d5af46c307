"""Travel and retention subsidies to come back (追回): paid, and what they were paid for fell away afterwards.

No posting is changed. When the money is back, the ledger has a second one that moves it back to where the
county took it from (``FundStep.SUBSIDY_BACK``), and the person's year is free again.
"""

import enum
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import COUNTY_OFFICES, Actor, Permission
from models.audit import record
from models.base import Base, Recorded
from models.cooperation.fund import FundItemKind
from models.cooperation.fund_ledger import take_subsidy_back
from models.cooperation.work_subsidy import SubsidyLine
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.two_person_acts import SUBSIDY_RECOVERY_WAIVED
from models.types import EnumText, UTCDateTime
from models.workflow import Transition, TransitionRefused, Workflow


class SubsidyRecoveryState(enum.StrEnum):
    """Where a recovery is."""

    OPEN = "to_recover"
    RETURNED = "recovered"
    WAIVED = "recovery_waived"
    CANCELLED = "recovery_cancelled"


SUBSIDY_RECOVERY_STATE_LABELS = {
    SubsidyRecoveryState.OPEN: N_("待追回"),
    SubsidyRecoveryState.RETURNED: N_("已追回"),
    SubsidyRecoveryState.WAIVED: N_("不追回"),
    SubsidyRecoveryState.CANCELLED: N_("不用追回"),
}


class SubsidyRecoveryGround(enum.StrEnum):
    """What fell away after the payment."""

    NOT_THERE = "not_there"
    LEFT_EARLY = "left_early"
    LISTED_WRONGLY = "listed_wrongly"
    SAME_PERSON = "same_person"


SUBSIDY_RECOVERY_GROUND_LABELS = {
    SubsidyRecoveryGround.NOT_THERE: N_("没有去，或证明不实"),
    SubsidyRecoveryGround.LEFT_EARLY: N_("没有干满"),
    SubsidyRecoveryGround.LISTED_WRONGLY: N_("名单列错了"),
    SubsidyRecoveryGround.SAME_PERSON: N_("同一人领了两次"),
}
UNPAID = Sentence("这个人的补贴还没有支付，没有钱要追回；名单不对，请选“不支付”再重列。")
ASKED_ALREADY = Sentence("这个人的这笔补贴已经在追回了。")
RETURNED_LATER = Sentence("收回的日期不能晚于今天。")
_PENDING = "state IN ('to_recover', 'recovered')"


class SubsidyRecovery(Recorded, Base):
    """One paid line whose money is to come back. A line is recovered once; ``reason`` is in the words of
    whoever brought it to light."""

    __tablename__ = "work_subsidy_recovery"
    __table_args__ = (
        Index("ix_work_subsidy_recovery_county", "county_code", "state", "id"),
        Index(
            "uq_work_subsidy_recovery_line",
            "line_id",
            unique=True,
            sqlite_where=text(_PENDING),
            postgresql_where=text(_PENDING),
        ),
    )

    line_id: Mapped[int] = mapped_column(ForeignKey("work_subsidy_line.id"))
    line: Mapped[SubsidyLine] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    kind: Mapped[FundItemKind] = mapped_column(EnumText(FundItemKind))
    amount_fen: Mapped[int]
    ground: Mapped[SubsidyRecoveryGround] = mapped_column(EnumText(SubsidyRecoveryGround))
    reason: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[SubsidyRecoveryState] = mapped_column(
        EnumText(SubsidyRecoveryState), default=SubsidyRecoveryState.OPEN
    )
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    returned_on: Mapped[date | None]
    voucher: Mapped[str] = mapped_column(String(60), default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = dict(COUNTY_OFFICES)


def demand_subsidy(
    session: Session, actor: Actor, line: SubsidyLine, ground: SubsidyRecoveryGround, reason: str
) -> SubsidyRecovery:
    """Ask back what was paid for a line. Raises TransitionRefused for what was not paid, or is asked back."""
    if line.paid_on is None:
        raise TransitionRefused(UNPAID)
    pending = select(SubsidyRecovery.id).where(SubsidyRecovery.line_id == line.id, text(_PENDING))
    if session.scalar(pending) is not None:
        raise TransitionRefused(ASKED_ALREADY)
    recovery = SubsidyRecovery(
        line_id=line.id,
        county_code=line.county_code,
        kind=line.paper.kind,
        amount_fen=line.amount_fen,
        ground=ground,
        reason=reason.strip()[:300],
    )
    session.add(recovery)
    session.flush()
    told = {"amount_fen": line.amount_fen, "kind": ground, "reason": recovery.reason}
    record(session, actor, EventTag.SUBSIDY_RECOVERY_DEMAND, recovery, **told)
    return recovery


def demand_twice(
    session: Session, actor: Actor, lines: Iterable[SubsidyLine], reason: str
) -> list[SubsidyRecovery]:
    """Ask back what one person was paid a second time under another record; what is asked back is left."""
    asked = []
    for line in lines:
        pending = select(SubsidyRecovery.id).where(SubsidyRecovery.line_id == line.id, text(_PENDING))
        if session.scalar(pending) is None:
            asked.append(demand_subsidy(session, actor, line, SubsidyRecoveryGround.SAME_PERSON, reason))
    return asked


def subsidy_came_back(
    session: Session, actor: Actor, recovery: SubsidyRecovery, on: date, voucher: str, today: date
) -> None:
    """Note that the money is back: a posting that moves it back, and the person's year is free again.

    Raises TransitionRefused for a day that lies ahead or before the payment.
    """
    paid_on = recovery.line.paid_on or on
    if on > today:
        raise TransitionRefused(RETURNED_LATER)
    if on < paid_on:
        raise TransitionRefused(Sentence("这笔钱 %(day)s 才支付，收回的日期不能在它以前。", {"day": paid_on}))
    SUBSIDY_RECOVERY_WORKFLOW.advance(session, recovery, "return", actor)
    recovery.returned_on, recovery.voucher = on, voucher
    take_subsidy_back(session, actor, recovery.line, recovery.amount_fen, on, voucher)
    recovery.line.payment_key = None
    session.flush()


_R = SubsidyRecoveryState
SUBSIDY_RECOVERY_WORKFLOW = Workflow(
    "work_subsidy_recovery",
    EventTag.SUBSIDY_RECOVERY_ADVANCE,
    (
        Transition(
            "return",
            (_R.OPEN,),
            _R.RETURNED,
            Permission.FUND_PAY,
            N_("登记已追回"),
            tone="brand",
            shown=False,
        ),
        Transition(
            "waive",
            (_R.OPEN,),
            _R.WAIVED,
            Permission.FUND_PAY,
            N_("不追回"),
            second=SUBSIDY_RECOVERY_WAIVED,
            asks_reason=True,
        ),
        Transition(
            "cancel", (_R.OPEN,), _R.CANCELLED, Permission.WORKER_MERGE, N_("撤回判定，不用追回"), shown=False
        ),
    ),
)
