"""What somebody saw of a finding: a wage slip, a page of the enterprise's roster, an insurance record."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Recorded
from models.placement.placement import FollowUp
from models.types import EncryptedBytes


class EvidencePaper(Recorded, Base):
    """One file, drawn anew on arrival (a PDF) and sealed; opening it is audited.

    Of several of one follow-up the latest counts.
    """

    __tablename__ = "evidence_paper"

    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), index=True)
    follow_up: Mapped[FollowUp] = relationship()
    size: Mapped[int]
    pages: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(EncryptedBytes("evidence_paper.content"), deferred=True)
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
