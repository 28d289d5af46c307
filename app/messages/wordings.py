"""The words of messages in other languages: written, looked at, released by a second person."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import record
from models.clock import CHINA
from models.event_tags import EventTag
from models.i18n import Sentence
from models.messages.kind import MESSAGE_WORDS, MessageKind
from models.messages.wording import (
    PLACE,
    WORDING_WORKFLOW,
    MessageWording,
    shown,
    stored,
    worded,
    wording_faults,
)
from models.reference.release import WAITING, RuleState
from models.workflow import TransitionRefused

HAS_ANOTHER = Sentence("这种通知在这种语言里已经有一份没批准的译文，先把它批准、退回改好，或者不用了。")
# What the places are filled with where a wording is looked at.
EXAMPLES: Mapping[str, object] = {
    "when": datetime(2016, 12, 5, 9, tzinfo=CHINA),
    "day": date(2016, 12, 5),
    "ends": date(2016, 12, 20),
    "begins": date(2016, 12, 5),
    "county": "昭觉县",
    "city": "佛山市",
    "enterprise": "顺德美家电器",
    "title": "装配工",
    "money": "3600 元",
    "office": "县就业局（0834-8332000）",
    "place": "城关镇劳动保障所",
    "reason": "订单推迟",
    "name": "电工班",
    "amount": "800 元",
    "months": 3,
}


def preview(kind: MessageKind, text: str) -> str:
    """The words as a person would read them, with made-up values."""
    places = PLACE.findall(MESSAGE_WORDS[kind].text)
    return worded(text, {name: EXAMPLES.get(name, shown(f"%({name})s")) for name in places})


def write(session: Session, actor: Actor, kind: MessageKind, language: str, text: str) -> MessageWording:
    """A draft of the words. Raises TransitionRefused with everything that is wrong with them.

    ``text`` is what the writer typed, with places by their names (【企业】).
    """
    text = stored(text)
    if faults := wording_faults(kind, text):
        raise TransitionRefused(*faults)
    if session.scalar(_of(kind, language, *WAITING).limit(1)):
        raise TransitionRefused(HAS_ANOTHER)
    base = session.scalar(_of(kind, language, RuleState.LIVE).limit(1))
    wording = MessageWording(
        kind=kind,
        language=language,
        text=text,
        base_id=base.id if base else None,
        effect={"preview": preview(kind, text)},
        created_by_id=actor.user_id,
    )
    session.add(wording)
    session.flush()
    record(session, actor, EventTag.WORDING_WRITE, wording, kind=kind.value, name=language)
    return wording


def _of(kind: MessageKind, language: str, *states: RuleState) -> Select[MessageWording]:
    return select(MessageWording).where(
        MessageWording.kind == kind, MessageWording.language == language, MessageWording.state.in_(states)
    )


def advance(session: Session, actor: Actor, wording: MessageWording, event: str, reason: str = "") -> None:
    """Propose, return, drop or release; the words that were in force before are retired by a release."""
    session.refresh(wording, with_for_update=True)
    WORDING_WORKFLOW.advance(session, wording, event, actor, reason=reason)
    if event == "propose":
        wording.proposed_by_id = actor.user_id
    if event == "release":
        wording.released_by_id = actor.user_id
        for old in session.scalars(_of(wording.kind, wording.language, RuleState.LIVE)):
            if old.id != wording.id:
                WORDING_WORKFLOW.advance(session, old, "supersede", actor)


def wordings(session: Session) -> Sequence[MessageWording]:
    """Every wording that waits or is in force, by kind and language."""
    shown = MessageWording.state.in_((*WAITING, RuleState.LIVE))
    order = MessageWording.kind, MessageWording.language, MessageWording.id
    return session.scalars(select(MessageWording).where(shown).order_by(*order)).all()
