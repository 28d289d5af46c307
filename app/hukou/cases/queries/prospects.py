"""People who qualify or soon will, by last night's evaluation: the county's list, read within its scope."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.access import Actor, Permission, scope_of, visible_to
from models.hukou.case import CaseState, HukouCase
from models.hukou.evaluation import Verdict
from models.hukou.fact import EligibilityForecast, PersonFact
from models.hukou.rule import HukouRule
from models.people.worker import Worker
from models.placement.placement import Evidence
from models.waiting import values_at

PAGE = 50


@dataclass(frozen=True)
class Prospect:
    """One person and the route nearest to a yes, by last night's evaluation."""

    forecast: EligibilityForecast
    worker: Worker
    rule: HukouRule


def page_of(session: Session, actor: Actor, verdict: Verdict, city: str, after: int | None) -> list[Prospect]:
    """A page (and one more) of people: a yes newest first, a yes to come soonest first."""
    column = EligibilityForecast.became_on if verdict is Verdict.MEETS else EligibilityForecast.meets_on
    order = column.desc() if verdict is Verdict.MEETS else column.asc().nulls_last()
    query = (
        visible_to(
            actor, select(EligibilityForecast, Worker, HukouRule), EligibilityForecast, Permission.HUKOU_HELP
        )
        .join(Worker, Worker.id == EligibilityForecast.worker_id)
        .join(HukouRule, HukouRule.id == EligibilityForecast.rule_id)
        .where(scope_of(actor, Worker, Permission.HUKOU_HELP), Worker.erased_at.is_(None))
        .where(EligibilityForecast.verdict == verdict.value, _has_no_case())
        .order_by(order, EligibilityForecast.id)
        .limit(PAGE + 1)
    )
    if city:
        query = query.where(EligibilityForecast.city_code == city)
    if after:
        query = query.where(_beyond(session, actor, column, verdict, after))
    return [Prospect(*row) for row in session.execute(query)]


def _has_no_case() -> ColumnElement[bool]:
    """Neither a case under way nor one that ended in the new register."""
    cases = select(HukouCase.id).where(
        HukouCase.worker_id == EligibilityForecast.worker_id,
        HukouCase.active_digest.is_not(None) | (HukouCase.state == CaseState.REGISTERED),
    )
    return ~cases.exists()


def _beyond(
    session: Session, actor: Actor, column: InstrumentedAttribute[date | None], verdict: Verdict, after: int
) -> ColumnElement[bool]:
    """The rows behind the one numbered ``after`` in the order of the list; unknown days come last."""
    seen = visible_to(actor, select(EligibilityForecast), EligibilityForecast, Permission.HUKOU_HELP)
    known = values_at(session, seen, EligibilityForecast, [column], after)
    if known is None:
        return true()
    here: date | None = known[0]
    later_in_row = EligibilityForecast.id > after
    if here is None:
        return column.is_(None) & later_in_row
    further = column < here if verdict is Verdict.MEETS else (column > here) | column.is_(None)
    return further | ((column == here) & later_in_row)


def newly_met(session: Session, actor: Actor, day: date) -> int:
    """People who newly qualify since last night."""
    query = select(func.count(EligibilityForecast.worker_id.distinct())).where(
        EligibilityForecast.verdict == Verdict.MEETS.value,
        EligibilityForecast.became_on == day,
        _has_no_case(),
    )
    return session.scalar(visible_to(actor, query, EligibilityForecast, Permission.HUKOU_HELP)) or 0


def counts_by_verdict(session: Session, actor: Actor) -> dict[Verdict, int]:
    """People in each answer, one person once an answer."""
    rows = session.execute(
        visible_to(
            actor,
            select(EligibilityForecast.verdict, func.count(EligibilityForecast.worker_id.distinct())),
            EligibilityForecast,
            Permission.HUKOU_HELP,
        )
        .where(_has_no_case())
        .group_by(EligibilityForecast.verdict)
    )
    counts = {Verdict(verdict): n for verdict, n in rows}
    return {verdict: counts.get(verdict, 0) for verdict in Verdict}


def told_by_county(session: Session, worker_id: int, city_code: str) -> list[PersonFact]:
    """What the county itself told of a person and still counts, the newest first."""
    told = select(PersonFact).where(
        PersonFact.worker_id == worker_id,
        PersonFact.city_code.in_(("", city_code)),
        PersonFact.evidence == Evidence.SELF_REPORT,
        PersonFact.superseded_at.is_(None),
    )
    return list(session.scalars(told.order_by(PersonFact.id.desc()).limit(PAGE)))
