"""What runs: the job worker, the night, the limiter."""

from collections.abc import Iterator
from datetime import timedelta

from flask import Flask
from limits.storage import storage_from_string
from sqlalchemy import func, select

import matching
from app.commands.doctor.case import Case, Told, check, good, problem, warning
from app.kit.web import presence, pulse
from app.kit.web.nightly import is_missed, steps
from app.kit.web.queue import LANES, lane_name, make_huey
from models.background_job import Job, JobState, NightlyOutcome
from models.clock import utc_now
from models.messages.message import Message
from models.messages.reach import Reach

LONGEST_WAIT = timedelta(minutes=5)
LONGEST_TEXT_WAIT = timedelta(days=1)


@check("worker", "a job worker is alive, and no job waits for one")
def worker(case: Case) -> Iterator[Told]:
    """A worker holds a lock of this machine while it lives; every host's are seen in the queue's store."""
    bare = Flask(__name__)
    bare.config.update(case.settings)
    alive = sum(presence.is_dead(bare, path.name) is False for path in presence.folder(bare).iterdir())
    waiting = select(func.min(Job.created_at)).where(Job.state == JobState.QUEUED)
    oldest = case.session.scalar(waiting)
    mend = "flask --app wsgi serve starts one, flask --app wsgi work another"
    if oldest and utc_now() - oldest > LONGEST_WAIT:
        yield problem(
            f"a job has been waiting since {oldest:%F %T} UTC, {alive} workers are alive here", mend
        )
    elif alive:
        yield good(f"{alive} alive on this machine")
    elif (silent := _silent(bare)) is not None and silent < pulse.LATE_SECONDS:
        yield good(f"none on this machine; one of another was seen {silent:.0f} s ago")
    else:
        yield problem("no job worker runs on this machine", mend)


def _silent(bare: Flask) -> float | None:
    """Seconds since a worker of any host was seen in the queue's store."""
    bare.extensions[LANES[0]] = make_huey(bare.config, lane_name(LANES[0]))
    try:
        return pulse.silent_for(bare)
    except Exception:  # the store has errors of its own kind, by where it lies
        return None


@check("night", "the night's work is done, every step of it")
def night(case: Case) -> Iterator[Told]:
    """Failed or missed steps; the administrator's first page shows them too."""
    known = {step.name: step for step in steps()}
    for outcome in case.session.scalars(select(NightlyOutcome).order_by(NightlyOutcome.name)):
        step = known.get(outcome.name)
        mend = f"flask --app wsgi nightly {outcome.name}"
        if outcome.failed_since:
            yield problem(
                f"{outcome.name} failed with {outcome.problem} at {outcome.begun_at:%F %T} UTC", mend
            )
        elif step is not None and is_missed(step, outcome, utc_now()):
            yield warning(f"{outcome.name} was last begun at {outcome.begun_at:%F %T} UTC", mend)


@check("texts", "text messages leave, and none waits for longer than a day")
def texts(case: Case) -> Iterator[Told]:
    """The gateway itself is not asked: whatever it is asked, it may send."""
    waiting = select(func.min(Message.reach_at)).where(
        Message.reach.in_((Reach.WAITING, Reach.SENDING)), Message.not_before.is_(None)
    )
    oldest = case.session.scalar(waiting)
    if oldest and utc_now() - oldest > LONGEST_TEXT_WAIT:
        yield problem(
            f"a text message has been waiting since {oldest:%F %T} UTC",
            "see whether the worker runs, what the log says of send_texts, whether a county is at its cap",
        )
    elif not case.settings["SMS_URL"]:
        yield warning(
            f"no gateway is named: text messages lie as sealed files in {case.settings['SMS_OUTBOX']}",
            "name one with SMS_URL and SMS_KEY_FILE, or send what flask take-texts prints",
        )


@check("cluster", "where the settings name a dask scheduler, it answers and has processes")
def cluster(case: Case) -> Iterator[Told]:
    """Without it a county's plan is worked out by the job worker's own threads."""
    if not (address := case.settings["DASK_SCHEDULER"]):
        return
    try:
        with matching.Cluster(address) as there:
            processes = there.processes()
    except matching.ClusterError as broken:
        yield warning(
            f"matching goes on without it: {broken}", "start the scheduler, or take DASK_SCHEDULER away"
        )
        return
    if processes:
        yield good(f"{processes} processes at {address}")
    else:
        yield warning(f"the scheduler at {address} has no processes", "start dask worker on the machines")


@check("limiter", "tries are counted once for all processes, in a store that answers")
def limiter(case: Case) -> Iterator[Told]:
    """While it does not answer, each process counts by itself."""
    address = case.settings["RATELIMIT_STORAGE_URI"]
    kind = address.partition(":")[0]
    if kind == "memory":
        if case.settings["PROCESSES"] > 1:
            yield problem("each process counts by itself", "take LIMITER_URL away")
        return
    try:
        is_well = storage_from_string(address).check()
    except Exception as broken:  # a store of any kind, each with errors of its own
        yield problem(
            f"{kind} cannot be used: {type(broken).__name__}: {broken}", "take LIMITER_URL away, or mend it"
        )
        return
    if not is_well:
        yield problem(f"{kind} does not answer", "start it, or take LIMITER_URL away")
    else:
        yield good(f"{kind} answers")
