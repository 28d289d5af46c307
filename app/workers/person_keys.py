"""Keys that stand for a person in other tables: what becomes of them when the person's number changes.

One job, one class at a time, one open application, trained once, paid once a year: each of these rules is an
index on a key that is, or begins with, the digest of the person's number. Whoever corrects a number or finds
out that two records are one person carries the keys along, or the rule would follow the record and forget the
person.
"""

from typing import Any

from sqlalchemy import Column, or_, select, update
from sqlalchemy.orm import Session

from models.base import Base

KEYS = (
    "placement.active_digest",
    "enrolment.active_digest",
    "enrolment.trained_key",
    "settlement_case.active_digest",
    "claim_line.payment_key",
    "work_subsidy_line.payment_key",
)
LAST_CHARACTER = "\U0010ffff"

Rewritten = dict[str, dict[int, list[str | None]]]  # {table.column: {row: [before, after]}}


def column_of(name: str) -> Column[Any]:
    """The column that is called ``table.column``."""
    table, _dot, column = name.partition(".")
    return Base.metadata.tables[table].c[column]


def keys_of(session: Session, name: str, digest: str) -> dict[int, str]:
    """The keys of one column that stand for the person with ``digest``, by row."""
    column = column_of(name)
    is_theirs = or_(column == digest, (column > f"{digest}:") & (column < f"{digest}:{LAST_CHARACTER}"))
    return dict(session.execute(select(column.table.c.id, column).where(is_theirs)).all())


def set_key(session: Session, name: str, row: int, key: str | None) -> None:
    """Write one key. Objects in the session are not refreshed."""
    table = column_of(name).table
    values = {column_of(name).name: key}
    session.execute(update(table).where(table.c.id == row).values(values))


def rekey(session: Session, before: str, after: str) -> tuple[Rewritten, Rewritten]:
    """Let every key of the person with the digest ``before`` stand for ``after``.

    Returns what was rewritten, and what could not be since the key is taken (both as [before, after]). The
    caller has flushed, and refreshes what it holds.
    """
    done: Rewritten = {}
    taken: Rewritten = {}
    for name in KEYS:
        column = column_of(name)
        for row, key in keys_of(session, name, before).items():
            wanted = after + key.removeprefix(before)
            is_free = not column.unique or not session.scalar(select(column).where(column == wanted).limit(1))
            (done if is_free else taken).setdefault(name, {})[row] = [key, wanted]
            if is_free:
                set_key(session, name, row, wanted)
    return done, taken
