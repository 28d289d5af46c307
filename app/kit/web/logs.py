"""The log of a process: lines for people, or JSON for programs that collect them (``LOG_FORMAT=json``).

Nothing personal stands in it, whoever wrote the line: numbers of persons are struck out where it is made, and
an error's own words go unless they are plain ASCII (our people's names are not; a value that was refused may
be one). Addresses are told as their rule, ``/workers/<int:worker_id>``, never as they were typed.

A fault that repeats itself is told once a minute: while a database is away every request and every look into
the queue meets the same fault, and told each time with its whole story they filled a disk with 20,000 lines a
second.
"""

import json
import logging
import re
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
from flask import Flask, g, has_app_context, has_request_context, request
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty

FIRST, WINDOW = 3, 60.0
AWAY = (psycopg.OperationalError, OperationalError, InterfaceError, PoolIsEmpty)
FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
# An identity number, a telephone: whatever looks like one is not written down.
PERSONAL = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)|(?<![0-9A-Za-z])1[3-9]\d{9}(?![0-9A-Za-z])")


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


def without_numbers(text: str) -> str:
    """``text`` without whatever looks like the number of a person."""
    return PERSONAL.sub("[number]", text)


def rule_asked() -> str:
    """The address of this request as its rule: what was typed may be a name, or the code of a slip."""
    rule = request.url_rule if has_request_context() else None
    return str(rule.rule) if rule is not None else "(no such address)"


def story_of(problem: BaseException) -> str:
    """Where and how something broke, for the log; without the database's words, which quote whole rows."""
    return "\n".join(_story(problem))


def _story(problem: BaseException) -> Iterator[str]:
    chain: list[BaseException] = []
    cause: BaseException | None = problem
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    is_of_database = any(isinstance(error, SQLAlchemyError | psycopg.Error) for error in chain)
    for error in reversed(chain):
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
        yield type(error).__name__ + ("" if is_of_database else _own_words(error))


def _own_words(error: BaseException) -> str:
    said = " ".join(str(error).split())
    return f": {said}" if said and said.isascii() else ""


def _context() -> dict[str, Any]:
    """The request or the job that a line is about."""
    told = g.get("log_context") if has_app_context() else None
    return dict(told) if told else {}


class Lines(logging.Formatter):
    """For people: one line each, the story of a fault below it; one line where there is only to say that the
    database does not answer."""

    def format(self, record: logging.LogRecord) -> str:
        problem = record.exc_info[1] if record.exc_info else None
        if not isinstance(problem, AWAY):
            return without_numbers(super().format(record))
        told = logging.makeLogRecord(record.__dict__ | {"exc_info": None, "exc_text": None})
        return without_numbers(f"{super().format(told)}: {_while_away(problem)}")

    def formatException(self, ei: Any) -> str:
        return story_of(ei[1])


class JsonLines(logging.Formatter):
    """For programs: one JSON object a line. ``event`` fields stand beside time, level and process."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "pid": record.process,
            "text": record.getMessage(),
            **_context(),
            **getattr(record, "event", {}),
        }
        problem = record.exc_info[1] if record.exc_info else None
        if problem is not None:
            told["story"] = _while_away(problem) if isinstance(problem, AWAY) else story_of(problem)
        return without_numbers(json.dumps(told, ensure_ascii=False, default=str))


def _while_away(problem: BaseException) -> str:
    reason = str(getattr(problem, "orig", problem)).strip().partition("\n")[0]
    return f"{type(problem).__name__}: {reason}"


def as_dict(is_json: bool) -> dict[str, Any]:
    """The same for a program that sets its log up from a dictionary (gunicorn)."""
    kind = JsonLines if is_json else Lines
    form = {"()": f"{__name__}.{kind.__name__}"} | ({} if is_json else {"fmt": FORMAT})
    handler = {"class": "logging.StreamHandler", "formatter": "ours"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"ours": form},
        "handlers": {"ours": handler},
        "root": {"handlers": []},  # which the application sets up in each process that has one
        "loggers": {"gunicorn.error": {"handlers": ["ours"], "level": "WARNING", "propagate": False}},
    }


def init_app(app: Flask) -> None:
    """Let everything that is logged go through one handler; tests look at the records themselves."""
    if app.testing or any(handler.get_name() == __name__ for handler in logging.root.handlers):
        return
    is_json = app.config["LOG_FORMAT"] == "json"
    handler = logging.StreamHandler()
    handler.set_name(__name__)
    handler.setFormatter(JsonLines() if is_json else Lines(FORMAT))
    handler.addFilter(Repetition())
    logging.root.addHandler(handler)
    if is_json:  # each request and each job is a line
        logging.getLogger("app").setLevel(logging.INFO)
