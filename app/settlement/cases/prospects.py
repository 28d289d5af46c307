"""Who could settle, as the last night found it: the county's list, read within its scope."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.access import Actor, Permission, scope_of, visible_to
from models.settlement.case import CaseState, SettlementCase
from models.settlement.evaluation import Verdict
from models.settlement.fact import Outlook
from models.settlement.rule import SettlementRule
from models.worker import Worker

PAGE = 50


@dataclass(frozen=True)
class Chance:
    """One person and the route nearest to a yes, as the last night found it."""

    outlook: Outlook
    worker: Worker
    rule: SettlementRule


def chances(session: Session, actor: Actor, verdict: Verdict, city: str, after: int | None) -> list[Chance]:
    """Return a page (and one more) of who could settle: a yes newest first, a yes to come soonest first."""
    column = Outlook.became_on if verdict is Verdict.MEETS else Outlook.meets_on
    order = column.desc() if verdict is Verdict.MEETS else column.asc().nulls_last()
    query = (
        visible_to(actor, select(Outlook, Worker, SettlementRule), Outlook, Permission.SETTLEMENT_HELP)
        .join(Worker, Worker.id == Outlook.worker_id)
        .join(SettlementRule, SettlementRule.id == Outlook.rule_id)
        .where(scope_of(actor, Worker, Permission.SETTLEMENT_HELP), Worker.erased_at.is_(None))
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
    cases = select(SettlementCase.id).where(
        SettlementCase.worker_id == Outlook.worker_id,
        SettlementCase.active_digest.is_not(None) | (SettlementCase.state == CaseState.SETTLED),
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
    return session.scalar(visible_to(actor, query, Outlook, Permission.SETTLEMENT_HELP)) or 0


def chance_counts(session: Session, actor: Actor) -> dict[Verdict, int]:
    """Return how many people the last night found in each answer, one person once an answer."""
    rows = session.execute(
        visible_to(
            actor, select(Outlook.verdict, func.count(Outlook.worker_id.distinct())), Outlook,
            Permission.SETTLEMENT_HELP,
        ).where(_has_no_case()).group_by(Outlook.verdict)
    )  # fmt: skip
    found = {Verdict(verdict): n for verdict, n in rows}
    return {verdict: found.get(verdict, 0) for verdict in Verdict}
