"""Writing dated facts, and saying that one was looked at."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.reference.facts.tables import FactTable
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.reference.sourced import Basis, Confidence


def save_fact(
    session: Session, actor: Actor, table: FactTable, fact: Any, typed: Mapping[str, Any], today: date
) -> list[str]:
    """Write what was typed into a row of ``table`` (None: a new one); returns the columns that changed.

    Whoever changes a fact has looked at it; who ticks that it was compared with its document is sure of it.
    """
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
