"""Read a county's file up to its preview."""

from typing import Any

from app.extensions import db
from app.guards import today
from app.imports import queries
from app.imports.importer import read_batch
from app.imports.operations import throw_away
from app.queue import Cancelled, JobProblem, Progress, job
from app.spreadsheet import SpreadsheetError
from app.workers.roster import RosterError
from models.access import Actor
from models.intake import BATCH_WORKFLOW, BatchState


@job
def read_roster(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any] | None:
    """Read the file of batch ``subject_id``; what stops the reading is kept with the batch."""
    batch = queries.own_batch(db.session, actor, subject_id)
    if batch is None or batch.state is not BatchState.READING:
        return None
    try:
        return {"previewed": read_batch(db.session, actor, batch, today(), progress.tell)}
    except (SpreadsheetError, RosterError) as problem:
        db.session.rollback()
        BATCH_WORKFLOW.advance(db.session, batch, "fail", actor)
        batch.problem, batch.content = problem.sentence, None
        db.session.commit()
        raise JobProblem(problem.sentence) from problem
    except Cancelled:
        db.session.rollback()
        throw_away(db.session, actor, batch)
        db.session.commit()
        raise
