"""What Prometheus reads: the counters of all processes of this host, and how jobs, night and audit stand.

Served by the supervisor (or a job worker that runs alone) at the address of the setting ``METRICS``: on a
port of its own that the proxy does not know; beyond this machine only to who sends the token.
"""

import hmac
import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.kit.web import pulse, row_scope
from app.kit.web.extensions import db
from app.reference.audit.queries import alarms_of, last_check
from models.background_job import Job, JobState, NightlyOutcome
from models.clock import utc_now
from models.row_security import whole
from models.summary.figure import Summary

log = logging.getLogger(__name__)
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
Sample = tuple[dict[str, str], float]
Family = tuple[str, str, list[Sample]]


def begin(app: Flask) -> None:
    """In the supervisor, before its children: name the folder of their counters, and serve what is in it."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.multiprocess import MultiProcessCollector

    folder: Path = app.config["INSTANCE"] / f"metrics-{app.config['METRICS'].rpartition(':')[2]}"
    shutil.rmtree(folder, ignore_errors=True)  # counters of processes that are gone would be summed up
    folder.mkdir(mode=0o700)
    os.environ[FOLDER] = str(folder)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]
    _serve(app, registry)


def begin_alone(app: Flask) -> None:
    """In a job worker without a supervisor, which has its own counters in memory."""
    if app.config["METRICS"] and FOLDER not in os.environ:
        from prometheus_client import REGISTRY

        _serve(app, REGISTRY)


def forget(process: int) -> None:
    """A process of ours has died: what it held open is not open any more."""
    if FOLDER in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(process)  # type: ignore[no-untyped-call]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: whoever scrapes does it every few seconds."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def _serve(app: Flask, registry: Any) -> None:
    registry.register(Standing(app))
    host, _colon, port = app.config["METRICS"].rpartition(":")
    answer = with_token(registry, app.config["METRICS_TOKEN_FILE"])
    try:
        server = make_server(host.strip("[]"), int(port), answer, _Server, _Quiet)
    except OSError as problem:  # people are served all the same
        log.error("no metrics at %s: %s", app.config["METRICS"], problem.strerror)
        return
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


def with_token(registry: Any, token_file: str) -> Callable[..., Iterable[bytes]]:
    """The program that answers, to everybody who reaches it or to who sends ``Authorization: Bearer``."""
    from prometheus_client import make_wsgi_app

    told = make_wsgi_app(registry)
    expected = f"Bearer {Path(token_file).read_text().strip()}" if token_file else ""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        sent = environ.get("HTTP_AUTHORIZATION", "")
        if expected and not hmac.compare_digest(sent.encode("latin-1"), expected.encode()):
            start("401 Unauthorized", [("Content-Type", "text/plain"), ("WWW-Authenticate", "Bearer")])
            return [b"a token is needed\n"]
        answered: Iterable[bytes] = told(environ, start)
        return answered

    return answer


class Standing:
    """How things stand when Prometheus asks, read from the database."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def describe(self) -> list[Any]:
        """Nothing is read to be registered."""
        return []

    def collect(self) -> Iterator[Any]:
        """Where the database is away that is said, and nothing else."""
        from prometheus_client.core import GaugeMetricFamily

        for name, told, samples in self._families():
            labels = list(samples[0][0]) if samples else []
            family = GaugeMetricFamily(f"xieshou_{name}", told, labels=labels)
            for by, value in samples:
                family.add_metric(list(by.values()), value)
            yield family

    def _families(self) -> list[Family]:
        free = shutil.disk_usage(self.app.config["INSTANCE"]).free
        disk: Family = "disk_free_bytes", "Free where the platform writes", [({}, float(free))]
        with self.app.app_context():
            row_scope.show(db.session, whole("metrics"))
            try:
                db.session.connection(execution_options={"readonly": True})
                read = [*_jobs(), *_night(), *_audit(), *_summary()]
                up = 1.0
            except SQLAlchemyError as problem:
                log.warning("metrics without the database: %s", type(problem).__name__)
                read, up = [], 0.0
            finally:
                db.session.rollback()
            silent = self._silent() if up else None
        if silent is not None:
            read.append(("worker_silent_seconds", "Since any job worker was last seen", [({}, silent)]))
        return [disk, ("database_up", "Whether the database answers", [({}, up)]), *read]

    def _silent(self) -> float | None:
        try:
            return pulse.silent_for(self.app)
        except Exception:  # the queue's store has errors of its own kind, by where it lies
            return None


def _age(at: datetime | None) -> float:
    return (utc_now() - at).total_seconds() if at else 0.0


def _jobs() -> Iterator[Family]:
    asked = select(Job.state, func.count(), func.min(Job.created_at)).where(
        Job.state.in_((JobState.QUEUED, JobState.RUNNING))
    )
    there = {state: (count, oldest) for state, count, oldest in db.session.execute(asked.group_by(Job.state))}
    counts: list[Sample] = []
    ages: list[Sample] = []
    for state in (JobState.QUEUED, JobState.RUNNING):
        count, oldest = there.get(state, (0, None))
        counts.append(({"state": state.value}, float(count)))
        ages.append(({"state": state.value}, _age(oldest)))
    yield "jobs", "Jobs waiting and in hand", counts
    yield "job_oldest_seconds", "Age of the oldest of them", ages


def _night() -> Iterator[Family]:
    rows = db.session.scalars(select(NightlyOutcome).order_by(NightlyOutcome.name)).all()
    failed: list[Sample] = [({"step": row.name}, float(row.failed_since is not None)) for row in rows]
    done: list[Sample] = [({"step": row.name}, _age(row.done_at)) for row in rows if row.done_at]
    yield "night_step_failed", "Whether a step of the night's work failed last", failed
    yield "night_step_age_seconds", "Since a step of the night's work was last done", done


def _audit() -> Iterator[Family]:
    check = last_check(db.session)
    if check is not None:
        yield (
            "audit_whole",
            "Whether the last walk found the chain whole",
            [({}, float(not alarms_of(check)))],
        )
        yield "audit_check_age_seconds", "Since the last walk over the chain", [({}, _age(check.at))]


def _summary() -> Iterator[Family]:
    counted = db.session.scalar(select(func.max(Summary.counted_at)))
    if counted is not None:
        yield "summary_age_seconds", "Since the kept figures were last counted", [({}, _age(counted))]
