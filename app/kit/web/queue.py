"""Long work: enqueue by name, progress, cancel, heartbeat. Knows no area.

The queue carries only a job's number. Progress, heartbeat and the wish to cancel live in the queue's own
store, so that they can be written while the job holds one long write transaction on the main database (SQLite
has one writer). A killed worker loses what it held, by design: the reaper queues the job again, and jobs are
idempotent. ``claims`` says whose a job is, ``presence`` which workers are alive.

There are two lanes: what a person waits for at the screen never stands behind a matching run or the night.
"""

import importlib
import json
import logging
import pkgutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

from flask import Flask, g
from huey import Huey, SqliteHuey
from huey.exceptions import HueyException
from sqlalchemy import event, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from app.kit.web import claims, metrics, presence, row_scope
from app.kit.web.claims import Claim, Lost, Taken
from app.kit.web.extensions import db, read_only
from app.kit.web.logs import story_of
from models.access import Actor, load_actor
from models.background_job import FINISHED, Job, JobState
from models.clock import today, utc_now
from models.i18n import Refusal, Sentence
from models.row_security import whole
from models.user import User

log = logging.getLogger(__name__)
JobFunction = Callable[["Progress", Actor, int], dict[str, Any] | None]
JOBS: dict[str, JobFunction] = {}
LONG: set[str] = set()  # names of the jobs whose lane is the night's
LANES = ("huey", "huey_short")
# The job's end is not known: a worker takes it up again.
OFF_AND_ON = (Lost, OperationalError, InterfaceError)
BEAT_SECONDS, MOST_ATTEMPTS = 2, 3
SENT_AFTER_SECONDS, SILENT_SECONDS, HUNG_SECONDS = 5, 10, 60
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


def long_job(function: JobFunction) -> JobFunction:
    """Register a job that may take minutes, that no person waits for: its lane is also the night's work."""
    LONG.add(function.__name__)
    return job(function)


@cache
def load_jobs() -> dict[str, JobFunction]:
    """The registry, once ``jobs`` of every area is imported."""
    package = importlib.import_module("app")
    for module in pkgutil.walk_packages(package.__path__, "app."):
        if module.name.endswith(".jobs") and not module.name.startswith("app.commands."):
            importlib.import_module(module.name)
    return JOBS


def init_app(app: Flask) -> None:
    """Make the application's queue and tie the sending of jobs to the commit that made them."""
    app.extensions["run_job"] = tasks = {}
    for lane in LANES:
        app.extensions[lane] = huey = make_huey(app.config, lane_name(lane))
        tasks[lane] = huey.task(name="run_job")(lambda number: run(app, number))


def lane_name(lane: str) -> str:
    """A lane's name in the store, the same on every host."""
    return lane.replace("huey", "xieshou")


def make_huey(config: Any, name: str) -> Huey:
    """One lane of the queue: in an SQLite file of its own, or in PostgreSQL where the address says so."""
    if config["TESTING"]:
        return SqliteHuey(name, filename=":memory:", immediate=True, immediate_use_memory=True)
    if config["QUEUE_URL"].startswith("postgresql"):
        from app.kit.web.postgres_queue import PostgresQueue

        return PostgresQueue(name, dsn=config["QUEUE_URL"])
    return SqliteHuey(name, filename=config["QUEUE_URL"])


def enqueue(session: Session, actor: Actor, name: str, subject_id: int) -> Job:
    """Note a job for ``actor``; it is sent when the caller's transaction commits."""
    row = Job(name=name, subject_id=subject_id, user_id=actor.user_id, state=JobState.QUEUED)
    session.add(row)
    session.flush()
    session.info.setdefault(_TO_SEND, []).append((row.id, name))
    return row


@event.listens_for(Session, "after_commit")
def _send(session: Session) -> None:
    for number, name in session.info.pop(_TO_SEND, []):
        _push(number, name)


@event.listens_for(Session, "after_rollback")
def _drop(session: Session) -> None:
    session.info.pop(_TO_SEND, None)


def lane_of(name: str) -> str:
    """The lane in which a job waits."""
    load_jobs()
    return LANES[0] if name in LONG else LANES[1]


def _push(number: int, name: str) -> None:
    from flask import current_app

    try:
        current_app.extensions["run_job"][lane_of(name)](number)
    except Exception:  # the row stays queued, the reaper sends it again
        log.exception("job %s could not be sent", number)


# --- progress -------------------------------------------------------------------------------------------


def _store(app: Flask) -> Huey:
    store: Huey = app.extensions[LANES[0]]
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

    def __init__(self, app: Flask, claim: Claim) -> None:
        self.app, self.claim = app, claim
        self.state: dict[str, Any] = {"stage": "", "done": 0, "total": 0}
        self.told_at = 0.0

    @property
    def is_again(self) -> bool:
        """Whether a worker that had the job before died over it."""
        return self.claim.attempt > 1

    def tell(self, stage: str | None = None, done: int | None = None, total: int | None = None) -> None:
        """Report; raises Cancelled when the job was asked to stop, Lost when another worker has it."""
        news = {"stage": stage, "done": done, "total": total}
        self.state.update({key: value for key, value in news.items() if value is not None})
        if stage is not None or time.monotonic() - self.told_at > 0.5:
            self.beat()
            if _store(self.app).get(f"cancel-{self.claim.number}", peek=True):
                raise Cancelled

    def beat(self) -> None:
        """Write the report down, with the time; raises Lost where another worker reports about the job."""
        self.told_at, (number, attempt) = time.monotonic(), self.claim
        if read_progress(self.app, number).get("attempt", 0) > attempt:
            raise Lost
        report = self.state | {"attempt": attempt, "beat": time.time()}
        _store(self.app).put(f"progress-{number}", json.dumps(report))

    @contextmanager
    def heart(self) -> Iterator[None]:
        """Keep beating while a long computation does not report."""
        stop = threading.Event()

        def pulse() -> None:
            while not stop.wait(BEAT_SECONDS):
                try:
                    self.beat()
                except Lost:
                    return  # the work itself hears of it at its next word, or at its commit
                except Exception as problem:  # the store is away: it may come back, and the heart beats on
                    log.warning("job %s could not report: %s", self.claim.number, type(problem).__name__)

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

_in_hand: set[Claim] = set()  # what this process works at
_claiming = threading.Lock()  # the reaper of this process never sees a claim that is not in hand yet


def run(app: Flask, number: int) -> None:
    """Carry out a job: claim it, check its asker's rights again, do it, write down how it ended.

    Where the claim was lost on the way, or the database went away, nothing is written: the reaper takes care.
    """
    with app.app_context():
        with _claiming:
            taken = claims.take(db.session, number, presence.own_name())
            if taken is None:
                return
            _in_hand.add(taken.claim)
        row_scope.show(db.session, whole(f"job {taken.name}"))  # whose rows, the first wall says
        claims.hold(db.session, taken.claim)
        g.log_context, began = {"job": number, "name": taken.name}, time.monotonic()
        try:
            state, result, told = _carry_out(Progress(app, taken.claim), taken)
            _end(number, state, result, told)
            _tell_end(app, taken.name, state, time.monotonic() - began)
        except OFF_AND_ON as problem:
            db.session.rollback()
            log.warning("job %s, try %s, stops: %s", number, taken.claim.attempt, type(problem).__name__)
        finally:
            _in_hand.discard(taken.claim)


def _carry_out(progress: Progress, taken: Taken) -> tuple[JobState, dict[str, Any] | None, str]:
    try:
        progress.tell(stage="")
        actor = load_actor(db.session, db.session.get(User, taken.user_id), today())
        db.session.rollback()
        with progress.heart():
            return JobState.DONE, load_jobs()[taken.name](progress, actor, taken.subject_id), ""
    except OFF_AND_ON:
        raise
    except Cancelled:
        return JobState.CANCELLED, None, ""
    except JobProblem as problem:
        return JobState.FAILED, None, str(problem.sentence)
    except PermissionError:
        return JobState.FAILED, None, str(RIGHTS_CHANGED)
    except Exception as problem:
        log.error("job %s (%s) failed\n%s", taken.claim.number, taken.name, story_of(problem))
        return JobState.FAILED, None, str(BROKEN)
    finally:
        db.session.rollback()


def _end(number: int, state: JobState, result: dict[str, Any] | None, problem: str) -> None:
    row = db.session.get_one(Job, number)
    row.state, row.result, row.problem = state, result, problem[:300]
    row.finished_at = utc_now()
    db.session.commit()


def _tell_end(app: Flask, name: str, state: JobState, seconds: float) -> None:
    metrics.count_job(app, name, state.value, seconds)
    log.info("job ended", extra={"event": {"state": state.value, "seconds": round(seconds, 1)}})


# --- what was left behind -------------------------------------------------------------------------------


def reap(app: Flask) -> int:
    """Queue again what was never sent or whose worker died or lost it, at most three times; how many."""
    with app.app_context():
        read_only()
        open_ones = select(Job.id, Job.name, Job.attempts, Job.claimed_by, Job.created_at, Job.state)
        rows = db.session.execute(open_ones.where(Job.state.in_((JobState.QUEUED, JobState.RUNNING)))).all()
        db.session.rollback()
        sent = _sent(app) if rows else set()
        names = {row.id: row.name for row in rows}
        unsent = [row.id for row in rows if row.state is JobState.QUEUED and _is_unsent(row, sent)]
        left = [
            Claim(row.id, row.attempts)
            for row in rows
            if row.state is JobState.RUNNING and _is_left(app, row)
        ]
        lost = [one for one in left if claims.give_back(db.session, one, MOST_ATTEMPTS, str(GIVEN_UP))]
        db.session.commit()
        for number in unsent + [claim.number for claim in lost if claim.attempt < MOST_ATTEMPTS]:
            _push(number, names[number])
        presence.bury(app)
        return len(unsent) + len(lost)


def _sent(app: Flask) -> set[int]:
    """Numbers of the jobs that lie in the queue, in whichever lane: an older version knew only one."""
    numbers: set[int] = set()
    for store in (app.extensions[lane] for lane in LANES):
        for data in store.storage.enqueued_items():
            with suppress(HueyException):  # a task that this version does not know any more
                task = store.deserialize_task(data)
                numbers.update(task.args if task.name == "run_job" else ())
    return numbers


def _is_unsent(row: Any, sent: set[int]) -> bool:
    return row.id not in sent and time.time() - row.created_at.timestamp() > SENT_AFTER_SECONDS


def _is_left(app: Flask, row: Any) -> bool:
    """Whether nobody works at a running job any more, as far as this machine can tell.

    The death of a worker of this machine is known at once; one of another machine is given up when it has
    been silent, and one of this machine that lives but says nothing, long after.
    """
    worker = row.claimed_by or ""
    if worker and worker == presence.own_name():
        with _claiming:
            return Claim(row.id, row.attempts) not in _in_hand
    dead = presence.is_dead(app, worker)
    most = HUNG_SECONDS if dead is False else SILENT_SECONDS
    beat: float = read_progress(app, row.id).get("beat", row.created_at.timestamp())
    return dead is True or time.time() - beat > most


def is_finished(row: Job) -> bool:
    """Whether the job has ended, in whatever way."""
    return row.state in FINISHED
