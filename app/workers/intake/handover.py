"""A township's file on its way to the county: handed in, called or sent back, and what became of it read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.workers.intake.operations import refuse_busy
from models.access import Actor, Permission
from models.people.intake import BATCH_WORKFLOW, ImportBatch


def submit(session: Session, actor: Actor, batch: ImportBatch, now: datetime) -> None:
    """Hand a preview in to the county. Raises IllegalTransition or TransitionRefused."""
    refuse_busy(session, batch)
    BATCH_WORKFLOW.advance(session, batch, "submit", actor, at=now)
    batch.submitted_at = now
    batch.answers = {name: kept for name, kept in (batch.answers or {}).items() if name != "returned"}


def recall(session: Session, actor: Actor, batch: ImportBatch, now: datetime) -> None:
    """Take a file back before the county confirmed it."""
    refuse_busy(session, batch)
    BATCH_WORKFLOW.advance(session, batch, "recall", actor, at=now)
    batch.submitted_at = None


def hand_back(session: Session, actor: Actor, batch: ImportBatch, reason: str, now: datetime) -> None:
    """Send a file back to its collector, who reads the reason. Raises TransitionRefused without one."""
    refuse_busy(session, batch)
    BATCH_WORKFLOW.advance(session, batch, "hand_back", actor, at=now, reason=reason)
    batch.submitted_at = None
    said = {"who": actor.name, "at": now.isoformat(), "reason": reason.strip()}
    batch.answers = (batch.answers or {}) | {"returned": said}


def note_seen(batch: ImportBatch, now: datetime) -> None:
    """The collector has read what became of the file."""
    batch.seen_at = batch.seen_at or now


def is_collector(actor: Actor) -> bool:
    """Whether ``actor`` sends rosters that somebody else confirms."""
    return actor.can(Permission.ROSTER_SEND) and not actor.can(Permission.WORKER_IMPORT)


@dataclass(frozen=True)
class Amendment:
    """What somebody else than the sender changed in a preview: a cell, rows or a column left out."""

    who: str
    at: datetime
    sheet: str = ""
    row: int = 0
    header: str = ""
    before: str = ""
    after: str = ""
    rows: int = 0
    is_left_out: bool = False


def amendments(batch: ImportBatch) -> Sequence[Amendment]:
    """What others than the sender changed in ``batch``, in the order it was done."""
    kept = [*(batch.answers or {}).get("cells", []), *(batch.answers or {}).get("ticks", [])]
    others = [one for one in kept if one["user"] != batch.user_id]
    return sorted((_amendment(one) for one in others), key=lambda one: one.at)


def _amendment(kept: dict[str, Any]) -> Amendment:
    values = {name: value for name, value in kept.items() if name in Amendment.__dataclass_fields__}
    return Amendment(**{**values, "at": datetime.fromisoformat(kept["at"])})
