"""The job that learns a points card."""

from typing import Any

from app.kit.web.extensions import db
from app.kit.web.queue import Progress, job
from app.match_runs.scorecards import operations
from models.access import Actor


@job
def learn_card(progress: Progress, actor: Actor, card_id: int) -> dict[str, Any]:
    """Learn and judge the card ``card_id`` for ``actor``."""
    return operations.carry_out(db.session, actor, card_id, progress)
