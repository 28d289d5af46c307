"""What a school sends with a claim (附件): the invoice, the plan of teaching, photographs of the class."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Recorded
from models.i18n import N_
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
