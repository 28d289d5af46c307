"""Keeps the four counters true that hold a class back from its next step, and who went to which job."""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.training.certification.rules import classmates, exam_rules, waiting
from models.clock import CHINA
from models.placement.placement import Placement, PlacementState
from models.training.agreement import Breach
from models.training.certificate import Certificate
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.training_class import TrainingClass

GONE = (PlacementState.LEFT, PlacementState.NOT_ARRIVED)


def recount(session: Session, training_class: TrainingClass) -> None:
    """Count anew who has no mark, no certificate, no job or reason, no follow-up; link graduates to their
    jobs."""
    session.flush()
    learners = classmates(session, training_class)
    graduates = [one for one in learners if one.state is EnrolmentState.FINISHED]
    sitting = any(one.state is EnrolmentState.ENROLLED for one in learners)
    training_class.ungraded = len(waiting(exam_rules(session, training_class), learners)) if sitting else 0
    training_class.uncertified = len({one.id for one in graduates} - certified(session, training_class))
    placements = link_placements(session, training_class, graduates)
    explained = explained_ids(session, training_class)
    training_class.unplaced = sum(
        1 for one in graduates if one.id not in explained and not is_placed(placements.get(one.id))
    )
    training_class.unfollowed = sum(open_visits(placement) for placement in placements.values())
    session.flush()


def certified(session: Session, training_class: TrainingClass) -> set[int]:
    """Return the enrolments of the class for which a certificate was ever issued."""
    return set(
        session.scalars(select(Certificate.enrolment_id).where(Certificate.class_id == training_class.id))
    )


def holding(session: Session, training_class: TrainingClass) -> set[int]:
    """Return the enrolments of the class with a certificate that nobody revoked."""
    mine = select(Certificate.enrolment_id).where(Certificate.class_id == training_class.id)
    return set(session.scalars(mine.where(Certificate.revoked_at.is_(None))))


def without_certificate(session: Session, training_class: TrainingClass) -> list[Enrolment]:
    """Return the graduates who hold no certificate, by seat: none was issued yet, or the last one revoked."""
    have_one = holding(session, training_class)
    learners = classmates(session, training_class)
    return [one for one in learners if one.state is EnrolmentState.FINISHED and one.id not in have_one]


def explained_ids(session: Session, training_class: TrainingClass) -> set[int]:
    """Return the enrolments for which it is written down why the person did not go to the promised job."""
    statement = (
        select(Breach.enrolment_id)
        .join(Enrolment, Enrolment.id == Breach.enrolment_id)
        .where(Enrolment.class_id == training_class.id)
    )
    return {key for key in session.scalars(statement) if key is not None}


def is_placed(placement: Placement | None) -> bool:
    """Whether this is a job the person was hired into and did not stay away from."""
    return (
        placement is not None
        and placement.hired_on is not None
        and placement.state is not PlacementState.NOT_ARRIVED
    )


def open_visits(placement: Placement) -> int:
    """Return how many follow-ups of a hired person are still to be made; after leaving none falls due."""
    if not is_placed(placement):
        return 0
    left = placement.left_on if placement.state in GONE else None
    return sum(
        1
        for visit in placement.follow_ups
        if visit.recorded_at is None and not (left and (visit.due_on is None or visit.due_on > left))
    )


def link_placements(
    session: Session, training_class: TrainingClass, graduates: Sequence[Enrolment]
) -> dict[int, Placement]:
    """Give each graduate the placement that counts since the examination; return them by enrolment.

    The job he was hired into comes first, then the one promised by the agreement, then the newest.
    """
    promised = training_class.agreement.order.job_order_id
    best: dict[int, Placement] = {}
    for row in _placements_since(session, training_class, [one.worker_id for one in graduates]):
        known = best.get(row.worker_id)
        if known is None or _rank(row, promised) > _rank(known, promised):
            best[row.worker_id] = row
    for one in graduates:
        found = best.get(one.worker_id)
        if found is not None and one.placement_id != found.id:
            one.placement_id = found.id
    return {one.id: best[one.worker_id] for one in graduates if one.worker_id in best}


def _placements_since(
    session: Session, training_class: TrainingClass, worker_ids: list[int]
) -> Sequence[Placement]:
    if training_class.graded_on is None or not worker_ids:
        return []
    since = datetime.combine(training_class.graded_on, time.min, CHINA)
    statement = (
        select(Placement)
        .where(Placement.worker_id.in_(worker_ids), Placement.created_at >= since)
        .options(selectinload(Placement.follow_ups))
        .order_by(Placement.id)
    )
    return session.scalars(statement).all()


def _rank(placement: Placement, promised: int) -> tuple[bool, bool, int]:
    return is_placed(placement), placement.order_id == promised, placement.id
