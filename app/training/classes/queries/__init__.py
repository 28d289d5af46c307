"""Scoped reads of this room."""

from app.training.classes.queries.classes import class_page, state_counts
from app.training.classes.queries.people import learners, people_of
from app.training.classes.queries.tasks import tasks

__all__ = ["class_page", "learners", "people_of", "state_counts", "tasks"]
