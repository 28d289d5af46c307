"""Scoped reads of this room."""

from app.training.claims.queries.claims import lines_of, page_of, totals
from app.training.claims.queries.tasks import tasks

__all__ = ["lines_of", "page_of", "tasks", "totals"]
