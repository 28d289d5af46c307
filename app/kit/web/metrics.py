"""Counting for Prometheus: requests, jobs, connections. Off, and nothing imported, without ``METRICS``.

Web processes write into files of ``PROMETHEUS_MULTIPROC_DIR``, which their supervisor names and reads
(app/commands/metrics.py). Labels are routes, statuses and names of jobs: never a person, a place or a number.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.pool import Pool

# From a page that answers at once to a statement that was ended.
BUCKETS = (0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
JOB_BUCKETS = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
_ON = "metrics"


@dataclass(frozen=True)
class Counts:
    """The counters of this process."""

    requests: Any
    request_seconds: Any
    jobs: Any
    job_seconds: Any
    connections: Any


@cache
def counts() -> Counts:
    """Made once a process, when first asked for: the library is told by the environment where to write."""
    from prometheus_client import Counter, Gauge, Histogram

    return Counts(
        Counter("xieshou_requests", "Requests answered", ("route", "method", "status")),
        Histogram("xieshou_request_seconds", "Time of an answer", ("route",), buckets=BUCKETS),
        Counter("xieshou_jobs_ended", "Jobs ended, by how", ("name", "state")),
        Histogram("xieshou_job_seconds", "Time of a job in hand", ("name",), buckets=JOB_BUCKETS),
        Gauge(
            "xieshou_database_connections",
            "Connections of the pools to the database: all, and those in use",
            ("state",),
            multiprocess_mode="livesum",
        ),
    )


def init_app(app: Flask) -> None:
    """Count from now on, where the settings want it."""
    if not app.config["METRICS"]:
        return
    app.extensions[_ON] = counts()
    _watch_pools()


@cache
def _watch_pools() -> None:
    by_state = counts().connections
    every, used = by_state.labels("open"), by_state.labels("in use")
    event.listen(Pool, "connect", lambda *_told: every.inc())
    event.listen(Pool, "close", lambda *_told: every.dec())
    event.listen(Pool, "checkout", lambda *_told: used.inc())
    event.listen(Pool, "checkin", lambda *_told: used.dec())


def count_request(app: Flask, route: str, method: str, status: int, seconds: float) -> None:
    """One request is answered."""
    if there := app.extensions.get(_ON):
        there.requests.labels(route, method, status).inc()
        there.request_seconds.labels(route).observe(seconds)


def count_job(app: Flask, name: str, state: str, seconds: float) -> None:
    """One job has ended."""
    if there := app.extensions.get(_ON):
        there.jobs.labels(name, state).inc()
        there.job_seconds.labels(name).observe(seconds)
