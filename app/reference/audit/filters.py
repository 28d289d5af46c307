"""What a reader of the audit narrows it to: who acted, what kind of thing, when, one subject."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from app.reference.audit.labels import KINDS, kind_of
from models.audit import AuditEvent
from models.clock import CHINA
from models.event_tags import EventTag
from models.people.name_index import begins
from models.user import User

MOST_ACTORS = 50
SLACK = timedelta(
    hours=1
)  # an act is noted a moment before it is chained: numbers follow time, but not strictly
SYSTEM_WORD = "系统"


@dataclass(frozen=True)
class Filters:
    """All as text from the address, "" for all."""

    actor: str = ""
    kind: str = ""
    tag: str = ""
    subject: str = ""
    start: str = ""
    end: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> "Filters":
        """Take the known names from a query string; what cannot be is dropped."""
        told = {name: values.get(name, "").strip()[:60] for name in cls.__dataclass_fields__}
        for name in ("start", "end"):
            told[name] = told[name] if _day(told[name]) else ""
        told["kind"] = told["kind"] if told["kind"] in KINDS else ""
        told["tag"] = told["tag"] if told["tag"] in set(EventTag) else ""
        return cls(**told)

    def filled(self) -> dict[str, Any]:
        """What is set, for the next address."""
        return {name: value for name, value in vars(self).items() if value}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def narrowed(session: Session, statement: Select[Any], filters: Filters) -> Select[Any]:
    """``statement`` with what is asked for; each condition is one that an index answers."""
    conditions: list[ColumnElement[bool]] = []
    if filters.subject:
        conditions.append(AuditEvent.subject == filters.subject)
    if filters.tag:
        conditions.append(AuditEvent.tag == filters.tag)
    elif filters.kind:
        tags = [tag.value for tag in EventTag if kind_of(tag) == filters.kind]
        conditions.append(AuditEvent.tag.in_(tags))
    if filters.actor:
        conditions.append(_acted(session, filters.actor))
    start, end = _day(filters.start), _day(filters.end)
    if start:
        since = datetime.combine(start, time(), CHINA)
        conditions += [AuditEvent.at >= since, AuditEvent.id >= _number_at(session, since - SLACK)]
    if end:
        until = datetime.combine(end + timedelta(days=1), time(), CHINA)
        conditions += [AuditEvent.at < until, AuditEvent.id <= _number_at(session, until + SLACK)]
    return statement.where(*conditions)


def _acted(session: Session, text: str) -> ColumnElement[bool]:
    """By whom: the accounts whose name or user name begins so, or the system itself."""
    if text == SYSTEM_WORD:
        return AuditEvent.actor_id.is_(None)
    named = select(User.id).where(or_(begins(User.name, text), begins(User.username, text)))
    return AuditEvent.actor_id.in_(list(session.scalars(named.order_by(User.id).limit(MOST_ACTORS))))


def _number_at(session: Session, instant: datetime) -> int:
    """The number of the first event at or after ``instant``, by halving: numbers have no gaps."""
    low, high = 1, (session.scalar(select(AuditEvent.id).order_by(AuditEvent.id.desc()).limit(1)) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        at = session.scalar(select(AuditEvent.at).where(AuditEvent.id == middle))
        if at is not None and at < instant:
            low = middle + 1
        else:
            high = middle
    return low
