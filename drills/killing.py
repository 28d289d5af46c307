"""Acts killed at random moments: after each kill all of it is there or nothing; run again, it is done."""

import contextlib
import hashlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import create_engine, text

from drills import soundness
from drills.snapshots import Snapshot
from tests.factories.stage import ROOT

GO = "go"


class Killed(NamedTuple):
    """How often an act was killed, how often while it ran, how often it was left half done; what was unsound;
    whether the last run, over whatever the last kill left, led to what an undisturbed one leads to."""

    times: int
    caught: int
    halves: int
    unsound: list[str]
    same: bool

    def said(self) -> str:
        """In one line."""
        same = "the same rows" if self.same else "OTHER ROWS"
        return (
            f"{self.halves} half done of {self.times} kills ({self.caught} while it ran); run again: {same}; "
            f"{soundness.said(self.unsound)}"
        )

    def is_met(self) -> bool:
        """Nothing half done, and killed often enough while it ran to mean something."""
        return not self.halves and not self.unsound and self.same and self.caught * 2 >= self.times


class Act:
    """A command on the database at ``url``, and the queries that show what it does.

    One that is told ``go`` prints a line when it begins and one when it is done: its start and its end as a
    process do not count.
    """

    def __init__(self, url: str, command: Sequence[str], shown: Sequence[str]) -> None:
        self.url, self.command, self.shown = url, list(command), shown
        self.snapshot = Snapshot(url)

    def look(self) -> str:
        """One hash over all rows that the queries show."""
        engine, seen = create_engine(self.url), hashlib.sha256()
        with engine.connect() as connection:
            for query in self.shown:
                seen.update(repr([tuple(row) for row in connection.execute(text(query))]).encode())
        engine.dispose()
        return seen.hexdigest()

    def run(self, after: float | None = None) -> tuple[float, bool]:
        """Run it, or kill it with its children ``after`` seconds; how long it took, whether it still ran."""
        with subprocess.Popen(
            self.command, cwd=ROOT, start_new_session=True, stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout
            is_told = GO in self.command
            if is_told:
                child.stdout.readline()
            began, running = time.monotonic(), False
            if after is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(timeout=after)
                running = child.poll() is None
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
            said = child.stdout.readline() if is_told else ""
            if not is_told:
                child.stdout.read()  # to its end: timed before it, all moments fell before the act had begun
            seconds = time.monotonic() - began
            child.communicate()
        if after is None and child.returncode:
            raise RuntimeError(f"{self.command} ended with {child.returncode}")
        return seconds, running and not said

    def killed(self, times: int, troubles: "soundness.Ask", seed: int = 1) -> Killed:
        """Kill it ``times`` times at random moments, then let it run."""
        before, (seconds, _running) = self.look(), self.run()
        done = self.look()
        assert before != done, "the act does something"
        print(f"undisturbed: {seconds:.1f} s", flush=True)
        self.snapshot.restore()
        moments, caught, halves, unsound = random.Random(seed), 0, 0, []
        for number in range(1, times + 1):
            after = moments.uniform(0.02, 1.0) * seconds
            caught += self.run(after)[1]
            left = self.look()
            halves += left not in (before, done)
            unsound += troubles()
            told = {before: "nothing", done: "all"}.get(left, "HALF")
            print(f"{number}/{times}: killed after {after:.2f} s: {told} done", flush=True)
            if left != before:
                self.snapshot.restore()
        self.run()
        return Killed(times, caught, halves, unsound, self.look() == done)
