"""Where a fact comes from, how sure it is, and when somebody last looked whether it still holds."""

import enum
from datetime import date
from typing import ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.i18n import N_
from models.types import EnumText

LAST_AUDIT = date(2026, 11, 1)  # in that month vocabulary, codes and cited laws were gone through


class Confidence(enum.StrEnum):
    """How sure a fact is."""

    HIGH = "high"
    MEDIUM_HIGH = "medium_high"
    MEDIUM = "medium"
    MEDIUM_LOW = "medium_low"
    LOW = "low"


CONFIDENCE_LABELS = {
    Confidence.HIGH: N_("把握高"),
    Confidence.MEDIUM_HIGH: N_("把握中高"),
    Confidence.MEDIUM: N_("把握中"),
    Confidence.MEDIUM_LOW: N_("把握中低"),
    Confidence.LOW: N_("把握低"),
}


class Basis(enum.StrEnum):
    """What a fact rests on."""

    DOCUMENT = "document"
    REPORT = "report"
    INFERENCE = "inference"
    MEMORY = "memory"


BASIS_LABELS = {
    Basis.DOCUMENT: N_("见过原文"),
    Basis.REPORT: N_("见于转载"),
    Basis.INFERENCE: N_("按别处推定"),
    Basis.MEMORY: N_("凭记忆"),
}
SEEN = frozenset({Basis.DOCUMENT, Basis.REPORT})


def is_proven(confidence: Confidence, basis: Basis) -> bool:
    """Whether a fact may decide something: surely known and seen in print; what is remembered never does."""
    return confidence is Confidence.HIGH and basis in SEEN


class Sourced:
    """Mixin: the source of a fact, its confidence, and when it was last looked at.

    ``verified``: a verdict may rest on it; otherwise it is 待核 and only a hint. ``checked_on`` is the day
    somebody last compared it with its source, None where nobody has. ``entered``: an administrator wrote or
    changed it, so that a new version of the platform leaves it alone.
    """

    MONTHS_FRESH: ClassVar[int | None] = 24
    """After how many months without a look a fact counts as old; None for one that cannot grow old."""

    source: Mapped[str] = mapped_column(String(200), default="")
    verified: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(200), default="")
    confidence: Mapped[Confidence | None] = mapped_column(EnumText(Confidence))
    basis: Mapped[Basis | None] = mapped_column(EnumText(Basis))
    checked_on: Mapped[date | None]
    entered: Mapped[bool] = mapped_column(default=True)
