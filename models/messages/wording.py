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
# What people read and write where a wording has a place: 【企业】 is %(enterprise)s.
# One name for one place.
PLACE_LABELS: Mapping[str, str] = {
    "amount": "金额",
    "begins": "报到日期",
    "city": "城市",
    "county": "县",
    "day": "日期",
    "days": "天数",
    "ends": "结束日期",
    "enterprise": "企业",
    "kind": "问题",
    "line": "行程",
    "money": "工资",
    "months": "月数",
    "name": "培训班",
    "office": "就业局",
    "place": "地点",
    "reason": "原因",
    "state": "进度",
    "title": "岗位",
    "way": "去程返程",
    "when": "时间",
    "who": "谁来办",
}
PLACE_NAMES = {label: name for name, label in PLACE_LABELS.items()}
NAMED = re.compile(r"【([^【】]*)】")
LINK = re.compile(r"(?:https?://|www\.|[a-z0-9-]\.(?:com|cn|net|org|cc|top|xyz|vip|link)\b)", re.IGNORECASE)


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


def shown(text: str) -> str:
    """The words as people read them: each place by its name."""
    return PLACE.sub(lambda place: f"【{PLACE_LABELS.get(place[1], place[1])}】", text)


def stored(text: str) -> str:
    """What people wrote, with the places that the program fills; a name of no place stays as written."""

    def filled(name: re.Match[str]) -> str:
        place = PLACE_NAMES.get(name[1].strip())
        return f"%({place})s" if place else name[0]

    return NAMED.sub(filled, text)


def wording_faults(kind: MessageKind, text: str) -> list[Sentence]:
    """What is wrong with the stored words of a kind: places missing or never filled, links, length."""
    wanted, given = set(PLACE.findall(MESSAGE_WORDS[kind].text)), set(PLACE.findall(text))
    unnamed = {name[0] for name in NAMED.finditer(text)}
    faults = []
    if missing := sorted(wanted - given):
        faults.append(Sentence("少了这些位置：%(places)s。", {"places": _places(missing)}))
    if unknown := [*_places(sorted(given - wanted)), *sorted(unnamed)]:
        faults.append(Sentence("没有内容能填进这些位置：%(places)s。", {"places": unknown}))
    if "%" in PLACE.sub("", text):
        faults.append(Sentence("不能有百分号；位置要写成%(place)s这样。", {"place": "【日期】"}))
    if has_link(text):
        faults.append(Sentence("通知里不能有网址。"))
    if len(text) > MOST_WORDING:
        most = MOST_WORDING - len(text) + len(shown(text))  # a stored place is longer than its name
        faults.append(Sentence("太长了，最多 %(n)s 个字。", {"n": most}))
    return faults


def _places(names: Iterable[str]) -> list[str]:
    return [shown(f"%({name})s") for name in names]


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
