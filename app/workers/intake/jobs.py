"""A county's roster: read up to its preview, then written into the register, all of it or nothing."""

from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.kit.files.spreadsheet import SpreadsheetError
from app.kit.web.extensions import db
from app.kit.web.queue import Cancelled, JobProblem, Progress, enqueue, job
from app.workers.intake import queries
from app.workers.intake.operations import confirm, throw_away
from app.workers.intake.read import read_batch
from app.workers.roster.reader import RosterError
from models.access import Actor, Permission
from models.clock import today, utc_now
from models.i18n import Sentence
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


@job
def import_roster(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any] | None:
    """Confirm batch ``subject_id``. Done again, it finds its work done."""
    for _attempt in range(ATTEMPTS):
        batch = queries.own_batch(db.session, actor, subject_id, Permission.WORKER_IMPORT)
        if batch is None:
            raise PermissionError
        if batch.state is BatchState.CONFIRMED:
            return dict(batch.counts)
        try:
            counts = confirm(db.session, actor, batch, progress.tell, utc_now())
            enqueue(db.session, actor, "refresh_index", 0)  # many new people: the matching's index is old
            db.session.commit()
        except IntegrityError as problem:
            db.session.rollback()
            if not breaks(problem, *TAKEN_MEANWHILE):
                raise
        except (IllegalTransition, StaleDataError) as problem:
            raise JobProblem(TOO_LATE) from problem
        else:
            return counts
    raise JobProblem(CROWDED)
