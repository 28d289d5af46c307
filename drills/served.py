"""A platform as it is deployed (supervisor, web server, job worker: real processes), to be killed at will."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.factories.ports import free_port
from tests.factories.stage import ROOT
from tests.factories.watched_process import tree

SERVE, WORK = ("serve", "--quiet"), ("work",)
PATIENCE = 120


def wait_until(is_so: Callable[[], bool], seconds: float, what: str, step: float = 0.1) -> float:
    """Wait; return how long it took. Raises TimeoutError with ``what``."""
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(step)
    return time.monotonic() - began


class Machine:
    """One machine of the platform: its processes, in the environment of the drill (see stage.set_up)."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder, self.port = folder, port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "XIESHOU_INSTANCE": str(folder), "OPENBLAS_NUM_THREADS": "1"}
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder / "server.log"

    def start(self, *words: str) -> None:
        """Start it; returns at once."""
        words = words or (*SERVE, "--port", str(self.port))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", *words],
                env=self.environment,
                cwd=ROOT,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )

    def answers(self) -> bool:
        """Whether its web server answers: the port alone is the supervisor's from the first moment."""
        door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(door):
            door.request("HEAD", "/static/icon.svg")
            door.getresponse()
            return True
        return False

    def processes(self, word: str = "") -> list[int]:
        """Numbers of its processes, the supervisor first; with ``word`` those that are called so, or were
        started with that argument."""
        if self.process is None:
            return []
        return [number for number in tree(self.process.pid) if not word or word in _names(number)]

    def kill(self, word: str) -> list[int]:
        """Kill the first process started with ``word``; return the numbers of all that ran at this moment."""
        there = self.processes()
        os.kill(self.processes(word)[0], signal.SIGKILL)
        return there

    def stop(self) -> None:
        """End it in order."""
        if self.process is None:
            return
        there = self.processes()
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=30)
        for number in there:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def _arguments(number: int) -> list[str]:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{number}/cmdline").read_text(errors="replace").split("\0")
    return []


def _names(number: int) -> list[str]:
    with contextlib.suppress(OSError):
        return [Path(f"/proc/{number}/comm").read_text().strip(), *_arguments(number)]
    return []


def alive(numbers: list[int]) -> list[int]:
    """Which of the processes still run."""
    return [number for number in numbers if any(_arguments(number))]  # a zombie has none


@contextmanager
def machine(folder: Path) -> Iterator[Machine]:
    """A machine whose web server answers."""
    one = Machine(folder)
    one.start()
    try:
        wait_until(one.answers, PATIENCE, "the server comes up")
        yield one
    finally:
        one.stop()
