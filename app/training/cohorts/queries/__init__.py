"""Scoped reads of this room."""

from app.training.cohorts.queries.classes import class_page, state_counts
from app.training.cohorts.queries.people import learners, people_of
from app.training.cohorts.queries.tasks import tasks

__all__ = ["class_page", "learners", "people_of", "state_counts", "tasks"]
