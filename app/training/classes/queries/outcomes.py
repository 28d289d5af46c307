"""From a seat in class to six months at work, in persons: one in two classes counts once."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from models.access import Actor, Permission, visible_to
from models.placement.placement import FollowUp, Outcome, Placement
from models.reference.organisation import Organisation
from models.training.certificate import Certificate
from models.training.enrolment import SEEN_BY_SCHOOL, Enrolment, EnrolmentState

MONTHS = (3, 6)


@dataclass(frozen=True)
class Retention:
    """One follow-up date: for how many persons it is due, of how many the outcome is known, how many work."""

    due: int
    known: int
    at_work: int

    @property
    def unknown(self) -> int:
        """Of how many the outcome is not known, though it is time."""
        return self.due - self.known


@dataclass(frozen=True)
class Funnel:
    """The persons of some classes: enrolled, finished, certified, placed, and who stayed, by months."""

    enrolled: int
    finished: int
    certified: int
    placed: int
    retention: dict[int, Retention]


@dataclass(frozen=True)
class SchoolRow:
    """One school beside the others."""

    school: Organisation
    funnel: Funnel


def funnel(session: Session, actor: Actor, today: date, class_id: int | None = None) -> Funnel:
    """The figures of all classes ``actor`` may read, or of one of them."""
    where = (Enrolment.class_id == class_id,) if class_id else ()
    first = _counts(session, actor, None, *where).get(None, (0, 0, 0, 0))
    retention = {
        months: _retention(session, actor, months, today, None, *where).get(None, (0, 0, 0))
        for months in MONTHS
    }
    return Funnel(*first, {months: Retention(*numbers) for months, numbers in retention.items()})


def schools(session: Session, actor: Actor, today: date) -> list[SchoolRow]:
    """One row for every school with learners the actor may read, the largest first. Three queries."""
    by = Enrolment.school_id
    firsts = _counts(session, actor, by)
    retention = {months: _retention(session, actor, months, today, by) for months in MONTHS}
    names = session.scalars(select(Organisation).where(Organisation.id.in_(firsts)))
    rows = [
        SchoolRow(
            school,
            Funnel(
                *firsts[school.id],
                {months: Retention(*retention[months].get(school.id, (0, 0, 0))) for months in MONTHS},
            ),
        )
        for school in names
    ]
    return sorted(rows, key=lambda row: (-row.funnel.enrolled, row.school.id))


def _persons(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(func.distinct(case((condition, Enrolment.worker_id))))


def _counts(
    session: Session, actor: Actor, by: Any, *where: ColumnElement[bool]
) -> dict[int | None, tuple[int, int, int, int]]:
    certified = select(Certificate.id).where(
        Certificate.enrolment_id == Enrolment.id, Certificate.revoked_at.is_(None)
    )
    columns = (
        _persons(Enrolment.state.in_(SEEN_BY_SCHOOL)),
        _persons(Enrolment.state == EnrolmentState.FINISHED),
        _persons(certified.correlate(Enrolment).exists()),
        _persons(Placement.on_site_on.is_not(None)),
    )
    statement = (
        select(*columns).select_from(Enrolment).outerjoin(Placement, Enrolment.placement_id == Placement.id)
    )
    return _grouped(session, actor, statement.where(*where), by)


def _retention(
    session: Session, actor: Actor, months: int, today: date, by: Any, *where: ColumnElement[bool]
) -> dict[int | None, tuple[int, int, int]]:
    told = and_(FollowUp.outcome.is_not(None), FollowUp.outcome != Outcome.UNKNOWN)
    known = or_(told, Placement.left_on < FollowUp.due_on)
    at_work = and_(FollowUp.outcome == Outcome.EMPLOYED, not_(FollowUp.due_on > today))
    due = FollowUp.due_on <= today
    statement = (
        select(_persons(due), _persons(and_(due, known)), _persons(at_work))
        .select_from(Enrolment)
        .join(Placement, Enrolment.placement_id == Placement.id)
        .join(FollowUp, and_(FollowUp.placement_id == Placement.id, FollowUp.months == months))
        .where(*where)
    )
    return _grouped(session, actor, statement, by)


def _grouped(session: Session, actor: Actor, statement: Select[*tuple[Any, ...]], by: Any) -> dict[Any, Any]:
    statement = visible_to(actor, statement, Enrolment, Permission.TRAINING_READ)
    if by is None:
        return {None: tuple(session.execute(statement).one())}
    rows = session.execute(statement.add_columns(by).group_by(by))
    return {row[-1]: tuple(row[:-1]) for row in rows}
