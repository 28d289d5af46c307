"""What there is to do today, collected from the areas."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.navigation import Task
from app.orders.queries import Filters, list_page
from app.orders.queries import Page as OrderPage
from app.placements.queries import statistics
from models.access import Actor, Permission, Role
from models.job import Job

SUPERVISORS = (Role.PREFECTURE, Role.PROVINCE, Role.AUDITOR)
TaskSource = Callable[[Session, Actor, date], list[Task]]


def task_sources() -> list[TaskSource]:
    """Return every area's list of what waits for somebody, in the order of the day."""
    from app.admin import queries as admin
    from app.imports import queries as imports
    from app.match_runs import queries as match_runs
    from app.orders import queries as orders
    from app.placements import queries as placements
    from app.workers import queries as workers

    return [imports.tasks, workers.tasks, orders.tasks, match_runs.tasks, placements.tasks, admin.tasks]


def tasks_for(session: Session, actor: Actor, today: date) -> list[Task]:
    """Return what waits for ``actor``; nothing with a count of zero."""
    found = [task for source in task_sources() for task in source(session, actor, today)]
    return [task for task in found if task.count]


@dataclass(frozen=True)
class Overview:
    """What stands beside and below today's work: charts and the newest orders, each only where it belongs."""

    funnel: list[tuple[str, int, str]] = field(default_factory=list)
    evidence: list[tuple[str, int, str]] = field(default_factory=list)
    reasons: list[tuple[str, int, str]] = field(default_factory=list)
    orders: OrderPage | None = None


def overview(session: Session, actor: Actor, today: date) -> Overview:
    """Return the overview for ``actor``; an administrator has none."""
    if not actor.can(Permission.PLACEMENT_READ):
        return Overview()
    supervises = actor.has_role(*SUPERVISORS)
    kept = statistics.retention(session, actor) if supervises else None
    return Overview(
        funnel=statistics.funnel(session, actor, today),
        evidence=kept.evidence if kept else [],
        reasons=kept.reasons if kept else [],
        orders=list_page(session, actor, Filters(), "", today) if _follows_orders(actor) else None,
    )


def _follows_orders(actor: Actor) -> bool:
    return actor.can(Permission.ORDER_READ) and not actor.has_role(*SUPERVISORS)


def own_job(session: Session, actor: Actor, number: int) -> Job | None:
    """Return a job if ``actor`` asked for it."""
    return session.scalar(select(Job).where(Job.id == number, Job.user_id == actor.user_id))
