"""Writing dated facts, and saying that one was looked at."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.reference.facts.tables import FactTable
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.reference.dated_fact import Dated, overlapping
from models.reference.sourced import Basis, Confidence
from models.workflow import TransitionRefused

NO_END = Sentence("现在")


def clash(session: Session, table: FactTable, fact: Any, typed: Mapping[str, Any]) -> Sentence | None:
    """The sentence for a fact that would hold beside another of the same scope; None where it may be written.

    ``fact`` is the row that is changed, or the one that a new version takes the place of.
    """
    if not issubclass(table.model, Dated):
        return None
    planned = table.model(**{name: table.stored(name, value) for name, value in typed.items()})
    other = overlapping(session, planned, () if fact is None else (fact,))
    return _overlaps(other) if other else None


def _overlaps(other: Dated) -> Sentence:
    """Which row stands there already, and what to do."""
    days = {"first": other.valid_from, "last": other.valid_to or NO_END, "source": other.source}
    return Sentence(
        "同一范围已经有一条从%(first)s到%(last)s的（依据：%(source)s），两条不能同时有效。"
        "请打开那一条来改，或把这一条的起止日期错开。",
        days,
    )


def save_fact(
    session: Session, actor: Actor, table: FactTable, fact: Any, typed: Mapping[str, Any], today: date
) -> list[str]:
    """Write what was typed into a row of ``table`` (None: a new one); returns the columns that changed.

    Whoever changes a fact has looked at it; who ticks that it was compared with its document is sure of it.
    Raises TransitionRefused for one that would hold beside another of the same scope.
    """
    if refusal := clash(session, table, fact, typed):
        raise TransitionRefused(refusal)
    row = table.model() if fact is None else fact
    values = {name: table.stored(name, value) for name, value in typed.items()}
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.checked_on, row.entered = today, True
        if "verified" in changed and row.verified:
            row.confidence, row.basis = Confidence.HIGH, Basis.DOCUMENT
        session.add(row)
        session.flush()
        record(session, actor, EventTag.REFERENCE_UPDATE, _subject(table, row), fields=changed)
    return changed


def confirm_fact(session: Session, actor: Actor, table: FactTable, fact: Any, today: date) -> None:
    """Note that ``fact`` was looked at ``today`` and still holds; nothing it says changes."""
    fact.checked_on = today
    record(session, actor, EventTag.REFERENCE_CONFIRM, _subject(table, fact))


def _subject(table: FactTable, row: Any) -> str:
    return f"{table.model.__tablename__}:{table.key_of(row)}"
