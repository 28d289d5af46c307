"""Places of a job order kept for the graduates of an agreed class."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Recorded, rows_changed
from models.i18n import Sentence
from models.jobs.order import Order
from models.placement.placement import register_kept_places
from models.training.agreement import Agreement
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.training_class import TrainingClass
from models.types import UTCDateTime
from models.workflow import TransitionRefused

NO_ROOM = Sentence("这个岗位剩下的名额不够预留，或已停止招聘。请企业先增加招聘人数，再签字。")
CLOSED = Sentence("这个岗位已经停止招聘，不能再录用。")


class PlaceReservation(Recorded, Base):
    """Places of a job order kept for one agreement's graduates: ``places`` kept, ``used`` of them hired into.

    While it stands (``released_at`` is None) ``job_order.reserved`` counts ``places - used`` of it.
    """

    __tablename__ = "place_reservation"
    __table_args__ = (CheckConstraint("used >= 0 AND used <= places", name="places"),)

    job_order_id: Mapped[int] = mapped_column(ForeignKey("job_order.id"), index=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("training_agreement.id"), unique=True)
    agreement: Mapped[Agreement] = relationship()
    places: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    released_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    release_reason: Mapped[str] = mapped_column(String(300), default="")


def reserve_places(
    session: Session, agreement: Agreement, job_order_id: int, places: int
) -> PlaceReservation:
    """Keep ``places`` free places of an open job order for the agreement, or raise TransitionRefused.

    One conditional UPDATE: what others were hired into or is kept for other classes is never sold again.
    """
    kept = update(Order).where(Order.id == job_order_id, Order.has_room(places))
    if rows_changed(session, kept.values(reserved=Order.reserved + places)) != 1:
        raise TransitionRefused(NO_ROOM)
    reservation = PlaceReservation(job_order_id=job_order_id, agreement_id=agreement.id, places=places)
    session.add(reservation)
    return reservation


def release_places(session: Session, reservation: PlaceReservation, now: datetime, reason: str = "") -> int:
    """Open the places that the class did not use to everybody; returns how many, the second time none."""
    standing = update(PlaceReservation).where(
        PlaceReservation.id == reservation.id, PlaceReservation.released_at.is_(None)
    )
    if rows_changed(session, standing.values(released_at=now, release_reason=reason)) != 1:
        return 0
    session.refresh(reservation)
    unused = reservation.places - reservation.used
    order = update(Order).where(Order.id == reservation.job_order_id)
    rows_changed(session, order.values(reserved=Order.reserved - unused))
    return unused


def give_back_places(session: Session, agreement_id: int, places: int) -> int:
    """Open up to ``places`` unused places of an agreement's standing reservation to everybody; how many."""
    mine = select(PlaceReservation).where(PlaceReservation.agreement_id == agreement_id)
    reservation = session.scalar(mine.where(PlaceReservation.released_at.is_(None)).with_for_update())
    if reservation is None:
        return 0
    freed = min(places, reservation.places - reservation.used)
    unused = update(PlaceReservation).where(
        PlaceReservation.id == reservation.id, PlaceReservation.places - freed >= PlaceReservation.used
    )
    if rows_changed(session, unused.values(places=PlaceReservation.places - freed)) != 1:
        return 0
    order = update(Order).where(Order.id == reservation.job_order_id)
    rows_changed(session, order.values(reserved=Order.reserved - freed))
    session.refresh(reservation)
    return freed


def take_reserved_place(session: Session, order_id: int, worker_id: int) -> bool:
    """Hire a graduate into a place kept for the class; False when none is left for this person."""
    reservation = reservation_for(session, order_id, worker_id)
    if reservation is None:
        return False
    free = update(PlaceReservation).where(
        PlaceReservation.id == reservation.id,
        PlaceReservation.released_at.is_(None),
        PlaceReservation.used < PlaceReservation.places,
    )
    if rows_changed(session, free.values(used=PlaceReservation.used + 1)) != 1:
        return False
    order = update(Order).where(Order.id == order_id, Order.keeps_places)
    if rows_changed(session, order.values(taken=Order.taken + 1, reserved=Order.reserved - 1)) != 1:
        raise TransitionRefused(CLOSED)
    return True


def return_reserved_place(session: Session, order_id: int, worker_id: int) -> bool:
    """Give a graduate's place back to the class while its reservation stands; False when there is none."""
    used = update(PlaceReservation).where(
        PlaceReservation.id.in_(_open_to(order_id, worker_id)),
        PlaceReservation.released_at.is_(None),
        PlaceReservation.used > 0,
    )
    if rows_changed(session, used.values(used=PlaceReservation.used - 1)) != 1:
        return False
    order = update(Order).where(Order.id == order_id, Order.taken > 0)
    rows_changed(session, order.values(taken=Order.taken - 1, reserved=Order.reserved + 1))
    return True


def reservation_for(session: Session, order_id: int, worker_id: int) -> PlaceReservation | None:
    """The standing reservation of ``order_id`` that this person's class may use, if any place is left."""
    left = (PlaceReservation.released_at.is_(None), PlaceReservation.used < PlaceReservation.places)
    wanted = select(PlaceReservation).where(PlaceReservation.id.in_(_open_to(order_id, worker_id)), *left)
    return session.scalar(wanted.order_by(PlaceReservation.id).limit(1))


def graduates_with_a_place(order_id: int) -> Select[int]:
    """The workers for whose class a place of the order is still kept."""
    return (
        select(Enrolment.worker_id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(PlaceReservation, PlaceReservation.agreement_id == TrainingClass.agreement_id)
        .where(
            PlaceReservation.job_order_id == order_id,
            Enrolment.state == EnrolmentState.FINISHED,
            PlaceReservation.released_at.is_(None),
            PlaceReservation.used < PlaceReservation.places,
        )
    )


@register_kept_places
def has_reservation(session: Session, order_id: int, worker_id: int) -> bool:
    """Whether a place of the order is kept for this person as a graduate."""
    return reservation_for(session, order_id, worker_id) is not None


def _open_to(order_id: int, worker_id: int) -> Select[int]:
    """The reservation of ``order_id`` that this person's class was given: the latest class counts."""
    return (
        select(PlaceReservation.id)
        .join(TrainingClass, TrainingClass.agreement_id == PlaceReservation.agreement_id)
        .join(Enrolment, Enrolment.class_id == TrainingClass.id)
        .where(
            PlaceReservation.job_order_id == order_id,
            Enrolment.worker_id == worker_id,
            Enrolment.state == EnrolmentState.FINISHED,
        )
        .order_by(PlaceReservation.id.desc())
        .limit(1)
    )
