"""HTTP of this room, one file per kind of page."""

from app.training.lessons.blueprint import bp
from app.training.lessons.views import check_in, imports, rolls, timetable

__all__ = ["bp", "check_in", "imports", "rolls", "timetable"]
