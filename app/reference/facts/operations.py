"""Writing dated facts."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.reference.facts.tables import FactTable
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag


def save_fact(
    session: Session, actor: Actor, table: FactTable, fact: Any, typed: Mapping[str, Any]
) -> list[str]:
    """Write what was typed into a row of ``table`` (None: a new one); returns the columns that changed."""
    row = table.model() if fact is None else fact
    values = {name: table.stored(name, value) for name, value in typed.items()}
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        session.add(row)
        session.flush()
        record(session, actor, EventTag.REFERENCE_UPDATE, row, fields=changed)
    return changed
