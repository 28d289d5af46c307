"""Children that part from this process: what is loaded once serves supervisor, web server and job worker.

A child that dies later is started anew by its command line (app/commands/serve.py): nothing of a long life
comes along. Whoever parts holds no connection and has no thread of its own; what loads libraries with threads
(the demo) is done apart, in a child that ends.
"""

import contextlib
import ctypes
import gc
import os
import runpy
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from typing import NoReturn, Protocol

import click

# linux/prctl.h
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
LOOK_SECONDS = 0.05
ENDS = (signal.SIGINT, signal.SIGTERM)


class Child(Protocol):
    """What the supervisor asks of a child, however it was started."""

    pid: int
    returncode: int | None

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...


class Parted:
    """A child that runs ``command`` (python -m ...) with what this process has loaded already."""

    def __init__(self, command: Sequence[str], at_parents_death: int, door: socket.socket | None) -> None:
        self.command = command
        self.returncode: int | None = None
        gc.freeze()  # what is shared stays shared: no child looks through it
        _say_all()
        # A word to end that comes now waits until the child has its own ways, and a group to be found by.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
        self.pid = os.fork()
        if self.pid == 0:
            _end_with(lambda: self._run(at_parents_death, door))
        with contextlib.suppress(OSError):
            os.setpgid(self.pid, self.pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)

    def _run(self, at_parents_death: int, door: socket.socket | None) -> None:
        os.setpgid(0, 0)
        die_with_parent(at_parents_death)
        module = self.command[2]
        call_process(module if module != "flask" else self.command[-1])
        for number in ENDS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
        if door is not None:
            door.close()
        sys.argv = [module, *self.command[3:]]
        runpy.run_module(module, run_name="__main__")

    def poll(self) -> int | None:
        """Its exit status, None while it runs."""
        if self.returncode is None:
            number, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if number else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises TimeoutExpired as subprocess does."""
        deadline = time.monotonic() + (timeout or float("inf"))
        while (status := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(list(self.command), timeout or 0)
            time.sleep(LOOK_SECONDS)
        return status


def begin_apart(do: Callable[[], None]) -> int:
    """Begin to do something in a child, whose number is returned for :func:`end_apart`."""
    _say_all()
    child = os.fork()
    if child == 0:
        die_with_parent(signal.SIGKILL)
        gc.disable()  # it ends soon
        _end_with(do)
    return child


def end_apart(child: int) -> None:
    """Wait for what was begun. Raises ClickException where that failed: it has said why."""
    _number, status = os.waitpid(child, 0)
    if status:
        raise click.ClickException("the database was not brought up")


def die_with_parent(number: int) -> None:
    """In a child: let the system end it when its parent is killed (Linux; elsewhere it would linger)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def call_process(name: str) -> None:
    """Let ``ps`` and ``top`` call this process by its work."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode()[:15])


def _say_all() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()


def _end_with(do: Callable[[], None]) -> NoReturn:
    """Do it and end, whatever happens: the parent's own work is not done a second time."""
    status = 1
    try:
        do()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except click.ClickException as problem:
        problem.show()
    except BaseException:
        traceback.print_exc()
    finally:
        _say_all()
        os._exit(status)
