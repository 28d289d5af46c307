"""Who has which follow-ups: the caseload of each collector, who can take them, what to remember today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.kit.web.whole_list import Whole
from app.placements.queries.lists import follow_ups, is_due, plain_follow_ups
from models.access import Actor, Grant, Permission, Role
from models.placement.follow_up import is_for
from models.placement.placement import WORKING, FollowUp, Outcome, Placement
from models.reference.area import Area
from models.user import User
from models.waiting import first_rows

RECORD = Permission.FOLLOWUP_RECORD
LATE_DAYS, SOON_DAYS = 7, 14
MOST_AT_ONCE = 500


@dataclass(frozen=True)
class Caseload:
    """What one collector has: ``coming`` within two weeks, ``due`` now, ``late`` of them by over a week."""

    user: User | None
    coming: int
    due: int
    late: int


def is_open(today: date) -> ColumnElement[bool]:
    """Follow-ups of people at work that are not made, or where nobody was reached."""
    unmade = or_(FollowUp.recorded_at.is_(None), FollowUp.outcome == Outcome.UNKNOWN)
    return and_(Placement.state.in_(WORKING), unmade, FollowUp.due_on <= today + timedelta(days=SOON_DAYS))


def caseloads(session: Session, actor: Actor, today: date) -> list[Caseload]:
    """Everybody who can take follow-ups, with what they have; those that nobody has come first."""
    is_due = FollowUp.due_on <= today
    late = FollowUp.due_on < today - timedelta(days=LATE_DAYS)
    sums = [func.sum(case((one, 1), else_=0)) for one in (~is_due, is_due, late)]
    inner = follow_ups(actor, RECORD).where(is_open(today))
    # Worked out, the caller has no index, so SQLite begins with who is at work, not with every follow-up.
    caller = func.coalesce(FollowUp.assigned_to_id, 0)
    rows = session.execute(
        inner.with_only_columns(caller, *sums, maintain_column_froms=True).group_by(caller).order_by(None)
    ).all()
    counts = {user or None: tuple(int(one or 0) for one in some) for user, *some in rows}
    people = {user.id: user for user in collectors(session, actor, today)}
    others = [number for number in counts if number and number not in people]
    gone = {user.id: user for user in session.scalars(select(User).where(User.id.in_(others)))}
    everybody: list[User | None] = [None, *people.values(), *gone.values()]
    return [Caseload(user, *counts.get(user.id if user else None, (0, 0, 0))) for user in everybody]


def collectors(session: Session, actor: Actor, today: date) -> Sequence[User]:
    """The accounts that may record follow-ups where the actor does: of the office, and of its townships."""
    counties, towns, cities = (actor.areas(role) for role in (Role.COUNTY, Role.TOWNSHIP, Role.CITY))
    below = select(Area.code).where(Area.parent_code.in_(counties))
    own = or_(
        and_(Grant.role == Role.COUNTY, Grant.area_code.in_(counties)),
        and_(Grant.role == Role.TOWNSHIP, or_(Grant.area_code.in_(below), Grant.area_code.in_(towns))),
        and_(Grant.role == Role.CITY, Grant.area_code.in_(cities)),
    )
    in_force = and_(
        Grant.valid_from <= today,
        or_(Grant.valid_to.is_(None), Grant.valid_to >= today),
        Grant.revoked_at.is_(None),
    )
    holders = select(Grant.user_id).where(own, in_force)
    statement = select(User).where(User.id.in_(holders), User.is_active).order_by(User.name, User.id)
    return session.scalars(statement.limit(200)).all()


OLDEST_FIRST = FollowUp.due_on, FollowUp.id


def of_collector(session: Session, actor: Actor, user_id: int | None, today: date) -> list[FollowUp]:
    """The open follow-ups of one collector (None: of nobody), the oldest first, at most 500."""
    statement = follow_ups(actor, RECORD).where(is_open(today), _has(user_id))
    return first_rows(session, statement, FollowUp, OLDEST_FIRST, MOST_AT_ONCE)


def numbers_of_collector(
    session: Session, actor: Actor, user_id: int | None, today: date
) -> tuple[User | None, list[int]] | None:
    """The collector, and the numbers of the same follow-ups; None for who can take none and has none."""
    statement = plain_follow_ups(actor, RECORD).where(is_open(today), _has(user_id))
    numbers = statement.with_only_columns(FollowUp.id, maintain_column_froms=True)
    found = list(session.scalars(numbers.order_by(*OLDEST_FIRST).limit(MOST_AT_ONCE)))
    if user_id is None:
        return None, found
    can = next((user for user in collectors(session, actor, today) if user.id == user_id), None)
    user = can or (session.get(User, user_id) if found else None)
    return (user, found) if user else None


def in_order(session: Session, actor: Actor, numbers: Sequence[int]) -> list[FollowUp]:
    """Those of ``numbers``, the oldest first, with all that a line shows."""
    rows = follow_ups(actor, RECORD).where(FollowUp.id.in_(numbers)).order_by(*OLDEST_FIRST)
    return list(session.scalars(rows).unique()) if numbers else []


def _has(user_id: int | None) -> ColumnElement[bool]:
    holder: ColumnElement[bool] = FollowUp.assigned_to_id == user_id  # None asks for IS NULL
    return holder


def chosen(session: Session, actor: Actor, ids: Sequence[int]) -> list[FollowUp]:
    """Those of ``ids`` that the actor may record, at most 500."""
    statement = follow_ups(actor, RECORD).where(FollowUp.id.in_(list(ids)[:MOST_AT_ONCE]))
    return list(session.scalars(statement.order_by(FollowUp.id)))


def is_to_remember(actor: Actor, today: date) -> ColumnElement[bool]:
    """Follow-ups whose day of reminding has come, of the actor or of nobody."""
    return and_(FollowUp.remind_on <= today, is_for(actor.user_id), Placement.state.in_(WORKING))


@dataclass(frozen=True)
class Calls:
    """One tab of the follow-ups: which they are, and by what they stand in order."""

    condition: ColumnElement[bool]
    order: tuple[Any, ...]


def calls_of(actor: Actor, view: str, today: date) -> Calls:
    """What a tab shows: what comes within two weeks, who was not reached (the longest silence first), what
    was put off until today, and else what is due."""
    working = Placement.state.in_(WORKING)
    if view == "coming":
        soon = FollowUp.due_on.between(today + timedelta(days=1), today + timedelta(days=14))
        return Calls(and_(working, FollowUp.recorded_at.is_(None), soon), (FollowUp.due_on, FollowUp.id))
    if view == "unknown":
        silent = and_(working, FollowUp.outcome == Outcome.UNKNOWN)
        return Calls(silent, (FollowUp.recorded_at, FollowUp.id))
    if view == "remember":
        return Calls(is_to_remember(actor, today), (FollowUp.remind_on, FollowUp.id))
    return Calls(is_due(today), (FollowUp.due_on, FollowUp.id))


def calls_page(
    session: Session, actor: Actor, calls: Calls, passed: int, size: int, also: Sequence[ColumnElement[bool]]
) -> tuple[list[FollowUp], str]:
    """One page behind ``passed`` rows, and how many are passed by the next ("" where nothing follows)."""
    statement = follow_ups(actor, RECORD).where(calls.condition, *also)
    rows = first_rows(session, statement, FollowUp, calls.order, size + 1, passed)
    return rows[:size], str(passed + size) if len(rows) > size else ""


def calls_whole(actor: Actor, calls: Calls, also: Sequence[ColumnElement[bool]]) -> Whole:
    """All follow-ups of a tab."""
    seen = plain_follow_ups(actor, RECORD)
    return Whole(seen.where(calls.condition, *also), FollowUp, calls.order, scope=seen)
