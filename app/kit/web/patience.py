"""How long the writing requests of this process wait for a lock: never all its threads for one.

Nine forms that met a lock once took every thread from everybody. Half of the threads may wait to the end; the
others wait as long as it takes many to write one after another, and not at all once somebody has waited to
the end in vain: then the lock is stuck, and it stays so until somebody gets it.
"""

import threading
import time

THREADS = 4  # of a web process
MOST_PATIENT, IMPATIENT_SECONDS, LEAST_SECONDS = THREADS // 2, 1.5, 0.01


class Patience:
    """The writing transactions that wait, or (where a lock is met only later) that are open."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._since: dict[int, float] = {}
        self._is_stuck = False

    def enter(self, key: int, most: float) -> float:
        """One more begins; how many seconds it may wait, at ``most``."""
        with self._guard:
            others = [since for one, since in self._since.items() if one != key]
            now = self._since[key] = time.monotonic()
        if len(others) < MOST_PATIENT:
            return most
        if self._is_stuck:
            return LEAST_SECONDS
        return min(most, max(LEAST_SECONDS, IMPATIENT_SECONDS - (now - min(others))))

    def leave(self, key: int, *, in_vain: bool) -> None:
        """It got what it waited for, or did not."""
        with self._guard:
            began = self._since.pop(key, None)
            was_refused = in_vain and began is not None and time.monotonic() - began < IMPATIENT_SECONDS / 2
            if began is not None and not was_refused:
                self._is_stuck = in_vain
