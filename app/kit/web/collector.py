"""Python's collector looks through everything that lives, in the middle of an answer: what stays is aside.

What was imported is put aside by the start (wsgi.py); templates, statements and word lists come with the
first pages, and looking through them took up to 0.3 s of a page.
"""

import gc

# A pass over fewer is not felt (10 to 20 ms).
MANY = 30_000
# What is put aside is never looked through again, though it may have been one answer's: not for ever.
TIMES = 30


class Aside:
    """Puts aside what a whole pass left, where that is much, ``times`` times in the process's life."""

    def __init__(self, times: int = TIMES, many: int = MANY) -> None:
        self.times, self.many = times, many

    def __call__(self, phase: str, told: dict[str, int]) -> None:
        if phase != "stop" or told["generation"] < 2:
            return
        if self.times and len(gc.get_objects(generation=2)) >= self.many:
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
