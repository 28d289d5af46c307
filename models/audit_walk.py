"""The walk over the audit's chain: every row is sealed anew, in batches, as the database keeps it.

Rows are read past the models: a million of them in less than a minute, and a cell that an intruder made
unreadable is a broken row, not an error.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from models import vault
from models.audit import GENESIS, seal
from models.vault import VaultLocked

STRIDE = 5_000
LONG = len("2026-11-29 08:00:00.000000")
# The first batch has no lower bound: a row numbered 0 or less is an insertion like any other.
FIRST = text(
    "SELECT id, at, actor_id, actor_name, tag, subject, payload, previous, hash, key_id "
    "FROM audit_event ORDER BY id LIMIT :stride"
)
NEXT = text(
    "SELECT id, at, actor_id, actor_name, tag, subject, payload, previous, hash, key_id "
    "FROM audit_event WHERE id > :after ORDER BY id LIMIT :stride"
)
# The same with the instant as SQLite writes it: reading it as one costs half of the walk.
POSTGRES_FIRST = text(
    "SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS at, "
    "actor_id, actor_name, tag, subject, payload, previous, hash, key_id "
    "FROM audit_event ORDER BY id LIMIT :stride"
)
POSTGRES_NEXT = text(
    "SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS at, "
    "actor_id, actor_name, tag, subject, payload, previous, hash, key_id "
    "FROM audit_event WHERE id > :after ORDER BY id LIMIT :stride"
)


def verify(
    session: Session,
    anchored: Mapping[int, str] | None = None,
    tell: Callable[[int], None] | None = None,
) -> int | None:
    """The first number at which the chain is broken, or None.

    ``anchored`` are hashes by number that were kept outside the database: they find a tail that was cut off
    and a history that was rewritten. ``tell`` hears after each batch how far the walk is; it may begin a new
    transaction, so that no lock is held for the whole walk.
    """
    outside = {number: kept for number, kept in (anchored or {}).items() if number}
    previous, expected, key_id = GENESIS, 1, 0
    for rows in _batches(session):
        for row in rows:
            if row.id != expected or row.previous != previous or not _is_as_sealed(row, key_id):
                return expected
            if outside.pop(expected, row.hash) != row.hash:
                return expected
            previous, expected, key_id = row.hash, expected + 1, row.key_id
        if tell:
            tell(expected - 1)
    return expected if outside else None


def key_missing_at(session: Session, number: int) -> bool:
    """Whether the row ``number`` does not fit because its key is not on the ring."""
    statement = text("SELECT key_id FROM audit_event WHERE id = :number")
    key_id = session.scalar(statement, {"number": number})
    return isinstance(key_id, int) and key_id != 0 and not vault.has_audit_key(key_id)


def _batches(session: Session) -> Iterator[list[Row[Any]]]:
    is_postgres = session.connection().dialect.name == "postgresql"
    first, following = (POSTGRES_FIRST, POSTGRES_NEXT) if is_postgres else (FIRST, NEXT)
    rows = list(session.execute(first, {"stride": STRIDE}))
    while rows:
        yield rows
        rows = list(session.execute(following, {"after": rows[-1].id, "stride": STRIDE}))


def _is_as_sealed(row: Row[Any], least_key: int) -> bool:
    """Whether a row's hash fits. Keys only go up: a row without one, or under an older one, was put in later
    by somebody who does not hold the present one."""
    try:
        parts = row.id, _instant(row.at), row.actor_id, row.actor_name, row.tag, row.subject
        if row.key_id < least_key:
            return False
        right = seal((*parts, row.payload, row.previous), row.key_id)
    except (TypeError, ValueError, VaultLocked):
        return False
    return bool(right == row.hash)


def _instant(stored: Any) -> str:
    """``at`` as it was sealed. Raises ValueError for what the platform never wrote."""
    if not isinstance(stored, str) or len(stored) != LONG or stored[10] != " ":
        raise ValueError("no instant of ours")
    return f"{stored[:10]}T{stored[11:]}".removesuffix(".000000") + "+00:00"
