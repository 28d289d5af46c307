"""Who could settle, as the last night found it: the county's list, read within its scope."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.access import Actor, Permission, scope_of, visible_to
from models.hukou.case import CaseState, HukouCase
from models.hukou.evaluation import Verdict
from models.hukou.fact import Outlook
from models.hukou.rule import HukouRule
from models.people.worker import Worker

PAGE = 50


@dataclass(frozen=True)
class Chance:
    """One person and the route nearest to a yes, as the last night found it."""

    outlook: Outlook
    worker: Worker
    rule: HukouRule


def chances(session: Session, actor: Actor, verdict: Verdict, city: str, after: int | None) -> list[Chance]:
    """Return a page (and one more) of who could settle: a yes newest first, a yes to come soonest first."""
    column = Outlook.became_on if verdict is Verdict.MEETS else Outlook.meets_on
    order = column.desc() if verdict is Verdict.MEETS else column.asc().nulls_last()
    query = (
        visible_to(actor, select(Outlook, Worker, HukouRule), Outlook, Permission.HUKOU_HELP)
        .join(Worker, Worker.id == Outlook.worker_id)
        .join(HukouRule, HukouRule.id == Outlook.rule_id)
        .where(scope_of(actor, Worker, Permission.HUKOU_HELP), Worker.erased_at.is_(None))
        .where(Outlook.verdict == verdict.value, _has_no_case())
        .order_by(order, Outlook.id)
        .limit(PAGE + 1)
    )
    if city:
        query = query.where(Outlook.city_code == city)
    if after:
        query = query.where(_beyond(session, column, verdict, after))
    return [Chance(*row) for row in session.execute(query)]


def _has_no_case() -> ColumnElement[bool]:
    """Neither a case under way nor one that ended in the new register."""
    cases = select(HukouCase.id).where(
        HukouCase.worker_id == Outlook.worker_id,
        HukouCase.active_digest.is_not(None) | (HukouCase.state == CaseState.SETTLED),
    )
    return ~cases.exists()


def _beyond(
    session: Session, column: InstrumentedAttribute[date | None], verdict: Verdict, after: int
) -> ColumnElement[bool]:
    """The rows behind the one numbered ``after`` in the order of the list; unknown days come last."""
    here = session.scalar(select(column).where(Outlook.id == after))
    later_in_row = Outlook.id > after
    if here is None:
        return column.is_(None) & later_in_row
    further = column < here if verdict is Verdict.MEETS else (column > here) | column.is_(None)
    return further | ((column == here) & later_in_row)


def newly_met(session: Session, actor: Actor, day: date) -> int:
    """Return how many people newly qualify since last night."""
    query = select(func.count(Outlook.worker_id.distinct())).where(
        Outlook.verdict == Verdict.MEETS.value, Outlook.became_on == day, _has_no_case()
    )
    return session.scalar(visible_to(actor, query, Outlook, Permission.HUKOU_HELP)) or 0


def chance_counts(session: Session, actor: Actor) -> dict[Verdict, int]:
    """Return how many people the last night found in each answer, one person once an answer."""
    rows = session.execute(
        visible_to(
            actor,
            select(Outlook.verdict, func.count(Outlook.worker_id.distinct())),
            Outlook,
            Permission.HUKOU_HELP,
        )
        .where(_has_no_case())
        .group_by(Outlook.verdict)
    )
    found = {Verdict(verdict): n for verdict, n in rows}
    return {verdict: found.get(verdict, 0) for verdict in Verdict}
