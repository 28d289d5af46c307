"""Counts of cases: by city and route, by county, days per step, and what the visits afterwards show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from models.access import Actor, Permission, scope_of
from models.hukou.case import UNDER_WAY, CaseState, CaseStep, HukouCase, HukouFollowUp
from models.hukou.rule import HukouRule
from models.reference.area import area_names

READ = Permission.HUKOU_READ


@dataclass(frozen=True)
class Line:
    """One city and route, or one county: cases under way, registered, rejected, taken back."""

    name: str
    route: str
    open: int
    registered: int
    rejected: int
    withdrawn: int


def by_route(session: Session, actor: Actor) -> list[Line]:
    columns = (HukouCase.city_code, HukouRule.route)
    return _lines(session, actor, columns)


def by_county(session: Session, actor: Actor) -> list[Line]:
    return _lines(session, actor, (HukouCase.county_code, literal("")))


def _lines(session: Session, actor: Actor, columns: tuple[Any, Any]) -> list[Line]:
    counts = [
        func.count().filter(HukouCase.state.in_(states))
        for states in (UNDER_WAY, (CaseState.REGISTERED,), (CaseState.REJECTED,), (CaseState.WITHDRAWN,))
    ]
    query: Select[Any] = (
        select(*columns, *counts)
        .select_from(HukouCase)
        .join(HukouRule, HukouRule.id == HukouCase.rule_id)
        .where(scope_of(actor, HukouCase, READ))
        .group_by(*columns)
        .order_by(*columns)
    )
    rows: Sequence[Any] = session.execute(query).all()
    names = area_names(session, {row[0] for row in rows})
    return [Line(names.get(row[0], row[0]), *row[1:]) for row in rows]


def days_per_step(session: Session, actor: Actor) -> list[tuple[CaseState, int, float]]:
    """Per step: how many were finished, and how many working days they took on average."""
    rows = session.execute(
        select(CaseStep.state, func.count(), func.avg(CaseStep.working_days))
        .join(HukouCase, HukouCase.id == CaseStep.case_id)
        .where(scope_of(actor, HukouCase, READ), CaseStep.working_days.is_not(None))
        .group_by(CaseStep.state)
    )
    steps = {state: (n, float(days)) for state, n, days in rows}
    return [(state, *steps[state]) for state in CaseState if state in steps]


@dataclass(frozen=True)
class Afterwards:
    """The visits ``days`` after registration: due, asked, still there, gone."""

    days: int
    due: int
    asked: int
    still_there: int
    gone: int

    @property
    def unknown(self) -> int:
        """Due and not known: an answer of its own."""
        return self.due - self.still_there - self.gone


def afterwards(session: Session, actor: Actor, day: date) -> list[Afterwards]:
    """The results of the visits that were due by ``day``."""
    visit = HukouFollowUp
    rows = session.execute(
        select(
            visit.days,
            func.count(),
            func.count().filter(visit.recorded_at.is_not(None)),
            func.count().filter(visit.still_there.is_(True)),
            func.count().filter(visit.still_there.is_(False)),
        )
        .join(HukouCase, HukouCase.id == visit.case_id)
        .where(scope_of(actor, HukouCase, READ), visit.due_on <= day)
        .group_by(visit.days)
        .order_by(visit.days)
    )
    return [Afterwards(*row) for row in rows]
