"""Whose a job is. A claim has a number of its own, counted up at each; who lost his cannot commit any more.

A worker that fell silent (its machine stands still, its network is cut) and one that took the job over may
both run: at each commit the job's session asks, in the same transaction, whether its claim is still in force.
That question locks the job's row, so that nobody takes the job over between it and the commit.
"""

from typing import NamedTuple

from sqlalchemy import Update, event, select, update
from sqlalchemy.orm import Session

from models.background_job import Job, JobState
from models.base import rows_changed
from models.clock import utc_now

_HELD = "held_claim"


class Claim(NamedTuple):
    """A job's number, and how often it had been claimed with this."""

    number: int
    attempt: int


class Lost(Exception):
    """Another worker has taken the job over; nothing is written, nothing is said."""


class Taken(NamedTuple):
    """A job as its worker needs it."""

    claim: Claim
    name: str
    subject_id: int
    user_id: int


def take(session: Session, number: int, worker: str) -> Taken | None:
    """Claim a waiting job for ``worker`` and commit; None where somebody else was first."""
    waiting = update(Job).where(Job.id == number, Job.state == JobState.QUEUED)
    values = {
        "state": JobState.RUNNING,
        "heartbeat_at": utc_now(),
        "attempts": Job.attempts + 1,
        "claimed_by": worker,
    }
    taken = None
    if rows_changed(session, waiting.values(values)) == 1:
        row = session.execute(
            select(Job.attempts, Job.name, Job.subject_id, Job.user_id).where(Job.id == number)
        ).one()
        taken = Taken(Claim(number, row.attempts), row.name, row.subject_id, row.user_id)
    session.commit()
    return taken


def hold(session: Session, claim: Claim) -> None:
    """From now on the session commits only while the claim is in force."""
    session.info[_HELD] = claim


@event.listens_for(Session, "before_commit")
def _still_in_force(session: Session) -> None:
    claim: Claim | None = session.info.get(_HELD)
    if claim is None or session.connection().get_execution_options().get("readonly"):
        return
    with (
        session.no_autoflush
    ):  # the end of the job itself, which this commit may bring, comes after the question
        if rows_changed(session, _in_force(claim).values(heartbeat_at=utc_now())) != 1:
            raise Lost


def _in_force(claim: Claim) -> Update:
    return update(Job).where(
        Job.id == claim.number, Job.attempts == claim.attempt, Job.state == JobState.RUNNING
    )


def give_back(session: Session, claim: Claim, most: int, given_up: str) -> bool:
    """Queue the job again where the claim is still in force, after ``most`` tries end it; whether it was."""
    again = claim.attempt < most
    state = JobState.QUEUED if again else JobState.FAILED
    values = {
        "state": state,
        "problem": "" if again else given_up,
        "finished_at": None if again else utc_now(),
    }
    return rows_changed(session, _in_force(claim).values(values)) == 1
