"""What each figure counts: the one definition, for the kept figures and for those counted at this moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, literal_column, or_, select

from models.people.worker import Worker
from models.placement.flow import WORKING, PlacementState
from models.placement.placement import FollowUp, Outcome, Placement
from models.summary.figure import Figure

PROVEN = (Outcome.EMPLOYED,)
_ALL: ColumnElement[str] = literal_column("''", String)


@dataclass(frozen=True)
class Fact:
    """Persons of rows of ``model`` that meet ``conditions``, by ``detail``; with their follow-ups or not."""

    model: Any
    conditions: tuple[ColumnElement[bool], ...]
    detail: ColumnElement[str] = _ALL
    asks_calls: bool = False

    @property
    def person(self) -> Any:
        return self.model.id if self.model is Worker else self.model.worker_id

    def counted(self, *by: Any) -> Select[*tuple[Any, ...]]:
        """Rows of ``by``, detail, persons."""
        number = func.count() if self.model is Worker else func.count(func.distinct(self.person))
        statement = select(*by, self.detail, number).select_from(self.model).where(*self.conditions)
        if self.asks_calls:
            statement = statement.join(FollowUp, FollowUp.placement_id == Placement.id)
        groups = (*by, *(() if self.detail is _ALL else (self.detail,)))
        return statement.group_by(*groups) if groups else statement


def _month(column: Any) -> ColumnElement[str]:
    return func.substr(cast(column, String), 1, 7)


def facts(today: date) -> Mapping[Figure, Fact]:
    """The definition of each figure on a day."""
    months = cast(FollowUp.months, String)
    is_proven = FollowUp.outcome.in_(PROVEN)
    # Of whom it is time to know and not known: no answer, or one that says so, and not left before.
    is_unknown = (
        FollowUp.due_on <= today,
        or_(FollowUp.outcome.is_(None), FollowUp.outcome == Outcome.UNKNOWN),
        or_(Placement.left_on.is_(None), Placement.left_on >= FollowUp.due_on),
    )
    return {
        Figure.REGISTERED: Fact(Worker, (Worker.merged_into_id.is_(None),)),
        Figure.OFFERED: Fact(Placement, (Placement.state != PlacementState.INVITED,)),
        Figure.HIRED: Fact(Placement, (Placement.hired_on.is_not(None),)),
        Figure.ARRIVED: Fact(Placement, (Placement.on_site_on.is_not(None),)),
        Figure.AT_WORK: Fact(Placement, (Placement.state.in_(WORKING),)),
        Figure.LEFT: Fact(Placement, (Placement.left_on.is_not(None),)),
        Figure.HIRED_IN: _monthly(Placement.hired_on),
        Figure.ARRIVED_IN: _monthly(Placement.on_site_on),
        Figure.LEFT_IN: _monthly(Placement.left_on),
        Figure.LEFT_BECAUSE: Fact(
            Placement, (Placement.leave_reason.is_not(None),), cast(Placement.leave_reason, String)
        ),
        Figure.DUE: Fact(Placement, (FollowUp.due_on <= today,), months, True),
        Figure.KEPT: Fact(Placement, (is_proven,), months, True),
        Figure.UNKNOWN: Fact(Placement, is_unknown, months, True),
        Figure.KEPT_BY_EVIDENCE: Fact(
            Placement, (is_proven,), months + ":" + cast(FollowUp.evidence, String), True
        ),
    }


def _monthly(column: Any) -> Fact:
    return Fact(Placement, (column.is_not(None),), _month(column))
