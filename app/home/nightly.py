"""How the night's work went: what an administrator has to mend, and the table of all steps."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web import queue
from app.kit.web.navigation import Task
from app.kit.web.nightly import Step, is_missed, outcome_of, steps
from models.access import Actor, Permission
from models.audit import record
from models.background_job import Job, NightlyOutcome
from models.clock import utc_now
from models.event_tags import EventTag
from models.i18n import N_, Sentence, counted

GOOD, FAILED, MISSED, NEVER = "good", "failed", "missed", "never"


@dataclass(frozen=True)
class NightlyLine:
    """One step; ``state`` is one of the four above."""

    step: Step
    outcome: NightlyOutcome | None
    state: str


def nightly_lines(session: Session, now: datetime) -> list[NightlyLine]:
    """Every step with its last outcome, in the order of the night."""
    outcomes = {row.name: row for row in session.scalars(select(NightlyOutcome))}
    return [_line(step, outcomes.get(step.name), now) for step in steps()]


def _line(step: Step, outcome: NightlyOutcome | None, now: datetime) -> NightlyLine:
    if outcome is None or outcome.begun_at is None:
        return NightlyLine(step, outcome, NEVER)
    if outcome.failed_since:
        return NightlyLine(step, outcome, FAILED)
    return NightlyLine(step, outcome, MISSED if is_missed(step, outcome, now) else GOOD)


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """What an administrator has to mend: each step that failed or was not begun."""
    if not actor.can(Permission.USER_ADMIN):
        return []
    lines = nightly_lines(session, utc_now())
    return [_task(line) for line in lines if line.state in (FAILED, MISSED)]


def _task(line: NightlyLine) -> Task:
    outcome = line.outcome
    assert outcome is not None  # only a step with an outcome fails
    text = counted(1, "项夜间任务没有做成：%(what)s", what=Sentence(line.step.label))
    if line.state == MISSED:
        reason = Sentence("上次是 %(when)s，后台程序可能没有在运行，请先启动它", {"when": outcome.begun_at})
    else:
        reason = Sentence(
            "从 %(when)s 起。原因在系统日志里，解决后再做一次，或等下一夜",
            {"when": outcome.failed_since},
        )
    return Task(1, text, reason, url_for("home.nightly"), N_("去看看"), "home.today")


def do_again(session: Session, actor: Actor, name: str) -> Job | None:
    """Queue a step for an administrator; None for a step that does not exist. The caller commits."""
    if name not in {step.name for step in steps()}:
        return None
    outcome = outcome_of(session, name)
    record(session, actor, EventTag.NIGHTLY_AGAIN, outcome, name=name)
    return queue.enqueue(session, actor, "nightly_again", outcome.id)
