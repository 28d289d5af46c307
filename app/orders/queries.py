"""Scoped reads of this area."""

from datetime import date

from sqlalchemy.orm import Session

from app.navigation import Task
from models.access import Actor


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """Return what waits for ``actor`` in this area today."""
    return []
