"""Scoped reads of this room, and what other rooms ask about attendance."""

from app.training.lessons.queries.anomalies import Anomaly, anomalies
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
from app.training.lessons.queries.inspections import candidates, lesson_now, marked_present, seed_of, visits_of
from app.training.lessons.queries.roll import (
    RollLine,
    counts,
    learner,
    lessons_on,
    marked_counts,
    may_take,
    next_lesson,
    own_seat,
    roll,
    unclosed,
)
from app.training.lessons.queries.table import table
from app.training.lessons.queries.tasks import tasks
from app.training.lessons.queries.timetable import (
    board,
    digest_of,
    frame,
    lessons_of,
    planned,
    settled,
    summary,
    teachers,
)

__all__ = [
    "Anomaly",
    "Attended",
    "Outlook",
    "RollLine",
    "anomalies",
    "attendance",
    "attendances",
    "below_threshold",
    "board",
    "candidates",
    "counts",
    "digest_of",
    "frame",
    "learner",
    "lesson_now",
    "lessons_of",
    "lessons_on",
    "marked_counts",
    "marked_present",
    "may_take",
    "next_lesson",
    "outlook",
    "outlooks",
    "own_seat",
    "planned",
    "roll",
    "seed_of",
    "settled",
    "standard",
    "summary",
    "table",
    "tasks",
    "teachers",
    "threshold",
    "unclosed",
    "visits_of",
]
