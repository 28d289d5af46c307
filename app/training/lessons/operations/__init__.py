"""Use cases of this room. The caller commits."""

from app.training.lessons.operations.timetable import (
    STALE,
    Clash,
    add_lesson,
    change_lesson,
    import_timetable,
    may_change,
    needs_reason,
    remove_lesson,
)

__all__ = [
    "STALE",
    "Clash",
    "add_lesson",
    "change_lesson",
    "import_timetable",
    "may_change",
    "needs_reason",
    "remove_lesson",
]
