"""Slips of a placement put right: a step taken back, a day or a reason corrected; each with its reason.

What stood there before and what stands there now are kept in the audit, which the placement's page tells.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.placements.operations.answers import CLOSED_BY_PERSON, SIGNED_WORD, is_closed_by_person
from app.placements.operations.steps import HIRED_ELSEWHERE, is_held_elsewhere, move, tell
from models.access import Actor
from models.audit import record
from models.employment import of_placement
from models.event_tags import EventTag
from models.fact_dates import refuse_day
from models.i18n import Sentence
from models.messages.kind import MessageKind
from models.people.consent import Consent
from models.placement import follow_up
from models.placement.leaving import Channel
from models.placement.placement import HOLDING, FollowUp, Outcome, Placement, PlacementState
from models.problems.first_call import drop_first_calls, plan_first_calls
from models.workflow import REASON_MISSING, TransitionRefused

OWN_ANSWER = Sentence("这是本人自己在手机上答复的，只能由本人改。")
FOLLOWED_UP = Sentence("已经登记过回访，请先更正回访。")
FOUND_BY_FOLLOW_UP = Sentence("离职是回访登记的，请在那次回访里更正。")
NOTHING_CHANGED = Sentence("没有改动，不用更正。")
DAYS_TO_ANSWER = 5  # once more, after an answer that was a slip
DAYS = ("hired_on", "on_site_on", "left_on")
UNDONE = (
    "undo_answer",
    "undo_hire",
    "undo_not_hire",
    "undo_depart",
    "undo_arrive",
    "undo_miss",
    "undo_leave",
)


def objection(session: Session, placement: Placement, event: str) -> Sentence | None:
    """What stands against taking a step back, beyond state and permission; None for nothing."""
    if event == "undo_answer" and placement.answer_channel is Channel.PORTAL:
        return OWN_ANSWER
    if event == "undo_answer" and is_closed_by_person(session, placement):
        return CLOSED_BY_PERSON
    if event == "undo_answer" and placement.consent_withdrawn_at is not None:
        return SIGNED_WORD
    if event == "undo_arrive" and any(one.recorded_at for one in placement.follow_ups):
        return FOLLOWED_UP
    if event == "undo_leave" and _found_gone(placement):
        return FOUND_BY_FOLLOW_UP
    if (
        placement.state not in HOLDING
        and event in UNDONE
        and is_held_elsewhere(session, placement.worker, placement)
    ):
        return HIRED_ELSEWHERE
    return None


def undo(session: Session, actor: Actor, placement: Placement, event: str, reason: str, today: date) -> None:
    """Take a step back that was a slip: the row stands as before it, and the person is told.

    Raises TransitionRefused without a reason, and for what :func:`objection` says or a place that is gone.
    """
    if refusal := objection(session, placement, event):
        raise TransitionRefused(refusal)
    move(session, actor, placement, event, reason)
    if event == "undo_arrive":
        of_placement.arrival_undone(session, actor, placement, reason)
    elif event == "undo_leave":
        of_placement.leaving_undone(session, actor, placement, reason)
    _AFTER[event](session, placement, today)
    if event != "undo_depart":
        tell(session, actor, placement, MessageKind.CORRECTED, {"title": placement.order.title})


def correct(
    session: Session,
    actor: Actor,
    placement: Placement,
    changes: Mapping[str, Any],
    reason: str,
    today: date,
) -> list[str]:
    """Correct days (DAYS) and ``leave_reason`` of what has happened; returns the fields that changed.

    A day that is not known yet is not corrected but recorded by its step. Raises TransitionRefused for a day
    out of order or to come, without a reason, and where nothing changes.
    """
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    changed = {
        name: value
        for name, value in changes.items()
        if value is not None and getattr(placement, name) not in (None, value)
    }
    if not changed:
        raise TransitionRefused(NOTHING_CHANGED)
    before = {name: _written(getattr(placement, name)) for name in changed}
    for name, value in changed.items():
        setattr(placement, name, value)
    for name in DAYS:
        if (day := getattr(placement, name)) is not None:
            refuse_day(placement, name, day, today)
    if "on_site_on" in changed:
        follow_up.move_due(placement, changed["on_site_on"])
        plan_first_calls(session, placement, changed["on_site_on"])
    of_placement.corrected(session, actor, placement, reason, today)
    after = {name: _written(value) for name, value in changed.items()}
    record(
        session,
        actor,
        EventTag.PLACEMENT_CORRECT,
        placement,
        fields=list(changed),
        reason=reason,
        **{"from": before, "to": after},
    )
    return list(changed)


def _written(value: Any) -> str:
    return str(getattr(value, "value", value))


def _found_gone(placement: Placement) -> bool:
    return any(one.outcome in (Outcome.LEFT, Outcome.ELSEWHERE) for one in placement.follow_ups)


def _unanswered(session: Session, placement: Placement, today: date) -> None:
    placement.answered_at = placement.answer_channel = placement.answered_by_id = None
    placement.decline_reason, placement.leave_note = None, ""
    placement.consented_at = placement.consent_withdrawn_at = placement.consent_version = None
    # It was never given: a slip. That somebody had written it down stands in the audit.
    session.execute(delete(Consent).where(Consent.placement_id == placement.id))
    until = today + timedelta(days=DAYS_TO_ANSWER)
    placement.respond_by = max(placement.respond_by or until, until)


def _unhired(session: Session, placement: Placement, today: date) -> None:
    placement.hired_on = placement.departure_id = None
    session.execute(delete(FollowUp).where(FollowUp.placement_id == placement.id))
    session.expire(placement, ["follow_ups"])


def _not_there(session: Session, placement: Placement, today: date) -> None:
    placement.on_site_on = None
    drop_first_calls(session, placement)
    for one in placement.follow_ups:
        one.due_on = None


def _not_gone(session: Session, placement: Placement, today: date) -> None:
    placement.left_on = placement.leave_reason = None
    placement.leave_note = ""


def _as_it_is(session: Session, placement: Placement, today: date) -> None:
    """The state alone tells it."""


_AFTER: dict[str, Callable[[Session, Placement, date], None]] = {
    "undo_answer": _unanswered,
    "undo_hire": _unhired,
    "undo_not_hire": _as_it_is,
    "undo_depart": _as_it_is,
    "undo_arrive": _not_there,
    "undo_miss": _not_gone,
    "undo_leave": _not_gone,
}


def found_there(session: Session, actor: Actor, placement: Placement, reason: str) -> None:
    """A follow-up that found somebody gone was a slip: the person is at work as before."""
    move(session, actor, placement, "found_there", reason)
    of_placement.leaving_undone(session, actor, placement, reason)
    _not_gone(session, placement, date.min)


def stayed_no_more(session: Session, actor: Actor, placement: Placement, reason: str) -> None:
    """The finding that proved six months was a slip."""
    if placement.state is PlacementState.STAYED:
        move(session, actor, placement, "undo_stay", reason)
