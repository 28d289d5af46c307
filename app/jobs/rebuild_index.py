"""The candidates' index of this machine, built anew: every night, and after somebody was erased."""

import logging
from typing import Any

from flask import Flask
from huey import crontab

from app.extensions import db, read_only
from app.guards import today
from app.match_runs import operations, stored
from app.queue import Progress, job
from models.access import Actor

log = logging.getLogger(__name__)


@job
def rebuild_index(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any]:
    """Build the index anew where this machine has one that is out of date about ``subject_id`` (0: anybody)."""
    if not stored.is_stale(db.session, subject_id):
        return {}
    return operations.rebuild_index(db.session, today(), read_only)


def schedule(app: Flask) -> None:
    """Let the worker process build the index at two in the morning in China."""

    @app.extensions["huey"].periodic_task(crontab(hour="18", minute="0"), name="nightly_index")
    def nightly_index() -> None:
        with app.app_context():
            log.info("index built: %s", operations.rebuild_index(db.session, today(), read_only))

    with app.app_context():
        if not stored.exists():
            nightly_index()  # the first worker on this machine does not wait for the night
