"""Long work: enqueue by name, progress, cancel, heartbeat. Knows no area.

The queue carries only a job's number. Progress, heartbeat and the wish to cancel live in the queue's own
store, so that they can be written while the job holds one long write transaction on the main database (SQLite
has one writer). A killed worker loses what it held, by design: the reaper queues the job again, and jobs are
idempotent.
"""

import importlib
import json
import logging
import pkgutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask
from huey import Huey, SqliteHuey, crontab
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from app.kit.web.errors import story_of
from app.kit.web.extensions import db
from models.access import Actor, load_actor
from models.background_job import FINISHED, Job, JobState
from models.base import rows_changed
from models.clock import today, utc_now
from models.i18n import Refusal, Sentence
from models.user import User

log = logging.getLogger(__name__)
JobFunction = Callable[["Progress", Actor, int], dict[str, Any] | None]
JOBS: dict[str, JobFunction] = {}
STALE_SECONDS, MOST_ATTEMPTS = 60, 3
_TO_SEND = "jobs_to_send"
RIGHTS_CHANGED = Sentence("你的权限已经变了，这件事没有做。")
BROKEN = Sentence("系统出错了，这件事没有做成，数据没有改动。请再试一次。")
GIVEN_UP = Sentence("这件事三次都没有做完，已停下。")


class Cancelled(Exception):
    """The job was asked to stop."""


class JobProblem(Refusal):
    """The job cannot be done."""


def job(function: JobFunction) -> JobFunction:
    """Register a job under its function's name."""
    JOBS[function.__name__] = function
    return function


def load_jobs() -> dict[str, JobFunction]:
    """The registry, once ``jobs`` of every area is imported."""
    package = importlib.import_module("app")
    for module in pkgutil.walk_packages(package.__path__, "app."):
        if module.name.endswith(".jobs") and not module.name.startswith("app.commands."):
            importlib.import_module(module.name)
    return JOBS


def init_app(app: Flask) -> None:
    """Make the application's queue and tie the sending of jobs to the commit that made them."""
    app.extensions["huey"] = huey = make_huey(app.config)
    app.extensions["run_job"] = huey.task(name="run_job")(lambda number: run(app, number))
    huey.periodic_task(crontab(), name="reap_jobs")(lambda: reap(app))


def make_huey(config: Any) -> Huey:
    """The queue: an SQLite file of its own, or PostgreSQL where the address says so."""
    if config["TESTING"]:
        return SqliteHuey("xieshou", filename=":memory:", immediate=True, immediate_use_memory=True)
    if config["QUEUE_URL"].startswith("postgresql"):
        from app.kit.web.postgres_queue import PostgresQueue

        return PostgresQueue("xieshou", dsn=config["QUEUE_URL"])
    return SqliteHuey("xieshou", filename=config["QUEUE_URL"])


def enqueue(session: Session, actor: Actor, name: str, subject_id: int) -> Job:
    """Note a job for ``actor``; it is sent when the caller's transaction commits."""
    row = Job(name=name, subject_id=subject_id, user_id=actor.user_id, state=JobState.QUEUED)
    session.add(row)
    session.flush()
    session.info.setdefault(_TO_SEND, []).append(row.id)
    return row


@event.listens_for(Session, "after_commit")
def _send(session: Session) -> None:
    for number in session.info.pop(_TO_SEND, []):
        _push(number)


@event.listens_for(Session, "after_rollback")
def _drop(session: Session) -> None:
    session.info.pop(_TO_SEND, None)


def _push(number: int) -> None:
    from flask import current_app

    try:
        current_app.extensions["run_job"](number)
    except Exception:  # the row stays queued, the reaper sends it again
        log.exception("job %s could not be sent", number)


# --- progress -------------------------------------------------------------------------------------------


def _store(app: Flask) -> Huey:
    store: Huey = app.extensions["huey"]
    return store


def read_progress(app: Flask, number: int) -> dict[str, Any]:
    """``stage``, ``done``, ``total`` and ``beat`` (seconds since 1970) of a job, or {}."""
    raw = _store(app).get(f"progress-{number}", peek=True)
    return json.loads(raw) if raw else {}


def ask_to_cancel(app: Flask, number: int) -> None:
    """Leave the wish where the job looks for it."""
    _store(app).put(f"cancel-{number}", "1")


class Progress:
    """What a job tells about itself, at most twice a second, and where it learns that it should stop."""

    def __init__(self, app: Flask, number: int) -> None:
        self.app, self.number = app, number
        self.state: dict[str, Any] = {"stage": "", "done": 0, "total": 0}
        self.told_at = 0.0

    def tell(self, stage: str | None = None, done: int | None = None, total: int | None = None) -> None:
        """Report; raises Cancelled when the job was asked to stop."""
        news = {"stage": stage, "done": done, "total": total}
        self.state.update({key: value for key, value in news.items() if value is not None})
        if stage is not None or time.monotonic() - self.told_at > 0.5:
            self.beat()
            if _store(self.app).get(f"cancel-{self.number}", peek=True):
                raise Cancelled

    def beat(self) -> None:
        """Write the report down, with the time."""
        self.told_at = time.monotonic()
        _store(self.app).put(f"progress-{self.number}", json.dumps(self.state | {"beat": time.time()}))

    @contextmanager
    def heart(self) -> Iterator[None]:
        """Keep beating while a long computation does not report."""
        stop = threading.Event()

        def pulse() -> None:
            while not stop.wait(5):
                self.beat()

        thread = threading.Thread(target=pulse, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


class Silence(Progress):
    """For commands, which are not watched through the queue."""

    def __init__(self) -> None:
        pass

    def tell(self, stage: str | None = None, done: int | None = None, total: int | None = None) -> None:
        """Report nothing."""


# --- running --------------------------------------------------------------------------------------------


def run(app: Flask, number: int) -> None:
    """Carry out a job: claim it, check its asker's rights again, do it, write down how it ended."""
    with app.app_context():
        row = _claim(number)
        if row is None:
            return
        name, subject_id, user_id = row.name, row.subject_id, row.user_id
        db.session.rollback()
        progress = Progress(app, number)
        state, result, problem = _carry_out(progress, name, subject_id, user_id)
        _end(number, state, result, problem)


def _claim(number: int) -> Job | None:
    waiting = update(Job).where(Job.id == number, Job.state == JobState.QUEUED)
    values = {"state": JobState.RUNNING, "heartbeat_at": utc_now(), "attempts": Job.attempts + 1}
    claimed = rows_changed(db.session, waiting.values(values))
    db.session.commit()
    return db.session.get(Job, number) if claimed == 1 else None


def _carry_out(
    progress: Progress, name: str, subject_id: int, user_id: int
) -> tuple[JobState, dict[str, Any] | None, str]:
    try:
        progress.tell(stage="")
        actor = load_actor(db.session, db.session.get(User, user_id), today())
        db.session.rollback()
        with progress.heart():
            return JobState.DONE, load_jobs()[name](progress, actor, subject_id), ""
    except Cancelled:
        return JobState.CANCELLED, None, ""
    except JobProblem as problem:
        return JobState.FAILED, None, str(problem.sentence)
    except PermissionError:
        return JobState.FAILED, None, str(RIGHTS_CHANGED)
    except Exception as problem:
        log.error("job %s (%s) failed\n%s", progress.number, name, story_of(problem))
        return JobState.FAILED, None, str(BROKEN)
    finally:
        db.session.rollback()


def _end(number: int, state: JobState, result: dict[str, Any] | None, problem: str) -> None:
    row = db.session.get_one(Job, number)
    row.state, row.result, row.problem = state, result, problem[:300]
    row.finished_at = utc_now()
    db.session.commit()


def reap(app: Flask) -> int:
    """Queue again what was never sent or whose worker died, at most three times; how many there were."""
    with app.app_context():
        late = utc_now() - timedelta(seconds=STALE_SECONDS)
        waiting = select(Job).where(Job.state.in_((JobState.QUEUED, JobState.RUNNING)), Job.created_at < late)
        lost = [row for row in db.session.scalars(waiting) if _is_silent(app, row)]
        for row in lost:
            row.state = JobState.QUEUED if row.attempts < MOST_ATTEMPTS else JobState.FAILED
            row.problem = "" if row.state == JobState.QUEUED else str(GIVEN_UP)
        again = [row.id for row in lost if row.state == JobState.QUEUED]
        db.session.commit()
        for number in again:
            _push(number)
        return len(lost)


def _is_silent(app: Flask, row: Job) -> bool:
    beat: float = read_progress(app, row.id).get("beat", row.created_at.timestamp())
    return time.time() - beat > STALE_SECONDS


def is_finished(row: Job) -> bool:
    """Whether the job has ended, in whatever way."""
    return row.state in FINISHED
