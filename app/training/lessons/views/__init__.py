"""HTTP of this room, one file per kind of page."""

from app.training.lessons.blueprint import bp
from app.training.lessons.views import attendance, check_in, imports, inspections, rolls, timetable

__all__ = ["attendance", "bp", "check_in", "imports", "inspections", "rolls", "timetable"]
