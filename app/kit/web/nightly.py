"""The night's work, and the hour's: steps that areas register, each done on its own, and how each went
last."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from flask import Flask
from huey import crontab
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web import row_scope
from app.kit.web.extensions import db
from app.kit.web.logs import story_of
from app.kit.web.queue import load_jobs
from models.background_job import NightlyOutcome
from models.clock import today, utc_now
from models.row_security import whole

log = logging.getLogger(__name__)
Work = Callable[[Session, date], object]
CHINA_BEFORE_UTC = 8
MISSED_AFTER, HOUR_MISSED_AFTER = timedelta(hours=36), timedelta(hours=2, minutes=30)


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Step:
    """``work(session, today)`` commits what it does and returns what the log shall tell.

    ``label`` (for the catalogue) is what it does, ``at`` when, in China; where ``is_hourly`` only its minute
    counts. ``is_due_at_start``: the worker does not wait for the night. ``every``: so many minutes, day and
    night, where it is not 0.
    """

    name: str
    label: str
    at: time
    work: Work
    is_due_at_start: Callable[[], bool] = _never
    is_hourly: bool = False
    every: int = 0


_STEPS: dict[str, Step] = {}


def nightly(at: str, label: str, is_due_at_start: Callable[[], bool] = _never) -> Callable[[Work], Work]:
    """Decorator: a function of an area's ``jobs`` that is done every night at ``at`` ("01:30", in China)."""

    def register(work: Work) -> Work:
        _STEPS[work.__name__] = Step(work.__name__, label, time.fromisoformat(at), work, is_due_at_start)
        return work

    return register


def hourly(minute: int, label: str, is_due_at_start: Callable[[], bool] = _never) -> Callable[[Work], Work]:
    """Decorator: a function of an area's ``jobs`` that is done in this minute of every hour."""

    def register(work: Work) -> Work:
        at = time(23, minute)  # the hour of an hourly step is its place in the list: behind the night's
        _STEPS[work.__name__] = Step(work.__name__, label, at, work, is_due_at_start, is_hourly=True)
        return work

    return register


def often(minutes: int, label: str) -> Callable[[Work], Work]:
    """Decorator: a function of an area's ``jobs`` that is done every so many minutes, and is short."""

    def register(work: Work) -> Work:
        _STEPS[work.__name__] = Step(work.__name__, label, time(23, 58), work, is_hourly=True, every=minutes)
        return work

    return register


@cache
def steps() -> tuple[Step, ...]:
    """All steps of all areas, the earliest first."""
    load_jobs()
    return tuple(sorted(_STEPS.values(), key=lambda step: step.at))


def schedule(app: Flask) -> None:
    """One periodic task a step, so that none waits for another's success."""
    for step in steps():
        hour = "*" if step.is_hourly else str((step.at.hour - CHINA_BEFORE_UTC) % 24)
        when = crontab(hour=hour, minute=f"*/{step.every}" if step.every else str(step.at.minute))
        task = app.extensions["huey"].periodic_task(when, name=f"nightly_{step.name}")(_task(app, step))
        app.extensions.setdefault("nightly", {})[step.name] = task


def _task(app: Flask, step: Step) -> Callable[[], bool]:
    def task() -> bool:
        with app.app_context():
            row_scope.show(db.session, whole(f"night {step.name}"))
            return carry_out(db.session, step)

    return task


def start(app: Flask) -> None:
    """Queue what does not wait for the first night, behind the jobs that wait already."""
    for step in steps():
        with app.app_context():
            row_scope.show(db.session, whole(f"night {step.name}"))
            if step.is_due_at_start():
                app.extensions["nightly"][step.name]()


def carry_out(session: Session, step: Step) -> bool:
    """Do one step and note how it went. Whatever it raises ends here, in the log and in its outcome."""
    begun = utc_now()
    try:
        result = step.work(session, today())
        session.commit()  # what only read leaves a transaction in which no outcome can be written
    except Exception as problem:
        session.rollback()
        log.error("nightly %s failed\n%s", step.name, story_of(problem))
        _note(session, step.name, begun, type(problem).__name__)
        return False
    log.info("nightly %s: %s", step.name, result)
    _note(session, step.name, begun)
    return True


def _note(session: Session, name: str, begun: datetime, problem: str = "") -> None:
    outcome = outcome_of(session, name)
    outcome.begun_at, outcome.problem = begun, problem
    if problem:
        outcome.failed_since = outcome.failed_since or begun
    else:
        outcome.done_at, outcome.failed_since = utc_now(), None
    session.commit()


def outcome_of(session: Session, name: str) -> NightlyOutcome:
    """The row of a step; a new row where it was never done."""
    outcome = session.scalar(select(NightlyOutcome).where(NightlyOutcome.name == name))
    if outcome is None:
        outcome = NightlyOutcome(name=name)
        session.add(outcome)
        session.flush()
    return outcome


def is_missed(step: Step, outcome: NightlyOutcome, now: datetime) -> bool:
    """Whether a step was begun once and then not again in its time: the worker does not run."""
    most = HOUR_MISSED_AFTER if step.is_hourly else MISSED_AFTER
    return outcome.begun_at is not None and now - outcome.begun_at > most
