"""Acts killed at random moments: after each kill all of it is there or nothing; run again, it is done."""

import contextlib
import hashlib
import os
import random
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import create_engine, text

from drills import soundness
from drills.snapshots import Snapshot

BEGUN, DONE = b"b", b"d"
MOST_TRIES = 4
Does = Callable[[], object]


@dataclass
class Killed:
    """How often an act was killed while it ran, and how often it was over before (that is no kill); how often
    it was left half done; what was unsound; whether the last run, over whatever the last kill left, led to
    what an undisturbed one leads to."""

    wanted: int = 0
    times: int = 0
    late: int = 0
    halves: int = 0
    unsound: list[str] = field(default_factory=list)
    same: bool = True

    def said(self) -> str:
        """In one line."""
        same = "the same rows" if self.same else "OTHER ROWS"
        return (
            f"{self.halves} half done of {self.times} kills while it ran ({self.late} came after its end and "
            f"do not count); run again: {same}; {soundness.said(self.unsound)}"
        )

    def is_met(self) -> bool:
        """Nothing half done, and killed as often as it was meant to."""
        return not self.halves and not self.unsound and self.same and self.times >= self.wanted > 0


def run(does: Does, after: float | None = None) -> tuple[float, bool]:
    """Do it in a process of its own, or kill that with its children after so many seconds; how long it took,
    and whether it still ran.

    A fork: what starting a process takes is not the act's. It must inherit no open connection.
    """
    reader, writer = os.pipe()
    sys.stdout.flush()
    number = os.fork()
    if number == 0:
        os.close(reader)
        _live(does, writer)
    os.close(writer)
    with open(reader, "rb", buffering=0) as told:
        told.read(len(BEGUN))
        began = time.monotonic()
        if after is not None:
            select.select([told], [], [], after)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(number, signal.SIGKILL)
        is_done = told.read(len(DONE)) == DONE
        seconds = time.monotonic() - began
    _number, status = os.waitpid(number, 0)
    if not is_done and not os.WIFSIGNALED(status):
        raise RuntimeError(f"the act ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, not is_done


def _live(does: Does, writer: int) -> None:
    """The life of the child. It never returns."""
    status = 1
    try:
        os.setsid()
        os.write(writer, BEGUN)
        does()
        os.write(writer, DONE)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def in_application(app: Flask, does: Does) -> Does:
    """The same within the application, on connections of its own."""

    def act() -> None:
        from app.kit.web.extensions import db

        with app.app_context():
            db.engine.dispose(close=False)
            does()

    return act


class Act:
    """What is done to the database at ``url``, and the queries that show it to those who look."""

    def __init__(self, url: str, does: Does, shown: Sequence[str], troubles: "soundness.Ask") -> None:
        self.url, self.does, self.shown, self.troubles = url, does, shown, troubles
        self.before, self.done = self.look(), ""
        self.seconds = 0.0

    def look(self) -> str:
        """One hash over all rows that the queries show."""
        engine, seen = create_engine(self.url), hashlib.sha256()
        with engine.connect() as connection:
            for query in self.shown:
                seen.update(repr([tuple(row) for row in connection.execute(text(query))]).encode())
        engine.dispose()
        return seen.hexdigest()

    def undisturbed(self) -> None:
        """Do it once to its end, to know what it takes and what it leads to."""
        self.seconds, _running = run(self.does)
        self.done = self.look()
        assert self.before != self.done, "the act does something"
        print(f"undisturbed: {self.seconds:.1f} s", flush=True)

    def kill(self, killed: Killed, times: int, start: Snapshot, most: float, seed: int = 1) -> None:
        """Kill it ``times`` times from ``start`` on, each within ``most`` seconds. What a kill left is what
        the next one finds; it begins at ``start`` again where all was done.

        Other work on the machine makes an act longer or shorter: a kill that finds it over is another try.
        """
        start.restore()
        moments, killed.wanted, goal = random.Random(seed), killed.wanted + times, killed.times + times
        for _try in range(MOST_TRIES * times):
            if killed.times == goal:
                return
            after = moments.uniform(0.02, 1.0) * most
            seconds, was_running = run(self.does, after)
            if was_running:
                killed.times += 1
            else:
                killed.late, most = killed.late + 1, min(most, seconds)
            left = self.look()
            killed.halves += left not in (self.before, self.done)
            killed.unsound += self.troubles()
            told = {self.before: "nothing", self.done: "all"}.get(left, "HALF")
            what = "killed" if was_running else "over"
            print(f"{killed.times}/{goal}: {what} after {min(after, seconds):.2f} s: {told} done", flush=True)
            if left != self.before:
                start.restore()

    def end(self, killed: Killed) -> None:
        """Do it over what the last kill left: the same as undisturbed?"""
        run(self.does)
        killed.same = killed.same and self.look() == self.done
