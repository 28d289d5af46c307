"""Runs one of our own readers in a process of its own, with limits: what strangers send is opened only
there.

A fresh process for each file, begun by a warm parent that has the reader's code loaded and has never seen a
file (app/kit/files/readers/host.py): one parent for each kind of reader and process of ours, from the first
file on until that process ends.
"""

import atexit
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import IO, Any, NamedTuple

from app.kit.files.readers.host import ASKED, TOLD
from models.i18n import Refusal

HERE = Path(__file__).parent
HOST = HERE / "readers" / "host.py"


class Limits(NamedTuple):
    """Bytes of address space, seconds of processor, bytes of output."""

    memory: int
    seconds: int
    output: int


class Killed(Exception):
    """The child died of a limit: ``args[0]`` is "memory", "time", "output", "other", or "clock" where the
    machine was too busy to let it come to its limit of time."""


# How many times its processor time a child may take by the clock: beside eleven others it is not too slow.
CLOCK = 12.0
_DEATHS = {-6: "memory", -9: "time", -24: "time", -25: "output"}  # SIGABRT, SIGKILL, SIGXCPU, SIGXFSZ


class Used:
    """What the readers of this process have used: seconds of processor, the most memory of one (bytes)."""

    seconds = 0.0
    memory = 0


class _Host:
    """A warm parent and the door to it."""

    def __init__(self, module: str) -> None:
        self.owner = os.getpid()
        self.door, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-I", "-X", "utf8", str(HOST)]
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [*command, str(HERE), module, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                pass_fds=[theirs.fileno()],
            )

    def ask(self, file: IO[bytes], spool: IO[bytes], limits: Limits) -> socket.socket:
        """Have a child begin; how it ends is told on the line that this returns. Raises OSError."""
        ours, theirs = socket.socketpair()
        with theirs:
            handed = [file.fileno(), spool.fileno(), theirs.fileno()]
            try:
                socket.send_fds(self.door, [ASKED.pack(*limits)], handed)
            except OSError:
                ours.close()
                raise
        return ours

    def end(self) -> None:
        """Close the door and wait until it is gone."""
        self.door.close()
        if self.owner == os.getpid():
            self.process.wait()


_hosts: dict[str, _Host] = {}
_one_at_a_time = threading.Lock()


def _host(module: str, gone: _Host | None = None) -> _Host:
    """The warm parent of a reader; another one than ``gone``."""
    with _one_at_a_time:
        host = _hosts.get(module)
        if host is None or host is gone or host.owner != os.getpid():
            if host:
                host.end()
            host = _hosts[module] = _Host(module)
        return host


@atexit.register
def end_hosts() -> None:
    """Let no warm parent outlive this process."""
    while _hosts:
        _hosts.popitem()[1].end()


def run(module: str, file: IO[bytes], spool: IO[bytes], limits: Limits) -> None:
    """Let ``module``'s ``main()`` read ``file`` (its standard input) and write to ``spool``.

    Its processor time is limited; the clock is the looser bound, for a machine that is busy with other
    things: what ends by it says nothing about the file. Raises Killed.
    """
    told = b""
    host = None
    for _try in range(2):  # a parent that somebody killed is replaced once
        host = _host(module, gone=host)
        try:
            with host.ask(file, spool, limits) as line:
                line.settimeout(CLOCK * limits.seconds)
                told = line.recv(TOLD.size)
        except TimeoutError:
            raise Killed("clock") from None
        except OSError:
            continue
        if told:
            break
    if not told:
        raise Killed("other")
    status, seconds, memory = TOLD.unpack(told)
    Used.seconds += seconds
    Used.memory = max(Used.memory, memory * 1024)
    if status:
        raise Killed(_DEATHS.get(status, "other"))


class NotTaken(Refusal):
    """A stranger's file is not taken; ``problem``'s value is the sentence for the sender."""

    def __init__(self, problem: Enum) -> None:
        super().__init__(problem.value)
        self.problem = problem


_REASONS = {"memory": "TOO_LARGE", "output": "TOO_LARGE", "time": "TOO_SLOW", "clock": "BUSY"}


def opened(
    data: bytes, module: str, most: int, limits: Limits, refusal: Callable[[str], NotTaken]
) -> tuple[dict[str, Any], bytes]:
    """What a reader made of ``data``: what it says about it (a line of JSON), and the new bytes.

    Raises what ``refusal`` makes of the name of a problem: EMPTY, TOO_HEAVY (more than ``most`` bytes),
    TOO_LARGE, TOO_SLOW, BUSY, DAMAGED, or the name under which the reader refused it.
    """
    if not data or len(data) > most:
        raise refusal("TOO_HEAVY" if data else "EMPTY")
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as spool:
        file.write(data)
        file.seek(0)
        try:
            run(module, file, spool, limits)
        except Killed as death:
            raise refusal(_REASONS.get(death.args[0], "DAMAGED")) from None
        spool.seek(0)
        about = json.loads(spool.readline())
        if "refused" in about:
            raise refusal(about["refused"])
        return about, spool.read()
