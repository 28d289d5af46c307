"""The job behind a run of the engine."""

from typing import Any

from app.extensions import db, read_only
from app.match_runs import operations
from app.queue import Progress, job
from models.access import Actor


@job
def match(progress: Progress, actor: Actor, run_id: int) -> dict[str, Any]:
    """Carry out the run ``run_id`` for ``actor``."""
    return operations.carry_out(db.session, actor, run_id, progress, read_only)
