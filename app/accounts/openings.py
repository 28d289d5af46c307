"""Supervisors look at figures; lists of persons they open for a stated purpose. The caller commits."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.access import Actor, Permission, PersonOpening
from models.audit import record
from models.event_tags import EventTag

OPEN_FOR = timedelta(minutes=60)
MOST_SHOWN = 20


def open_people(session: Session, actor: Actor, purpose: str, now: datetime) -> PersonOpening:
    """Open the lists of persons to ``actor`` for OPEN_FOR. Raises PermissionError without the right."""
    if not actor.can(Permission.PERSON_OPEN) or actor.user_id is None:
        raise PermissionError(Permission.PERSON_OPEN)
    opening = PersonOpening(user_id=actor.user_id, purpose=purpose, ends_at=now + OPEN_FOR)
    session.add(opening)
    session.flush()
    record(session, actor, EventTag.PERSON_OPEN, f"user:{actor.user_id}", purpose=purpose)
    return opening


def close_people(session: Session, actor: Actor, now: datetime) -> None:
    """Close them before their time."""
    still_open = (
        PersonOpening.user_id == actor.user_id,
        PersonOpening.closed_at.is_(None),
        PersonOpening.ends_at > now,
    )
    session.execute(update(PersonOpening).where(*still_open).values(closed_at=now))
    record(session, actor, EventTag.PERSON_CLOSE, f"user:{actor.user_id}")


def openings_of(session: Session, actor: Actor) -> Sequence[PersonOpening]:
    """The actor's own, the latest first."""
    own = select(PersonOpening).where(PersonOpening.user_id == actor.user_id)
    return session.scalars(own.order_by(PersonOpening.id.desc()).limit(MOST_SHOWN)).all()
