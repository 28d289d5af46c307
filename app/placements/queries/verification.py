"""Findings that wait for the receiving city: by enterprise, narrowed, page by page."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from app.placements.queries.lists import bare_follow_ups, follow_ups, plain_follow_ups, waits_for_check
from models.access import Actor, Permission, visible_to
from models.placement.follow_up import LEAST_SHARE_OF_TOLD_WAGE
from models.placement.placement import Evidence, FollowUp, Outcome, Placement
from models.reference.organisation import Organisation
from models.waiting import values_at

PAGE = 50
MOST_ENTERPRISES = 200
VERIFY = Permission.FOLLOWUP_VERIFY


@dataclass(frozen=True)
class Narrowed:
    """What the list is narrowed to; None and False narrow nothing."""

    enterprise_id: int | None = None
    county_code: str | None = None
    outcome: Outcome | None = None
    evidence: Evidence | None = None
    is_short: bool = False


class Waiting(NamedTuple):
    """How much waits at one enterprise, and since when."""

    enterprise_id: int
    name: str
    findings: int
    since: datetime


def waiting_by_enterprise(session: Session, actor: Actor) -> list[Waiting]:
    """The enterprises whose people's findings wait, the longest wait first."""
    # First which wait, off their own index: SQLite would begin with every enterprise there is.
    waiting = (
        bare_follow_ups(actor, VERIFY, FollowUp.placement_id, FollowUp.recorded_at)
        .where(waits_for_check(session, actor))
        .cte("waiting")
        .prefix_with("MATERIALIZED")
    )
    oldest = func.min(waiting.c.recorded_at)
    statement = (
        select(Organisation.id, Organisation.name, func.count(), oldest)
        .select_from(waiting)
        .outerjoin(Placement, Placement.id == waiting.c.placement_id)
        .outerjoin(Organisation, Organisation.id == Placement.enterprise_id)
        .group_by(Organisation.id, Organisation.name)
        .order_by(oldest, Organisation.id)
        .limit(MOST_ENTERPRISES)
    )
    rows = session.execute(visible_to(actor, statement, Placement, VERIFY))
    return [Waiting(number, name, count, since) for number, name, count, since in rows if since]


def findings_page(session: Session, actor: Actor, narrowed: Narrowed, after: int | None) -> list[FollowUp]:
    """One page (one more than fits), the oldest finding first, behind the finding ``after``."""
    of_placements = narrowed.enterprise_id or narrowed.is_short
    statement = (
        plain_follow_ups(actor, VERIFY).with_only_columns(FollowUp.id, maintain_column_froms=True)
        if of_placements
        else bare_follow_ups(actor, VERIFY, FollowUp.id)
    ).where(waits_for_check(session, actor))
    if narrowed.enterprise_id:
        statement = statement.where(Placement.enterprise_id == narrowed.enterprise_id)
    if narrowed.county_code:
        statement = statement.where(FollowUp.county_code == narrowed.county_code)
    if narrowed.outcome:
        statement = statement.where(FollowUp.outcome == narrowed.outcome)
    if narrowed.evidence is not None:
        statement = statement.where(FollowUp.evidence == narrowed.evidence)
    if narrowed.is_short:
        terms = Placement.disclosed_terms  # as Placement.told_wage_fen reads them
        low, base = terms["wage_low_fen"].as_integer(), terms["base_wage_fen"].as_integer()
        told = func.coalesce(func.nullif(low, 0), base)
        statement = statement.where(FollowUp.wage_fen < told * LEAST_SHARE_OF_TOLD_WAGE)
    order = FollowUp.recorded_at, FollowUp.id
    last = values_at(session, follow_ups(actor, VERIFY), FollowUp, order, after)
    if last is not None and last[0] is not None:
        statement = statement.where(tuple_(*order) > tuple_(*last))
    # Worked out, the instant has no index, so SQLite reads the city's that wait, not all findings in order.
    sought = func.coalesce(FollowUp.recorded_at, FollowUp.recorded_at), FollowUp.id
    numbers = session.scalars(statement.order_by(*sought).limit(PAGE + 1)).all()
    rows = follow_ups(actor, VERIFY).where(FollowUp.id.in_(numbers)).order_by(*order)
    return list(session.scalars(rows).unique()) if numbers else []


def chosen(session: Session, actor: Actor, numbers: list[int]) -> list[FollowUp]:
    """The ticked findings that the actor may verify, the oldest first."""
    statement = follow_ups(actor, VERIFY).where(FollowUp.id.in_(numbers))
    return list(session.scalars(statement.order_by(FollowUp.recorded_at, FollowUp.id)))


def counties_waiting(session: Session, actor: Actor) -> list[str]:
    """The home counties of those whose findings wait."""
    rows = bare_follow_ups(actor, VERIFY, FollowUp.county_code).where(waits_for_check(session, actor))
    return list(session.scalars(rows.distinct().order_by(FollowUp.county_code)))
