"""One case: who takes it, what is done, whose word ends it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.access import Actor
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.messages.kind import MessageKind
from models.messages.message import send
from models.placement.leaving import Channel
from models.problems.flow import ALIVE, PROBLEM_WORKFLOW
from models.problems.kind import PROBLEM_KIND_LABELS
from models.problems.last_day import last_day
from models.problems.problem import NoteKind, Problem, ProblemNote, add_note
from models.reference.county_office import office_words
from models.reference.deadline import DeadlineName, Deadlines
from models.user import User
from models.workflow import TransitionRefused

OWN_WORDS = {
    "solve_own": Sentence("本人在手机上点了“解决了”。"),
    "withdraw_own": Sentence("本人在手机上点了“不用办了”。"),
}


@dataclass(frozen=True)
class Heard:
    """What the worker said, and how it was heard."""

    words: str
    channel: Channel


def take(session: Session, actor: Actor, problem: Problem, now: datetime) -> None:
    """The actor's own from now on."""
    PROBLEM_WORKFLOW.advance(session, problem, "take", actor, at=now)
    problem.owner_id = actor.user_id


def answer(session: Session, actor: Actor, problem: Problem, done: str, now: datetime) -> None:
    """What was done about it; the worker is told, and asked within some days whether it is solved."""
    PROBLEM_WORKFLOW.advance(session, problem, "answer", actor, at=now, reason=done)
    problem.owner_id = problem.owner_id or actor.user_id
    days = Deadlines(session, day_of(now)).days(DeadlineName.PROBLEM_ASK, problem.county_code)
    problem.due_on = day_of(now) + timedelta(days=days)
    add_note(session, problem, NoteKind.NOTE, done, actor=actor, now=now)
    _tell(session, actor, problem, MessageKind.PROBLEM_ANSWERED, now)


def go_on(
    session: Session, actor: Actor, problem: Problem, words: str, now: datetime, event: str = "go_on"
) -> None:
    """The worker says that it is not solved."""
    PROBLEM_WORKFLOW.advance(session, problem, event, actor, at=now, reason=words)
    problem.due_on = last_day_of(session, problem, day_of(now))
    if words.strip():
        add_note(session, problem, NoteKind.AGAIN, words, actor=actor, now=now)


def close(session: Session, actor: Actor, problem: Problem, event: str, heard: Heard, now: datetime) -> None:
    """End the case by the worker's word: ``solve`` or ``withdraw``, heard by the actor.

    Raises TransitionRefused without the words. The worker is told what was written down, and may reopen.
    """
    problem.closed_words, problem.closed_channel = heard.words.strip(), heard.channel
    PROBLEM_WORKFLOW.advance(session, problem, event, actor, at=now)
    problem.closed_at, problem.closed_by_id = now, actor.user_id
    if event not in OWN_WORDS:
        _tell(session, actor, problem, MessageKind.PROBLEM_CLOSED, now)


def close_own(
    session: Session, actor: Actor, problem: Problem, event: str, words: str, now: datetime
) -> None:
    """The worker ends the case on the own page: ``solve_own`` or ``withdraw_own``."""
    close(session, actor, problem, event, Heard(words.strip() or str(OWN_WORDS[event]), Channel.PORTAL), now)


def note_try(
    session: Session, actor: Actor, problem: Problem, channel: Channel, words: str, now: datetime
) -> None:
    """Somebody tried to reach the worker, and nobody answered. Raises TransitionRefused for a closed case."""
    refuse_closed(problem)
    said = words.strip() or str(Sentence("没有人接。"))
    add_note(session, problem, NoteKind.TRY, said, actor=actor, now=now, channel=channel)
    tries = select(ProblemNote.created_at).where(
        ProblemNote.problem_id == problem.id, ProblemNote.kind == NoteKind.TRY
    )
    since = problem_since(session, problem)
    days = [day_of(at) for at in session.scalars(tries) if at >= since]
    problem.tries, problem.days_of_tries = len(days), len(set(days))


def problem_since(session: Session, problem: Problem) -> datetime:
    """Since when the case is open: its beginning, or the last time it was opened again."""
    reopened = select(func.max(ProblemNote.created_at)).where(
        ProblemNote.problem_id == problem.id, ProblemNote.kind == NoteKind.REOPENED
    )
    return session.scalar(reopened) or problem.created_at


def give_up(session: Session, actor: Actor, problem: Problem, reason: str, now: datetime) -> None:
    """End a case whose worker could not be reached: unknown, never solved. Its tries stand in the story."""
    PROBLEM_WORKFLOW.advance(session, problem, "give_up", actor, at=now, reason=reason)
    problem.closed_at, problem.closed_by_id = now, actor.user_id
    problem.closed_words, problem.closed_channel = "", None
    _tell(session, actor, problem, MessageKind.PROBLEM_UNREACHED, now)


def reopen(
    session: Session, actor: Actor, problem: Problem, words: str, now: datetime, event: str = "reopen"
) -> None:
    """Open an ended case again. Raises TransitionRefused when its end lies too far back, or while another
    case of the same kind is open."""
    deadlines = Deadlines(session, day_of(now))
    if problem.closed_at is not None and day_of(now) > last_day_to_reopen(problem, deadlines):
        too_late = Sentence(
            "结束已经超过 %(days)s 天，请当新的问题登记。", {"days": days_to_reopen(problem, deadlines)}
        )
        raise TransitionRefused(too_late)
    if _another_is_open(session, problem):
        raise TransitionRefused(Sentence("同样的问题已经有一件在办，请在那一件里写。"))
    PROBLEM_WORKFLOW.advance(session, problem, event, actor, at=now, reason=words)
    said = words.strip() or str(Sentence("本人在手机上点了“还是没解决，请再办”。"))
    before = problem.closed_words or str(Sentence("没有联系上本人。"))
    add_note(session, problem, NoteKind.REOPENED, said, actor=actor, now=now)
    record(session, actor, EventTag.PROBLEM_CHANGE, problem, event=event, **{"from": before})
    problem.closed_at = problem.closed_by_id = problem.closed_channel = None
    problem.closed_words, problem.tries, problem.days_of_tries = "", 0, 0
    problem.due_on = last_day_of(session, problem, day_of(now))


def days_to_reopen(problem: Problem, deadlines: Deadlines) -> int:
    """How many days after its end a case may be opened again."""
    return deadlines.days(DeadlineName.PROBLEM_REOPEN, problem.county_code)


def last_day_to_reopen(problem: Problem, deadlines: Deadlines) -> date:
    """Until when an ended case may be opened again."""
    end = day_of(problem.closed_at or problem.created_at)
    return end + timedelta(days=days_to_reopen(problem, deadlines))


def last_day_of(session: Session, problem: Problem, day: date) -> date:
    """The last day of the office whose turn it is, from ``day`` on."""
    return last_day(session, problem.kind, problem.level, problem.county_code, problem.city_code, day)


def _another_is_open(session: Session, problem: Problem) -> bool:
    other = select(Problem.id).where(
        Problem.worker_id == problem.worker_id,
        Problem.kind == problem.kind,
        Problem.id != problem.id,
        Problem.state.in_(ALIVE),
    )
    return session.scalar(other.limit(1)) is not None


def refuse_closed(problem: Problem) -> None:
    """Raises TransitionRefused for a case that has ended."""
    if problem.state not in ALIVE:
        raise TransitionRefused(Sentence("这件事已经结束了，要再办请先重新打开。"))


def write_note(session: Session, actor: Actor, problem: Problem, words: str, now: datetime) -> None:
    """A line of what was done."""
    refuse_closed(problem)
    add_note(session, problem, NoteKind.NOTE, words, actor=actor, now=now)


def answer_as_enterprise(session: Session, actor: Actor, problem: Problem, words: str, now: datetime) -> None:
    """What the enterprise says to a problem that it was told of."""
    refuse_closed(problem)
    add_note(session, problem, NoteKind.ENTERPRISE, words, actor=actor, now=now)


def reassign(session: Session, actor: Actor, problem: Problem, owner: User, reason: str) -> None:
    """Give the case to a colleague; who had it before stands in the audit."""
    refuse_closed(problem)
    before = session.get(User, problem.owner_id) if problem.owner_id else None
    problem.owner_id = owner.id
    names = {"from": before.name if before else "", "to": owner.name}
    record(session, actor, EventTag.PROBLEM_CHANGE, problem, event="reassign", reason=reason, **names)


def remind(session: Session, actor: Actor, problem: Problem, on: date | None, today: date) -> None:
    """Remind the owner on a day; None takes the reminder away. Raises TransitionRefused for a day gone by."""
    refuse_closed(problem)
    if on is not None and on < today:
        raise TransitionRefused(Sentence("提醒的日子已经过去了，请填今天或以后。"))
    before, problem.remind_on = problem.remind_on, on
    told = {"from": before.isoformat() if before else "", "to": on.isoformat() if on else ""}
    record(session, actor, EventTag.PROBLEM_CHANGE, problem, event="remind", **told)


def set_agreement(session: Session, actor: Actor, problem: Problem, agrees: bool, now: datetime) -> None:
    """Whether the enterprise may learn of it, as the worker says; a yes can be taken back."""
    if agrees == (problem.agreed_at is not None):
        return
    problem.agreed_at = now if agrees else None
    record(session, actor, EventTag.PROBLEM_CONSENT, problem, decision="yes" if agrees else "no")


def _tell(session: Session, actor: Actor, problem: Problem, kind: MessageKind, now: datetime) -> None:
    """Never with words that somebody typed: a message holds no number and no name of a third person."""
    told = {
        "kind": PROBLEM_KIND_LABELS[problem.kind],
        "days": days_to_reopen(problem, Deadlines(session, day_of(now))),
        "office": office_words(session, problem.county_code),
    }
    send(session, problem.worker_id, kind, told, actor=actor, now=now, placement_id=problem.placement_id)
