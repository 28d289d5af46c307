"""Follow-ups: the finding, its evidence, and its verification by a second person."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.placements.operations import corrections, evidence
from app.placements.operations.hiring import leave
from app.placements.operations.steps import move
from app.placements.queries.lists import follow_ups_to_ring
from models.access import Actor
from models.audit import record
from models.employment import of_placement
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people import calling
from models.people.calling import Round, RoundCall
from models.placement.follow_up import finding_refusal, proves_staying, record_refusal
from models.placement.leaving import LeaveReason
from models.placement.placement import WORKING, Evidence, FollowUp, Outcome, Placement, PlacementState
from models.workflow import REASON_MISSING, TransitionRefused

MOST_TRIED = 20
GONE = (Outcome.LEFT, Outcome.ELSEWHERE)


@dataclass(frozen=True)
class Finding:
    """The result of a call or visit. Wage in fen a month; reason and day of leaving for a person who left."""

    outcome: Outcome
    evidence: Evidence
    wage_fen: int | None = None
    note: str = ""
    trouble: str = ""
    leave_reason: LeaveReason | None = None
    left_on: date | None = None


def record_follow_up(
    session: Session, actor: Actor, follow_up: FollowUp, finding: Finding, today: date, now: datetime
) -> None:
    """Write down a finding and what follows from it: the person left, or stayed six months.

    Raises TransitionRefused when the finding is weaker than what is known, too early, or incomplete.
    """
    if refusal := record_refusal(follow_up, finding.outcome, finding.evidence, today):
        raise TransitionRefused(refusal)
    write_finding(session, actor, follow_up, finding, now)
    _draw_conclusion(session, actor, follow_up, finding, today)
    of_placement.finding(session, actor, follow_up, now)
    if call := call_of(session, follow_up):
        calling.note_reached(call, now, is_done=True)


def write_finding(
    session: Session, actor: Actor, follow_up: FollowUp, finding: Finding, now: datetime
) -> None:
    """Write a finding and its audit; what follows from it is the caller's."""
    _write(follow_up, actor, finding, now)
    record(
        session,
        actor,
        EventTag.FOLLOWUP_RECORD,
        follow_up.placement,
        months=follow_up.months,
        outcome=finding.outcome.value,
        evidence=int(finding.evidence),
    )


def correct_follow_up(
    session: Session,
    actor: Actor,
    follow_up: FollowUp,
    finding: Finding,
    reason: str,
    today: date,
    now: datetime,
) -> None:
    """Put a recorded finding right that was a slip, with the reason; what had followed from it is taken back.

    Unlike a later finding it may be weaker than what it replaces, and has to be verified anew. Raises
    TransitionRefused for a finding not recorded yet, without a reason, incomplete, or too early.
    """
    if follow_up.recorded_at is None or not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    if refusal := finding_refusal(follow_up, finding.outcome, finding.evidence, today):
        raise TransitionRefused(refusal)
    before, placement = _state_of(follow_up), follow_up.placement
    was_proof = proves_staying(follow_up)
    _write(follow_up, actor, finding, now)
    record(
        session,
        actor,
        EventTag.FOLLOWUP_RECORD,
        placement,
        event="correct",
        months=follow_up.months,
        outcome=finding.outcome.value,
        evidence=int(finding.evidence),
        reason=reason,
        **{"from": before, "to": _state_of(follow_up)},
    )
    session.flush()
    is_gone = finding.outcome in GONE
    if before["outcome"] in GONE and not is_gone and placement.state is PlacementState.LEFT:
        corrections.found_there(session, actor, placement, reason)
    if was_proof and not proves_staying(follow_up):
        corrections.stayed_no_more(session, actor, placement, reason)
    if is_gone and placement.state is PlacementState.LEFT:
        _correct_leaving(session, actor, placement, finding, reason, today)
    else:
        _draw_conclusion(session, actor, follow_up, finding, today)
    of_placement.finding(session, actor, follow_up, now)


def _correct_leaving(
    session: Session, actor: Actor, placement: Placement, finding: Finding, reason: str, today: date
) -> None:
    """The person did leave, but on another day or for another reason."""
    wanted = {"left_on": finding.left_on, "leave_reason": _leave_reason(finding)}
    changes = {name: value for name, value in wanted.items() if value and getattr(placement, name) != value}
    if changes:
        corrections.correct(session, actor, placement, changes, reason, today)


def _state_of(follow_up: FollowUp) -> dict[str, object]:
    return {
        "outcome": follow_up.outcome.value if follow_up.outcome else None,
        "evidence": int(follow_up.evidence),
        "wage_fen": follow_up.wage_fen,
    }


def _write(follow_up: FollowUp, actor: Actor, finding: Finding, now: datetime) -> None:
    follow_up.outcome, follow_up.evidence = finding.outcome, finding.evidence
    follow_up.wage_fen, follow_up.evidence_note = finding.wage_fen, finding.note
    follow_up.trouble, follow_up.remind_on = finding.trouble, None
    follow_up.recorded_at, follow_up.recorded_by_id = now, actor.user_id
    follow_up.verified_at = follow_up.verified_by_id = None


def _leave_reason(finding: Finding) -> LeaveReason | None:
    return LeaveReason.OTHER_JOB if finding.outcome is Outcome.ELSEWHERE else finding.leave_reason


def _draw_conclusion(
    session: Session, actor: Actor, follow_up: FollowUp, finding: Finding, today: date
) -> None:
    placement = follow_up.placement
    if finding.outcome in GONE and placement.state in WORKING:
        reason = _leave_reason(finding)
        if reason is None:
            raise TransitionRefused(Sentence("请选离职的原因。"))
        left_on = finding.left_on or today
        leave(session, actor, placement, reason, left_on, finding.trouble, today, event="found_left")
    elif placement.state is PlacementState.ON_SITE and proves_staying(follow_up):
        move(session, actor, placement, "stay")


def verify(session: Session, actor: Actor, follow_up: FollowUp, now: datetime) -> None:
    """The receiving city confirms a finding. Raises TransitionRefused, with all reasons, for one's own, an
    open one, and one whose file the actor has not looked at.
    """
    paper = evidence.papers_of(session, [follow_up]).get(follow_up.id)
    if reasons := evidence.refusals(session, actor, follow_up, paper):
        raise TransitionRefused(*reasons)
    follow_up.verified_at, follow_up.verified_by_id = now, actor.user_id
    of_placement.verified(session, follow_up)
    record(
        session,
        actor,
        EventTag.FOLLOWUP_VERIFY,
        follow_up.placement,
        months=follow_up.months,
        outcome=follow_up.outcome,
        evidence=follow_up.evidence,
    )


def take_next(session: Session, actor: Actor, today: date, now: datetime) -> FollowUp | None:
    """The next call that is due and that nobody makes, taken for ``actor``; None where none is left."""
    for row in follow_ups_to_ring(session, actor, today, now, MOST_TRIED):
        if _take(session, actor, row, now):
            return row
    return None


def _take(session: Session, actor: Actor, row: FollowUp, now: datetime) -> RoundCall | None:
    person = row.placement.worker_id
    return calling.take(session, Round.FOLLOW_UP, person, actor.user_id, now, subject_id=row.id)


def call_of(session: Session, row: FollowUp) -> RoundCall | None:
    """The place of a follow-up in the round of calls."""
    return calling.call_of(session, Round.FOLLOW_UP, row.placement.worker_id, row.id)


def miss(session: Session, actor: Actor, row: FollowUp, now: datetime) -> RoundCall:
    """Nobody answered: the call comes again later. Raises TransitionRefused while a colleague is ringing."""
    call = _take(session, actor, row, now)
    if call is None:
        raise TransitionRefused(Sentence("有同事正在给这个人打电话。"))
    calling.note_unreached(call, now)
    record(session, actor, EventTag.WORKER_CALL, row.placement.worker, outcome="unreached", months=row.months)
    return call
