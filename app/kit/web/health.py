"""Whether this process answers, and whether people can be sent to it: for proxies, supervisors, monitoring.

``/health/live`` asks nothing of anybody. ``/health/ready/web`` is a proxy's question: can this host answer
people? ``/health/ready`` is monitoring's: is the installation whole, its job workers too? Who sends people by
the second would take all web servers away for a worker that died. All of them are open, so they tell words of
our own and nothing of the data, and the database is asked every two seconds at most, whoever asks.
"""

import threading
import time
from functools import cache

from flask import Flask, Response, current_app, jsonify
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

import config
from app.kit.web import pulse
from app.kit.web.extensions import db
from app.kit.web.guards import open_to_all

LOOK_SECONDS = 2.0
OK, NEWER = "ok", "newer than the program"
AWAY, NOT_LOOKED = "no answer", "not looked at"
NONE, BEHIND = "none", "older than the program: flask migrate"
NO_KEYS, NO_WORKER = "the keys file cannot be read", "none seen for a minute"
RIGHT = {OK, NEWER}
Told = dict[str, str]


@cache
def versions() -> list[str]:
    """The versions of the tables that this program knows, the newest last. Alembic takes half a second to
    say the same."""
    return sorted(path.name[:4] for path in (config.ROOT / "migrations" / "versions").glob("[0-9]*_*.py"))


def _tables(present: str | None) -> str:
    """What the tables' version is to this program. Newer ones only add what it does not ask for, until the
    last host has the new program (docs/operations.md): it goes on serving."""
    if present is None:
        return NONE
    if present not in versions():
        return NEWER
    return OK if present == versions()[-1] else BEHIND


def _database() -> Told:
    try:
        with db.engine.connect().execution_options(readonly=True) as connection:
            has_one = inspect(connection).has_table("alembic_version")
            asked = text("SELECT version_num FROM alembic_version")
            return {"database": OK, "tables": _tables(connection.scalar(asked) if has_one else None)}
    except SQLAlchemyError:
        return {"database": AWAY, "tables": NOT_LOOKED}


def _keys(app: Flask) -> str:
    try:
        keys, current = config.sealing_keys(app.config["KEYS_FILE"])
    except (OSError, ValueError, KeyError):
        return NO_KEYS
    return OK if current in keys else NO_KEYS


def _worker(app: Flask) -> str:
    try:
        silent = pulse.silent_for(app)
    except Exception:  # the queue's store has errors of its own kind, by where it lies
        return NOT_LOOKED
    return NO_WORKER if silent is None or silent > pulse.LATE_SECONDS else OK


def look(app: Flask) -> Told:
    """Look at everything, now."""
    told = _database() | {"keys": _keys(app)}
    return told | {"worker": _worker(app) if told["database"] == OK else NOT_LOOKED}


class Kept:
    """What was seen last: a crowd that asks costs one look in two seconds, and none waits for another's."""

    def __init__(self) -> None:
        self.told: Told = dict.fromkeys(("database", "tables", "keys", "worker"), NOT_LOOKED)
        self.at, self.looking = float("-inf"), threading.Lock()

    def ask(self, app: Flask) -> Told:
        """The state, at most two seconds old; older only while somebody looks."""
        if time.monotonic() - self.at >= LOOK_SECONDS and self.looking.acquire(blocking=False):
            try:
                self.told, self.at = look(app), time.monotonic()
            finally:
                self.looking.release()
        return self.told


def init_app(app: Flask) -> None:
    """Add the three addresses."""
    app.extensions["health"] = Kept()
    for address, view in (
        ("/health/live", health_live),
        ("/health/ready", health_ready),
        ("/health/ready/web", health_ready_web),
    ):
        app.add_url_rule(address, view.__name__, view, methods=["GET"])


@open_to_all
def health_live() -> Response:
    """This process answers."""
    return _answer({"live": True}, is_well=True)


@open_to_all
def health_ready() -> Response:
    """Everything that people need is there."""
    return _ready("database", "tables", "keys", "worker")


@open_to_all
def health_ready_web() -> Response:
    """What this web server needs is there; of the job workers it only tells."""
    return _ready("database", "tables", "keys")


def _ready(*needed: str) -> Response:
    told = current_app.extensions["health"].ask(current_app)
    is_well = all(told[name] in RIGHT for name in needed)
    return _answer({"ready": is_well, **told}, is_well)


def _answer(told: dict[str, object], is_well: bool) -> Response:
    answer = jsonify(told)
    answer.status_code = 200 if is_well else 503
    answer.headers["Cache-Control"] = "no-store"
    return answer
