"""The jobs of matching: a run of the engine, and the candidate index of this machine built anew."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from app.kit.web.extensions import db, read_only
from app.kit.web.nightly import nightly
from app.kit.web.queue import Progress, long_job
from app.match_runs import candidate_index, operations
from models.access import Actor
from models.clock import today
from models.i18n import N_


@long_job
def match(progress: Progress, actor: Actor, run_id: int) -> dict[str, Any]:
    """Carry out the run ``run_id`` for ``actor``."""
    return operations.carry_out(db.session, actor, run_id, progress, read_only)


@long_job
def rebuild_index(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any]:
    """Build the index anew where this machine's is out of date about the worker ``subject_id`` (0: any)."""
    if not candidate_index.is_stale(db.session, subject_id):
        return {}
    return operations.rebuild_index(db.session, today(), read_only)


@long_job
def refresh_index(progress: Progress, actor: Actor, subject_id: int) -> dict[str, Any]:
    """After a large import: build the index anew where it has fallen behind."""
    return operations.refresh_index(db.session, today(), read_only)


@nightly("02:00", N_("重建候选人索引"), is_due_at_start=lambda: not candidate_index.exists())
def build_index(session: Session, day: date) -> dict[str, Any]:
    """The index of this machine; the first worker on a machine does not wait for the night."""
    return operations.rebuild_index(session, day, read_only)
