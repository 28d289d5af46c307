"""Follow-ups: what was found, on which evidence, and the second pair of eyes."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.placements.operations.hiring import leave
from app.placements.operations.steps import move
from models.access import Actor
from models.audit import EventTag, record
from models.clock import utc_now
from models.i18n import N_
from models.placement.follow_up import proves_staying, record_refusal, verify_refusal
from models.placement.leaving import LeaveReason
from models.placement.placement import WORKING, Evidence, FollowUp, Outcome, PlacementState
from models.workflow import TransitionRefused


@dataclass(frozen=True)
class Finding:
    """What one call or visit found. Wage in fen a month; the reason and day of leaving where somebody
    left."""

    outcome: Outcome
    evidence: Evidence
    wage_fen: int | None = None
    note: str = ""
    trouble: str = ""
    leave_reason: LeaveReason | None = None
    left_on: date | None = None


def record_follow_up(
    session: Session, actor: Actor, follow_up: FollowUp, found: Finding, today: date
) -> None:
    """Write down what was found; somebody found gone leaves, somebody proven to have stayed six months stays.

    Raises TransitionRefused when the finding is weaker than what is known, too early, or incomplete.
    """
    if refusal := record_refusal(follow_up, found.outcome, found.evidence, today):
        raise TransitionRefused(refusal)
    follow_up.outcome, follow_up.evidence = found.outcome, found.evidence
    follow_up.wage_fen, follow_up.evidence_note = found.wage_fen, found.note
    follow_up.trouble = found.trouble
    follow_up.recorded_at, follow_up.recorded_by_id = utc_now(), actor.user_id
    follow_up.verified_at = follow_up.verified_by_id = None
    record(
        session,
        actor,
        EventTag.FOLLOWUP_RECORD,
        follow_up.placement,
        months=follow_up.months,
        outcome=found.outcome.value,
        evidence=int(found.evidence),
    )
    session.flush()
    _draw_conclusion(session, actor, follow_up, found, today)


def _draw_conclusion(
    session: Session, actor: Actor, follow_up: FollowUp, found: Finding, today: date
) -> None:
    placement = follow_up.placement
    if found.outcome in (Outcome.LEFT, Outcome.ELSEWHERE) and placement.state in WORKING:
        reason = LeaveReason.OTHER_JOB if found.outcome is Outcome.ELSEWHERE else found.leave_reason
        if reason is None:
            raise TransitionRefused(N_("请选离职的原因。"))
        leave(session, actor, placement, reason, found.left_on or today, found.trouble, event="found_left")
    elif placement.state is PlacementState.ON_SITE and proves_staying(follow_up):
        move(session, actor, placement, "stay")


def verify(session: Session, actor: Actor, follow_up: FollowUp) -> None:
    """Confirm a finding as the receiving city. Raises TransitionRefused for one's own or an open one."""
    if refusal := verify_refusal(follow_up, actor):
        raise TransitionRefused(refusal)
    follow_up.verified_at, follow_up.verified_by_id = utc_now(), actor.user_id
    record(
        session,
        actor,
        EventTag.FOLLOWUP_VERIFY,
        follow_up.placement,
        months=follow_up.months,
        outcome=follow_up.outcome,
        evidence=follow_up.evidence,
    )
