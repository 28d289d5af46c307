"""The register as a file: number in, rows through the asker's scope, a sealed workbook out."""

import tempfile
from typing import Any

from app.kit.web.extensions import db
from app.kit.web.queue import JobProblem, Progress, job
from app.workers import exports
from app.workers.queries import Search
from models.access import Actor, Permission
from models.clock import today
from models.i18n import N_

WRITING = N_("正在写表")
GONE = N_("你的权限已经变了，这份表没有导出。")


@job
def export_workers(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any]:
    """Write the roster that a WorkerExport asks for. Runs again without harm."""
    wanted = exports.own_export(db.session, actor, subject_id)
    if wanted is None:
        raise JobProblem(GONE)
    search, cities = Search.read(wanted.filters), exports.prefecture_names(db.session)
    db.session.rollback()
    progress.tell(WRITING, 0)
    with tempfile.TemporaryFile() as file:
        found = exports.all_found(db.session, actor, search, today(), Permission.WORKER_EXPORT)
        rows = exports.write_roster(file, found, cities, lambda count: progress.tell(done=count))
        file.seek(0)
        content = file.read()
    if (wanted := exports.own_export(db.session, actor, subject_id)) is None:
        raise JobProblem(GONE)
    exports.keep(db.session, actor, wanted, content, rows)
    db.session.commit()
    return {"rows": rows}
