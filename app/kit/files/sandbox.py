"""Runs one of our own readers in a process of its own, with limits: what strangers send is opened only
there."""

import subprocess
import sys
from pathlib import Path
from typing import IO, NamedTuple

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
    """The child died of a limit or took too long: ``args[0]`` is "memory", "time", "output" or "other"."""


_DEATHS = {-6: "memory", -9: "time", -24: "time", -25: "output"}  # SIGABRT, SIGKILL, SIGXCPU, SIGXFSZ


def run(module: str, file: IO[bytes], spool: IO[bytes], limits: Limits) -> None:
    """Let ``module``'s ``main()`` read ``file`` (its standard input) and write to ``spool``.

    Its processor time is limited; the clock is the looser bound, for a machine that is busy with other
    things. Raises Killed.
    """
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, str(HERE), module, *map(str, limits)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            stdin=file,
            stdout=spool,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=4 * limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Killed("time") from None
    if done.returncode:
        raise Killed(_DEATHS.get(done.returncode, "other"))
