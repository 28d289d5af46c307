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

__all__ = [
    "Attended",
    "Outlook",
    "attendance",
    "attendances",
    "below_threshold",
    "outlook",
    "outlooks",
    "standard",
    "threshold",
]
