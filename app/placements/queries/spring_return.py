"""Scoped reads of the spring return: seats by city, whom to ask, who is not back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from models.access import Actor, Permission, visible_to
from models.placement.departure import Departure, Way
from models.placement.spring_return import ReturnAnswer, ReturnRound

READ = Permission.PLACEMENT_READ
PAGE, MOST = 50, 500


@dataclass(frozen=True)
class Needs:
    """Of one city: how many were asked, go home, stay, did not say; seats home and back; back already."""

    city_code: str
    asked: int
    home: int
    stay: int
    unknown: int
    seats_home: int
    back: int
    seats_back: int
    returned: int


def return_rounds(session: Session, actor: Actor) -> Sequence[ReturnRound]:
    """The rounds, the latest festival first."""
    statement = visible_to(actor, select(ReturnRound), ReturnRound, READ)
    return session.scalars(
        statement.order_by(ReturnRound.year.desc(), ReturnRound.id.desc()).limit(PAGE)
    ).all()


def _answers(actor: Actor, row: ReturnRound, permission: Permission = READ) -> Select[ReturnAnswer]:
    statement = select(ReturnAnswer).where(ReturnAnswer.round_id == row.id)
    return visible_to(actor, statement, ReturnAnswer, permission)


def needs(session: Session, actor: Actor, row: ReturnRound) -> list[Needs]:
    """What a round needs, by city, the most people first."""
    conditions = (
        ReturnAnswer.goes_home.is_(True),
        ReturnAnswer.goes_home.is_(False),
        ReturnAnswer.goes_home.is_(None),
        ReturnAnswer.seat_home.is_(True),
        ReturnAnswer.comes_back.is_(True),
        ReturnAnswer.seat_back.is_(True),
        ReturnAnswer.came_back_on.is_not(None),
    )
    sums = [func.sum(case((one, 1), else_=0)) for one in conditions]
    counted = _answers(actor, row).with_only_columns(ReturnAnswer.city_code, func.count(), *sums)
    rows = session.execute(counted.group_by(ReturnAnswer.city_code).order_by(func.count().desc()))
    return [Needs(city, *(int(one or 0) for one in figures)) for city, *figures in rows]


def is_overdue(today: date) -> ColumnElement[bool]:
    """People who went home, said that they come back, and have not after the agreed day."""
    return and_(
        ReturnRound.back_by < today,
        ReturnAnswer.goes_home.is_(True),
        ReturnAnswer.comes_back.is_not(False),
        ReturnAnswer.came_back_on.is_(None),
    )


def overdue(session: Session, actor: Actor, today: date, limit: int = 1) -> tuple[int, list[ReturnAnswer]]:
    """How many are not back, and the first of them."""
    statement = (
        select(ReturnAnswer)
        .join(ReturnRound, ReturnRound.id == ReturnAnswer.round_id)
        .where(is_overdue(today), ReturnRound.year >= today.year - 1)
    )
    statement = visible_to(actor, statement, ReturnAnswer, Permission.FOLLOWUP_RECORD)
    count = session.scalar(
        select(func.count()).select_from(statement.with_only_columns(ReturnAnswer.id).subquery())
    )
    first = statement.options(joinedload(ReturnAnswer.worker)).order_by(ReturnAnswer.id).limit(limit)
    return count or 0, list(session.scalars(first))


def groups_of(session: Session, actor: Actor, row: ReturnRound) -> Sequence[Departure]:
    """The groups that were made since the round began, and before the county's next one; the latest first."""
    following = select(func.min(ReturnRound.created_at)).where(
        ReturnRound.county_code == row.county_code, ReturnRound.created_at > row.created_at
    )
    ends = session.scalar(following)
    statement = select(Departure).where(
        Departure.county_code == row.county_code,
        Departure.way.in_((Way.HOME, Way.BACK)),
        Departure.created_at >= row.created_at,
    )
    if ends is not None:
        statement = statement.where(Departure.created_at < ends)
    statement = visible_to(actor, statement, Departure, READ)
    return session.scalars(statement.order_by(Departure.departs_at.desc()).limit(PAGE)).all()


VIEWS = ("unasked", "home", "back", "late")


def listed(
    session: Session, actor: Actor, row: ReturnRound, view: str, today: date, limit: int = PAGE
) -> list[ReturnAnswer]:
    """Answers of a round: not asked, wants a seat home, wants one back, not back in time."""
    conditions: dict[str, ColumnElement[bool]] = {
        "unasked": ReturnAnswer.answered_at.is_(None),
        "home": ReturnAnswer.seat_home.is_(True),
        "back": ReturnAnswer.seat_back.is_(True),
        "late": is_overdue(today),
    }
    statement = (
        _answers(actor, row)
        .join(ReturnAnswer.worker)
        .join(ReturnRound, ReturnRound.id == ReturnAnswer.round_id)
        .options(contains_eager(ReturnAnswer.worker), joinedload(ReturnAnswer.round))
        .where(conditions[view])
    )
    return list(session.scalars(statement.order_by(ReturnAnswer.city_code, ReturnAnswer.id).limit(limit)))


def of_city(session: Session, actor: Actor, row: ReturnRound, way: Way, city_code: str) -> list[ReturnAnswer]:
    """Who of a city wants a seat, at most 500."""
    wants = ReturnAnswer.seat_home if way is Way.HOME else ReturnAnswer.seat_back
    statement = _answers(actor, row, Permission.PLACEMENT_DEPART).where(
        ReturnAnswer.city_code == city_code, wants.is_(True)
    )
    return list(session.scalars(statement.order_by(ReturnAnswer.id).limit(MOST)))


def chosen_answers(
    session: Session, actor: Actor, row: ReturnRound, ids: Sequence[int]
) -> list[ReturnAnswer]:
    """Those of ``ids`` in a round that the actor may answer."""
    statement = _answers(actor, row, Permission.PLACEMENT_ANSWER).where(ReturnAnswer.id.in_(list(ids)[:MOST]))
    return list(session.scalars(statement.options(joinedload(ReturnAnswer.worker)).order_by(ReturnAnswer.id)))
