"""What the treasury says it paid (国库集中支付流水): imported line by line, compared with our own postings.

Who was paid is not kept: a file may name people, and the comparison needs voucher, day and sum only.
"""

import enum
from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.access import Role, by_area
from models.base import Base, Recorded
from models.bulk_upload import UploadBatch
from models.cooperation.fund import FUND_SCOPE
from models.i18n import N_


class TreasuryMatch(enum.StrEnum):
    """How the treasury's word and ours compare for one voucher."""

    SAME = "same"
    OTHER_SUM = "other_sum"
    ONLY_TREASURY = "only_treasury"
    ONLY_OURS = "only_ours"


TREASURY_MATCH_LABELS = {
    TreasuryMatch.SAME: N_("两边一致"),
    TreasuryMatch.OTHER_SUM: N_("金额不一致"),
    TreasuryMatch.ONLY_TREASURY: N_("只有国库有"),
    TreasuryMatch.ONLY_OURS: N_("只有平台有"),
}


class TreasuryBatch(UploadBatch, Base):
    """A file of a county's treasury between its preview and its confirm."""

    __tablename__ = "treasury_batch"

    county_code: Mapped[str] = mapped_column(ForeignKey("area.code"), index=True)

    __scope__ = {Role.COUNTY: by_area("county_code")}


class TreasuryLine(Recorded, Base):
    """One payment as the treasury has it; a voucher stands once a county. ``amount_fen`` below nothing is
    money that came back."""

    __tablename__ = "treasury_line"
    __table_args__ = (
        UniqueConstraint("county_code", "voucher"),
        Index("ix_treasury_line_county_day", "county_code", "paid_on", "id"),
    )

    county_code: Mapped[str] = mapped_column(ForeignKey("area.code"))
    paid_on: Mapped[date]
    voucher: Mapped[str] = mapped_column(String(60))
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    batch_id: Mapped[int] = mapped_column(ForeignKey("treasury_batch.id"), index=True)

    __scope__ = dict(FUND_SCOPE)
