"""Use cases of figures that are told with a document. The caller commits."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.reports.pairs import Pair, pairs_on, seen_pairs
from models.access import Actor, Permission
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.placement.evidence_paper import Pages
from models.reports.indicator import Indicator
from models.reports.told_figure import FigurePurpose, ToldFigure
from models.workflow import TransitionRefused


@dataclass(frozen=True)
class Told:
    """What is told: of which pair and indicator, as of when, how much, by which paper."""

    pair: Pair
    indicator: Indicator
    purpose: FigurePurpose
    on: date
    amount: int
    document: str


def tell(session: Session, actor: Actor, told: Told, paper: Pages) -> ToldFigure:
    """Keep a figure with its paper.

    Raises PermissionError, or TransitionRefused for another's pair, days without that pairing, and a figure
    that the platform counts.
    """
    if not actor.can(Permission.REPORT_MAKE):
        raise PermissionError(Permission.REPORT_MAKE)
    if told.pair not in seen_pairs(session, actor, told.on):
        known = told.pair in pairs_on(session, told.on)
        raise TransitionRefused(
            Sentence("这一对不是你这一头的。")
            if known
            else Sentence("%(day)s时没有这个结对关系。", {"day": told.on})
        )
    if told.purpose is FigurePurpose.DONE and not told.indicator.is_typed:
        raise TransitionRefused(
            Sentence("“%(name)s”由平台从明细里数出来，不能填。", {"name": Sentence(told.indicator.name)})
        )
    row = ToldFigure(
        key=told.indicator.key,
        helper_code=told.pair.helper_code,
        recipient_code=told.pair.recipient_code,
        purpose=told.purpose,
        on=told.on,
        amount=told.amount,
        document=told.document,
        pages=paper.pages,
        digest=paper.digest,
        content=paper.content,
        told_by_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    record(session, actor, EventTag.FIGURE_TELL, row, name=told.indicator.key, kind=told.purpose.value)
    return row


def withdraw(session: Session, actor: Actor, row: ToldFigure, reason: str, today: date) -> None:
    """Take back what was told in error; it stays, with the day. Raises TransitionRefused without a reason."""
    if not reason.strip():
        raise TransitionRefused(Sentence("请写明理由。"))
    if row.withdrawn_on is not None:
        raise TransitionRefused(Sentence("已经撤回了。"))
    row.withdrawn_on = today
    record(session, actor, EventTag.FIGURE_WITHDRAW, row, reason=reason)
