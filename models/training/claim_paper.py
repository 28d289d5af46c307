"""What a school sends with a claim (附件): the invoice, the plan of teaching, photographs of the class."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.access import Actor
from models.audit import did_to
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.training.subsidy import Claim
from models.types import EncryptedBytes, EnumText, UTCDateTime


class ClaimPaperKind(enum.StrEnum):
    """What an attachment is."""

    INVOICE = "invoice"
    PLAN = "plan"
    PHOTOGRAPHS = "photographs"
    OTHER = "other"


CLAIM_PAPER_LABELS = {
    ClaimPaperKind.INVOICE: N_("发票或收费票据"),
    ClaimPaperKind.PLAN: N_("培训方案、教案"),
    ClaimPaperKind.PHOTOGRAPHS: N_("上课照片"),
    ClaimPaperKind.OTHER: N_("其他材料"),
}


class ClaimPaper(Recorded, Base):
    """One attachment, drawn anew on arrival (a PDF) and sealed; opening it is audited.

    ``digest`` knows the file again. One that was taken back keeps its row without its content.
    """

    __tablename__ = "claim_paper"

    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    claim: Mapped[Claim] = relationship()
    kind: Mapped[ClaimPaperKind] = mapped_column(EnumText(ClaimPaperKind))
    size: Mapped[int]
    pages: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(EncryptedBytes("claim_paper.content"), deferred=True)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}


def papers_of(session: Session, claim: Claim) -> list[ClaimPaper]:
    """The attachments that were not taken back, as they came."""
    kept = select(ClaimPaper).where(ClaimPaper.claim_id == claim.id, ClaimPaper.withdrawn_at.is_(None))
    return list(session.scalars(kept.order_by(ClaimPaper.id)))


def unopened(session: Session, actor: Actor, claim: Claim) -> list[ClaimPaper]:
    """The attachments ``actor`` has not looked at yet: a claim is not passed before."""
    papers = papers_of(session, claim)
    opened = did_to(session, actor, EventTag.CLAIM_PAPER_OPEN, papers)
    return [one for one in papers if one.id not in opened]


def unopened_refusal(papers: list[ClaimPaper]) -> Sentence | None:
    """Why a claim cannot be passed while its checker has not looked at ``papers``."""
    sentence = Sentence("还有 %(n)s 份附件你没有打开看过，看过才能公示。", {"n": len(papers)})
    return sentence if papers else None
