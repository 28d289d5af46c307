"""What a person said about himself on the own pages: a wish stands at once, a fact waits for the county.

Wishes are the person's own: what he wants at least, whether he works at night. Facts of the register (name,
number, address, schooling) were checked by somebody and are never overwritten by what is said of them.
"""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.access import COUNTY_OFFICES, Permission, Role, by_area, by_person
from models.base import Base, Recorded
from models.clock import utc_now
from models.event_tags import EventTag
from models.i18n import N_
from models.people.worker import Worker
from models.types import EncryptedText, EnumText, UTCDateTime
from models.workflow import Transition, Workflow

# Columns of ``worker`` that are the person's own to say.
OWN_FIELDS = (
    "willing",
    "wage_floor_yuan",
    "night_shift",
    "standing_work",
    "dormitory_needed",
    "couple_room_needed",
    "available_on",
    "wishes",
    "companions",
    "care_duties",
)


class Fact(enum.StrEnum):
    """Of the register: what may be wrong in it."""

    NAME = "name"
    PHONE = "phone"
    HOME = "home"
    SCHOOLING = "schooling"
    FAMILY = "family"
    OTHER = "other"


FACT_LABELS = {
    Fact.NAME: N_("姓名、身份证号"),
    Fact.PHONE: N_("电话换了"),
    Fact.HOME: N_("住的地方"),
    Fact.SCHOOLING: N_("文化程度、证书"),
    Fact.FAMILY: N_("家里的人"),
    Fact.OTHER: N_("别的"),
}


class OwnWordState(enum.StrEnum):
    """Whether the county has looked at it."""

    OPEN = "open"
    SETTLED = "settled"
    REFUSED = "refused"


OWN_WORD_STATE_LABELS = {
    OwnWordState.OPEN: N_("县里还没有看"),
    OwnWordState.SETTLED: N_("县里看过了"),
    OwnWordState.REFUSED: N_("县里没有改"),
}


class OwnWord(Recorded, Base):
    """One thing said. ``field`` is a column of OWN_FIELDS, where ``before`` and ``said`` are JSON of its
    values, or a Fact, where ``said`` is what the person wrote. ``answer``: why nothing was changed."""

    __tablename__ = "own_word"
    __table_args__ = (
        Index("ix_own_word_county_state", "county_code", "state", "id"),
        Index("ix_own_word_township_state", "township_code", "state", "id"),
    )

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    worker: Mapped[Worker] = relationship()
    county_code: Mapped[str] = mapped_column(String(9))
    township_code: Mapped[str | None] = mapped_column(String(9))
    field: Mapped[str] = mapped_column(String(30))
    before: Mapped[str | None] = mapped_column(EncryptedText("own_word.before"))
    said: Mapped[str | None] = mapped_column(EncryptedText("own_word.said"))
    state: Mapped[OwnWordState] = mapped_column(EnumText(OwnWordState), default=OwnWordState.OPEN)
    state_since: Mapped[datetime | None] = mapped_column(UTCDateTime, default=utc_now)
    answer: Mapped[str] = mapped_column(String(300), default="")
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__: dict[str, Any] = {"version_id_col": version}
    __scope__ = COUNTY_OFFICES | {
        Role.TOWNSHIP: by_area("township_code"),
        Role.WORKER: by_person("worker_id"),
    }

    @property
    def fact(self) -> Fact:
        """What is said to be wrong. Raises ValueError for a wish."""
        return Fact(self.field)

    @property
    def is_wish(self) -> bool:
        """Whether it stands in the register already."""
        return self.field in OWN_FIELDS


S = OwnWordState
OWN_WORD_WORKFLOW = Workflow(
    "own_word",
    EventTag.OWN_WORD_ADVANCE,
    (
        Transition("settle", (S.OPEN,), S.SETTLED, Permission.WORKER_WRITE, N_("看过了"), tone="brand"),
        Transition("refuse", (S.OPEN,), S.REFUSED, Permission.WORKER_WRITE, N_("不改"), asks_reason=True),
    ),
)
