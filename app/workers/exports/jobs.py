"""The register as a file: number in, rows through the asker's scope, a sealed workbook out."""

import tempfile
from typing import Any

from app.kit.web.extensions import db
from app.kit.web.queue import JobProblem, Progress, job
from app.workers.exports import operations, queries
from app.workers.exports.workbook import write_roster
from models.access import Actor, Permission
from models.clock import today, utc_now
from models.i18n import N_, Sentence

WRITING = N_("正在写表")
RIGHTS_CHANGED = Sentence("你的权限已经变了，这份表没有导出。")


@job
def export_workers(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any]:
    """Write the roster that a WorkerExport asks for. Runs again without harm."""
    wanted = queries.own_export(db.session, actor, subject_id)
    if wanted is None:
        raise JobProblem(RIGHTS_CHANGED)
    search, cities = queries.search_of(wanted), queries.prefecture_names(db.session)
    db.session.rollback()
    progress.tell(WRITING, 0)
    with tempfile.TemporaryFile() as file:
        workers = queries.all_matching(db.session, actor, search, today(), Permission.WORKER_EXPORT)
        rows = write_roster(file, workers, cities, lambda count: progress.tell(done=count))
        file.seek(0)
        content = file.read()
    if (wanted := queries.own_export(db.session, actor, subject_id)) is None:
        raise JobProblem(RIGHTS_CHANGED)
    operations.keep(db.session, actor, wanted, content, rows, utc_now())
    db.session.commit()
    return {"rows": rows}
