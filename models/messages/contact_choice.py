"""How a person wants to be told: in which language, and whether by text message."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.access import Actor, Role, by_person
from models.audit import record
from models.base import Base, Recorded
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.people.worker import Worker
from models.placement.leaving import Channel
from models.types import EnumText, UTCDateTime
from models.workflow import TransitionRefused

# Languages of the counties and of Guangdong in which messages may be worded; "" is Chinese.
LANGUAGE_LABELS = {
    "": N_("汉语"),
    "ii": N_("彝语"),
    "za": N_("壮语"),
    "bo": N_("藏语"),
    "en": N_("英语"),
}


class ContactChoice(Recorded, Base):
    """``texts_refused_at``: since when the person wants no text messages (None: takes them).

    Text messages of a bureau to the people it serves need no consent (个人信息保护法 13条3项, 履行法定职责),
    but who says no gets none.
    """

    __tablename__ = "contact_choice"

    worker_id: Mapped[int] = mapped_column(ForeignKey("worker.id"), unique=True)
    language: Mapped[str] = mapped_column(String(12), default="")
    texts_refused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))

    __scope__ = {Role.WORKER: by_person("worker_id")}


def choice_of(session: Session, worker_id: int) -> ContactChoice | None:
    """What the person chose; None for somebody who never said."""
    return session.scalar(select(ContactChoice).where(ContactChoice.worker_id == worker_id))


def choose(
    session: Session,
    worker: Worker,
    *,
    takes_texts: bool,
    language: str,
    channel: Channel,
    actor: Actor,
    now: datetime,
) -> ContactChoice:
    """Note how the person wants to be told; where nothing changes nothing is noted.

    Raises TransitionRefused for a language that is none of ``LANGUAGE_LABELS``.
    """
    if language not in LANGUAGE_LABELS:
        raise TransitionRefused(Sentence("没有这种语言，请在列出的语言里选。"))
    choice = choice_of(session, worker.id) or ContactChoice(worker_id=worker.id, language="")
    took_texts, spoke = choice.texts_refused_at is None, choice.language
    if (takes_texts, language) == (took_texts, spoke):
        return choice
    choice.language, choice.channel, choice.recorded_by_id = language, channel, actor.user_id
    if takes_texts != took_texts:
        choice.texts_refused_at = None if takes_texts else now
        tag = EventTag.CONSENT_GIVE if takes_texts else EventTag.CONSENT_WITHDRAW
        record(session, actor, tag, worker, kind="sms", channel=channel.value)
    if language != spoke:
        record(session, actor, EventTag.WORKER_UPDATE, worker, fields=["language"])
    session.add(choice)
    return choice
