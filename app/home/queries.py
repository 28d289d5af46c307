"""What there is to do today, collected from the areas, and what stands beside and below it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.cooperation.funds import queries as funds
from app.cooperation.queries import tasks as cooperation_tasks
from app.employment.differences import queries as differences
from app.employment.duties import queries as duties
from app.employment.rosters import queries as rosters
from app.home import flows, nightly, orders
from app.home.flows import Flows
from app.home.orders import Board
from app.hukou.cases.queries import tasks as hukou_tasks
from app.hukou.rules import queries as hukou_rules
from app.kit.web.navigation import Task
from app.match_runs import queries as match_runs
from app.match_runs.scorecards import queries as scorecards
from app.messages import queries as messages
from app.orders.queries import tasks as order_tasks
from app.placements.queries import statistics
from app.placements.queries import tasks as placement_tasks
from app.placements.queries.statistics import Bar
from app.problems.queries import tasks as problem_tasks
from app.reference.audit import queries as audit
from app.reference.facts import queries as facts
from app.reports import queries as reports
from app.training.agreements import queries as agreements
from app.training.attendance import queries as attendance
from app.training.certification import queries as certification
from app.training.classes.queries import classes
from app.training.inspections import queries as inspections
from app.training.orders import queries as training_orders
from app.training.subsidies import queries as subsidies
from app.workers import queries as workers
from app.workers.intake import queries as intake
from models.access import Actor, Permission, Role
from models.background_job import Job
from models.i18n import Sentence
from models.numbers import people
from models.summary.figure import place_of
from models.summary.reading import counted_at

SUPERVISORS = (Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR)
RECEIVERS = (Role.CITY, Role.ENTERPRISE, Role.REGISTRATION)
MOST_REASONS = 6
TaskSource = Callable[[Session, Actor, date], list[Task]]


# Promises to people come before gaps in the register.
TASK_SOURCES: tuple[TaskSource, ...] = (
    intake.tasks,
    problem_tasks.tasks,
    cooperation_tasks.tasks,
    placement_tasks.tasks,
    rosters.tasks,
    rosters.check_tasks,
    differences.tasks,
    duties.tasks,
    messages.tasks,
    reports.tasks,
    order_tasks.tasks,
    training_orders.tasks,
    agreements.tasks,
    classes.tasks,
    attendance.tasks,
    inspections.tasks,
    certification.tasks,
    subsidies.tasks,
    funds.tasks,
    hukou_tasks.tasks,
    hukou_rules.tasks,
    match_runs.tasks,
    workers.tasks,
    accounts.tasks,
    audit.tasks,
    nightly.tasks,
    facts.tasks,
    scorecards.tasks,
)


def tasks_for(session: Session, actor: Actor, today: date) -> list[Task]:
    """What waits for ``actor``; nothing with a count of zero."""
    tasks = [task for source in TASK_SOURCES for task in source(session, actor, today)]
    return [task for task in tasks if task.count]


@dataclass(frozen=True)
class Overview:
    """What stands beside and below today's work, each only where it belongs; ``headline`` is the day's
    news."""

    headline: Sentence | None = None
    funnel: list[Bar] = field(default_factory=list)
    places: list[Bar] = field(default_factory=list)
    evidence: list[Bar] = field(default_factory=list)
    reasons: list[Bar] = field(default_factory=list)
    trades: list[Bar] = field(default_factory=list)
    flows: Flows | None = None
    orders: Board | None = None
    counted_at: datetime | None = None
    """When the figures were counted; None: at this moment."""


def overview(session: Session, actor: Actor, today: date) -> Overview:
    """The overview for ``actor``; an administrator has none."""
    if actor.has_role(*SUPERVISORS):
        return _supervision(session, actor, today)
    if actor.has_role(Role.SCHOOL):
        return Overview(
            trades=orders.trades(session, actor, today), orders=orders.board(session, actor, today)
        )
    if not actor.can(Permission.PLACEMENT_READ):
        return Overview()
    side = 0 if actor.has_role(*RECEIVERS) else 1
    return Overview(
        funnel=statistics.funnel(session, actor, today),
        places=flows.longest(session, flows.on_site(session, actor, today), side),
        reasons=statistics.reasons(session, actor, today)[:MOST_REASONS],
        orders=orders.board(session, actor, today) if actor.can(Permission.ORDER_READ) else None,
        counted_at=_counted_at(session, actor),
    )


def _counted_at(session: Session, actor: Actor) -> datetime | None:
    if place_of(actor, statistics.counted_under(actor)) is None:
        return None
    return counted_at(session)


def _supervision(session: Session, actor: Actor, today: date) -> Overview:
    """What those read who may open persons for a stated purpose only: nothing here gives one away."""
    kept = statistics.published_retention(session, actor, today)
    funnel = statistics.published_funnel(session, actor, today, kept.hidden)
    cells = flows.on_site(session, actor, today)
    if not actor.has_role(Role.PREFECTURE):
        cells = flows.by_prefecture(session, cells)
    table = flows.table(session, cells, hides=True)
    headline = Sentence(
        "%(n)s现在在岗，累计 %(kept)s干满过六个月", {"n": _told(table.total), "kept": _told(funnel[-1][1])}
    )
    counted = _counted_at(session, actor)
    return Overview(
        headline, funnel, evidence=kept.evidence, reasons=kept.reasons, flows=table, counted_at=counted
    )


def _told(persons: int | None) -> Sentence:
    return people(persons or 0, masked=persons is None)


def own_job(session: Session, actor: Actor, number: int) -> Job | None:
    return session.scalar(select(Job).where(Job.id == number, Job.user_id == actor.user_id))
