"""Scoped reads of the difference report: what is open, by kind; one page in line; the trend by month."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import url_for
from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session, joinedload

from app.employment.differences.operations import ROLES
from app.employment.differences.resolutions import story
from app.kit.web.navigation import Task
from models.access import Actor, Permission, count_and_first, visible_to
from models.employment.difference import Difference, DifferenceKind, Side
from models.i18n import N_, Sentence, counted
from models.reference.calendar import months_after
from models.waiting import page_in_line, wait_of

PAGE, TREND_MONTHS = 50, 12
READ = Permission.PLACEMENT_READ
RECORD = Permission.FOLLOWUP_RECORD


def open_counts(session: Session, actor: Actor) -> dict[DifferenceKind, int]:
    """How many are open, by kind."""
    rows = (
        select(Difference.kind, func.count()).where(Difference.closed_on.is_(None)).group_by(Difference.kind)
    )
    return dict(session.execute(visible_to(actor, rows, Difference, READ)).all())


def open_page(
    session: Session, actor: Actor, kind: DifferenceKind | None, place: str
) -> tuple[list[Difference], str]:
    """One page of what is open, due first, and the place of the next."""
    statement = (
        select(Difference).options(joinedload(Difference.worker)).where(Difference.closed_on.is_(None))
    )
    if kind is not None:
        statement = statement.where(Difference.kind == kind)
    return page_in_line(session, visible_to(actor, statement, Difference, READ), Difference, place, PAGE)


def lately_settled(session: Session, actor: Actor, today: date) -> list[Difference]:
    """What people settled within the last month, the latest first."""
    statement = (
        select(Difference)
        .options(joinedload(Difference.worker))
        .where(Difference.closed_on >= today - timedelta(days=31), Difference.settled_at.is_not(None))
        .order_by(Difference.settled_at.desc())
        .limit(PAGE)
    )
    return list(session.scalars(visible_to(actor, statement, Difference, READ)))


def chosen(session: Session, actor: Actor, numbers: list[int]) -> list[Difference]:
    """The ticked ones that the actor may settle."""
    statement = select(Difference).where(Difference.id.in_(numbers)).order_by(Difference.id)
    return list(session.scalars(visible_to(actor, statement, Difference, RECORD)))


class TrendMonth(NamedTuple):
    """One month: how many came up, how many were settled or gone, how many were open at its end."""

    month: str
    opened: int
    closed: int
    left: int


def trend(session: Session, actor: Actor, today: date) -> list[TrendMonth]:
    """The last twelve months, the oldest first."""
    first = months_after(today.replace(day=1), 1 - TREND_MONTHS)
    opened = _by_month(session, actor, Difference.opened_on, first)
    closed = _by_month(session, actor, Difference.closed_on, first)
    before = Difference.opened_on < first, Difference.closed_on.is_(None) | (Difference.closed_on >= first)
    count = visible_to(actor, select(func.count()).select_from(Difference).where(*before), Difference, READ)
    left, months = session.scalar(count) or 0, []
    for back in range(TREND_MONTHS):
        name = f"{months_after(first, back):%Y-%m}"
        left += opened.get(name, 0) - closed.get(name, 0)
        months.append(TrendMonth(name, opened.get(name, 0), closed.get(name, 0), left))
    return months


def _by_month(session: Session, actor: Actor, column: Any, first: date) -> dict[str, int]:
    month = func.substr(cast(column, String), 1, 7)
    rows = select(month, func.count()).select_from(Difference).where(column >= first).group_by(month)
    return dict(session.execute(visible_to(actor, rows, Difference, READ)).all())


def tasks(session: Session, actor: Actor, today: date) -> list[Task]:
    """The contradictions that wait for the actor's own end, the one due first named."""
    if not actor.can(RECORD):
        return []
    sides = [side for side in Side if actor.areas(ROLES[side])]
    if not sides:
        return []
    own = Difference.closed_on.is_(None), Difference.owner.in_(sides)
    count, first = count_and_first(session, actor, Difference, RECORD, *own)
    if first is None:
        return []
    wait = wait_of(first, today)
    reason = Sentence("最急的一位：%(name)s，%(story)s", {"name": first.worker.name, "story": story(first)})
    url, text = url_for("differences.index"), counted(count, "处两头对不上，等你查")
    return [Task(count, text, reason, url, N_("去处理"), "rosters.index", wait.due)]
