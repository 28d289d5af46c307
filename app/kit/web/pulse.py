"""The sign of life of the job workers, in the queue's store: every host sees those of all others."""

import time
from contextlib import suppress

from flask import Flask

from app.kit.web.queue import LANES

BEAT_SECONDS, LATE_SECONDS = 10.0, 60.0
_KEY = "worker-seen"


class Pulse:
    """Beats every ten seconds at most, however often it is asked to."""

    def __init__(self, app: Flask) -> None:
        self.app, self.beaten_at = app, float("-inf")

    def beat(self) -> None:
        """Write down that a worker is alive now. Raises what the store raises."""
        if time.monotonic() - self.beaten_at >= BEAT_SECONDS:
            self.app.extensions[LANES[0]].put(_KEY, str(time.time()))
            self.beaten_at = time.monotonic()


def silent_for(app: Flask) -> float | None:
    """Seconds since any worker of any host was last seen; None for never. Raises what the store raises."""
    told = app.extensions[LANES[0]].get(_KEY, peek=True)
    with suppress(TypeError, ValueError):
        return max(0.0, time.time() - float(told))
    return None
