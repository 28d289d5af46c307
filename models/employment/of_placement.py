"""What a placement says of somebody's work: an arrival begins a spell, a leaving ends it, a follow-up shows.

Corrections of the one correct the other. The caller commits.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Actor
from models.clock import day_of
from models.employment.recording import (
    Workplace,
    add_evidence,
    begin_spell,
    correct_spell,
    end_spell,
    overlapping,
    reopen_spell,
    withdraw_spell,
)
from models.employment.showing import weigh
from models.employment.spell import KIND_OF_LEVEL, EmploymentSpell, EvidenceKind, SpellEvidence, SpellKind
from models.placement.leaving import LeaveReason
from models.placement.placement import Evidence, FollowUp, Outcome, Placement

GONE = (Outcome.LEFT, Outcome.ELSEWHERE)


def spell_of(session: Session, placement: Placement) -> EmploymentSpell | None:
    """The spell that began by the arrival of ``placement``."""
    return session.scalar(select(EmploymentSpell).where(EmploymentSpell.placement_id == placement.id))


def arrived(session: Session, actor: Actor, placement: Placement, today: date) -> EmploymentSpell:
    """The person is at work since ``placement.on_site_on``.

    What was told before stays: only a job that the person wanted to leave ends by it, the day before.
    """
    began_on, employer = placement.on_site_on or today, placement.order.enterprise
    workplace = Workplace(SpellKind.ENTERPRISE, placement.city_code, employer.name, employer.id)
    before = overlapping(session, placement.worker_id, began_on, None)
    for one in before:
        if one.ended_on is None and one.seeks_other and one.began_on < began_on:
            end_spell(
                session, one, began_on - timedelta(days=1), LeaveReason.OTHER_JOB, actor=actor, today=today
            )
    same = next((one for one in before if one.placement_id is None and workplace.is_that_of(one)), None)
    if same is not None and same.ended_on is None:
        same.placement_id, same.told_wage_fen = placement.id, placement.told_wage_fen
        add_evidence(session, same, EvidenceKind.WORD, shown_on=began_on, actor=actor, today=today)
        return same
    return begin_spell(
        session,
        placement.worker,
        workplace,
        began_on,
        actor=actor,
        today=today,
        placement_id=placement.id,
        told_wage_fen=placement.told_wage_fen,
        contradicts=True,
    )


def left(session: Session, actor: Actor, placement: Placement, today: date) -> None:
    """The person left on ``placement.left_on``; nothing where the end is known already."""
    spell = spell_of(session, placement)
    if spell is not None and spell.ended_on is None:
        ended_on = placement.left_on or today
        reason, note = placement.leave_reason, placement.leave_note
        end_spell(session, spell, ended_on, reason, actor=actor, today=today, note=note)


def corrected(session: Session, actor: Actor, placement: Placement, reason: str, today: date) -> None:
    """Days or the reason of ``placement`` were put right: so are those of its spell."""
    spell = spell_of(session, placement)
    if spell is None or placement.on_site_on is None:
        return
    wanted = {"began_on": placement.on_site_on, "ended_on": placement.left_on}
    wanted["end_reason"] = placement.leave_reason  # type: ignore[assignment]
    changes = {name: value for name, value in wanted.items() if getattr(spell, name) != value}
    if not changes:
        return
    for one in spell.evidence:
        if one.says_left and placement.left_on:
            one.shown_on = placement.left_on
        elif one.follow_up_id is None and one.shown_on == spell.began_on:
            one.shown_on = placement.on_site_on
    correct_spell(session, spell, changes, reason, actor=actor, today=today, contradicts=True)
    weigh(spell)


def arrival_undone(session: Session, actor: Actor, placement: Placement, reason: str) -> None:
    """The arrival was a slip: its spell goes; one that others have shown stays, by their word."""
    spell = spell_of(session, placement)
    if spell is None:
        return
    if any(one.teller is not spell.teller or one.verified_at for one in spell.evidence):
        spell.placement_id = None
    else:
        withdraw_spell(session, spell, reason, actor=actor)


def leaving_undone(session: Session, actor: Actor, placement: Placement, reason: str) -> None:
    """The leaving was a slip: the spell goes on."""
    spell = spell_of(session, placement)
    if spell is not None and spell.ended_on is not None:
        reopen_spell(session, spell, reason, actor=actor)


def finding(session: Session, actor: Actor, follow_up: FollowUp, now: datetime) -> None:
    """What a follow-up found stands as evidence of the spell, anew each time it is recorded or corrected.

    未知 shows nothing.
    """
    spell = spell_of(session, follow_up.placement)
    if spell is None:
        return
    for row in [one for one in spell.evidence if one.follow_up_id == follow_up.id]:
        spell.evidence.remove(row)
    session.flush()
    kind = KIND_OF_LEVEL.get(Evidence(follow_up.evidence))
    if kind is not None and follow_up.outcome not in (None, Outcome.UNKNOWN):
        today = day_of(now)
        last = spell.ended_on or today
        add_evidence(
            session,
            spell,
            kind,
            shown_on=max(spell.began_on, min(today, last)),
            actor=actor,
            today=today,
            wage_fen=follow_up.wage_fen,
            note=follow_up.evidence_note,
            says_left=follow_up.outcome in GONE,
            follow_up_id=follow_up.id,
        )
    weigh(spell)


def verified(session: Session, follow_up: FollowUp) -> None:
    """The city's verification of a finding holds for the evidence it gave."""
    row = session.scalar(select(SpellEvidence).where(SpellEvidence.follow_up_id == follow_up.id))
    if row is not None:
        row.verified_at, row.verified_by_id = follow_up.verified_at, follow_up.verified_by_id
