"""What was promised: places kept and opened again, promises not kept and what the other side says to it."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.demand.operations.parties import sides_of
from models.access import Actor
from models.audit import EventTag, record
from models.clock import utc_now
from models.i18n import N_
from models.training.reserved_places import release_places
from models.training.training_class import Enrolment
from models.training.training_order import (
    Agreement,
    AgreementState,
    Breach,
    Party,
    PlaceReservation,
    TrainingOrder,
)
from models.workflow import IllegalTransition, TransitionRefused

OVERDUE = N_("培训早该完成了，没有用的名额到期自动放开。")
RELEASE_DAYS, AT_ONCE = 30, 100


def release(session: Session, actor: Actor, agreement: Agreement, reason: str) -> int:
    """Open the places that the class did not use, with the reason; return how many.

    Raises IllegalTransition when none are kept, TransitionRefused without a reason.
    """
    if not reason.strip():
        raise TransitionRefused(N_("请写明理由。"))
    if _standing(session, agreement) is None:
        raise IllegalTransition("release")
    return release_unused(session, actor, agreement, reason)


def release_unused(session: Session, actor: Actor, agreement: Agreement, reason: str) -> int:
    """Open what is left of the kept places, if any are; return how many."""
    reservation = _standing(session, agreement)
    if reservation is None:
        return 0
    freed = release_places(session, reservation, reason[:300])
    record(
        session,
        actor,
        EventTag.PLACES_RELEASE,
        agreement,
        order=reservation.job_order_id,
        counts=freed,
        reason=reason,
    )
    return freed


def _standing(session: Session, agreement: Agreement) -> PlaceReservation | None:
    mine = select(PlaceReservation).where(PlaceReservation.agreement_id == agreement.id)
    return session.scalar(mine.where(PlaceReservation.released_at.is_(None)))


def release_overdue(session: Session, actor: Actor, today: date, days: int = RELEASE_DAYS) -> int:
    """Open the places of every agreement in force whose class should have been ready more than ``days`` ago.

    Returns how many agreements; the caller commits. A hundred at a time: the next night takes the rest.
    """
    overdue = (
        select(Agreement)
        .join(TrainingOrder, TrainingOrder.id == Agreement.order_id)
        .join(PlaceReservation, PlaceReservation.agreement_id == Agreement.id)
        .where(
            Agreement.state == AgreementState.IN_FORCE,
            PlaceReservation.released_at.is_(None),
            TrainingOrder.ready_by < today - timedelta(days=days),
        )
        .order_by(Agreement.id)
        .limit(AT_ONCE)
    )
    found = session.scalars(overdue).all()
    for agreement in found:
        release_unused(session, actor, agreement, OVERDUE)
    return len(found)


def record_breach(
    session: Session,
    actor: Actor,
    agreement: Agreement,
    reason: str,
    *,
    party: Party | None = None,
    enrolment: Enrolment | None = None,
) -> Breach:
    """Note who did not keep the promise and why: a party, or a learner of one of the agreement's classes.

    Raises TransitionRefused for an agreement that never took force, ValueError for neither or both.
    """
    if (party is None) == (enrolment is None):
        raise ValueError("a breach is one party's or one learner's")
    if agreement.state in (AgreementState.SIGNING, AgreementState.CANCELLED):
        raise TransitionRefused(N_("协议没有生效，谈不上违约。"))
    row = Breach(
        agreement_id=agreement.id,
        party=party,
        enrolment_id=enrolment.id if enrolment else None,
        reason=reason,
        recorded_by_id=actor.user_id,
    )
    session.add(row)
    session.flush()
    record(session, actor, EventTag.BREACH_RECORD, agreement, party=party.value if party else "learner")
    return row


def answer_breach(session: Session, actor: Actor, breach: Breach, text: str) -> None:
    """Put the other side's words beside a breach, once: the party itself; a learner's the county writes down.

    Raises PermissionError for anybody else, IllegalTransition when it was answered already.
    """
    session.refresh(breach, with_for_update=True)
    if breach.answered_at is not None:
        raise IllegalTransition("answer")
    if (breach.party or Party.COUNTY) not in sides_of(session, actor, breach.agreement):
        raise PermissionError(EventTag.BREACH_RECORD)
    breach.answer, breach.answered_at, breach.answered_by_id = text, utc_now(), actor.user_id
    record(
        session,
        actor,
        EventTag.BREACH_RECORD,
        breach.agreement,
        event="answer",
        party=breach.party.value if breach.party else "learner",
    )
