"""Scoped reads of this room."""

from app.training.subsidies.queries.claims import lines_of, page_of, totals
from app.training.subsidies.queries.tasks import tasks

__all__ = ["lines_of", "page_of", "tasks", "totals"]
