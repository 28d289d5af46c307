"""Use cases of differences: settled by the end whose they are, taken back where that can be. The caller
commits."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.employment.differences.resolutions import can_undo, last_day_there, move_of, way_of
from models.access import Actor, Role
from models.audit import record
from models.clock import day_of
from models.employment.difference import SIDE_LABELS, Difference, Resolution, Side
from models.employment.duty import tell_flip
from models.employment.recording import (
    Workplace,
    add_evidence,
    begin_spell,
    end_spell,
    reopen_spell,
    withdraw_spell,
)
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellKind
from models.event_tags import EventTag
from models.i18n import Sentence
from models.people.worker import Worker
from models.placement import outside_word
from models.placement.leaving import LeaveReason
from models.placement.placement import WORKING, Placement, PlacementState
from models.workflow import REASON_MISSING, TransitionRefused

SETTLED_BEFORE = Sentence("这一条已经处理过了，或者两头又对上了。")
SPELL_GONE = Sentence("这段用工经历已经不在了，刷新后这一条会自己消失。")
ROLES = {Side.COUNTY: Role.COUNTY, Side.CITY: Role.CITY}


def is_owner(row: Difference, actor: Actor) -> bool:
    """Whether ``actor`` belongs to the end that has to settle the difference."""
    return bool(actor.areas(ROLES[row.owner]))


def settle(
    session: Session, actor: Actor, row: Difference, resolution: str, reason: str, now: datetime
) -> None:
    """Settle a difference by one of its ways, and do what that way says.

    Raises TransitionRefused for another end's, one settled before, a missing explanation, and whatever
    ending, beginning or showing a spell raises; nothing is changed then.
    """
    way = way_of(row, resolution)
    if way is None or row.closed_on is not None:
        raise TransitionRefused(SETTLED_BEFORE)
    if not is_owner(row, actor):
        words = {"side": Sentence(SIDE_LABELS[row.owner])}
        raise TransitionRefused(Sentence("这一条由%(side)s处理。", words))
    if way.asks_reason and not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    today = day_of(now)
    _ACTS[way.resolution](session, actor, row, now)
    row.resolution, row.reason, row.closed_on = way.resolution, reason.strip()[:300], today
    row.settled_at, row.settled_by_id, row.open_key = now, actor.user_id, None
    record(
        session,
        actor,
        EventTag.DIFFERENCE_SETTLE,
        row,
        kind=row.kind.value,
        outcome=way.resolution.value,
        worker=row.worker_id,
        reason=row.reason,
    )
    session.flush()


def undo(session: Session, actor: Actor, row: Difference, now: datetime) -> None:
    """Take back what settled a difference: it is open again. Raises TransitionRefused."""
    if not is_owner(row, actor) or not can_undo(row):
        raise TransitionRefused(Sentence("这一条不能撤销。"))
    today = day_of(now)
    _UNDO.get(row.resolution, _nothing)(session, actor, row, today)
    record(session, actor, EventTag.DIFFERENCE_SETTLE, row, event="undo", kind=row.kind.value)
    row.resolution, row.closed_on, row.settled_at, row.settled_by_id = None, None, None, None
    row.open_key, row.changed_spell_id, row.reason = row.subject_key, None, ""
    session.flush()


def end_work(
    session: Session, actor: Actor, spell: EmploymentSpell, on: date, reason: LeaveReason | None, today: date
) -> None:
    """End a spell, and the placement it stands on, by the placements' own operation."""
    placement = session.get_one(Placement, spell.placement_id) if spell.placement_id else None
    if placement is not None and placement.state in WORKING:
        outside_word.told_left(session, actor, placement, reason, on, "", today)
        session.refresh(spell)
    if spell.ended_on is None:
        end_spell(session, spell, on, reason, actor=actor, today=today)


def resume_work(session: Session, actor: Actor, spell: EmploymentSpell, why: str, today: date) -> None:
    """Take an end back, the placement's with it."""
    placement = session.get_one(Placement, spell.placement_id) if spell.placement_id else None
    if placement is not None and placement.state is PlacementState.LEFT:
        outside_word.told_there_after_all(session, actor, placement, why, today)
        session.refresh(spell)
    if spell.ended_on is not None:
        reopen_spell(session, spell, why, actor=actor)


# --- the ways -------------------------------------------------------------------------------------------


def _spell(session: Session, number: int | None) -> EmploymentSpell:
    spell = session.get(EmploymentSpell, number) if number else None
    if spell is None:
        raise TransitionRefused(SPELL_GONE)
    return spell


def _left(session: Session, actor: Actor, row: Difference, now: datetime) -> None:
    spell = _spell(session, row.spell_id)
    end_work(session, actor, spell, last_day_there(session, row, spell), None, day_of(now))
    row.changed_spell_id = spell.id


def _still_there(session: Session, actor: Actor, row: Difference, now: datetime) -> None:
    spell, today = _spell(session, row.spell_id), day_of(now)
    add_evidence(session, spell, EvidenceKind.WORD, shown_on=today, actor=actor, today=today)
    tell_flip(session, spell, True, actor, today)


def _moved(session: Session, actor: Actor, row: Difference, now: datetime) -> None:
    move = move_of(session, row)
    if move is None:
        raise TransitionRefused(SPELL_GONE)
    end_work(session, actor, move.ends, move.last_day, LeaveReason.OTHER_JOB, day_of(now))
    row.changed_spell_id = move.ends.id


def _began(session: Session, actor: Actor, row: Difference, now: datetime) -> None:
    worker, today = session.get_one(Worker, row.worker_id), day_of(now)
    place = Workplace(SpellKind.ENTERPRISE, row.city_code, row.employer_name, row.enterprise_id)
    spell = begin_spell(
        session,
        worker,
        place,
        row.month,
        actor=actor,
        today=today,
        began_known=False,
        evidence=EvidenceKind.INSURANCE,
        contradicts=True,
    )
    row.changed_spell_id = spell.id


def _same_spell(session: Session, actor: Actor, row: Difference, now: datetime) -> None:
    withdraw_spell(session, _spell(session, row.spell_id), str(Sentence("两个县报了同一份工")), actor=actor)


def _nothing(session: Session, actor: Actor, row: Difference, now: object) -> None:
    """The explanation alone."""


_ACTS: dict[Resolution, Callable[[Session, Actor, Difference, datetime], None]] = {
    Resolution.LEFT: _left,
    Resolution.STILL_THERE: _still_there,
    Resolution.MOVED: _moved,
    Resolution.BEGAN: _began,
    Resolution.SAME_SPELL: _same_spell,
    Resolution.EXPLAINED: _nothing,
}
WHY = str(Sentence("撤销差异报告里的处理"))


def _resume(session: Session, actor: Actor, row: Difference, today: date) -> None:
    resume_work(session, actor, _spell(session, row.changed_spell_id), WHY, today)


def _withdraw(session: Session, actor: Actor, row: Difference, today: date) -> None:
    withdraw_spell(session, _spell(session, row.changed_spell_id), WHY, actor=actor)


_UNDO: dict[Resolution | None, Callable[[Session, Actor, Difference, date], None]] = {
    Resolution.LEFT: _resume,
    Resolution.MOVED: _resume,
    Resolution.BEGAN: _withdraw,
}
