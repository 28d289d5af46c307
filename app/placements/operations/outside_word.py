"""What rosters, lists and differences tell of a placement, done by the placements' own operations."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.placements.operations import corrections, evidence, follow_ups, hiring
from app.placements.operations.follow_ups import Finding
from app.placements.operations.steps import move
from models.access import CLOCK, Actor
from models.clock import day_of
from models.placement.follow_up import proves_staying, record_refusal
from models.placement.leaving import LeaveReason
from models.placement.outside_word import performs
from models.placement.placement import Evidence, FollowUp, Outcome, Placement, PlacementState


@performs("leave")
def leave(
    session: Session,
    actor: Actor,
    placement: Placement,
    reason: LeaveReason | None,
    on: date,
    note: str,
    today: date,
) -> None:
    """As a leaving told by hand."""
    hiring.leave(session, actor, placement, reason, on, note, today)


@performs("undo_leave")
def undo_leave(session: Session, actor: Actor, placement: Placement, reason: str, today: date) -> None:
    """As a leaving taken back by hand. Raises TransitionRefused."""
    corrections.undo(session, actor, placement, "undo_leave", reason, today)


@performs("at_work")
def at_work(
    session: Session,
    actor: Actor,
    placement: Placement,
    level: Evidence,
    wage_fen: int | None,
    until: date,
    now: datetime,
) -> list[FollowUp]:
    """Answer the follow-ups due by ``until``. That six months are full follows from the finding by itself,
    whoever told it, and is written by the clock."""
    today, written = day_of(now), []
    for one in placement.follow_ups:
        is_asked = one.due_on is not None and one.due_on <= until
        is_known = one.outcome not in (None, Outcome.UNKNOWN)
        if not is_asked or (is_known and one.evidence >= level):
            continue
        if record_refusal(one, Outcome.EMPLOYED, level, today) is not None:
            continue
        stays = placement.state is PlacementState.ON_SITE
        follow_ups.write_finding(session, actor, one, Finding(Outcome.EMPLOYED, level, wage_fen), now)
        if stays and proves_staying(one):
            move(session, CLOCK, placement, "stay")
        written.append(one)
    return written


@performs("confirm")
def confirm(
    session: Session, actor: Actor, placement_ids: list[int], until: date, now: datetime
) -> tuple[int, int]:
    """Verify the findings on rosters' and lists' evidence; those that want another look stay."""
    done = kept = 0
    for start in range(0, len(placement_ids), 500):
        rows = select(FollowUp).where(
            FollowUp.placement_id.in_(placement_ids[start : start + 500]),
            FollowUp.outcome == Outcome.EMPLOYED,
            FollowUp.verified_at.is_(None),
            FollowUp.due_on <= until,
            FollowUp.evidence.in_((Evidence.ROSTER, Evidence.INSURANCE)),
        )
        waiting = list(session.scalars(rows))
        papers = evidence.papers_of(session, waiting)
        for one in waiting:
            if evidence.refusals(session, actor, one, papers.get(one.id)):
                kept += 1
            else:
                follow_ups.verify(session, actor, one, now)
                done += 1
    return done, kept
