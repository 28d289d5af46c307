"""Which workers are alive on this machine: each holds a lock that the system frees at the moment it dies."""

import fcntl
import os
import uuid
from contextlib import suppress
from pathlib import Path
from typing import IO

from flask import Flask

_ours: dict[str, IO[bytes]] = {}  # by name; a lock of POSIX is gone as soon as its process closes the file


def folder(app: Flask) -> Path:
    """Where the locks of this machine's workers lie."""
    path: Path = app.config["INSTANCE"] / "workers"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def enter(app: Flask) -> str:
    """Say that this process works; the name by which others ask about it."""
    if not _ours:
        name = uuid.uuid4().hex
        file = (folder(app) / name).open("xb")
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _ours[name] = file
    return own_name()


def own_name() -> str:
    """The name of this process; "" for one that did not enter."""
    return next(iter(_ours), "")


def is_dead(app: Flask, name: str) -> bool | None:
    """Whether a worker of this machine is dead; None for one of another machine."""
    if name in _ours:
        return False
    try:
        file = (folder(app) / name).open("r+b") if name else None
    except FileNotFoundError:
        return None
    if file is None:
        return None
    with file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def bury(app: Flask) -> None:
    """Remove what dead workers left; their jobs are told to the others first."""
    for path in folder(app).iterdir():
        if is_dead(app, path.name):
            with suppress(FileNotFoundError):
                os.unlink(path)
