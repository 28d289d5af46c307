"""The inbox of everybody in the register: what a person was told, when, and whether it reached them.

``send`` is the one door: it writes the inbox row in the transaction of the act it tells of; text messages
leave later, by a job (app/messages), and never inside a write transaction. A message carries no link, asks
for nothing and holds no number of anybody but of offices (trust.md, 12).
"""

import enum
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.access import COUNTY_OFFICES, Actor, Role, by_area, by_person
from models.base import Base, Recorded
from models.clock import utc_now
from models.i18n import N_, Sentence
from models.messages.kind import MESSAGE_WORDS, MessageKind
from models.people.worker import Worker
from models.types import EnumText, UTCDateTime

MOST_TEXT = 400
_ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?![\dXx])")


class Reach(enum.StrEnum):
    """How far a message came."""

    INBOX = "inbox"
    WAITING = "waiting"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNREACHED = "unreached"
    READ = "read"
    TOLD_BY_PHONE = "told_by_phone"
    TOLD_IN_PERSON = "told_in_person"
    NOTICE_GIVEN = "notice_given"
    ANSWERED = "answered"
    OVER = "over"


REACH_LABELS = {
    Reach.INBOX: N_("在本人页面上"),
    Reach.WAITING: N_("等着发短信"),
    Reach.HANDED_OVER: N_("已交给短信平台"),
    Reach.DELIVERED: N_("短信已到手机"),
    Reach.FAILED: N_("短信没有送到"),
    Reach.UNREACHED: N_("还没有联系上"),
    Reach.READ: N_("本人看过"),
    Reach.TOLD_BY_PHONE: N_("电话里说了"),
    Reach.TOLD_IN_PERSON: N_("当面说了"),
    Reach.NOTICE_GIVEN: N_("通知单送到了"),
    Reach.ANSWERED: N_("本人已答复"),
    Reach.OVER: N_("不用再说"),
}
# The person knows, or need not know any more.
SETTLED = (
    Reach.DELIVERED,
    Reach.READ,
    Reach.TOLD_BY_PHONE,
    Reach.TOLD_IN_PERSON,
    Reach.NOTICE_GIVEN,
    Reach.ANSWERED,
    Reach.OVER,
)


class Message(Recorded, Base):
    """One message. ``text`` is what it says in Chinese, ``own_text`` the same in ``language``, the person's.

    ``until_on``: the last day on which it still helps to know. ``reach_note``: why it did not arrive, or what
    was heard, as a stored sentence. ``sent_by_id`` is None for the night's work.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_county_reach", "county_code", "reach", "until_on"),
        Index("ix_message_county_id", "county_code", "id"),
        Index("ix_message_township_reach", "township_code", "reach", "until_on"),
    )

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), index=True)
    county_code: Mapped[str] = mapped_column(String(9))
    township_code: Mapped[str | None] = mapped_column(String(9))
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"), index=True)
    kind: Mapped[MessageKind] = mapped_column(EnumText(MessageKind))
    text: Mapped[str] = mapped_column(String(MOST_TEXT))
    language: Mapped[str] = mapped_column(String(12), default="")
    own_text: Mapped[str] = mapped_column(String(MOST_TEXT), default="")
    until_on: Mapped[date | None]
    reach: Mapped[Reach] = mapped_column(EnumText(Reach), default=Reach.WAITING)
    reach_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    reach_note: Mapped[str] = mapped_column(String(200), default="")
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    __scope__ = COUNTY_OFFICES | {
        Role.TOWNSHIP: by_area("township_code"),
        Role.WORKER: by_person("worker_id"),
    }

    @property
    def is_settled(self) -> bool:
        """Whether the person knows, or need not know any more."""
        return self.reach in SETTLED


def send(
    session: Session,
    worker_id: int,
    kind: MessageKind,
    params: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime | None = None,
    placement_id: int | None = None,
    until: date | None = None,
) -> Message:
    """Leave a message in the inbox of ``worker_id``; a text message follows by itself.

    ``params`` fill the places of the kind's words; ``until``: the last day on which it helps to know. The
    act it tells of is what the audit notes. Without ``now`` it is sent when it is written. Raises
    KeyError for a place left open, ValueError for a text that holds the number of an identity card.
    """
    text = str(Sentence(MESSAGE_WORDS[kind].text, params))
    if _ID_NUMBER.search(text):
        raise ValueError(f"a message ({kind.value}) with an identity number")
    worker = session.get_one(Worker, worker_id)
    message = Message(
        worker_id=worker_id,
        county_code=worker.county_code,
        township_code=worker.township_code,
        placement_id=placement_id,
        kind=kind,
        text=text[:MOST_TEXT],
        until_on=until,
        reach=Reach.WAITING,
        sent_by_id=actor.user_id,
    )
    if now:
        message.created_at = message.reach_at = now
    session.add(message)
    return message
