"""Asking for the register as a file, and keeping the file that a job wrote."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.kit.web.queue import enqueue
from app.workers.queries import Search
from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.people.worker import WorkerExport


def ask_for(session: Session, actor: Actor, search: Search, purpose: str) -> WorkerExport:
    """Note that ``actor`` wants what ``search`` finds as a file, what for, and have the job make it."""
    export = WorkerExport(user_id=actor.user_id, purpose=purpose, filters=search.filled())
    session.add(export)
    session.flush()
    export.job_id = enqueue(session, actor, "export_workers", export.id).id
    record(session, actor, EventTag.WORKER_EXPORT, export, purpose=purpose, key=export.filters)
    return export


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


def note_command_export(session: Session, actor: Actor, area_code: str, rows: int) -> None:
    """Note that a county's register was written to a file on the command line."""
    subject = f"area:{area_code}"
    record(session, actor, EventTag.WORKER_EXPORT, subject, purpose="export-workers", rows=rows)
