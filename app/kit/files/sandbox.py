"""Runs one of our own readers in a process of its own, with limits: what strangers send is opened only
there."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import IO, Any, NamedTuple

from models.i18n import Refusal

HERE = Path(__file__).parent
# The limits are taken on before anything of the reader is imported.
_START = """
import sys, resource
from importlib import import_module
root, module, memory, seconds, output = sys.argv[1:]
for what, most in (("AS", memory), ("CPU", seconds), ("FSIZE", output), ("CORE", 0)):
    resource.setrlimit(getattr(resource, "RLIMIT_" + what), (int(most), int(most)))
sys.path.append(root)
import_module(module).main()
"""


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


def run(module: str, file: IO[bytes], spool: IO[bytes], limits: Limits) -> None:
    """Let ``module``'s ``main()`` read ``file`` (its standard input) and write to ``spool``.

    Its processor time is limited; the clock is the looser bound, for a machine that is busy with other
    things: what ends by it says nothing about the file. Raises Killed.
    """
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, str(HERE), module, *map(str, limits)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            stdin=file,
            stdout=spool,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=CLOCK * limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Killed("clock") from None
    if done.returncode:
        raise Killed(_DEATHS.get(done.returncode, "other"))


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
