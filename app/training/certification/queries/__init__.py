"""Scoped reads of this room, and what other rooms ask about a class's results."""

from app.training.certification.queries.outcomes import ClassOutcomes, MonthFound, funnel, outcomes
from app.training.certification.queries.tasks import tasks

__all__ = ["ClassOutcomes", "MonthFound", "funnel", "outcomes", "tasks"]
