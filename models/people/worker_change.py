"""Which workers changed since when: written by the database itself, however a row is changed.

What the index tells of a worker out of other tables (a class finished) is noted by the code that changes it.

An index of workers kept beside the database is true for all rows except those noted here after it was built.
"""

import time

from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.triggers import Triggers

SQLITE_UP = [
    "CREATE TRIGGER worker_insert_noted AFTER INSERT ON worker BEGIN "
    "INSERT INTO worker_change (worker_id, at) SELECT NEW.id, CAST(strftime('%s', 'now') AS INTEGER); END",
    "CREATE TRIGGER worker_update_noted AFTER UPDATE ON worker BEGIN "
    "INSERT INTO worker_change (worker_id, at) SELECT NEW.id, CAST(strftime('%s', 'now') AS INTEGER); END",
    "CREATE TRIGGER worker_delete_noted AFTER DELETE ON worker BEGIN "
    "INSERT INTO worker_change (worker_id, at) SELECT OLD.id, CAST(strftime('%s', 'now') AS INTEGER); END",
]
POSTGRESQL_UP = [
    "CREATE FUNCTION worker_noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO worker_change (worker_id, at) "
    "VALUES (COALESCE(NEW.id, OLD.id), EXTRACT(EPOCH FROM clock_timestamp())::bigint); RETURN NULL; END $$",
    "CREATE TRIGGER worker_noted AFTER INSERT OR UPDATE OR DELETE ON worker "
    "FOR EACH ROW EXECUTE FUNCTION worker_noted()",
]
SQLITE_DOWN = [f"DROP TRIGGER worker_{verb}_noted" for verb in ("insert", "update", "delete")]
POSTGRESQL_DOWN = ["DROP TRIGGER worker_noted ON worker", "DROP FUNCTION worker_noted()"]
TRIGGERS = Triggers(SQLITE_UP, SQLITE_DOWN, POSTGRESQL_UP, POSTGRESQL_DOWN)


class WorkerChange(Base):
    """One change of one worker's row; ``at`` in seconds since 1970. Kept for a week."""

    __tablename__ = "worker_change"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    worker_id: Mapped[int]
    at: Mapped[int] = mapped_column(BigInteger, index=True)


def note(session: Session, worker_id: int) -> None:
    """Note that something changed for a worker which does not stand in their own row."""
    session.add(WorkerChange(worker_id=worker_id, at=int(time.time())))


watch, unwatch = TRIGGERS.create, TRIGGERS.drop
TRIGGERS.come_with(WorkerChange)
