"""The demo's classes: one in every state at least, each consistent with itself."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.commands.demo.seed import seed
from app.kit.web.guards import today
from models.jobs.order import Order
from models.training.training_class import IN_CLASS, Cohort, CohortState, Enrolment
from models.training.training_order import PlaceReservation


@pytest.fixture
def seeded(session: Session) -> Session:
    seed(session, 900, 60, 2016, today())
    session.commit()
    return session


def test_there_is_a_class_in_every_state_and_each_agrees_with_its_rows(seeded: Session) -> None:
    classes = seeded.scalars(select(Cohort)).all()
    assert {cohort.state for cohort in classes} == set(CohortState)
    sitting = dict(
        seeded.execute(
            select(Enrolment.cohort_id, func.count())
            .where(Enrolment.state.in_(IN_CLASS))
            .group_by(Enrolment.cohort_id)
        ).all()
    )
    for cohort in classes:
        assert cohort.enrolled == sitting.get(cohort.id, 0) <= cohort.capacity
        assert cohort.is_synthetic
        if cohort.state not in (CohortState.DRAFT, CohortState.CANCELLED):
            assert cohort.scheduled_periods == cohort.periods
            assert cohort.number
    kept = dict(
        seeded.execute(
            select(PlaceReservation.job_order_id, func.sum(PlaceReservation.places - PlaceReservation.used))
            .where(PlaceReservation.released_at.is_(None))
            .group_by(PlaceReservation.job_order_id)
        ).all()
    )
    for order in seeded.scalars(select(Order).where(Order.reserved > 0)):
        assert order.reserved == kept[order.id]
