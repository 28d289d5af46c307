"""Reads for the register as a file.

Rows are read a thousand at a time, each in a transaction of its own: a long reading one would keep writers
waiting on SQLite.
"""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.workers.queries import Search, matching_workers
from models import vault
from models.access import Actor, Permission
from models.people.worker import Worker, WorkerExport
from models.reference.area import Area

CHUNK = 1000
SEALED_TEXT = "worker_export.filters"


def search_of(export: WorkerExport) -> Search:
    """The search whose people the file holds."""
    filters = dict(export.filters)
    if text := filters.pop("sealed", ""):
        filters["q"] = vault.unseal(bytes.fromhex(text), SEALED_TEXT).decode()
    return Search.read(filters)


def own_export(session: Session, actor: Actor, export_id: int) -> WorkerExport | None:
    """A file that ``actor`` asked for, as long as they may still have it."""
    if not actor.can(Permission.WORKER_EXPORT):
        return None
    return session.scalar(
        select(WorkerExport).where(WorkerExport.id == export_id, WorkerExport.user_id == actor.user_id)
    )


def all_matching(
    session: Session, actor: Actor, search: Search, today: date, permission: Permission
) -> Iterator[Worker]:
    """Every worker that ``search`` finds, by number; none stays in the session."""
    last = 0
    while True:
        session.connection(execution_options={"readonly": True})
        statement = matching_workers(session, actor, search, today, permission).where(Worker.id > last)
        chunk = session.scalars(
            statement.order_by(Worker.id).limit(CHUNK).options(joinedload(Worker.household))
        ).all()
        session.expunge_all()
        session.rollback()
        yield from chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].id


def prefecture_names(session: Session) -> dict[str, str]:
    """The names of all prefectures by code."""
    rows = session.execute(select(Area.code, Area.name).where(Area.code.like("%00")))
    return dict(rows.all())
