"""Use cases of the round: take the next person, write down what was said. The caller commits."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.workers.asking import queries
from app.workers.asking.questions import open_questions
from app.workers.operations import fill_unknown
from models.access import Actor, Permission
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.opening_budget import TELEPHONES_A_DAY, open_telephones
from models.people import calling
from models.people.calling import Round, RoundCall
from models.people.worker import Worker

MOST_TRIED = 20


@dataclass
class Answered:
    """The fields that were filled, and those that somebody else had answered otherwise meanwhile."""

    filled: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def take_next(
    session: Session, actor: Actor, purpose: str, today: date, now: datetime, most: int = TELEPHONES_A_DAY
) -> RoundCall | None:
    """The next person whom nobody rings, taken for ``actor``; None where nobody waits."""
    for worker, _call in queries.waiting(session, actor, today, now, MOST_TRIED):
        if call := take(session, actor, worker, purpose, now, most):
            return call
    return None


def take(
    session: Session, actor: Actor, worker: Worker, purpose: str, now: datetime, most: int = TELEPHONES_A_DAY
) -> RoundCall | None:
    """Take a person's place; who may read whole numbers reads the telephone now, and the audit says what for.

    None where a colleague is ringing the person. Raises TransitionRefused beyond ``most`` telephones a day.
    """
    call = calling.take(session, Round.ASK, worker.id, actor.user_id, now, purpose)
    if call is not None and actor.can(Permission.WORKER_REVEAL) and worker.telephones:
        open_telephones(session, actor, [worker], purpose, day_of(now), most)
    return call


def answer(
    session: Session,
    actor: Actor,
    worker: Worker,
    said: Mapping[str, Any],
    nothing: Collection[str],
    now: datetime,
) -> Answered:
    """Write down what the person said: only where nobody has answered; ``nothing`` is asked no more.

    Raises TransitionRefused for somebody who does not hold the person's place.
    """
    call = calling.held_call(session, Round.ASK, actor, worker.id)
    filled, kept = fill_unknown(session, actor, worker, said, now)
    call.settled = sorted({*call.settled, *nothing})
    calling.note_reached(call, now, is_done=not open_questions(worker, call.settled))
    record(session, actor, EventTag.WORKER_CALL, worker, outcome="reached", fields=[*filled, *nothing])
    return Answered(filled, kept)


def miss(session: Session, actor: Actor, worker: Worker, now: datetime) -> RoundCall:
    """Nobody answered: the person comes again later. Raises as :func:`answer`."""
    call = calling.held_call(session, Round.ASK, actor, worker.id)
    calling.note_unreached(call, now)
    record(session, actor, EventTag.WORKER_CALL, worker, outcome="unreached")
    return call


def give_back(session: Session, actor: Actor, worker: Worker) -> None:
    """Leave the person to others, unasked."""
    calling.give_back(calling.held_call(session, Round.ASK, actor, worker.id))
