"""Interviews: the enterprise makes, changes and cancels the appointment, the county tells the person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.placements.operations.steps import lock_person, move, tell
from models.access import Actor
from models.audit import record
from models.clock import day_of
from models.event_tags import EventTag
from models.i18n import Sentence
from models.messages.kind import MessageKind
from models.placement.interview import Interview
from models.placement.leaving import Channel
from models.placement.placement import Placement
from models.workflow import IllegalTransition, TransitionRefused


@dataclass(frozen=True)
class Appointment:
    """What the enterprise decides: when, where, and whom to ask for with which telephone."""

    held_at: datetime
    place: str
    contact: str

    @property
    def sentence(self) -> Sentence:
        """When and where; the telephone stays out of audit and messages."""
        return Sentence("%(when)s，%(place)s", {"when": self.held_at, "place": self.place})


def arrange(
    session: Session, actor: Actor, placement: Placement, appointment: Appointment, now: datetime
) -> Interview:
    """Ask the person to an interview. Raises TransitionRefused for a time that lies behind."""
    return _appoint(session, actor, placement, "interview", appointment, now)


def change(
    session: Session, actor: Actor, placement: Placement, appointment: Appointment, now: datetime
) -> Interview:
    """Another time or place: the person has to be told anew. Raises as :func:`arrange`."""
    return _appoint(session, actor, placement, "change_interview", appointment, now)


def _appoint(
    session: Session,
    actor: Actor,
    placement: Placement,
    event: str,
    appointment: Appointment,
    now: datetime,
) -> Interview:
    if appointment.held_at < now:
        raise TransitionRefused(Sentence("面试时间已经过去了，请填还没到的时间。"))
    move(session, actor, placement, event, str(appointment.sentence))
    interview: Interview = placement.interview or Interview(placement=placement)
    if interview.id is None:
        session.add(interview)
    interview.held_at, interview.place = appointment.held_at, appointment.place
    interview.contact = appointment.contact
    interview.is_cancelled, interview.cancel_reason = False, ""
    _open_again(interview)
    firm = placement.order.enterprise.name
    details = {"enterprise": firm, "when": appointment.held_at, "place": appointment.place}
    kind = MessageKind.INTERVIEW if event == "interview" else MessageKind.INTERVIEW_CHANGED
    tell(session, actor, placement, kind, details, day_of(appointment.held_at))
    return interview


def cancel(session: Session, actor: Actor, placement: Placement, reason: str) -> None:
    """No interview after all, for a reason; the person still waits for yes or no."""
    move(session, actor, placement, "cancel_interview", reason)
    firm = placement.order.enterprise.name
    held_at = placement.interview.held_at if placement.interview else None
    tell(
        session,
        actor,
        placement,
        MessageKind.INTERVIEW_CANCELLED,
        {"enterprise": firm, "reason": reason},
        day_of(held_at) if held_at else None,
    )
    if interview := placement.interview:
        interview.is_cancelled, interview.cancel_reason = True, reason
        _open_again(interview)


def note_told(session: Session, actor: Actor, placement: Placement, channel: Channel, now: datetime) -> None:
    """The person knows. Raises IllegalTransition where there is nothing to tell, or it was told already."""
    lock_person(session, placement)
    interview = placement.interview
    if interview is None or not interview.is_pending:
        raise IllegalTransition("tell_interview")
    interview.told_at, interview.told_channel, interview.told_by_id = now, channel, actor.user_id
    record(
        session,
        actor,
        EventTag.PLACEMENT_ADVANCE,
        placement,
        event="tell_interview",
        channel=channel.value,
        reason=str(interview.sentence),
    )


def _open_again(interview: Interview) -> None:
    interview.told_at = interview.told_channel = interview.told_by_id = None
