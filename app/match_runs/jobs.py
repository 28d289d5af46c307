"""The jobs of matching: a run of the engine, and the candidates' index of this machine built anew."""

import logging
from typing import Any

from flask import Flask
from huey import crontab

from app.kit.web.extensions import db, read_only
from app.kit.web.queue import Progress, job
from app.match_runs import candidate_index, operations
from models.access import Actor
from models.clock import today

log = logging.getLogger(__name__)


@job
def match(progress: Progress, actor: Actor, run_id: int) -> dict[str, Any]:
    """Carry out the run ``run_id`` for ``actor``."""
    return operations.carry_out(db.session, actor, run_id, progress, read_only)


@job
def rebuild_index(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any]:
    """Build the index anew where this machine has one that is out of date about ``subject_id`` (0:
    anybody)."""
    if not candidate_index.is_stale(db.session, subject_id):
        return {}
    return operations.rebuild_index(db.session, today(), read_only)


@job
def refresh_index(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any]:
    """After a large import: build the index anew where it has fallen behind."""
    return operations.refresh_index(db.session, today(), read_only)


def schedule(app: Flask) -> None:
    """Let the worker process build the index at two in the morning in China."""

    @app.extensions["huey"].periodic_task(crontab(hour="18", minute="0"), name="nightly_index")
    def nightly_index() -> None:
        with app.app_context():
            log.info("index built: %s", operations.rebuild_index(db.session, today(), read_only))

    with app.app_context():
        if not candidate_index.exists():
            nightly_index()  # the first worker on this machine does not wait for the night
