"""The walk over the audit's chain."""

import json
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.queue import enqueue
from models.access import Actor
from models.audit import record, tail, verify
from models.background_job import FINISHED, Job
from models.event_tags import EventTag
from models.people.worker import Worker


def check_chain(
    session: Session, actor: Actor, anchor: Path, tell: Callable[[int], None] | None = None
) -> int | None:
    """Walk the audit chain, note in it how that went, and commit; return the first broken number, or None.

    ``anchor`` is the file outside the database with the last (number, hash) that was fine. It moves on with a
    chain that is whole, and stays where it was before a broken one.
    """
    kept = json.loads(anchor.read_text()) if anchor.exists() else None
    broken, last = verify(session, tuple(kept) if kept else None, tell), tail(session)
    outcome = {"outcome": "whole"} if broken is None else {"outcome": "broken", "key": broken}
    record(session, actor, EventTag.AUDIT_CHECK, "audit", rows=last[0] if last else 0, **outcome)
    session.commit()
    if broken is None:
        anchor.write_text(json.dumps(tail(session)))
    return broken


CHECK_JOB = "check_chain_now"


def last_walk(session: Session) -> Job | None:
    """The walk over the chain that somebody asked for last."""
    walks = select(Job).where(Job.name == CHECK_JOB)
    return session.scalar(walks.order_by(Job.id.desc()).limit(1))


def ask_for_check(session: Session, actor: Actor) -> Job:
    """Have the chain walked now; one walk at a time."""
    walk = last_walk(session)
    return walk if walk and walk.state not in FINISHED else enqueue(session, actor, CHECK_JOB, 0)


def note_look(session: Session, actor: Actor, worker: Worker, purpose: str) -> None:
    """Note that a person's events were looked up by the ID number, and what for."""
    record(session, actor, EventTag.AUDIT_LOOK, worker, purpose=purpose)


def note_export(session: Session, actor: Actor, worker: Worker, purpose: str, rows: int) -> None:
    """Note that a person's events left the house."""
    record(session, actor, EventTag.AUDIT_EXPORT, worker, purpose=purpose, rows=rows)
