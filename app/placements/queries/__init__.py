"""Scoped reads of this area."""

from app.placements.queries.statistics import Retention, funnel, retention
from app.placements.queries.tasks import tasks

__all__ = ["Retention", "funnel", "retention", "tasks"]
