"""What a person agreed to, in the words that were shown: each text has versions, and none is ever changed.

个人信息保护法 14条: where purpose, manner or kinds of data change, consent is asked again; a version that
changes them says so (``asks_again``), and consents to an earlier one then open nothing. A version that only
says it more plainly leaves them as they are.
"""

import enum
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.access import Role, by_person
from models.base import Base, Recorded
from models.i18n import N_
from models.types import EnumText, UTCDateTime

FIRST_VERSION = 1


class ConsentKind(enum.StrEnum):
    """What is agreed to."""

    ENTERPRISE = "enterprise_contact"


CONSENT_KIND_LABELS = {ConsentKind.ENTERPRISE: N_("把姓名和电话给一家企业")}


class ConsentText(NamedTuple):
    """One version; ``asks_again``: consents to the versions before it do not cover it."""

    version: int
    valid_from: date
    text: str
    asks_again: bool


CONSENT_TEXTS: dict[ConsentKind, tuple[ConsentText, ...]] = {
    ConsentKind.ENTERPRISE: (
        ConsentText(
            FIRST_VERSION,
            date(2016, 11, 1),
            N_(
                "我同意把我的姓名和电话给这家企业看，只用来联系我面试、录用和上岗。"
                "我的证件号码、健康和家里的情况不给企业看。录用以前我可以收回，收回以后企业马上看不到。"
            ),
            asks_again=True,
        ),
    )
}


def present_text(kind: ConsentKind) -> ConsentText:
    """The version that is shown now."""
    return CONSENT_TEXTS[kind][-1]


def least_version(kind: ConsentKind) -> int:
    """The oldest version to which a consent still counts."""
    return max(one.version for one in CONSENT_TEXTS[kind] if one.asks_again)


class Consent(Recorded, Base):
    """One consent as it was given: to which version, its text word for word, how, and until when."""

    __tablename__ = "consent"

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"), index=True)
    kind: Mapped[ConsentKind] = mapped_column(EnumText(ConsentKind))
    text_version: Mapped[int]
    text: Mapped[str] = mapped_column(String(600))
    channel: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __scope__ = {Role.WORKER: by_person("worker_id")}
