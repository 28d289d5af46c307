"""The walk over the audit's chain."""

import json
from pathlib import Path

from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import record, tail, verify
from models.event_tags import EventTag


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
