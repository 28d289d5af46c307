"""The person's own word: yes (which opens name and phone to this one enterprise), questions first, or no."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.placements.operations.steps import lock_person, move
from models.access import Actor
from models.audit import EventTag, record
from models.clock import utc_now
from models.i18n import N_
from models.placement.leaving import Channel, DeclineReason
from models.placement.placement import Placement, PlacementState
from models.workflow import IllegalTransition, TransitionRefused

WITHDRAWABLE = (PlacementState.ACCEPTED, PlacementState.INTERVIEW)


def accept(session: Session, actor: Actor, placement: Placement, channel: Channel) -> None:
    """Note that the person wants to go: this is the consent that the enterprise sees name and phone."""
    move(session, actor, placement, "accept_own" if channel is Channel.PORTAL else "accept")
    _answered(placement, actor, channel, utc_now())
    _give(session, actor, placement, channel)


def decline(
    session: Session,
    actor: Actor,
    placement: Placement,
    channel: Channel,
    reason: DeclineReason,
    note: str = "",
) -> None:
    """Note that the person does not go, and why; what was opened to the enterprise is closed again."""
    event = "decline_own" if channel is Channel.PORTAL else "decline"
    move(session, actor, placement, event, reason.value)
    _answered(placement, actor, channel, utc_now())
    placement.decline_reason, placement.leave_note = reason, note


def ask(session: Session, actor: Actor, placement: Placement) -> None:
    """Note that the person wants the county to call before he decides. Asking twice changes nothing."""
    if placement.state is not PlacementState.OFFERED:
        raise IllegalTransition("ask")
    if placement.asked_at is None:
        placement.asked_at = utc_now()
        record(session, actor, EventTag.PLACEMENT_ADVANCE, placement, event="ask")


def can_withdraw(placement: Placement) -> bool:
    """Whether the person can still close his name and phone to the enterprise."""
    return placement.state in WITHDRAWABLE and placement.has_consent


def withdraw_consent(session: Session, actor: Actor, placement: Placement) -> None:
    """Close name and phone to the enterprise again, at once. Possible until the person is hired.

    Raises TransitionRefused afterwards: an employer has to know whom it employs (劳动合同法 8条).
    """
    lock_person(session, placement)
    if placement.state not in WITHDRAWABLE:
        raise TransitionRefused(N_("已经录用，企业要凭姓名和电话签合同，现在不能收回。"))
    if not placement.has_consent:
        raise IllegalTransition("withdraw_consent")
    placement.consent_withdrawn_at = utc_now()
    record(session, actor, EventTag.CONSENT_WITHDRAW, placement)


def renew_consent(session: Session, actor: Actor, placement: Placement, channel: Channel) -> None:
    """Open name and phone to the enterprise again."""
    lock_person(session, placement)
    if placement.state not in WITHDRAWABLE or placement.has_consent:
        raise IllegalTransition("renew_consent")
    _give(session, actor, placement, channel)


def _answered(placement: Placement, actor: Actor, channel: Channel, now: datetime) -> None:
    placement.answered_at, placement.answer_channel, placement.answered_by_id = now, channel, actor.user_id


def _give(session: Session, actor: Actor, placement: Placement, channel: Channel) -> None:
    placement.consented_at, placement.consent_withdrawn_at = utc_now(), None
    record(
        session,
        actor,
        EventTag.CONSENT_GIVE,
        placement,
        channel=channel.value,
        organisation=placement.enterprise_id,
    )
