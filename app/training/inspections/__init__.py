"""Use cases of this room. The caller commits."""

from app.training.lessons.operations.inspections import inspect
from app.training.lessons.operations.marking import Mark, check_in, close_lesson, save_marks
from app.training.lessons.operations.timetable import (
    STALE,
    Clash,
    add_lesson,
    change_lesson,
    completed,
    fixed,
    import_timetable,
    judge,
    may_change,
    needs_reason,
    remove_lesson,
)

__all__ = [
    "STALE",
    "Clash",
    "Mark",
    "add_lesson",
    "change_lesson",
    "check_in",
    "close_lesson",
    "completed",
    "fixed",
    "import_timetable",
    "inspect",
    "judge",
    "may_change",
    "needs_reason",
    "remove_lesson",
    "save_marks",
]
