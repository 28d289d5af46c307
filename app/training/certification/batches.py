"""A spreadsheet of results on its way in: taken and checked, then confirmed once, by the rules of that
moment."""

from datetime import date

from sqlalchemy.orm import Session

from app.kit.files.bulk_upload.batches import confirm_once
from app.kit.files.bulk_upload.reading import read
from app.training.certification import bulk_upload as importer
from app.training.certification import checking, operations
from app.training.certification.columns import LAYOUTS
from models.access import Actor, Permission
from models.training.certificate import ResultBatch, ResultKind
from models.training.training_class import TrainingClass

PERMISSION = {ResultKind.MARKS: Permission.EXAM_RECORD, ResultKind.CERTIFICATES: Permission.CERTIFICATE_ISSUE}


def take(
    session: Session,
    actor: Actor,
    training_class: TrainingClass,
    kind: ResultKind,
    data: bytes,
    filename: str,
    today: date,
    held_on: date | None = None,
) -> ResultBatch:
    """Read and check a file of the class and keep it for its preview. Raises
    app.kit.files.bulk_upload.reading.Unreadable."""
    reading = read(data, LAYOUTS[kind])
    importer.find_learners(session, training_class, reading.lines, kind)
    if kind is ResultKind.MARKS:
        checking.check_marks(session, training_class, reading.lines)
    else:
        checking.check_certificates(session, training_class, reading.lines, today)
    batch = importer.keep(session, actor, training_class, kind, filename, reading)
    batch.held_on = held_on
    return batch


def confirm(session: Session, actor: Actor, batch: ResultBatch, today: date) -> int:
    """Write the good rows; returns how many. Raises TransitionRefused the second time or when a rule is
    broken."""
    lines = confirm_once(batch).good
    if batch.kind is ResultKind.MARKS:
        marks = [mark for line in lines if (mark := checking.mark_of(line))]
        return operations.record_marks(
            session, actor, batch.training_class, marks, batch.held_on or today, today, file=batch.filename
        )
    entries = [entry for line in lines if (entry := checking.entry_of(line, batch.training_class, today))]
    return len(operations.issue(session, actor, batch.training_class, entries, today))
