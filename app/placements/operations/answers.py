"""The person's own word: yes (which opens name and phone to this one enterprise), questions first, or no."""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.placements.operations.steps import lock_person, move, tell
from models.access import Actor
from models.audit import AuditEvent, record, subject_name
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.jobs.ending import endings
from models.messages.kind import MessageKind
from models.people.consent import Consent, ConsentKind, present_text
from models.people.standing import Overlap, overlap, standing_of
from models.placement.leaving import Channel, DeclineReason
from models.placement.placement import Placement, PlacementState
from models.user import User
from models.workflow import IllegalTransition, TransitionRefused

WITHDRAWABLE = (PlacementState.ACCEPTED, PlacementState.INTERVIEW)
CLOSED_BY_PERSON = Sentence("本人在自己的页面上收回了同意，只有本人能重新同意。请联系本人。")
SIGNED_WORD = Sentence("本人收回过同意。要重新给企业看，请本人再签一份同意书，填上签字日期。")


def accept(
    session: Session, actor: Actor, placement: Placement, channel: Channel, now: datetime
) -> Overlap | None:
    """A yes: the consent that this enterprise sees name and phone.

    Returns the class that runs into the job; it forbids nothing, and the person is sent word of it. Raises
    TransitionRefused where the job's last day is over, unless a place is kept for the person.
    """
    order, day = placement.order, day_of(now)
    if order.valid_until < day and not placement.has_kept_place:
        raise TransitionRefused(endings(session, [order], day)[order.id])
    move(session, actor, placement, "accept_own" if channel is Channel.PORTAL else "accept")
    _note_answer(placement, actor, channel, now)
    _give_consent(session, actor, placement, channel, now)
    clash = overlap(standing_of(session, placement.worker_id), order, day)
    if clash:
        tell(session, actor, placement, MessageKind.CLASH, clash.own_words)
    return clash


def decline(
    session: Session,
    actor: Actor,
    placement: Placement,
    channel: Channel,
    reason: DeclineReason,
    now: datetime,
    note: str = "",
) -> None:
    """A no, and why; what was opened to the enterprise is closed again."""
    event = "decline_own" if channel is Channel.PORTAL else "decline"
    move(session, actor, placement, event, reason.value)
    _note_answer(placement, actor, channel, now)
    placement.decline_reason, placement.leave_note = reason, note


def ask(session: Session, actor: Actor, placement: Placement, now: datetime) -> None:
    """The person wants the county to call before deciding. Asking twice changes nothing."""
    if placement.state is not PlacementState.OFFERED:
        raise IllegalTransition("ask")
    if placement.asked_at is None:
        placement.asked_at = now
        record(session, actor, EventTag.PLACEMENT_ADVANCE, placement, event="ask")


def can_withdraw_consent(placement: Placement) -> bool:
    """Name and phone are open to the enterprise, and the person may still close them."""
    return placement.state in WITHDRAWABLE and placement.has_consent


def is_to_be_signed(placement: Placement) -> bool:
    """The consent was taken back and may be given again: at an office, on paper."""
    return placement.state in WITHDRAWABLE and placement.consent_withdrawn_at is not None


def set_consent(
    session: Session,
    actor: Actor,
    placement: Placement,
    is_open: bool,
    channel: Channel,
    now: datetime,
    signed_on: date | None = None,
) -> None:
    """Leave name and phone open to the enterprise, or closed; where it is so already nothing happens."""
    if placement.state in WITHDRAWABLE and placement.has_consent is is_open:
        return
    if is_open:
        renew_consent(session, actor, placement, channel, now, signed_on)
    else:
        withdraw_consent(session, actor, placement, now)


def is_closed_by_person(session: Session, placement: Placement) -> bool:
    """Whether the person took the consent back on the own pages: then nobody else opens it again."""
    if placement.consent_withdrawn_at is None:
        return False
    last = select(AuditEvent.actor_id).where(
        AuditEvent.subject == subject_name(placement), AuditEvent.tag == EventTag.CONSENT_WITHDRAW.value
    )
    closer = session.scalar(last.order_by(AuditEvent.id.desc()).limit(1))
    own = select(User.id).where(User.id == closer, User.worker_id == placement.worker_id)
    return closer is not None and session.scalar(own) is not None


def withdraw_consent(session: Session, actor: Actor, placement: Placement, now: datetime) -> None:
    """Close name and phone to the enterprise again, at once. Possible until the person is hired.

    Raises TransitionRefused afterwards: an employer has to know whom it employs (劳动合同法 8条).
    """
    lock_person(session, placement)
    if placement.state not in WITHDRAWABLE:
        raise TransitionRefused(Sentence("已经录用，企业要凭姓名和电话签合同，现在不能收回。"))
    if not placement.has_consent:
        raise IllegalTransition("withdraw_consent")
    placement.consent_withdrawn_at = now
    _end_consents(session, placement, now)
    record(session, actor, EventTag.CONSENT_WITHDRAW, placement)


def renew_consent(
    session: Session,
    actor: Actor,
    placement: Placement,
    channel: Channel,
    now: datetime,
    signed_on: date | None = None,
) -> None:
    """Open name and phone to the enterprise again.

    Raises TransitionRefused for an office where the person closed them, and where they were closed on the
    person's word and no paper was signed since (个人信息保护法 14, 15条: a consent taken back ends).
    """
    lock_person(session, placement)
    if placement.state not in WITHDRAWABLE or placement.has_consent:
        raise IllegalTransition("renew_consent")
    closed_at = placement.consent_withdrawn_at
    told: dict[str, str] = {}
    if actor.worker_id != placement.worker_id and closed_at is not None:
        if is_closed_by_person(session, placement):
            raise TransitionRefused(CLOSED_BY_PERSON)
        told = {"signed_on": _signed(signed_on, day_of(closed_at), day_of(now)).isoformat()}
    _give_consent(session, actor, placement, channel, now, **told)


def _signed(signed_on: date | None, closed_on: date, today: date) -> date:
    """The day of the paper: one that the person signed before taking the consent back says nothing."""
    if signed_on is None:
        raise TransitionRefused(SIGNED_WORD)
    if not closed_on <= signed_on <= today:
        said = "本人在 %(day)s 收回了同意，同意书要在那天以后签，也不能晚于今天。"
        raise TransitionRefused(Sentence(said, {"day": closed_on}))
    return signed_on


def _note_answer(placement: Placement, actor: Actor, channel: Channel, now: datetime) -> None:
    placement.answered_at, placement.answer_channel, placement.answered_by_id = now, channel, actor.user_id


def _give_consent(
    session: Session, actor: Actor, placement: Placement, channel: Channel, now: datetime, **paper: str
) -> None:
    text = present_text(ConsentKind.ENTERPRISE)
    _end_consents(session, placement, now)
    placement.consented_at, placement.consent_withdrawn_at = now, None
    placement.consent_version = text.version
    session.add(
        Consent(
            worker_id=placement.worker_id,
            placement_id=placement.id,
            kind=ConsentKind.ENTERPRISE,
            text_version=text.version,
            text=text.text,
            channel=channel.value,
            given_at=now,
            recorded_by_id=actor.user_id,
        )
    )
    told = {"organisation": placement.enterprise_id, "version": text.version}
    record(session, actor, EventTag.CONSENT_GIVE, placement, channel=channel.value, **told, **paper)


def _end_consents(session: Session, placement: Placement, now: datetime) -> None:
    going = update(Consent).where(Consent.placement_id == placement.id, Consent.withdrawn_at.is_(None))
    session.execute(going.values(withdrawn_at=now))
