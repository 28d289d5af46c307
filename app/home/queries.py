"""What there is to do today, collected from the areas, and what stands beside and below it."""

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

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
from app.home.own_months import OwnMonths, own_months
from app.hukou.cases.queries import tasks as hukou_tasks
from app.hukou.rules import queries as hukou_rules
from app.kit.care import queries as care
from app.kit.web.navigation import Task
from app.match_runs import queries as match_runs
from app.match_runs.scorecards import queries as scorecards
from app.messages import queries as messages
from app.orders.queries import tasks as order_tasks
from app.placements.queries import statistics
from app.placements.queries import tasks as placement_tasks
from app.placements.queries.statistics import Bar, Rung
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
from models.i18n import N_, Sentence, counted
from models.numbers import people
from models.summary.figure import place_of
from models.summary.reading import counted_at

SUPERVISORS = (Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR)
RECEIVERS = (Role.CITY, Role.ENTERPRISE, Role.REGISTRATION)
MOST_REASONS = 6
TaskSource = Callable[[Session, Actor, date], list[Task]]


class Pace(enum.StrEnum):
    """How soon a line of work is to be done."""

    TODAY = "today"
    WEEK = "week"
    WATCH = "watch"


PACE_LABELS = {Pace.TODAY: N_("今天"), Pace.WEEK: N_("这一周"), Pace.WATCH: N_("平时留意")}
A_WEEK = timedelta(days=7)
# So many lines are read at a glance: only more are folded.
MOST_UNFOLDED = 8

# Promises to people come before gaps in the register. The pace is that of lines without a day of their own.
TASK_SOURCES: tuple[tuple[TaskSource, Pace], ...] = (
    (care.tasks, Pace.TODAY),
    (intake.tasks, Pace.TODAY),
    (problem_tasks.tasks, Pace.TODAY),
    (cooperation_tasks.tasks, Pace.WEEK),
    (placement_tasks.tasks, Pace.TODAY),
    (placement_tasks.check_tasks, Pace.WEEK),
    (rosters.tasks, Pace.WEEK),
    (rosters.check_tasks, Pace.WEEK),
    (differences.tasks, Pace.WEEK),
    (duties.tasks, Pace.WATCH),
    (messages.tasks, Pace.TODAY),
    (reports.tasks, Pace.WEEK),
    (order_tasks.tasks, Pace.WEEK),
    (training_orders.tasks, Pace.WEEK),
    (agreements.tasks, Pace.WEEK),
    (classes.tasks, Pace.WEEK),
    (attendance.tasks, Pace.TODAY),
    (inspections.tasks, Pace.WEEK),
    (certification.tasks, Pace.WEEK),
    (subsidies.tasks, Pace.WEEK),
    (funds.tasks, Pace.WEEK),
    (hukou_tasks.tasks, Pace.WEEK),
    (hukou_rules.tasks, Pace.WATCH),
    (match_runs.tasks, Pace.WEEK),
    (workers.tasks, Pace.WATCH),
    (accounts.tasks, Pace.TODAY),
    (audit.tasks, Pace.TODAY),
    (nightly.tasks, Pace.TODAY),
    (facts.tasks, Pace.WATCH),
    (scorecards.tasks, Pace.WATCH),
)


@dataclass(frozen=True)
class TaskGroup:
    """Lines of one pace, the most urgent first; ``is_open``: they are read without unfolding."""

    pace: Pace
    tasks: list[Task]
    is_open: bool

    @property
    def word(self) -> str:
        return PACE_LABELS[self.pace]

    @property
    def size(self) -> Sentence:
        return counted(len(self.tasks), "%(n)s 件事", n=len(self.tasks))

    def heading(self, later: int) -> Sentence:
        """The news of the day where this is the most urgent group; ``later``: lines of the other groups."""
        n = len(self.tasks)
        if self.pace is Pace.WATCH:
            return counted(n, "没有急事，有 %(n)s 件平时留意", n=n)
        if self.pace is Pace.WEEK:
            return counted(n, "今天没有到期的，这一周有 %(n)s 件", n=n)
        if later:
            return counted(n, "今天先办这 %(n)s 件，往后还有 %(later)s 件", n=n, later=later)
        return counted(n, "今天先办这 %(n)s 件", n=n)


def task_groups(session: Session, actor: Actor, today: date) -> list[TaskGroup]:
    """What waits for ``actor``: today, this week, to be watched; nothing with a count of zero."""
    waiting = [
        (_pace_of(task, pace, today), task)
        for source, pace in TASK_SOURCES
        for task in source(session, actor, today)
        if task.count
    ]
    grouped = {pace: [task for own, task in waiting if own is pace] for pace in Pace}
    first = next((pace for pace, tasks in grouped.items() if tasks), None)
    return [
        TaskGroup(pace, _by_day(tasks), len(waiting) <= MOST_UNFOLDED or pace is first)
        for pace, tasks in grouped.items()
        if tasks
    ]


def _pace_of(task: Task, pace: Pace, today: date) -> Pace:
    """A day that is near hurries a line, one that is far gives it time."""
    if task.due_on is None:
        return pace
    if task.due_on <= today:
        return Pace.TODAY
    return Pace.WEEK if task.due_on <= today + A_WEEK else Pace.WATCH


def _by_day(tasks: list[Task]) -> list[Task]:
    """Those that have a day by it, then the others as they stand."""
    return sorted(tasks, key=lambda task: task.due_on or date.max)


@dataclass(frozen=True)
class Overview:
    """What stands beside and below today's work, each only where it belongs; ``headline`` is the day's
    news."""

    headline: Sentence | None = None
    funnel: list[Rung] = field(default_factory=list)
    places: list[Bar] = field(default_factory=list)
    places_asked: list[dict[str, str]] = field(default_factory=list)
    evidence: list[Bar] = field(default_factory=list)
    reasons: list[Bar] = field(default_factory=list)
    trades: list[Bar] = field(default_factory=list)
    flows: Flows | None = None
    own: OwnMonths | None = None
    orders: Board | None = None
    counted_at: datetime | None = None
    """When the figures were counted; None: at this moment."""


def overview(session: Session, actor: Actor, today: date) -> Overview:
    """The overview for ``actor``; an administrator has none."""
    if actor.has_role(*SUPERVISORS):
        return _supervision(session, actor, today)
    if actor.has_role(Role.SCHOOL):
        return Overview(
            trades=orders.trades(session, actor, today),
            own=own_months(session, actor, today),
            orders=orders.board(session, actor, today),
        )
    if not actor.can(Permission.PLACEMENT_READ):
        return Overview()
    side = 0 if actor.has_role(*RECEIVERS) else 1
    cells = flows.on_site(session, actor, today)
    return Overview(
        funnel=statistics.funnel(session, actor, today),
        places=flows.longest(session, cells, side),
        places_asked=flows.places_asked(cells, side),
        reasons=statistics.reasons(session, actor, today)[:MOST_REASONS],
        own=own_months(session, actor, today),
        orders=orders.board(session, actor, today) if actor.can(Permission.ORDER_READ) else None,
        counted_at=_counted_at(session, actor),
    )


def _counted_at(session: Session, actor: Actor) -> datetime | None:
    if place_of(actor, statistics.counted_under(actor), of_towns=True) is None:
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
        "%(n)s现在在岗，累计 %(kept)s干满过六个月",
        {"n": _told(table.total), "kept": _told(funnel[-1].persons)},
    )
    counted = _counted_at(session, actor)
    return Overview(
        headline, funnel, evidence=kept.evidence, reasons=kept.reasons, flows=table, counted_at=counted
    )


def _told(persons: int | None) -> Sentence:
    return people(persons or 0, masked=persons is None)


def own_job(session: Session, actor: Actor, number: int) -> Job | None:
    return session.scalar(select(Job).where(Job.id == number, Job.user_id == actor.user_id))
