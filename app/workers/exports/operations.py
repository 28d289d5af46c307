"""Asking for the register as a file, and keeping the file that a job wrote."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.kit.web.queue import enqueue
from app.workers.exports import queries
from app.workers.queries import Search
from app.workers.search import without_numbers
from models import vault
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.people.worker import WorkerExport


def ask_for(session: Session, actor: Actor, search: Search, purpose: str) -> WorkerExport:
    """Note that ``actor`` wants what ``search`` finds as a file, what for, and have the job make it."""
    export = WorkerExport(user_id=actor.user_id, purpose=purpose, filters=sealed(search))
    session.add(export)
    session.flush()
    export.job_id = enqueue(session, actor, "export_workers", export.id).id
    told = replace(search, q=without_numbers(search.q)).filled()
    record(session, actor, EventTag.WORKER_EXPORT, export, purpose=purpose, key=told)
    return export


def sealed(search: Search) -> dict[str, str]:
    """What is kept of a search: its text, which may be a whole number, under the vault's key."""
    filters = search.filled()
    if text := filters.pop("q", ""):
        filters["sealed"] = vault.seal(text.encode(), queries.SEALED_TEXT).hex()
    return filters


def keep(
    session: Session, actor: Actor, export: WorkerExport, content: bytes, rows: int, now: datetime
) -> None:
    """Keep the finished file, and note how many people are in it. The asker's older files are dropped."""
    export.content, export.rows, export.ready_at = content, rows, now
    session.execute(
        update(WorkerExport)
        .where(WorkerExport.user_id == export.user_id, WorkerExport.id < export.id)
        .values(content=None)
    )
    record(session, actor, EventTag.WORKER_EXPORT, export, purpose=export.purpose, rows=rows)


def note_command_export(session: Session, actor: Actor, area_code: str, rows: int, purpose: str) -> None:
    """Note that a county's register was written to a file on the command line."""
    subject = f"area:{area_code}"
    record(session, actor, EventTag.WORKER_EXPORT, subject, purpose=purpose, rows=rows)
