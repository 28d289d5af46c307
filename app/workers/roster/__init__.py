"""Rosters of workers as counties keep them: read, and written back in the same columns."""

from app.workers.roster.findings import Finding
from app.workers.roster.reading import RosterError, RosterReading, Skipped, UnknownColumn, read_roster
from app.workers.roster.rows import RosterRow

__all__ = [
    "Finding",
    "RosterError",
    "RosterReading",
    "RosterRow",
    "Skipped",
    "UnknownColumn",
    "read_roster",
]
