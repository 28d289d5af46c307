"""Graduates on their way: the counters that hold a class back from its next step, offers, broken promises."""

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.placements.operations.offers import Offered, offer_many
from app.training.agreements import operations as agreements
from app.training.classes.queries.people import learners
from models.access import Actor
from models.clock import CHINA
from models.i18n import Sentence
from models.placement.placement import HOLDING, OPEN_OFFERS, Placement, PlacementState
from models.training.agreement import Breach, Party
from models.training.certificate import Certificate
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.training_class import CLASS_STATE_LABELS, ClassState, TrainingClass
from models.workflow import REASON_MISSING, TransitionRefused

GONE = (PlacementState.LEFT, PlacementState.NOT_ARRIVED)
OFFERING = (ClassState.CERTIFIED, ClassState.PLACED)
NOT_A_GRADUATE = Sentence("只有发了证的班、结业的学员，才能写没有上岗的原因。")


def is_offering(training_class: TrainingClass) -> bool:
    """Whether graduates are offered jobs: the first part of the fee may be on its way meanwhile."""
    return training_class.state in OFFERING or training_class.is_early_claim


def graduates(session: Session, training_class: TrainingClass) -> list[Enrolment]:
    """Who finished the class, by seat."""
    return [one for one in learners(session, training_class) if one.state is EnrolmentState.FINISHED]


def recount_graduates(session: Session, training_class: TrainingClass) -> None:
    """Count who has no certificate, no job or reason, no follow-up; link graduates to their jobs."""
    session.flush()
    finished = graduates(session, training_class)
    jobs = _jobs_of(session, training_class, finished)
    for one in finished:
        if one.id in jobs and one.placement_id != jobs[one.id].id:
            one.placement_id = jobs[one.id].id
    for column, count in _counts(session, training_class, finished, jobs).items():
        setattr(training_class, column, count)
    session.flush()


def counts(session: Session, training_class: TrainingClass) -> dict[str, int]:
    """What recount_graduates would write down now, by column."""
    finished = graduates(session, training_class)
    return _counts(session, training_class, finished, _jobs_of(session, training_class, finished))


def _counts(
    session: Session, training_class: TrainingClass, finished: Sequence[Enrolment], jobs: dict[int, Placement]
) -> dict[str, int]:
    explained = _explained(session, training_class)
    unplaced = [one for one in finished if not is_placed(jobs.get(one.id)) and one.id not in explained]
    return {
        "uncertified": len({one.id for one in finished} - _certified(session, training_class)),
        "unplaced": len(unplaced),
        "unfollowed": sum(_open_visits(placement) for placement in jobs.values()),
    }


def _certified(session: Session, training_class: TrainingClass) -> set[int]:
    """The enrolments for which a certificate was ever issued."""
    issued = select(Certificate.enrolment_id).where(Certificate.class_id == training_class.id)
    return set(session.scalars(issued))


def holding(session: Session, training_class: TrainingClass) -> set[int]:
    """The enrolments with a certificate that is not revoked."""
    issued = select(Certificate.enrolment_id).where(Certificate.class_id == training_class.id)
    return set(session.scalars(issued.where(Certificate.revoked_at.is_(None))))


def without_certificate(session: Session, training_class: TrainingClass) -> list[Enrolment]:
    """The graduates who hold no certificate, by seat: none was issued yet, or the last one revoked."""
    have_one = holding(session, training_class)
    return [one for one in graduates(session, training_class) if one.id not in have_one]


def _explained(session: Session, training_class: TrainingClass) -> set[int]:
    """The enrolments for which it is written down why the person did not go to the promised job."""
    statement = (
        select(Breach.enrolment_id)
        .join(Enrolment, Enrolment.id == Breach.enrolment_id)
        .where(Enrolment.class_id == training_class.id)
    )
    return {enrolment_id for enrolment_id in session.scalars(statement) if enrolment_id is not None}


def is_placed(placement: Placement | None) -> bool:
    """Whether this is a job the person was hired into and did not stay away from."""
    return (
        placement is not None
        and placement.hired_on is not None
        and placement.state is not PlacementState.NOT_ARRIVED
    )


def _open_visits(placement: Placement) -> int:
    """How many follow-ups of a hired person are still to be made; after leaving none falls due."""
    if not is_placed(placement):
        return 0
    left = placement.left_on if placement.state in GONE else None
    return sum(
        1
        for visit in placement.follow_ups
        if visit.recorded_at is None and not (left and (visit.due_on is None or visit.due_on > left))
    )


def _jobs_of(
    session: Session, training_class: TrainingClass, finished: Sequence[Enrolment]
) -> dict[int, Placement]:
    """The job of each graduate that counts for the class: the promised one before any other."""
    promised = training_class.agreement.order.job_order_id
    best: dict[int, Placement] = {}
    for placement in _placements_since(session, training_class, [one.worker_id for one in finished]):
        known = best.get(placement.worker_id)
        if known is None or _rank(placement, promised) > _rank(known, promised):
            best[placement.worker_id] = placement
    return {one.id: best[one.worker_id] for one in finished if one.worker_id in best}


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


# --- the promised job -----------------------------------------------------------------------------------


def to_offer(session: Session, training_class: TrainingClass) -> list[Enrolment]:
    """The graduates who have neither an offer or job by now nor a reason why they do not go."""
    finished = graduates(session, training_class)
    busy = select(Placement.worker_id).where(
        Placement.worker_id.in_([one.worker_id for one in finished]),
        Placement.state.in_((*OPEN_OFFERS, *HOLDING)),
    )
    busy_ids, explained = set(session.scalars(busy)), _explained(session, training_class)
    return [one for one in finished if one.worker_id not in busy_ids and one.id not in explained]


def offer_all(session: Session, actor: Actor, training_class: TrainingClass, today: date) -> Offered:
    """Offer the job kept for the class to every graduate who has no offer yet, by the ordinary offer.

    Raises TransitionRefused before the certificates are out, or when the job takes people no more.
    """
    if not is_offering(training_class):
        state = {"state": Sentence(CLASS_STATE_LABELS[training_class.state])}
        raise TransitionRefused(Sentence("这个班现在是“%(state)s”，证书发完才能推荐上岗。", state))
    worker_ids = [one.worker_id for one in to_offer(session, training_class)]
    offered = offer_many(session, actor, training_class.agreement.order.job_order, worker_ids, today)
    recount_graduates(session, training_class)
    return offered


def record_breach(
    session: Session, actor: Actor, learner: Enrolment, party: Party | None, reason: str
) -> Breach:
    """Write down why a graduate is not in the promised job: the learner does not go (None), or is not hired.

    Raises TransitionRefused for a learner who did not finish, a class not yet certified, or no reason.
    """
    training_class = learner.training_class
    if learner.state is not EnrolmentState.FINISHED or not is_offering(training_class):
        raise TransitionRefused(NOT_A_GRADUATE)
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    breach = agreements.record_breach(
        session,
        actor,
        training_class.agreement,
        reason.strip(),
        party=party,
        enrolment=None if party else learner,
    )
    breach.enrolment_id = learner.id
    recount_graduates(session, training_class)
    return breach
