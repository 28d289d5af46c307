"""A spreadsheet of results on its way in: taken and checked, then confirmed once, by the rules of that moment."""

from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.training.results import checking, importer, operations
from app.training.results.columns import HEADINGS
from models.access import Actor, Permission
from models.base import utc_now
from models.training.certificate import ResultBatch, ResultKind
from models.training.cohort import Cohort
from models.words import N_
from models.workflow import TransitionRefused

PERMISSION = {ResultKind.MARKS: Permission.EXAM_RECORD, ResultKind.CERTIFICATES: Permission.CERTIFICATE_ISSUE}


def take(
    session: Session, actor: Actor, cohort: Cohort, kind: ResultKind, data: bytes, filename: str, today: date,
    held_on: date | None = None,
) -> ResultBatch:  # fmt: skip
    """Read and check a file of the class and keep it for its preview. Raises importer.Unreadable."""
    reading = importer.read(data, kind)
    importer.find_learners(session, cohort, reading.lines, kind)
    if kind is ResultKind.MARKS:
        checking.check_marks(session, cohort, reading.lines)
    else:
        checking.check_certificates(session, cohort, reading.lines, today)
    batch = importer.keep(session, actor, cohort, kind, filename, reading)
    batch.held_on = held_on
    return batch


def confirm(session: Session, actor: Actor, batch: ResultBatch, today: date) -> int:
    """Write the good rows; returns how many. Raises TransitionRefused the second time or when a rule is broken."""
    if batch.confirmed_at is not None:
        raise TransitionRefused(N_("这个文件已经导入过了。"))
    batch.confirmed_at = utc_now()
    lines = importer.reading_of(batch).good
    if batch.kind is ResultKind.MARKS:
        marks = [mark for line in lines if (mark := checking.mark_of(line))]
        return operations.record_marks(session, actor, batch.cohort, marks, batch.held_on or today, today,
                                       file=batch.filename)  # fmt: skip
    entries = [entry for line in lines if (entry := checking.entry_of(line, batch.cohort, today))]
    return len(operations.issue(session, actor, batch.cohort, entries, today))


def headings(batch: ResultBatch) -> list[tuple[str, str]]:
    """Return (field, heading) of the batch's columns, in order."""
    return [(one.field, _(one.header)) for one in HEADINGS[batch.kind]]
