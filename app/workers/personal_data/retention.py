"""What outlives an erasure because the law wants it kept, and the end of everything that has a time."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Delete, Update, delete, func, select, update
from sqlalchemy.orm import Session

from models.access import SYSTEM
from models.audit import record
from models.base import rows_changed
from models.clock import CHINA
from models.event_tags import EventTag
from models.lists import ListExport
from models.messages.message import Message
from models.messages.text_message import TextMessage
from models.people.intake import ImportBatch, ImportRow
from models.people.retention import RETENTIONS, Kept, RetainedIdentity, keep_until, kept_since
from models.people.worker import Worker, WorkerExport, records_of
from models.training.enrolment import Enrolment
from models.training.subsidy import ClaimLine, LedgerEntry

ROWS: Any = ImportRow.__table__
SLICE = 2_000  # rows of rosters at a time: nobody waits long for the writer


def keep_for_the_law(session: Session, worker: Worker) -> RetainedIdentity | None:
    """Seal name and number of somebody who was paid, before they are wiped; None where nobody was paid."""
    paid = (
        select(func.max(LedgerEntry.paid_on))
        .join(ClaimLine, ClaimLine.id == LedgerEntry.line_id)
        .join(Enrolment, Enrolment.id == ClaimLine.enrolment_id)
        .where(Enrolment.worker_id.in_(records_of(worker.id)))
    )
    last = session.scalar(paid)
    if last is None:
        return None
    kept = RetainedIdentity(
        worker_id=worker.id,
        kept=Kept.PAID,
        sealed={"name": worker.name, "id_number": worker.id_number or ""},
        keep_until=keep_until(Kept.PAID, last),
        law=RETENTIONS[Kept.PAID].law,
    )
    session.add(kept)
    return kept


def retained(session: Session, worker: Worker) -> RetainedIdentity | None:
    """What is still kept of somebody who was erased."""
    return session.scalar(select(RetainedIdentity).where(RetainedIdentity.worker_id == worker.id))


def end(session: Session, today: date) -> dict[str, int]:
    """Take away what has reached its time: how much of each. Commits, in slices."""
    old_file = WorkerExport.ready_at < _before(Kept.EXPORT, today), WorkerExport.content.is_not(None)
    due: dict[Kept, Update | Delete] = {
        Kept.PAID: delete(RetainedIdentity).where(RetainedIdentity.keep_until < today),
        Kept.EXPORT: update(WorkerExport).where(*old_file).values(content=None),
        Kept.MESSAGE: delete(Message).where(Message.created_at < _before(Kept.MESSAGE, today)),
    }
    old = select(Message.id).where(Message.created_at < _before(Kept.MESSAGE, today))
    session.execute(delete(TextMessage).where(TextMessage.message_id.in_(old)))
    counts = {kept: rows_changed(session, statement) for kept, statement in due.items()}
    old_list = ListExport.ready_at < _before(Kept.EXPORT, today), ListExport.content.is_not(None)
    counts[Kept.EXPORT] += rows_changed(session, update(ListExport).where(*old_list).values(content=None))
    session.commit()
    counts[Kept.ROSTER] = _end_rosters(session, today)
    told = {kept.value: count for kept, count in counts.items() if count}
    if told:
        record(session, SYSTEM, EventTag.RETENTION_END, "retention", counts=told)
        session.commit()
    return told


def _before(kept: Kept, today: date) -> datetime:
    return datetime.combine(kept_since(kept, today), time(), CHINA)


def _end_rosters(session: Session, today: date) -> int:
    """Empty what old rosters said, word for word; that there was a row, and whose, stays."""
    batches = select(ImportBatch.id).where(ImportBatch.created_at < _before(Kept.ROSTER, today))
    full: ColumnElement[bool] = ImportRow.payload.is_not(None) | ImportRow.changes.is_not(None)
    total = 0
    while True:
        ids = session.scalars(
            select(ImportRow.id).where(ImportRow.batch_id.in_(batches), full).limit(SLICE)
        ).all()
        if not ids:
            session.rollback()
            return total
        emptied: dict[str, Any] = {"payload": None, "changes": None, "errors": [], "doubts": []}
        session.execute(update(ROWS).where(ImportRow.id.in_(ids)).values(emptied))
        session.commit()
        total += len(ids)
