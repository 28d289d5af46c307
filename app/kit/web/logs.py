"""The log of a process: each line with its time, and a fault that repeats itself told once a minute.

While a database is away every request and every look into the queue meets the same fault: told each time with
its whole story, they filled a disk with 20,000 lines a second.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty

FIRST, WINDOW = 3, 60.0
AWAY = (psycopg.OperationalError, OperationalError, InterfaceError, PoolIsEmpty)
FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


@dataclass
class Seen:
    """How often one kind of line came since ``since``."""

    since: float
    count: int = 0


class Repetition(logging.Filter):
    """Lets the first three lines of a kind through in a minute, then one that says how many were left out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.clock = clock
        self.seen: dict[tuple[str, int, str, str], Seen] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        now, key = self.clock(), _kind(record)
        seen = self.seen.setdefault(key, Seen(now))
        if now - seen.since >= WINDOW:
            left_out = seen.count - FIRST
            seen.since, seen.count = now, 0
            if left_out > 0:
                record.msg = f"{record.getMessage()} [{left_out} more like it in the last minute or longer]"
                record.args = ()
        seen.count += 1
        if len(self.seen) > 1000:  # kinds are few; a message that carries its values must not fill the memory
            self.seen.clear()
        return seen.count <= FIRST


def _kind(record: logging.LogRecord) -> tuple[str, int, str, str]:
    problem = record.exc_info[1] if record.exc_info else None
    return record.name, record.levelno, str(record.msg)[:200], type(problem).__name__


class OneLineWhileAway(logging.Formatter):
    """The story of a fault; one line where there is only to say that the database does not answer."""

    def format(self, record: logging.LogRecord) -> str:
        problem = record.exc_info[1] if record.exc_info else None
        if not isinstance(problem, AWAY):
            return super().format(record)
        reason = str(getattr(problem, "orig", problem)).strip().partition("\n")[0]
        told = logging.makeLogRecord(record.__dict__ | {"exc_info": None, "exc_text": None})
        return f"{super().format(told)}: {type(problem).__name__}: {reason}"


def init_app(app: Flask) -> None:
    """Let everything that is logged go through one handler; tests look at the records themselves."""
    if app.testing or any(handler.get_name() == __name__ for handler in logging.root.handlers):
        return
    handler = logging.StreamHandler()
    handler.set_name(__name__)
    handler.setFormatter(OneLineWhileAway(FORMAT))
    handler.addFilter(Repetition())
    logging.root.addHandler(handler)
