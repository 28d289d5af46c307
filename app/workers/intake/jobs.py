"""A county's roster: read up to its preview, then written into the register, all of it or nothing."""

from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.kit.files.spreadsheet import SpreadsheetError
from app.kit.web.extensions import db
from app.kit.web.nightly import nightly
from app.kit.web.queue import OFF_AND_ON, Cancelled, JobProblem, Progress, enqueue, job
from app.workers.intake import queries, told_work
from app.workers.intake.categories import settle_batch
from app.workers.intake.operations import confirm, left_behind, throw_away, tidy
from app.workers.intake.read import read_batch
from app.workers.intake.write import take_back_arrivals
from app.workers.roster.reader import RosterError
from models.access import Actor, Permission
from models.clock import today, utc_now
from models.i18n import N_, Sentence
from models.integrity import breaks
from models.people.intake import BATCH_WORKFLOW, BatchState
from models.workflow import IllegalTransition

ATTEMPTS = 3
# What another county, or another import of this one, may register at this very moment: then one looks again.
TAKEN_MEANWHILE = ("worker.id_digest", "household.county_code.code")
TOO_LATE = Sentence("这个文件已经导入、取消或重新读取，没有再导入一次。")
CROWDED = Sentence("别的县正在登记同样的证件号码，没有导入。请过一分钟再点一次“确认导入”。")


@job
def read_roster(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any] | None:
    """Read the file of batch ``subject_id``; what stops the reading is kept with the batch."""
    batch = queries.own_batch(db.session, actor, subject_id)
    if batch is None:
        raise PermissionError
    if batch.state is not BatchState.READING:
        return None
    take_back_arrivals(db.session, subject_id)  # of a confirm that was given up
    try:
        return {"previewed": read_batch(db.session, actor, batch, today(), progress.tell)}
    except (SpreadsheetError, RosterError) as problem:
        db.session.rollback()
        BATCH_WORKFLOW.advance(db.session, batch, "fail", actor)
        batch.problem, batch.content = problem.sentence.text, None
        db.session.commit()
        raise JobProblem(problem.sentence) from problem
    except Cancelled:
        db.session.rollback()
        throw_away(db.session, actor, batch)
        db.session.commit()
        raise


def _is_anything_left() -> bool:
    return bool(left_behind(db.session, utc_now()))


@job
def import_roster(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any] | None:
    """Confirm batch ``subject_id``. Done again, it finds its work done.

    Its worker killed, it goes on where it stopped; given up for another reason, it is taken back whole.
    """
    try:
        if not progress.is_again:
            take_back_arrivals(db.session, subject_id)  # of a confirm that was given up
        return _import(progress, actor, subject_id)
    except OFF_AND_ON:
        raise  # another worker takes it up
    except Exception:
        db.session.rollback()
        take_back_arrivals(db.session, subject_id)
        raise


def _import(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any] | None:
    for _attempt in range(ATTEMPTS):
        batch = queries.own_batch(db.session, actor, subject_id, Permission.WORKER_IMPORT)
        if batch is None:
            raise PermissionError
        if batch.state is not BatchState.CONFIRMED:
            try:
                confirm(db.session, actor, batch, progress.tell, utc_now())
                if (batch.reading or {}).get("work"):
                    enqueue(db.session, actor, "write_told_work", subject_id)
                enqueue(db.session, actor, "refresh_index", 0)  # many new people: the matching's index is old
                db.session.commit()
            except IntegrityError as problem:
                db.session.rollback()
                if not breaks(problem, *TAKEN_MEANWHILE):
                    raise
                continue
            except (IllegalTransition, StaleDataError) as problem:
                raise JobProblem(TOO_LATE) from problem
        counts = dict(batch.counts)
        tidy(db.session, subject_id)
        return counts
    raise JobProblem(CROWDED)


@job
def write_told_work(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any] | None:
    """Write down where people of batch ``subject_id`` work, as its file says."""
    batch = queries.own_batch(db.session, actor, subject_id, Permission.WORKER_IMPORT)
    if batch is None:
        raise PermissionError
    return told_work.write_told(db.session, actor, batch, today(), progress.tell).counts()


@job
def withdraw_arrivals(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any] | None:
    """Delete whom batch ``subject_id`` brought and nobody sees any more."""
    told_work.take_back_told(db.session, actor, subject_id)
    gone = take_back_arrivals(db.session, subject_id)
    settle_batch(db.session, subject_id, today())
    enqueue(db.session, actor, "refresh_index", 0)
    db.session.commit()
    return {"gone": gone}


@nightly("03:20", N_("把没有导完的花名册清掉"), _is_anything_left)
def clear_broken_imports(session: Session, today: date) -> int:
    """Take back what imports that were given up have left; how many people nobody ever saw."""
    return sum(take_back_arrivals(session, number) for number in left_behind(session, utc_now()))
