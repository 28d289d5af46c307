"""Write the good rows of a preview into the register, all of them or none."""

from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.extensions import db
from app.imports import queries
from app.imports.operations import confirm
from app.match_runs.operations import rebuild_if_stale
from app.queue import JobProblem, Progress, job
from models.access import Actor
from models.intake import BatchState
from models.words import N_
from models.workflow import IllegalTransition

ATTEMPTS = 3
TOO_LATE = N_("这个文件已经导入、取消或重新读取，没有再导入一次。")
CROWDED = N_("别的县正在登记同样的证件号码，没有导入。请过一分钟再点一次“确认导入”。")


@job
def import_roster(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any] | None:
    """Confirm batch ``subject_id``. Done again, it finds its work done."""
    for _attempt in range(ATTEMPTS):
        batch = queries.own_batch(db.session, actor, subject_id)
        if batch is None:
            return None
        if batch.state is BatchState.CONFIRMED:
            return dict(batch.counts)
        try:
            counts = confirm(db.session, actor, batch, progress.tell)
            rebuild_if_stale(db.session, actor)
            db.session.commit()
        except IntegrityError:  # somebody registered one of the numbers at this very moment: look again
            db.session.rollback()
        except (IllegalTransition, StaleDataError) as problem:
            raise JobProblem(TOO_LATE) from problem
        else:
            return counts
    raise JobProblem(CROWDED)
