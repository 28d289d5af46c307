"""Figures that nothing of the platform counts, and what was agreed to be reached: told, with a document."""

import enum
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.access import Role, by_area, everything
from models.base import Base, Recorded
from models.i18n import N_
from models.types import EncryptedBytes, EnumText

OF_PAIRS = {
    Role.CITY: by_area("helper_code"),
    Role.PREFECTURE: by_area("recipient_code"),
    Role.PROVINCE: everything,
    Role.AUDITOR: by_area("recipient_code"),
}


class FigurePurpose(enum.StrEnum):
    """What a told figure is: what was done, or what was agreed for the year."""

    DONE = "done"
    TARGET = "target"


FIGURE_PURPOSE_LABELS = {FigurePurpose.DONE: N_("已经做到的"), FigurePurpose.TARGET: N_("全年要做到的")}


class ToldFigure(Recorded, Base):
    """``amount`` of an indicator for one pair as of ``on`` (a target: the year's end); money in fen.

    ``document`` is the number and title of the paper that says so, ``content`` the paper itself, drawn anew
    and sealed. Never changed: a later one takes its place (``withdrawn_on``: it was told in error).
    """

    __tablename__ = "told_figure"
    __table_args__ = (
        Index("ix_told_figure_pair", "helper_code", "recipient_code", "key", "on"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    key: Mapped[str] = mapped_column(String(40))
    helper_code: Mapped[str] = mapped_column(String(9))
    recipient_code: Mapped[str] = mapped_column(String(9), index=True)
    purpose: Mapped[FigurePurpose] = mapped_column(EnumText(FigurePurpose))
    on: Mapped[date]
    amount: Mapped[int] = mapped_column(BigInteger)
    document: Mapped[str] = mapped_column(String(160))
    pages: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(EncryptedBytes("told_figure.content"), deferred=True)
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = dict(OF_PAIRS)
