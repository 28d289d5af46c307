"""What order training adds to a run: which workers were trained for which order, and places kept for them."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from matching import Column
from models.jobs.order import Order
from models.people.worker import Worker
from models.training.agreement import Agreement
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.reserved_places import PlaceReservation
from models.training.training_class import TrainingClass
from models.training.training_order import TrainingOrder

Kept = dict[int, int]


def finished() -> Select[int]:
    """The numbers of the workers who finished a class."""
    return select(Enrolment.worker_id).where(Enrolment.state == EnrolmentState.FINISHED)


def trained_for(session: Session, condition: ColumnElement[bool]) -> dict[int, tuple[str, ...]]:
    """Per worker of ``condition`` who finished a class, the job orders it was for (engine's ids)."""
    statement = (
        select(Enrolment.worker_id, TrainingOrder.job_order_id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Agreement, Agreement.id == TrainingClass.agreement_id)
        .join(TrainingOrder, TrainingOrder.id == Agreement.order_id)
        .join(Worker, Worker.id == Enrolment.worker_id)
        .where(Enrolment.state == EnrolmentState.FINISHED, condition)
        .distinct()
        .order_by(Enrolment.worker_id, TrainingOrder.job_order_id)
    )
    orders: dict[int, tuple[str, ...]] = {}
    for worker_id, order_id in session.execute(statement):
        orders[worker_id] = (*orders.get(worker_id, ()), str(order_id))
    return orders


def trained_column(session: Session, ids: Sequence[int]) -> Column:
    """The engine's column of what each of ``ids`` (rising) was trained for; nearly all cells are empty."""
    graduates = set(ids).intersection(session.scalars(finished()))
    orders = trained_for(session, Worker.id.in_(graduates)) if graduates else {}
    values = list(dict.fromkeys([(), *orders.values()]))
    codes = np.zeros(len(ids), np.int32)
    if orders:
        numbers = np.array(sorted(orders), np.int64)
        at = np.searchsorted(np.asarray(ids, np.int64), numbers)
        codes[at] = [values.index(orders[int(number)]) for number in numbers]
    return Column(codes, values)


def places_kept(session: Session, visible: ColumnElement[bool]) -> Kept:
    """Job order -> places kept and not yet used, of the agreements that are ``visible``."""
    left = PlaceReservation.places - PlaceReservation.used
    statement = (
        select(PlaceReservation.job_order_id, func.sum(left))
        .join(Agreement, Agreement.id == PlaceReservation.agreement_id)
        .where(PlaceReservation.released_at.is_(None), left > 0, visible)
        .group_by(PlaceReservation.job_order_id)
        .order_by(PlaceReservation.job_order_id)
    )
    return {order_id: int(places) for order_id, places in session.execute(statement)}


def takes_people(day: date, kept: Iterable[int]) -> ColumnElement[bool]:
    """The condition of orders that take workers on ``day``: open to all, or with places in ``kept``."""
    return or_(Order.takes_people(day), and_(Order.keeps_places, Order.id.in_(list(kept))))
