"""Which accounts one person may hold: who made or armed another is that other until somebody looked.

A second person is asked for because one may err or cheat. Somebody who makes an account, gives it a right or
a new password can also sit in front of it; two accounts of his making are his twice. Another administrator's
look at the act (:mod:`models.watched_act`) dissolves the tie, two persons at the act never tie one.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models.access import Grant, Role
from models.audit import AuditEvent
from models.event_tags import EventTag
from models.user import User
from models.watched_act import TIES, WatchedAct, WatchedKind

YOUNG = timedelta(days=7)


def one_hand(session: Session, user_id: int | None, since: datetime | None = None) -> set[int]:
    """``user_id`` and every account that may be in the same hand, along whole chains of makers.

    Acts that nobody else looked at tie; with ``since`` those done later tie even when they were looked at.
    """
    if user_id is None:
        return set()
    acts = WatchedAct.looked_at.is_(None)
    return _chain(session, {user_id}, acts if since is None else or_(acts, WatchedAct.created_at > since))


def _chain(session: Session, start: set[int], acts: ColumnElement[bool]) -> set[int]:
    known, edge = set(start), set(start)
    ends = WatchedAct.doer_id, WatchedAct.target_id
    while edge:
        touched = or_(*(column.in_(edge) for column in ends))
        known_ties = WatchedAct.kind == WatchedKind.ACCOUNT, WatchedAct.tag.in_(TIES)
        pairs = session.execute(select(*ends).where(*known_ties, acts, touched)).all()
        edge = {number for pair in pairs for number in pair if number is not None} - known
        known |= edge
    return known


def makers(session: Session, user_ids: Iterable[int]) -> set[int]:
    """Who ever made one of these accounts, by the audit."""
    subjects = [f"user:{number}" for number in user_ids]
    made = select(AuditEvent.actor_id).where(
        AuditEvent.subject.in_(subjects), AuditEvent.tag == EventTag.USER_CREATE.value
    )
    return {number for number in session.scalars(made) if number is not None}


def made_by(session: Session, user_ids: Iterable[int]) -> set[int]:
    """The accounts these ever made."""
    made = select(AuditEvent.subject).where(
        AuditEvent.actor_id.in_(list(user_ids)), AuditEvent.tag == EventTag.USER_CREATE.value
    )
    return {int(subject.partition(":")[2]) for subject in session.scalars(made)}


def entangled(session: Session, user_ids: Iterable[int | None], now: datetime) -> set[int]:
    """The accounts that are no second person for an act on accounts by or about ``user_ids``.

    These themselves; their hands, with everything of the last week whoever looked; whoever ever made one of
    them or was made by one.
    """
    own = {number for number in user_ids if number is not None}
    hands = set[int]().union(*(one_hand(session, number, now - YOUNG) for number in own), own)
    return hands | makers(session, own) | made_by(session, own)


def is_young(session: Session, user_id: int | None, now: datetime) -> bool:
    """Whether a colleague made the account, or made it an administrator, within the last week.

    What was made on the command line is as old as the machine: whoever sits there needs no account.
    """
    user = session.get(User, user_id) if user_id else None
    if user is None:
        return False
    armed = select(Grant.id).where(
        Grant.user_id == user.id,
        Grant.role == Role.ADMIN,
        Grant.revoked_at.is_(None),
        Grant.granted_by_id.is_not(None),
    )
    since = now - YOUNG
    if session.scalar(armed.where(Grant.created_at > since).limit(1)) is not None:
        return True
    return user.created_at > since and bool(makers(session, [user.id]))
