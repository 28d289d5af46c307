"""Python's collector looks through everything that lives, in the middle of an answer: what stays is aside.

What was imported is put aside by the start (wsgi.py); templates, statements and word lists come with the
first pages, and looking through them took up to 0.3 s of a page.

Nothing here may list what lives (`gc.get_objects`): the list holds what another thread is still making, and
a tuple that somebody else holds cannot be finished (SystemError, an answer 500).
"""

import gc
import time
from collections.abc import Callable

# Seconds of processor: a shorter pass is not felt.
SHORT = 0.01
# What is put aside is never looked through again, though it may have been one answer's: not for ever.
TIMES = 30


class Aside:
    """Puts aside what a whole pass left, where the pass was long, ``times`` times in the process's life."""

    def __init__(self, times: int = TIMES, clock: Callable[[], float] = time.thread_time) -> None:
        self.times, self.clock = times, clock
        self.begun = 0.0

    def __call__(self, phase: str, told: dict[str, int]) -> None:
        if told["generation"] < 2:
            return
        if phase == "start":
            self.begun = self.clock()
            return
        if self.times and self.clock() - self.begun >= SHORT:
            self.times -= 1
            gc.freeze()
        if not self.times:
            gc.callbacks.remove(self)


def put_aside_what_stays() -> Aside:
    """From here on, in this process; what is there already at once."""
    aside = Aside()
    gc.freeze()
    gc.callbacks.append(aside)
    return aside
