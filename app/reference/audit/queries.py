"""Reads of the audit, and its rows in words: the permission is the scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.kit.web.labels import LABELS
from app.kit.web.navigation import Task
from app.reference.audit.filters import Filters, narrowed
from app.reference.audit.labels import DETAILS, FIELDS, OUTCOMES, PLAIN_SUBJECTS, SUBJECTS, WORKFLOWS
from models.access import Actor, Permission
from models.audit import AuditEvent
from models.event_tags import EVENT_LABELS, EventTag
from models.i18n import N_, Sentence, counted
from models.numbers import yuan
from models.placement.leaving import LEAVE_REASON_LABELS
from models.placement.placement import EVIDENCE_LABELS, OUTCOME_LABELS, Evidence

PAGE = 50
EVERYTHING = Filters()


def audit_page(
    session: Session, filters: Filters = EVERYTHING, before: int | None = None
) -> list[AuditEvent]:
    """One page of the audit (one more than fits), newest first."""
    statement = narrowed(session, select(AuditEvent).order_by(AuditEvent.id.desc()), filters)
    return page(session, statement, before)


def page(session: Session, statement: Select[Any], before: int | None) -> list[AuditEvent]:
    """Up to 51 of the events of ``statement``, older than the one numbered ``before``."""
    statement = statement.limit(PAGE + 1)
    if before:
        statement = statement.where(AuditEvent.id < before)
    return list(session.scalars(statement))


def last_check(session: Session) -> AuditEvent | None:
    """The note of the last walk over the chain."""
    statement = select(AuditEvent).where(AuditEvent.tag == EventTag.AUDIT_CHECK)
    return session.scalar(statement.order_by(AuditEvent.id.desc()).limit(1))


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for an administrator: a broken chain."""
    return [_broken_audit(session)] if actor.can(Permission.USER_ADMIN) else []


def _broken_audit(session: Session) -> Task:
    check = last_check(session)
    broken = check.details.get("key") if check else None
    reason = Sentence("从第 %(n)s 条起，请先备份数据库，再查是谁改的", {"n": broken})
    url, count = url_for("reference.audit"), int(bool(broken))
    return Task(count, counted(count, "处审计记录对不上"), reason, url, N_("去看看"), "reference.audit")


@dataclass(frozen=True)
class Line:
    """One event as the page shows it; ``url`` is empty where the reader may not open the subject.

    The values of ``details`` are such as the params of a sentence.
    """

    row: AuditEvent
    what: Sentence
    subject: Sentence
    url: str
    details: list[tuple[Sentence, Any]]


def lines(rows: list[AuditEvent], actor: Actor) -> list[Line]:
    """``rows`` as sentences, with links for ``actor``."""
    return [_line(row, actor) for row in rows]


def _line(row: AuditEvent, actor: Actor) -> Line:
    table, _colon, number = row.subject.partition(":")
    word, endpoint, argument, permission = SUBJECTS.get(
        table, (PLAIN_SUBJECTS.get(table, table), "", "", None)
    )
    subject = Sentence(word)
    opens = bool(permission and actor.can(permission) and number.isdigit())
    url = url_for(endpoint, **{argument: int(number)}) if opens else ""  # type: ignore[arg-type]
    if number:
        subject = Sentence("%(kind)s %(n)s 号", {"kind": subject, "n": number})
    details = [
        (Sentence(DETAILS.get(key, key)), _value(row.tag, key, value))
        for key, value in row.details.items()
        if value
    ]
    return Line(row, _tag_label(row.tag), subject, url, details)


def _tag_label(tag: str) -> Sentence:
    return Sentence(EVENT_LABELS[EventTag(tag)] if tag in set(EventTag) else tag)


def _value(tag: str, key: str, value: Any) -> Any:
    if isinstance(value, dict) and value.keys() <= FIELDS.keys():
        told = [(Sentence(FIELDS[name]), _told(name, one)) for name, one in value.items()]
        return [Sentence("%(what)s：%(value)s", {"what": word, "value": one}) for word, one in told]
    if key == "fields" and isinstance(value, list):
        return [Sentence(FIELDS.get(name, str(name))) for name in value]
    if key == "amount_fen":
        return yuan(value)
    if isinstance(value, dict):
        counts = {_counted(name): count for name, count in value.items()}
        return [Sentence("%(word)s %(n)s", {"word": word, "n": n}) for word, n in counts.items()]
    return _state_label(tag, key, value) if isinstance(value, str) else value


FIELD_VALUES: dict[str, Mapping[Any, str]] = {
    "outcome": OUTCOME_LABELS,
    "leave_reason": LEAVE_REASON_LABELS,
}


def _told(name: str, value: Any) -> Any:
    """A value of a corrected field in words."""
    if value is None or value == "":
        return Sentence("未知")
    if isinstance(value, bool):
        return Sentence("是") if value else Sentence("否")
    if name == "evidence":
        return Sentence(EVIDENCE_LABELS[Evidence(value)])
    words: Mapping[Any, str] = FIELD_VALUES.get(name, {})
    return Sentence(words[value]) if value in words else value


def _state_label(tag: str, key: str, value: str) -> Sentence:
    """The word of a state, an event, a role or an outcome; any other text as it is."""
    flow = WORKFLOWS.get(EventTag(tag)) if tag in set(EventTag) else None
    if flow and key == "event" and value in flow.by_event:
        return Sentence(flow.by_event[value].label)
    if flow and key in ("from", "to"):
        kind = type(flow.transitions[0].target)
        return Sentence(LABELS[kind][kind(value)] if value in set(kind) else value)
    if key in ("role", "outcome", "evidence", "kind", "channel", "decision", "from", "to"):
        return Sentence(OUTCOMES[value]) if value in OUTCOMES else _known_label(value)
    return Sentence(value)


def _counted(name: str) -> Sentence:
    """What was counted: the rows of a table, or something that has a label."""
    word = SUBJECTS[name][0] if name in SUBJECTS else PLAIN_SUBJECTS.get(name)
    return Sentence(word) if word else _known_label(name)


def _known_label(value: str) -> Sentence:
    return Sentence(next((labels[value] for labels in LABELS.values() if value in labels), value))
