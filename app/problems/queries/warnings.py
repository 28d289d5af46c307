"""The early-warning list, and people who came back and have not been asked what they would take now."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.kit.web.lately import count_lately
from app.problems.queries.contacts import own_factories
from models.access import Actor, Permission, Role, scope_of, visible_to
from models.jobs.order import Order
from models.people.calling import Round, RoundCall
from models.people.worker import Worker, WorkerState
from models.placement.placement import WORKING, Placement, PlacementState
from models.problems.warning import EarlyWarning, WarningCall

PAGE, CALLED_DAYS, RETURNED_DAYS = 50, 14, 90


def visible(session: Session, actor: Actor, today: date) -> ColumnElement[bool]:
    """Warnings of the county's own people, and of the factories that the actor's account looks after."""
    factories = own_factories(session, actor, today) if actor.has_role(Role.COUNTY, Role.CITY) else []
    cities = scope_of(actor, Placement, Permission.WARNING_READ)
    contact = and_(EarlyWarning.enterprise_id.in_(factories), cities)
    return or_(scope_of(actor, EarlyWarning, Permission.WARNING_READ), contact)


def _warnings(session: Session, actor: Actor, today: date) -> Select[EarlyWarning]:
    return (
        select(EarlyWarning)
        .join(Placement, Placement.id == EarlyWarning.placement_id)
        .where(Placement.state.in_(WORKING), visible(session, actor, today), ~_called(today))
    )


def _called(today: date) -> ColumnElement[bool]:
    """Who was reached within two weeks."""
    return (
        select(WarningCall.id)
        .where(
            WarningCall.placement_id == EarlyWarning.placement_id,
            WarningCall.reached.is_(True),
            WarningCall.called_at >= _days_before(today, CALLED_DAYS),
        )
        .exists()
    )


def warning_list(
    session: Session, actor: Actor, today: date, enterprise_id: int | None = None
) -> Sequence[EarlyWarning]:
    """Those with the most signs first; who was reached within two weeks is left out."""
    statement = _warnings(session, actor, today).options(
        contains_eager(EarlyWarning.placement).joinedload(Placement.worker),
        contains_eager(EarlyWarning.placement).joinedload(Placement.order).joinedload(Order.enterprise),
    )
    if enterprise_id:
        statement = statement.where(EarlyWarning.enterprise_id == enterprise_id)
    return session.scalars(statement.order_by(EarlyWarning.count.desc(), EarlyWarning.id).limit(PAGE)).all()


def warning_count(session: Session, actor: Actor, today: date) -> int:
    """How many :func:`warning_list` has, tried among the numbers of who is at work: an index has them."""
    own = scope_of(actor, EarlyWarning, Permission.WARNING_READ)
    if actor.has_role(Role.COUNTY, Role.CITY):
        own = or_(own, EarlyWarning.enterprise_id.in_(own_factories(session, actor, today)))
    at_work = select(Placement.id).where(Placement.state.in_(WORKING))
    number: Any = EarlyWarning.placement_id + 0  # not as an index finds it: each would be looked up alone
    among = number.in_(visible_to(actor, at_work, Placement, Permission.WARNING_READ))
    rows = select(func.count(EarlyWarning.id)).where(own, among, ~_called(today))
    return count_lately(session, rows)


def warning(session: Session, actor: Actor, number: int, today: date) -> EarlyWarning | None:
    """One warning, whoever called about it before."""
    statement = select(EarlyWarning).join(Placement, Placement.id == EarlyWarning.placement_id)
    return session.scalar(
        statement.where(EarlyWarning.id == number, visible(session, actor, today)).options(
            contains_eager(EarlyWarning.placement).joinedload(Placement.worker)
        )
    )


def calls_about(session: Session, placement_id: int) -> Sequence[WarningCall]:
    """The calls made because of a warning about one job, the newest first."""
    rows = select(WarningCall).where(WarningCall.placement_id == placement_id)
    rows = rows.options(joinedload(WarningCall.called_by)).order_by(WarningCall.id.desc()).limit(20)
    return session.scalars(rows).all()


def returned(session: Session, actor: Actor, today: date) -> Sequence[Placement]:
    """People who left or never arrived within the last months, are in the pool again, and were not asked
    since what they would take now; the latest first."""
    last = _returned(actor, today).order_by(Placement.id.desc()).limit(PAGE)
    statement = (
        select(Placement)
        .where(Placement.id.in_(session.scalars(last).all()))
        .options(joinedload(Placement.worker), joinedload(Placement.order).joinedload(Order.enterprise))
    )
    return session.scalars(statement.order_by(Placement.id.desc())).all()


def returned_count(session: Session, actor: Actor, today: date) -> int:
    """How many :func:`returned` shows."""
    rows = _returned(actor, today).limit(PAGE)
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0


def _returned(actor: Actor, today: date) -> Select[int]:
    asked = select(RoundCall.id).where(
        RoundCall.round == Round.ASK,
        RoundCall.worker_id == Placement.worker_id,
        RoundCall.reached_at > Placement.state_since,
    )
    return (
        select(Placement.id)
        .join(Worker, Worker.id == Placement.worker_id)
        .where(
            Placement.state.in_((PlacementState.LEFT, PlacementState.NOT_ARRIVED)),
            Placement.state_since >= _days_before(today, RETURNED_DAYS),
            Worker.state == WorkerState.POOL,
            scope_of(actor, Placement, Permission.WORKER_WRITE),
            ~asked.exists(),
        )
    )


def _days_before(today: date, days: int) -> datetime:
    return datetime.combine(today - timedelta(days=days), time(), UTC)
