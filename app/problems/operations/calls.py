"""Calls of the first two weeks and calls for care: all well, a problem, or nobody answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import record
from models.event_tags import EventTag
from models.i18n import Sentence
from models.opening_budget import open_telephones
from models.placement.leaving import Channel
from models.placement.placement import Placement
from models.problems.first_call import FirstCall, FirstCallResult
from models.problems.problem import Problem, ProblemKind, open_problem
from models.problems.warning import EarlyWarning, WarningCall
from models.workflow import TransitionRefused


@dataclass(frozen=True)
class Answer:
    """What the person said; ``kind`` where something is wrong, None for all well."""

    kind: ProblemKind | None = None
    words: str = ""
    agrees: bool = False


def record_first_call(
    session: Session, actor: Actor, call: FirstCall, answer: Answer, today: date, now: datetime
) -> None:
    """The person was reached. Raises TransitionRefused for a call made already, or whose day is to come."""
    _refuse_call(call, today)
    problem = _open(session, actor, call.placement, answer, now)
    call.result = FirstCallResult.PROBLEM if problem else FirstCallResult.ALL_WELL
    call.note, call.problem_id = answer.words[:300], problem.id if problem else None
    call.recorded_at, call.recorded_by_id = now, actor.user_id
    record(session, actor, EventTag.FIRST_CALL, call, days=call.day, outcome=call.result.value)


def miss_first_call(session: Session, actor: Actor, call: FirstCall, today: date, now: datetime) -> None:
    """Nobody answered: the call stays to be made."""
    _refuse_call(call, today)
    call.tries, call.tried_at = call.tries + 1, now
    record(session, actor, EventTag.FIRST_CALL, call, days=call.day, outcome="unreached")


def _refuse_call(call: FirstCall, today: date) -> None:
    if call.recorded_at is not None:
        raise TransitionRefused(Sentence("这个电话已经打过、记过了。"))
    if call.due_on > today:
        raise TransitionRefused(Sentence("还没到打这个电话的日子。"))


def record_warning_call(
    session: Session,
    actor: Actor,
    warning: EarlyWarning,
    answer: Answer | None,
    note: str,
    now: datetime,
) -> WarningCall:
    """A call because of what was noticed; ``answer`` None: nobody answered. It has no other consequence."""
    problem = _open(session, actor, warning.placement, answer, now) if answer else None
    call = WarningCall(
        placement_id=warning.placement_id,
        called_at=now,
        reached=answer is not None,
        note=(answer.words if answer else note)[:300],
        signals=[one["signal"] for one in warning.signals],
        called_by_id=actor.user_id,
        problem_id=problem.id if problem else None,
    )
    session.add(call)
    session.flush()
    outcome = "unreached" if answer is None else "problem" if problem else "all_well"
    record(session, actor, EventTag.WARNING_CALL, call, outcome=outcome)
    return call


def _open(
    session: Session, actor: Actor, placement: Placement, answer: Answer, now: datetime
) -> Problem | None:
    if answer.kind is None:
        return None
    return open_problem(
        session,
        placement.worker_id,
        answer.kind,
        answer.words,
        actor=actor,
        now=now,
        placement_id=placement.id,
        channel=Channel.PHONE,
        agrees=answer.agrees,
    )


def reveal(
    session: Session, actor: Actor, placements: Iterable[Placement], purpose: str, today: date, most: int
) -> None:
    """Note for each person that ``actor`` reads the whole telephone numbers, and what for.

    Raises TransitionRefused beyond ``most`` a day.
    """
    open_telephones(session, actor, [one.worker for one in placements], purpose, today, most)
