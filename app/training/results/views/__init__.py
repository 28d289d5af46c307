"""HTTP of this room, one file per kind of page."""

from app.training.results.blueprint import bp
from app.training.results.views import classes, employment, exams, imports, numbers, verify

__all__ = ["bp", "classes", "employment", "exams", "imports", "numbers", "verify"]
