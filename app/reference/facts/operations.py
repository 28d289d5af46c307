"""Use cases of reference facts, organisations and the audit chain."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import EventTag, record, tail, verify
from models.reference.organisation import Organisation


def make_organisation(session: Session, actor: Actor, values: dict[str, Any]) -> Organisation:
    """Create an enterprise or school."""
    organisation = Organisation(**values)
    session.add(organisation)
    session.flush()
    record(session, actor, EventTag.ORGANISATION_CREATE, organisation, kind=organisation.kind)
    return organisation


def save_fact(session: Session, actor: Actor, fact: Any, values: dict[str, Any]) -> list[str]:
    """Write ``values`` into a dated fact; returns the names of the columns that changed."""
    changed = [name for name, value in values.items() if getattr(fact, name) != value]
    for name in changed:
        setattr(fact, name, values[name])
    if changed:
        session.add(fact)
        session.flush()
        record(session, actor, EventTag.REFERENCE_UPDATE, fact, fields=changed)
    return changed


def check_chain(session: Session, actor: Actor, anchor: Path) -> int | None:
    """Walk the audit chain, note in it how that went, and commit; return the first broken number, or None.

    ``anchor`` is the file outside the database with the last (number, hash) that was fine. It moves on with a
    chain that is whole, and stays where it was before a broken one.
    """
    kept = json.loads(anchor.read_text()) if anchor.exists() else None
    broken, last = verify(session, tuple(kept) if kept else None), tail(session)
    outcome = {"outcome": "whole"} if broken is None else {"outcome": "broken", "key": broken}
    record(session, actor, EventTag.AUDIT_CHECK, "audit", rows=last[0] if last else 0, **outcome)
    session.commit()
    if broken is None:
        anchor.write_text(json.dumps(tail(session)))
    return broken
