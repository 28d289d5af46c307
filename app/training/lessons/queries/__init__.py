"""Scoped reads of this room, and what other rooms ask about attendance."""

from app.training.lessons.queries.attendance import (
    Attended,
    Outlook,
    attendance,
    attendances,
    below_threshold,
    outlook,
    outlooks,
    standard,
    threshold,
)
from app.training.lessons.queries.timetable import board, digest_of, frame, lessons_of, planned, settled, teachers

__all__ = [
    "Attended",
    "Outlook",
    "attendance",
    "attendances",
    "below_threshold",
    "board",
    "digest_of",
    "frame",
    "lessons_of",
    "outlook",
    "outlooks",
    "planned",
    "settled",
    "standard",
    "teachers",
    "threshold",
]
