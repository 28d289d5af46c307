"""The job that does a step of the night again, because an administrator asks for it."""

from typing import Any

from app.kit.web.extensions import db
from app.kit.web.nightly import carry_out, steps
from app.kit.web.queue import JobProblem, Progress, long_job
from models.access import Actor, Permission
from models.background_job import NightlyOutcome
from models.i18n import Sentence

NOT_DONE = Sentence("还是没有做成，原因在系统日志里。")


@long_job
def nightly_again(progress: Progress, actor: Actor, outcome_id: int) -> dict[str, Any]:
    """Do the step of an outcome."""
    if not actor.can(Permission.USER_ADMIN):
        raise PermissionError
    name = db.session.get_one(NightlyOutcome, outcome_id).name
    db.session.rollback()
    if not carry_out(db.session, next(step for step in steps() if step.name == name)):
        raise JobProblem(NOT_DONE)
    return {"step": name}
