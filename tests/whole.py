"""How much of what could be tried a run of the suite tries: a fixed share, or with SUITE=whole all of it.

A test that tries everything there is (each field of each form, each page of each role) makes the same claim
about a share that is the same in every run; ``make test-whole`` makes it about all, and the drills' targets
(HOSTILE=whole, ASKING=whole) about all of their own. A long story in a browser is told on SQLite, and with
SUITE=whole or STORIES=both on PostgreSQL too. What is left out of a run altogether: tests/drills.py.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def is_whole(drill: str = "SUITE") -> bool:
    """Whether all is wanted, of the suite or of this drill."""
    return "whole" in (os.environ.get("SUITE"), os.environ.get(drill))


def is_drilled(drill: str) -> bool:
    """Whether a drill of the suite (tests/drills.py) is asked for, or all."""
    return is_whole() or os.environ.get("DRILL") == drill


def share(part: int, whole: int, drill: str = "SUITE") -> int:
    """How many to try: ``part`` in the suite, ``whole`` where all are wanted, or this drill."""
    return whole if is_drilled(drill) else part


def some(of_all: Sequence[T], every: int, drill: str = "SUITE") -> list[T]:
    """Each so-manieth of a list, from the first on; all of it where all is wanted, or this drill."""
    return list(of_all if is_drilled(drill) else of_all[::every])


def story_databases() -> tuple[str, ...]:
    """On which databases a long story in a browser is told."""
    return ("sqlite", "postgresql") if is_whole() or os.environ.get("STORIES") == "both" else ("sqlite",)
