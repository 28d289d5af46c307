"""Reads of the audit, and its rows in words: the permission is the scope."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, object_session

from app.kit.web.event_words import value_in_words, word_of
from app.kit.web.navigation import Task
from app.reference.audit import anchor
from app.reference.audit.filters import Filters, narrowed
from app.reference.audit.labels import (
    DETAILS,
    OTHER_DETAIL,
    OTHER_SUBJECT,
    PLAIN_SUBJECTS,
    SUBJECTS,
    WORKFLOWS,
)
from app.reference.audit.names import Names, referred
from models.access import Actor, Permission
from models.audit import AuditEvent
from models.audit_alarms import ALARM_LABELS, Alarm
from models.event_tags import EVENT_LABELS, EventTag
from models.i18n import N_, Sentence, counted

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


def anchor_alarms(path: Path, now: datetime) -> list[Alarm]:
    """What is wrong with the anchor's file itself, without a walk over the chain."""
    return anchor.read(path).alarms(now)


def last_check(session: Session) -> AuditEvent | None:
    """The note of the last walk over the chain."""
    statement = select(AuditEvent).where(AuditEvent.tag == EventTag.AUDIT_CHECK)
    return session.scalar(statement.order_by(AuditEvent.id.desc()).limit(1))


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for an administrator: a broken chain, an anchor that is not as it was."""
    return [_broken_audit(session)] if actor.can(Permission.USER_ADMIN) else []


def _broken_audit(session: Session) -> Task:
    check = last_check(session)
    found, broken = alarms_of(check), check.details.get("key") if check else None
    if broken:
        reason = Sentence("从第 %(n)s 条起，请先备份数据库，再查是谁改的", {"n": broken})
    else:
        reason = Sentence("%(what)s，请先备份数据库，再查是谁动的", {"what": found})
    url, count = url_for("reference.audit", _anchor="chain"), int(bool(found))
    return Task(count, counted(count, "处审计记录对不上"), reason, url, N_("去看看"), "reference.audit")


def alarms_of(check: AuditEvent | None) -> list[Sentence]:
    """What a check found, in words; notes from before the anchor was sealed know a broken row only."""
    details = check.details if check else {}
    told = details.get("reason") or ([Alarm.BROKEN] if details.get("key") else [])
    return [Sentence(ALARM_LABELS[Alarm(one)]) for one in told]


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
    """``rows`` as sentences, with names and links for ``actor``."""
    session = object_session(rows[0]) if rows else None
    names = Names(session, actor, rows) if session else None
    return [_line(row, names) for row in rows]


def _line(row: AuditEvent, names: Names | None) -> Line:
    table, _colon, number = row.subject.partition(":")
    word, endpoint, argument, _permission = SUBJECTS.get(
        table, (PLAIN_SUBJECTS.get(table, OTHER_SUBJECT), "", "", None)
    )
    subject = Sentence(word)
    opens = number.isdecimal() and names is not None and names.opens(table, int(number))
    url = url_for(endpoint, **{argument: int(number)}) if opens else ""  # type: ignore[arg-type]
    if number.isdecimal():
        subject = _called(subject, int(number), names.of(table, int(number)) if names else "")
    elif number:
        subject = _called(subject, number, "")
    details = [
        (Sentence(DETAILS.get(key, OTHER_DETAIL)), _value(row.tag, key, value, names))
        for key, value in row.details.items()
        if value
    ]
    return Line(row, _tag_label(row.tag), subject, url, details)


def _called(kind: Sentence, number: int | str, name: str) -> Sentence:
    """岗位“缝纫工”（12 号）, or 岗位 12 号 where the reader knows no name."""
    about = {"kind": kind, "n": number, "name": name}
    return Sentence("%(kind)s“%(name)s”（%(n)s 号）", about) if name else Sentence("%(kind)s %(n)s 号", about)


def _tag_label(tag: str) -> Sentence:
    return Sentence(EVENT_LABELS[EventTag(tag)] if tag in set(EventTag) else OTHER_DETAIL)


def _value(tag: str, key: str, value: Any, names: Names | None) -> Any:
    table = referred(tag, key)
    if table and isinstance(value, int):
        name = names.of(table, value) if names else ""
        kind = Sentence(SUBJECTS[table][0] if table in SUBJECTS else PLAIN_SUBJECTS[table])
        return _called(kind, value, name)
    if key == "area" and names:
        return names.area(value)
    if key == "counts" and isinstance(value, dict):
        told = [(_counted(name), n) for name, n in value.items()]
        return [Sentence("%(word)s %(n)s", {"word": word, "n": n}) for word, n in told]
    return value_in_words(WORKFLOWS.get(EventTag(tag)) if tag in set(EventTag) else None, key, value)


def _counted(name: str) -> Sentence:
    """What was counted: the rows of a table, or something that has a word."""
    word = SUBJECTS[name][0] if name in SUBJECTS else PLAIN_SUBJECTS.get(name)
    return Sentence(word) if word else word_of(None, name)
