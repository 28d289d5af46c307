"""The inbox of everybody in the register: what a person was told, when, and whether it reached them.

``send`` is the one door: it writes the inbox row in the transaction of the act it tells of; text messages
leave later, by a job (app/messages), and never inside a write transaction. A message carries no link, asks
for nothing and holds no number of anybody but of offices (trust.md, 12).
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.access import COUNTY_OFFICES, Actor, Role, by_area, by_person
from models.base import Base, Recorded, rows_changed
from models.clock import utc_now
from models.i18n import Sentence
from models.messages.contact_choice import choice_of
from models.messages.kind import MESSAGE_WORDS, TAKES_PLACE_OF, MessageKind
from models.messages.reach import SETTLED, Reach, Why
from models.messages.wording import live_wording, worded
from models.people.worker import Worker
from models.types import EnumText, UTCDateTime

MOST_TEXT = 400
_ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?![\dXx])")


class Message(Recorded, Base):
    """One message. ``text`` is what it says in Chinese, ``own_text`` the same in ``language``, the person's.

    ``until_on``: the last day on which it still helps to know. ``why``: what stood in the way of a text
    message; ``reach_note``: what somebody of the county wrote about it. ``not_before``: a text message that
    waits for another day (caps). ``sent_by_id`` is None for the night's work.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_county_reach", "county_code", "reach", "until_on"),
        Index("ix_message_county_id", "county_code", "id"),
        Index("ix_message_township_reach", "township_code", "reach", "until_on"),
        Index("ix_message_reach", "reach", "until_on", "id"),
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
    why: Mapped[Why | None] = mapped_column(EnumText(Why))
    not_before: Mapped[datetime | None] = mapped_column(UTCDateTime)
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
    # What people typed may end with the full stop that the words of the kind have after it.
    params = {name: value.rstrip("。") if isinstance(value, str) else value for name, value in params.items()}
    text = str(Sentence(MESSAGE_WORDS[kind].text, params))
    if _ID_NUMBER.search(text):
        raise ValueError(f"a message ({kind.value}) with an identity number")
    worker = session.get_one(Worker, worker_id)
    choice = choice_of(session, worker_id)
    language = choice.language if choice else ""
    own = live_wording(session, kind, language) if language else ""
    message = Message(
        worker_id=worker_id,
        county_code=worker.county_code,
        township_code=worker.township_code,
        placement_id=placement_id,
        kind=kind,
        text=text[:MOST_TEXT],
        language=language if own else "",
        own_text=worded(own, params)[:MOST_TEXT] if own else "",
        until_on=until,
        reach=Reach.WAITING,
        sent_by_id=actor.user_id,
    )
    if now:
        message.created_at = message.reach_at = now
    if placement_id is not None and (earlier := TAKES_PLACE_OF.get(kind)):
        close_messages(session, placement_id, earlier, Reach.OVER, now)
    session.add(message)
    return message


Told = Callable[[Session, Message, Actor, datetime], None]
_WHEN_TOLD: dict[MessageKind, Told] = {}


def when_told(*kinds: MessageKind) -> Callable[[Told], Told]:
    """Decorator: what else changes once a person knows of one of ``kinds``; messages know no placement."""

    def register(follow: Told) -> Told:
        _WHEN_TOLD.update(dict.fromkeys(kinds, follow))
        return follow

    return register


def note_told(
    session: Session, message: Message, reach: Reach, *, actor: Actor, now: datetime, note: str = ""
) -> bool:
    """The person knows: by ``reach``. One conditional UPDATE; False where it was settled before.

    The caller notes in the audit what somebody did by hand.
    """
    told = update(Message).where(Message.id == message.id, Message.reach.not_in(SETTLED))
    if not rows_changed(session, told.values(reach=reach, reach_at=now, reach_note=note[:200])):
        return False
    session.refresh(message)
    follow_told(session, message, actor, now)
    return True


def follow_told(session: Session, message: Message, actor: Actor, now: datetime) -> None:
    """What else changes once the person knows."""
    if follow := _WHEN_TOLD.get(message.kind):
        follow(session, message, actor, now)


def note_read(session: Session, worker_id: int, *, actor: Actor, now: datetime) -> int:
    """The person looked at the inbox: how many messages were read for the first time."""
    unread = select(Message).where(Message.worker_id == worker_id, Message.read_at.is_(None))
    messages = session.scalars(unread).all()
    for message in messages:
        message.read_at = now
        if message.reach is Reach.DELIVERED:
            message.reach, message.reach_at = Reach.READ, now
        else:
            note_told(session, message, Reach.READ, actor=actor, now=now)
    return len(messages)


def close_messages(
    session: Session,
    placement_id: int,
    kinds: Collection[MessageKind],
    reach: Reach,
    now: datetime | None = None,
) -> int:
    """What need not be told any more about a placement: answered, or over. How many messages.

    A text message that waits does not leave.
    """
    values: dict[str, Any] = {"reach": reach} | ({"reach_at": now} if now else {})
    going = update(Message).where(
        Message.placement_id == placement_id, Message.kind.in_(kinds), Message.reach.not_in(SETTLED)
    )
    return rows_changed(session, going.values(values))
