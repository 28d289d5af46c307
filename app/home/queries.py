"""What there is to do today, collected from the areas."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.navigation import Task
from models.access import Actor
from models.job import Job

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


def own_job(session: Session, actor: Actor, number: int) -> Job | None:
    """Return a job if ``actor`` asked for it."""
    return session.scalar(select(Job).where(Job.id == number, Job.user_id == actor.user_id))
