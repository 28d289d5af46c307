"""The demo's classes: one in every state at least, each consistent with itself."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.jobs.order import Order
from models.training.enrolment import IN_CLASS, Enrolment
from models.training.reserved_places import PlaceReservation
from models.training.training_class import ClassState, TrainingClass


def test_there_is_a_class_in_every_state_and_each_agrees_with_its_rows(seeded: Session) -> None:
    classes = seeded.scalars(select(TrainingClass)).all()
    assert {training_class.state for training_class in classes} == set(ClassState)
    sitting = dict(
        seeded.execute(
            select(Enrolment.class_id, func.count())
            .where(Enrolment.state.in_(IN_CLASS))
            .group_by(Enrolment.class_id)
        ).all()
    )
    for training_class in classes:
        assert training_class.enrolled == sitting.get(training_class.id, 0) <= training_class.capacity
        assert training_class.is_synthetic
        if training_class.state not in (ClassState.DRAFT, ClassState.CANCELLED):
            assert training_class.scheduled_periods == training_class.periods
            assert training_class.number
    kept = dict(
        seeded.execute(
            select(PlaceReservation.job_order_id, func.sum(PlaceReservation.places - PlaceReservation.used))
            .where(PlaceReservation.released_at.is_(None))
            .group_by(PlaceReservation.job_order_id)
        ).all()
    )
    for order in seeded.scalars(select(Order).where(Order.reserved > 0)):
        assert order.reserved == kept[order.id]
