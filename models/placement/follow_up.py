"""Rules of the visits one, three and six months after arrival: when, what counts, what is too low."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from models.access import Actor
from models.i18n import Sentence
from models.placement.placement import FOLLOW_UP_MONTHS, Evidence, FollowUp, Outcome, Placement
from models.reference.calendar import months_after
from models.second_person import second_persons
from models.two_person_acts import FINDING_VERIFIED

# Under four fifths of the wage that was told, a city officer asks the enterprise why.
LEAST_SHARE_OF_TOLD_WAGE = 0.8
STAYED_AFTER_MONTHS, STAYED_EVIDENCE = 6, Evidence.ROSTER


def is_for(user_id: int | None) -> ColumnElement[bool]:
    """Follow-ups that this account may ring: given to it, or to nobody."""
    return or_(FollowUp.assigned_to_id.is_(None), FollowUp.assigned_to_id == user_id)


def plan(session: Session, placement: Placement) -> None:
    """Plan the three follow-ups at the hire; they fall due once the arrival is known."""
    session.add_all(FollowUp(placement_id=placement.id, months=months) for months in FOLLOW_UP_MONTHS)


def set_due(placement: Placement, arrived_on: date) -> None:
    for follow_up in placement.follow_ups:
        follow_up.due_on = months_after(arrived_on, follow_up.months)


def move_due(placement: Placement, arrived_on: date) -> None:
    """Another day of arrival: what is not recorded yet falls due by it."""
    for follow_up in placement.follow_ups:
        if follow_up.recorded_at is None:
            follow_up.due_on = months_after(arrived_on, follow_up.months)


def record_refusal(follow_up: FollowUp, outcome: Outcome, evidence: Evidence, today: date) -> Sentence | None:
    """Why this finding cannot be written down, or None.

    Weaker evidence never replaces stronger, and 未知 (which has none) never replaces what is known.
    """
    return finding_refusal(follow_up, outcome, evidence, today) or _outweighed(follow_up, evidence)


def finding_refusal(
    follow_up: FollowUp, outcome: Outcome, evidence: Evidence, today: date
) -> Sentence | None:
    """Why this finding cannot be true as it is told, whatever was recorded before; or None."""
    if follow_up.due_on is None:
        return Sentence("还没有确认到岗，不能登记回访。")
    if follow_up.due_on > today and outcome is Outcome.EMPLOYED:
        return Sentence("还没到这次回访的日子，不能提前登记在岗。")
    if outcome is Outcome.UNKNOWN and evidence is not Evidence.NONE:
        return Sentence("联系不上就没有凭据，请把凭据改成“没有凭据”。")
    if outcome is not Outcome.UNKNOWN and evidence is Evidence.NONE:
        return Sentence("请选这个情况是怎么知道的：本人说的、花名册、工资条还是社保。")
    return None


def _outweighed(follow_up: FollowUp, evidence: Evidence) -> Sentence | None:
    if follow_up.recorded_at is None:
        return None
    if evidence < follow_up.evidence:
        return Sentence("已有更可靠的凭据，不能用较弱的凭据改写。")
    if follow_up.verified_at is not None and evidence == follow_up.evidence:
        return Sentence("市局已经核实过，只有更可靠的凭据才能改写。")
    return None


def verify_refusals(follow_ups: Sequence[FollowUp], actor: Actor) -> list[Sentence | None]:
    """Why ``actor`` cannot verify each, or None: a finding is checked by a second person."""
    of_others = second_persons(FINDING_VERIFIED, follow_ups, actor)
    return [
        _not_to_verify(one) or next(iter(said), None) for one, said in zip(follow_ups, of_others, strict=True)
    ]


def _not_to_verify(follow_up: FollowUp) -> Sentence | None:
    if follow_up.recorded_at is None or follow_up.outcome in (None, Outcome.UNKNOWN):
        return Sentence("还没有查明的情况，没有可核实的。")
    if follow_up.verified_at is not None:
        return Sentence("这次回访已经核实过了。")
    return None


def proves_staying(follow_up: FollowUp) -> bool:
    """Six months of work, on better evidence than a person's word."""
    return (
        follow_up.months == STAYED_AFTER_MONTHS
        and follow_up.outcome is Outcome.EMPLOYED
        and follow_up.evidence >= STAYED_EVIDENCE
    )


def is_short(told_fen: int | None, wage_fen: int | None) -> bool:
    """The wage paid is much lower than the wage told."""
    return bool(told_fen and wage_fen is not None and wage_fen < told_fen * LEAST_SHARE_OF_TOLD_WAGE)
