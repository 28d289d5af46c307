"""Whose turn it is next: from the county to the receiving city, from the city to the labour inspection."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.problems.operations.cases import last_day_of, refuse_closed
from models.access import Actor
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.problems.flow import ProblemState
from models.problems.kind import PROBLEM_LEVEL_LABELS, ProblemLevel
from models.problems.problem import NoteKind, Problem, add_note
from models.workflow import TransitionRefused

AT_ONCE = 200
OVERDUE = Sentence("到期没有办完，夜里自动上报。")
# What was dealt with waits for the worker's word: another office could not hear it sooner.
WAITS_FOR_AN_OFFICE = (ProblemState.OPEN, ProblemState.WORKING)


def next_level(problem: Problem) -> ProblemLevel | None:
    """Who is told next; a problem that belongs to no receiving city goes to the inspection of the county's
    own. None at the end of the road."""
    if problem.level is ProblemLevel.INSPECTION:
        return None
    goes_to_city = problem.level is ProblemLevel.COUNTY and problem.city_code is not None
    return ProblemLevel.CITY if goes_to_city else ProblemLevel.INSPECTION


def escalate(session: Session, actor: Actor, problem: Problem, reason: str, now: datetime) -> ProblemLevel:
    """Tell the next office; nobody owns the case there yet.

    Raises TransitionRefused for an ended case, without a reason, and where nobody stands above.
    """
    refuse_closed(problem)
    level = next_level(problem)
    if level is None:
        raise TransitionRefused(Sentence("已经交给劳动监察，上面没有再高的一级。请催劳动监察，并记下答复。"))
    if not reason.strip():
        raise TransitionRefused(Sentence("请写明为什么上报。"))
    before = problem.level
    problem.level, problem.level_since, problem.owner_id = level, now, None
    problem.due_on = last_day_of(session, problem, day_of(now))
    words = f"{PROBLEM_LEVEL_LABELS[before]} → {PROBLEM_LEVEL_LABELS[level]}：{reason.strip()}"
    add_note(session, problem, NoteKind.ESCALATED, words, actor=actor, now=now)
    told = {"from": before.value, "to": level.value}
    record(session, actor, EventTag.PROBLEM_ESCALATE, problem, reason=reason.strip(), **told)
    return level


def escalate_overdue(session: Session, actor: Actor, today: date, now: datetime) -> int:
    """Every case that was due before ``today`` goes one level up; commits by hundreds. Twice a night is once:
    who was told has a new last day."""
    done = 0
    overdue = (
        select(Problem)
        .where(
            Problem.state.in_(WAITS_FOR_AN_OFFICE),
            Problem.due_on < today,
            Problem.level != ProblemLevel.INSPECTION,
        )
        .order_by(Problem.due_on, Problem.id)
        .limit(AT_ONCE)
    )
    while rows := session.scalars(overdue).all():
        for problem in rows:
            escalate(session, actor, problem, str(OVERDUE), now)
        session.commit()
        done += len(rows)
    return done


def note_inspection(
    session: Session, actor: Actor, problem: Problem, office: str, number: str, now: datetime
) -> None:
    """Which inspection took it under which number. Raises TransitionRefused before the case went there."""
    refuse_closed(problem)
    if problem.level is not ProblemLevel.INSPECTION:
        raise TransitionRefused(Sentence("还没有上报劳动监察，请先上报。"))
    problem.inspection_office, problem.inspection_number = office.strip(), number.strip()
    words = str(Sentence("%(office)s已收，编号 %(number)s。", {"office": office, "number": number or "未给"}))
    add_note(session, problem, NoteKind.NOTE, words, actor=actor, now=now)
