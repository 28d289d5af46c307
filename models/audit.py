"""The audit: an append-only, hash-chained table, written in the transaction of the act itself.

``record`` only notes the event; the rows are chained just before the commit, because the chain's lock must be
the last one a transaction takes (PostgreSQL would deadlock otherwise). If the row cannot be written, the
commit fails and the act with it.

Each row is sealed under a key that does not lie in the database (models/vault.py): whoever holds the database
alone can rewrite rows, and never a hash that fits. Rows from before there was a key (``key_id`` 0, plain
SHA-256) stay as they are: the first sealed row covers the last of them by its hash, and that one all before.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Integer, String, event, insert, select, text
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from models import vault
from models.access import Role, everything
from models.append_only import protect
from models.base import Base
from models.clock import utc_now
from models.event_tags import PAYLOAD_KEYS, EventTag
from models.types import UTCDateTime

GENESIS = "0" * 64
_LOCK_KEY = 320_161_225
_PENDING = "pending_audit"
_as_json = json.JSONEncoder(ensure_ascii=False).encode  # made once: a walk seals a million rows
_COLUMNS = ("id", "at", "actor_id", "actor_name", "tag", "subject", "payload", "previous", "hash", "key_id")
Follower = Callable[[Connection, Sequence[dict[str, Any]]], None]
_followers: list[Follower] = []
_marks: WeakKeyDictionary[SessionTransaction, int] = WeakKeyDictionary()


class AuditEvent(Base):
    """One act. ``hash`` covers the row and the hash before it, under the key ``key_id`` (0: no key)."""

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(60))
    tag: Mapped[str] = mapped_column(String(40), index=True)
    subject: Mapped[str] = mapped_column(String(40), index=True)
    payload: Mapped[str] = mapped_column(String)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    key_id: Mapped[int] = mapped_column(default=0, server_default="0")

    __scope__ = {Role.AUDITOR: everything, Role.ADMIN: everything}

    @property
    def details(self) -> dict[str, Any]:
        """The payload, as it was recorded."""
        details: dict[str, Any] = json.loads(self.payload)
        return details

    def fingerprint(self) -> str:
        """The hash this row ought to carry."""
        parts = self.id, self.at.isoformat(), self.actor_id, self.actor_name, self.tag, self.subject
        return seal((*parts, self.payload, self.previous), self.key_id)


def seal(parts: Sequence[Any], key_id: int) -> str:
    """The hash of a row's ``parts``. Raises VaultLocked when its key is missing."""
    if key_id == 0:
        return hashlib.sha256(_as_json(parts).encode()).hexdigest()
    return vault.audit_mac(_as_json((*parts, key_id)).encode(), key_id)


@event.listens_for(AuditEvent.__table__, "after_create")
def _append_only(table: Any, connection: Connection, **options: Any) -> None:
    protect(connection)


def record(session: Session, actor: Any, tag: EventTag, subject: Any, /, **payload: Any) -> None:
    """Note that ``actor`` did ``tag`` to ``subject`` (a row, or a text such as ``user:7``).

    Raises ValueError for a payload key that is not declared: no personal number may slip in.
    """
    if undeclared := set(payload) - PAYLOAD_KEYS:
        raise ValueError(f"undeclared audit keys: {sorted(undeclared)}")
    if not session.in_transaction():
        session.begin()  # so that a rollback reaches the event even when nothing else was done
    session.info.setdefault(_PENDING, []).append((utc_now(), actor, tag, subject, payload))


def subject_name(subject: Any) -> str:
    """Name a row the way the audit does: ``table:id``."""
    return subject if isinstance(subject, str) else f"{subject.__tablename__}:{subject.id}"


def events_of(
    session: Session, subject: Any, tags: Collection[EventTag] = (), most: int = 100
) -> Sequence[AuditEvent]:
    """What was recorded about one row, the latest first; with ``tags``, those only."""
    statement = select(AuditEvent).where(AuditEvent.subject == subject_name(subject))
    if tags:
        statement = statement.where(AuditEvent.tag.in_([tag.value for tag in tags]))
    return session.scalars(statement.order_by(AuditEvent.id.desc()).limit(most)).all()


def has_done(session: Session, actor: Any, tag: EventTag, subject: Any) -> bool:
    """Whether ``actor`` did ``tag`` to ``subject`` in a transaction that was committed.

    What must be seen before it is judged (a paper before it is accepted) asks here: to open is an act of the
    audit anyway, so nothing else has to remember it.
    """
    return bool(did_to(session, actor, tag, [subject]))


def did_to(session: Session, actor: Any, tag: EventTag, subjects: Iterable[Any]) -> set[int]:
    """The numbers of those of ``subjects`` for which :func:`has_done` holds; one query for all."""
    names = {subject_name(subject): subject.id for subject in subjects}
    if not names:
        return set()
    done = select(AuditEvent.subject).where(
        AuditEvent.subject.in_(names), AuditEvent.tag == tag.value, AuditEvent.actor_id == actor.user_id
    )
    return {names[name] for name in session.scalars(done)}


def noted(session: Session) -> list[tuple[int | None, str, str, dict[str, Any]]]:
    """What this transaction has noted and not yet written: who, tag, subject, payload."""
    pending = session.info.get(_PENDING, ())
    return [
        (actor.user_id, tag.value, subject_name(subject), payload)
        for _at, actor, tag, subject, payload in pending
    ]


def follows(follower: Follower) -> Follower:
    """Decorator: ``follower`` is handed the rows, by column, that the audit just wrote, and writes in
    the same transaction what stands beside them."""
    _followers.append(follower)
    return follower


def take_noted(session: Session) -> list[Any]:
    """Take what this transaction has noted, to be noted by another one (:func:`note_again`): when, who, tag,
    the subject by its name, payload."""
    pending = session.info.pop(_PENDING, ())
    return [(at, actor, tag, subject_name(subject), payload) for at, actor, tag, subject, payload in pending]


def note_again(session: Session, acts: Sequence[Any]) -> None:
    """Note acts that :func:`take_noted` took from a transaction that was rolled back."""
    session.info.setdefault(_PENDING, []).extend(acts)


@event.listens_for(Session, "before_commit")
def _chain(session: Session) -> None:
    if session.in_nested_transaction():
        return
    pending = session.info.pop(_PENDING, None)
    if not pending:
        return
    session.flush()
    key_id = vault.audit_key_in_use()
    number, previous = _lock_and_read_tail(session) or (0, GENESIS)
    rows = []
    for at, actor, tag, subject, payload in pending:
        number += 1
        told = json.dumps(payload, ensure_ascii=False, default=str)
        parts = number, at.isoformat(), actor.user_id, actor.name, tag.value, subject_name(subject), told
        own = seal((*parts, previous), key_id)
        values = number, at, *parts[2:], previous, own, key_id
        rows.append(dict(zip(_COLUMNS, values, strict=True)))
        previous = own
    session.execute(insert(AuditEvent), rows)
    for follower in _followers:
        follower(session.connection(), rows)


@event.listens_for(Session, "after_transaction_create")
def _remember(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        _marks[transaction] = len(session.info.get(_PENDING, ()))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    # Only what was noted inside a savepoint goes with it; a whole rollback takes everything.
    kept = _marks.get(transaction, 0) if transaction.nested else 0
    del session.info.get(_PENDING, [])[kept:]


def _lock_and_read_tail(session: Session) -> tuple[int, str] | None:
    """Nobody else appends until this transaction ends: SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
    return tail(session)


def tail(session: Session) -> tuple[int, str] | None:
    """Number and hash of the newest row: what is kept outside the database as an anchor."""
    newest = select(AuditEvent.id, AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
    row = session.execute(newest).one_or_none()
    return (row.id, row.hash) if row else None
