"""The job that learns a scorecard."""

from typing import Any

from app.kit.web.extensions import db
from app.kit.web.queue import Progress, long_job
from app.match_runs.scorecards import operations
from models.access import Actor
from models.clock import today


@long_job
def learn_card(progress: Progress, actor: Actor, scorecard_id: int) -> dict[str, Any]:
    """Learn and judge the scorecard ``scorecard_id`` for ``actor``; the name is kept in queued jobs."""
    return operations.carry_out(db.session, actor, scorecard_id, progress, today())
