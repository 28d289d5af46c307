"""The words of a kind of message in another language: data, which a second person releases."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.access import Permission
from models.base import Base, Recorded
from models.clock import CHINA
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.messages.kind import MESSAGE_WORDS, MessageKind
from models.reference.release import Released, RuleState, release_steps
from models.two_person_acts import WORDING_RELEASED
from models.types import EnumText
from models.workflow import Transition, Workflow

MOST_WORDING = 300
PLACE = re.compile(r"%\((\w+)\)s")
LINK = re.compile(r"(?:https?://|www\.|[a-z0-9-]+\.(?:com|cn|net|org|cc|top|xyz|vip|link)\b)", re.IGNORECASE)


class MessageWording(Released, Recorded, Base):
    """One kind in one language; the LIVE row counts, and where there is none the Chinese words do."""

    __tablename__ = "message_wording"
    __table_args__ = (Index("ix_message_wording_kind_language", "kind", "language", "state"),)

    kind: Mapped[MessageKind] = mapped_column(EnumText(MessageKind))
    language: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(MOST_WORDING))
    state: Mapped[RuleState] = mapped_column(EnumText(RuleState), default=RuleState.DRAFT)
    base_id: Mapped[int | None] = mapped_column(ForeignKey("message_wording.id"))


WORDING_WORKFLOW = Workflow(
    "message_wording",
    EventTag.WORDING_ADVANCE,
    (
        *release_steps(Permission.REFERENCE_WRITE, Permission.REFERENCE_WRITE, WORDING_RELEASED),
        Transition(
            "discard",
            (RuleState.DRAFT, RuleState.PROPOSED, RuleState.LIVE),
            RuleState.RETIRED,
            Permission.REFERENCE_WRITE,
            N_("不用了"),
            asks_reason=True,
        ),
    ),
)


def has_link(text: str) -> bool:
    """Whether a text leads somewhere: nothing of the kind leaves as a text message (trust.md, 12)."""
    return LINK.search(text) is not None


def wording_faults(kind: MessageKind, text: str) -> list[Sentence]:
    """What is wrong with the words of a kind: places missing or never filled, links, length."""
    wanted, given = set(PLACE.findall(MESSAGE_WORDS[kind].text)), set(PLACE.findall(text))
    faults = []
    if missing := sorted(wanted - given):
        faults.append(Sentence("少了这些位置：%(places)s。", {"places": _places(missing)}))
    if unknown := sorted(given - wanted):
        faults.append(Sentence("没有内容能填进这些位置：%(places)s。", {"places": _places(unknown)}))
    if "%" in PLACE.sub("", text):
        faults.append(Sentence("百分号只能用来写位置，比如 %(place)s。", {"place": "%(day)s"}))
    if has_link(text):
        faults.append(Sentence("通知里不能有网址。"))
    if len(text) > MOST_WORDING:
        faults.append(Sentence("太长了，最多 %(n)s 个字。", {"n": MOST_WORDING}))
    return faults


def _places(names: Iterable[str]) -> list[str]:
    return [f"%({name})s" for name in names]


def live_wording(session: Session, kind: MessageKind, language: str) -> str:
    """The released words of a kind in ``language``; "" where there are none."""
    statement = select(MessageWording.text).where(
        MessageWording.kind == kind,
        MessageWording.language == language,
        MessageWording.state == RuleState.LIVE,
    )
    return session.scalar(statement.order_by(MessageWording.id.desc()).limit(1)) or ""


def worded(text: str, params: Mapping[str, Any]) -> str:
    """Words of another language with their values; days and hours in figures, not in Chinese."""
    return text % {name: _in_figures(value) for name, value in params.items()}


def _in_figures(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Sentence) and value.params:
        return value.text % {name: _in_figures(one) for name, one in value.params.items()}
    return value
