"""A school chosen, the terms frozen, every party's own signature, places opened again, promises not kept.

The caller commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from app.training.agreements.queries import parties_of
from app.training.orders import operations as orders
from models.access import Actor, Permission
from models.audit import record
from models.clock import CHINA
from models.event_tags import EventTag
from models.i18n import N_, Sentence
from models.reference.area import area_names
from models.second_person import interest, not_by, of_organisations
from models.training.agreement import (
    AGREEMENT_WORKFLOW,
    Agreement,
    AgreementState,
    AgreementTerms,
    Breach,
    Party,
    Signature,
)
from models.training.enrolment import Enrolment
from models.training.reserved_places import PlaceReservation, release_places, reserve_places
from models.training.supplement import Supplement, SupplementSignature
from models.training.training_order import TRAINING_ORDER_WORKFLOW, TrainingBid, TrainingOrder
from models.two_person_acts import AGREEMENT_SIGNED, SUPPLEMENT_SIGNED
from models.workflow import REASON_MISSING, IllegalTransition, Obstacle, TransitionRefused, refuse_for

THREE = (Party.COUNTY, Party.SCHOOL, Party.ENTERPRISE)
FOLLOW_MONTHS, RELEASE_DAYS, AT_ONCE, MOST_REASON = 6, 30, 100, 300
BREACH_CLAUSES = (
    N_("企业无正当理由不录用考核合格的学员，或实发工资低于保底工资的，为企业违约。"),
    N_("学校没有按约定的课时、师资和设备教完的，为学校违约，没有教的部分不计培训费。"),
    N_("学员结业后无正当理由不到岗的，由县就业局问明原因并登记，名额放开给别人。"),
    N_("违约由县就业局登记，另一方可以当面说明；不公开，不上黑名单。"),
)
# Reasons kept with the row; a page translates them.
FULFILLED = N_("协议已履行，没有用的名额放开给大家。")
OVERDUE = N_("培训早该完成了，没有用的名额到期自动放开。")
BID_WITHDRAWN = Sentence("这所学校已经撤回报名，请另选一所。")
ENDED_FOR_IT = Sentence("协议已经按违约办结，登记不能再撤。")
NO_BREACH = Sentence("先登记是哪一方违约、为什么，再认定。")
SignedPlace = Signature | SupplementSignature
NEVER_IN_FORCE = Sentence("协议没有生效，谈不上违约。")


# --- the agreement --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deal:
    """What is agreed when a school is chosen, besides what order and bid say already."""

    with_city: bool = False
    follow_months: int = FOLLOW_MONTHS
    other: str = ""


def choose(session: Session, actor: Actor, bid: TrainingBid, deal: Deal, now: datetime) -> Agreement:
    """Choose one school's bid and draw up the agreement; its terms do not change any more.

    Raises IllegalTransition when another was chosen meanwhile, TransitionRefused for a withdrawn bid.
    """
    order = bid.order
    orders.lock(session, order)
    session.refresh(bid)
    if bid.withdrawn_at is not None:
        raise TransitionRefused(BID_WITHDRAWN)
    refuse_for(of_organisations(session, actor, {bid.school_id}))
    TRAINING_ORDER_WORKFLOW.advance(session, order, "choose", actor)
    bid.chosen_at = now
    parties = (*THREE, Party.CITY) if deal.with_city else THREE
    agreement = Agreement(
        order=order,
        number=_number(session, order, now),
        enterprise_id=order.enterprise_id,
        school_id=bid.school_id,
        county_code=order.county_code,
        city_code=order.city_code,
        terms=_terms(session, bid, deal),
        is_synthetic=order.is_synthetic,
        signatures=[Signature(party=party) for party in parties],
    )
    session.add(agreement)
    session.flush()
    record(session, actor, EventTag.BID_CHOOSE, bid, order=order.id)
    record(session, actor, EventTag.AGREEMENT_CREATE, agreement, order=order.id)
    return agreement


def _number(session: Session, order: TrainingOrder, now: datetime) -> str:
    """County, year, order, and from the second try on which one it is: unique without a counter to lock."""
    tries = (
        session.scalar(select(func.count()).select_from(Agreement).where(Agreement.order_id == order.id)) or 0
    )
    number = f"{order.county_code}PX{now.astimezone(CHINA).year}{order.id:05d}"
    return f"{number}-{tries + 1}" if tries else number


def _terms(session: Session, bid: TrainingBid, deal: Deal) -> AgreementTerms:
    order = bid.order
    names = area_names(session, {order.county_code, order.city_code})
    return AgreementTerms(
        parties={
            Party.COUNTY: names.get(order.county_code, ""),
            Party.SCHOOL: bid.school.name,
            Party.ENTERPRISE: order.enterprise.name,
            Party.CITY: names.get(order.city_code, ""),
        },
        job=order.job_order.title,
        occupation=order.occupation_name,
        skill=order.skill,
        level=order.level,
        certificate=order.certificate,
        headcount=order.headcount,
        periods=bid.periods,
        price_fen=bid.price_fen,
        starts_on=bid.starts_on,
        ready_by=order.ready_by,
        place=bid.place,
        plan=bid.plan,
        wage_floor_fen=order.wage_floor_fen,
        hire_share_percent=order.hire_share_percent,
        follow_months=deal.follow_months,
        other=deal.other,
        breach=BREACH_CLAUSES,
    )


def sign(session: Session, actor: Actor, agreement: Agreement, name: str, now: datetime) -> Party:
    """Sign for the actor's own party as ``name``; the last signature puts the agreement in force.

    Then the places are kept in the same transaction: with too few left TransitionRefused is raised, and the
    caller's rollback leaves nothing half signed. Raises PermissionError for an account of no party,
    IllegalTransition when that party signed before.
    """
    lock(session, agreement)
    if agreement.state is not AgreementState.SIGNING:
        raise IllegalTransition("sign")
    parties = parties_of(session, actor, agreement)
    if not parties:
        raise PermissionError(EventTag.AGREEMENT_SIGN)
    signature = sign_place(actor, agreement, parties, name, now)
    record(session, actor, EventTag.AGREEMENT_SIGN, agreement, party=signature.party.value, name=name)
    if agreement.is_signed_by_all:
        _take_force(session, actor, agreement)
    return signature.party


def sign_place(
    actor: Actor,
    paper: Agreement | Supplement,
    parties: list[Party],
    name: str,
    now: datetime,
) -> SignedPlace:
    """Sign the first empty place of ``parties``; one person signs for one party only, nobody for the other
    side of the own organisation.

    Raises IllegalTransition when those parties signed before, TransitionRefused for a second signature.
    """
    places: Sequence[SignedPlace] = paper.signatures
    unsigned = [one for one in places if one.party in parties and one.signed_at is None]
    if not unsigned:
        raise IllegalTransition("sign")
    place = unsigned[0]
    refuse_for(_against_signing(actor, paper, place))
    place.signed_at, place.signed_by_id, place.signed_name = now, actor.user_id, name
    return place


def _against_signing(actor: Actor, paper: Agreement | Supplement, place: SignedPlace) -> list[Sentence]:
    """One party is no second one: by another signature of the same hand, or by its own organisation."""
    agreement = paper if isinstance(paper, Agreement) else paper.agreement
    check = AGREEMENT_SIGNED if isinstance(paper, Agreement) else SUPPLEMENT_SIGNED
    signed = {one.signed_by_id for one in paper.signatures if one.signed_by_id is not None}
    sides = {Party.SCHOOL: agreement.school_id, Party.ENTERPRISE: agreement.enterprise_id}
    opposite = {number for party, number in sides.items() if party is not place.party}
    return not_by(object_session(paper), actor, signed, check.said) + of_organisations(
        object_session(paper), actor, opposite
    )


def _take_force(session: Session, actor: Actor, agreement: Agreement) -> None:
    order, places = agreement.order, agreement.terms.headcount
    AGREEMENT_WORKFLOW.advance(session, agreement, "take_force", actor)
    TRAINING_ORDER_WORKFLOW.advance(session, order, "agree", actor)
    reserve_places(session, agreement, order.job_order_id, places)
    record(session, actor, EventTag.PLACES_RESERVE, agreement, order=order.job_order_id, counts=places)


def cancel(session: Session, actor: Actor, agreement: Agreement, reason: str) -> None:
    """Give up an agreement that was not signed by all; the order opens to the schools again.

    Raises PermissionError for an account of no party.
    """
    lock(session, agreement)
    if not parties_of(session, actor, agreement):
        raise PermissionError(EventTag.AGREEMENT_ADVANCE)
    AGREEMENT_WORKFLOW.advance(session, agreement, "cancel", actor, reason=reason)
    TRAINING_ORDER_WORKFLOW.advance(session, agreement.order, "reopen", actor, reason=reason)
    for bid in agreement.order.bids:
        bid.chosen_at = None


def end(session: Session, actor: Actor, agreement: Agreement, event: str, reason: str, now: datetime) -> None:
    """Close an agreement in force: ``fulfil`` or ``break``; what is left of its places opens to everybody.

    Raises TransitionRefused for a breach that was not recorded, and what Workflow.advance raises.
    """
    lock(session, agreement)
    refuse_for(against_ending(session, agreement, event))
    AGREEMENT_WORKFLOW.advance(session, agreement, event, actor, reason=reason)
    TRAINING_ORDER_WORKFLOW.advance(session, agreement.order, "end", actor)
    _release_unused(session, actor, agreement, reason or FULFILLED, now)


def against_ending(session: Session, agreement: Agreement, event: str) -> Obstacle | None:
    """What stands against closing an agreement so: nobody is found in breach before it is written down."""
    recorded = select(Breach.id).where(Breach.agreement_id == agreement.id)
    is_bare = event == "break" and session.scalar(recorded.limit(1)) is None
    return Obstacle(NO_BREACH, "breaches") if is_bare else None


def lock(session: Session, agreement: Agreement) -> None:
    """Read the agreement and its signatures afresh and keep them: two last signatures queue up here."""
    session.get_one(Agreement, agreement.id, with_for_update=True, populate_existing=True)
    for signature in agreement.signatures:
        session.refresh(signature)


# --- places kept ----------------------------------------------------------------------------------------


def release(session: Session, actor: Actor, agreement: Agreement, reason: str, now: datetime) -> int:
    """Open the places that the class did not use; returns how many.

    Raises IllegalTransition when none are kept, TransitionRefused without a reason.
    """
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    if _reservation(session, agreement) is None:
        raise IllegalTransition("release")
    return _release_unused(session, actor, agreement, reason, now)


def _release_unused(session: Session, actor: Actor, agreement: Agreement, reason: str, now: datetime) -> int:
    reservation = _reservation(session, agreement)
    if reservation is None:
        return 0
    freed = release_places(session, reservation, now, reason[:MOST_REASON])
    job = reservation.job_order_id
    record(session, actor, EventTag.PLACES_RELEASE, agreement, order=job, counts=freed, reason=reason)
    return freed


def _reservation(session: Session, agreement: Agreement) -> PlaceReservation | None:
    """The reservation that still stands."""
    mine = select(PlaceReservation).where(PlaceReservation.agreement_id == agreement.id)
    return session.scalar(mine.where(PlaceReservation.released_at.is_(None)))


def release_overdue(session: Session, actor: Actor, now: datetime, days: int = RELEASE_DAYS) -> int:
    """Open the places of every agreement in force whose class should have been ready more than ``days`` ago.

    Returns how many agreements. A hundred at a time: the next night takes the rest.
    """
    today = now.astimezone(CHINA).date()
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
    agreements = session.scalars(overdue).all()
    for agreement in agreements:
        _release_unused(session, actor, agreement, OVERDUE, now)
    return len(agreements)


# --- promises not kept ----------------------------------------------------------------------------------


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
    refuse_for(interest(agreement, actor))
    if agreement.state in (AgreementState.SIGNING, AgreementState.CANCELLED):
        raise TransitionRefused(NEVER_IN_FORCE)
    breach = Breach(
        agreement_id=agreement.id,
        party=party,
        enrolment_id=enrolment.id if enrolment else None,
        reason=reason,
        recorded_by_id=actor.user_id,
    )
    session.add(breach)
    session.flush()
    record(session, actor, EventTag.BREACH_RECORD, agreement, party=party.value if party else "learner")
    return breach


def answer_breach(session: Session, actor: Actor, breach: Breach, text: str, now: datetime) -> None:
    """Put the other side's words beside a breach, once: the party itself; a learner's the county writes down.

    Raises PermissionError for any other account, IllegalTransition when it was answered already.
    """
    session.refresh(breach, with_for_update=True)
    if breach.answered_at is not None:
        raise IllegalTransition("answer")
    agreement = breach.agreement
    if (breach.party or Party.COUNTY) not in parties_of(session, actor, agreement):
        raise PermissionError(EventTag.BREACH_RECORD)
    breach.answer, breach.answered_at, breach.answered_by_id = text, now, actor.user_id
    party = breach.party.value if breach.party else "learner"
    record(session, actor, EventTag.BREACH_RECORD, agreement, event="answer", party=party)


def withdraw_breach(session: Session, actor: Actor, breach: Breach, reason: str) -> None:
    """Take a breach back that was recorded wrongly; the agreement's history keeps who, what and why.

    Raises TransitionRefused without a reason, and once the agreement was ended for it.
    """
    agreement = breach.agreement
    lock(session, agreement)
    if not actor.can(Permission.CLASS_APPROVE):
        raise PermissionError(EventTag.BREACH_RECORD)
    refuse_for(interest(agreement, actor))
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    if agreement.state is AgreementState.BROKEN:
        raise TransitionRefused(ENDED_FOR_IT)
    told = {"party": breach.party.value if breach.party else "learner", "from": breach.reason}
    record(session, actor, EventTag.BREACH_RECORD, agreement, event="withdraw", reason=reason.strip(), **told)
    session.delete(breach)
