"""Writing employment spells: begun, ended, put right, shown by evidence. The caller commits.

Whoever tells of somebody's work comes here: arrivals and follow-ups of placements, rosters, sheets, pages.
Each writes its audit in the same transaction and brings the person's state in line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.access import Actor, Role
from models.audit import record
from models.employment.duty import lapse, tell_flip
from models.employment.showing import outside, weigh
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellEvidence, SpellKind, Teller
from models.event_tags import EventTag
from models.fact_dates import refuse_ahead, refuse_day
from models.i18n import Sentence
from models.people.name import name_key
from models.people.worker import Worker
from models.people.worker_status import update_worker_status
from models.placement.leaving import LeaveReason
from models.row_security import looks_everywhere_for
from models.workflow import REASON_MISSING, TransitionRefused

NOTHING_CHANGED = Sentence("没有改动，不用更正。")


@dataclass(frozen=True)
class Workplace:
    """Where somebody works. ``employer_id`` where the employer is one of the platform's organisations."""

    kind: SpellKind
    place_code: str
    employer_name: str = ""
    employer_id: int | None = None

    def is_that_of(self, spell: EmploymentSpell) -> bool:
        """Whether ``spell`` is at the same employer, as far as names and numbers tell."""
        if self.employer_id is not None and spell.employer_id is not None:
            return self.employer_id == spell.employer_id
        names = name_key(self.employer_name), name_key(spell.employer_name)
        return bool(names[0]) and names[0] == names[1]


def teller_of(actor: Actor) -> Teller:
    """Which end speaks when ``actor`` tells something; the first role that counts."""
    ends = {
        Teller.WORKER: (Role.WORKER,),
        Teller.ENTERPRISE: (Role.ENTERPRISE,),
        Teller.RECEIVING: (Role.CITY, Role.REGISTRATION),
        Teller.HOME: (Role.COUNTY, Role.TOWNSHIP),
    }
    known = (end for end, roles in ends.items() if actor.user_id is not None and actor.has_role(*roles))
    return next(known, Teller.PLATFORM)


def spells_of(session: Session, worker_id: int) -> list[EmploymentSpell]:
    """All of a person's, the latest first."""
    spell = EmploymentSpell
    rows = select(spell).where(spell.worker_id == worker_id)
    return list(session.scalars(rows.order_by(spell.began_on.desc(), spell.id.desc())))


def overlapping(
    session: Session, worker_id: int, began_on: date, ended_on: date | None, *, but: int | None = None
) -> list[EmploymentSpell]:
    """The person's spells that share a day with the one from ``began_on`` to ``ended_on`` (None: goes on)."""
    spell = EmploymentSpell
    rows = select(spell).where(
        spell.worker_id == worker_id, or_(spell.ended_on.is_(None), spell.ended_on >= began_on)
    )
    if ended_on is not None:
        rows = rows.where(spell.began_on <= ended_on)
    if but is not None:
        rows = rows.where(spell.id != but)
    return list(session.scalars(rows.order_by(spell.began_on, spell.id)))


def overlap_refusal(
    others: list[EmploymentSpell], workplace: Workplace, is_part_time: bool | None, reason: str
) -> Sentence | None:
    """Why a spell cannot stand beside ``others``; None where it can.

    Two of part time may, for a stated reason. The same employer twice never.
    """
    for other in others:
        told = {"employer": other.name, "day": other.began_on}
        if workplace.is_that_of(other):
            return Sentence("本人%(day)s起在%(employer)s的经历已经登记过，请在那一条上补充或更正。", told)
        if not (is_part_time and other.is_part_time and reason.strip()):
            return Sentence(
                "和已登记的经历日子重了：本人%(day)s起在%(employer)s。已经离开的，先登记离开的日子；"
                "确实同时做两份零工的，两份都写明非全日制，并写明原因。",
                told,
            )
    return None


def begin_spell(
    session: Session,
    worker: Worker,
    workplace: Workplace,
    began_on: date,
    *,
    actor: Actor,
    today: date,
    began_known: bool = True,
    placement_id: int | None = None,
    told_wage_fen: int | None = None,
    is_part_time: bool | None = None,
    overlap_reason: str = "",
    seeks_other: bool | None = None,
    evidence: EvidenceKind | None = EvidenceKind.WORD,
    contradicts: bool = False,
    ended_on: date | None = None,
    teller: Teller | None = None,
) -> EmploymentSpell:
    """Write down that ``worker`` works at ``workplace`` since ``began_on``, with a first piece of evidence.

    ``ended_on``: the caller ends it with that day next, so that what began later does not overlap.

    ``contradicts``: it is another end's word (an arrival, a roster), which is kept beside what was told
    before even where both cannot be; the difference report names the two. Raises TransitionRefused for a day
    to come, and for a spell that overlaps another.
    """
    refuse_ahead("employment_spell.began_on", began_on, today)
    others = overlapping(session, worker.id, began_on, ended_on)
    refusal = overlap_refusal(others, workplace, is_part_time, overlap_reason)
    if refusal and not contradicts:
        raise TransitionRefused(refusal)
    spell = EmploymentSpell(
        worker_id=worker.id,
        county_code=worker.county_code,
        township_code=worker.township_code,
        employer_id=workplace.employer_id,
        employer_name=workplace.employer_name,
        place_code=workplace.place_code,
        kind=workplace.kind,
        began_known=began_known,
        placement_id=placement_id,
        told_wage_fen=told_wage_fen,
        is_part_time=is_part_time,
        overlap_reason=overlap_reason.strip(),
        seeks_other=seeks_other,
        recorded_by_id=actor.user_id,
        teller=teller or teller_of(actor),
    )
    spell.set_began(began_on)
    session.add(spell)
    session.flush()
    record(session, actor, EventTag.SPELL_BEGIN, spell, worker=worker.id, kind=workplace.kind.value)
    if evidence is not None:
        add_evidence(
            session, spell, evidence, shown_on=began_on, actor=actor, today=today, teller=spell.teller
        )
    update_worker_status(session, worker)
    tell_flip(session, spell, True, actor, today)
    return spell


def end_spell(
    session: Session,
    spell: EmploymentSpell,
    ended_on: date,
    reason: LeaveReason | None,
    *,
    actor: Actor,
    today: date,
    note: str = "",
    evidence: EvidenceKind | None = EvidenceKind.WORD,
) -> None:
    """Write down that ``ended_on`` was the last day; ``reason`` None is unknown.

    Raises TransitionRefused for a day to come, before the first, and for a spell that has ended.
    """
    if spell.ended_on is not None:
        raise TransitionRefused(Sentence("这段经历已经登记了离开的日子。写错了的，请更正。"))
    refuse_day(spell, "ended_on", ended_on, today)
    spell.ended_on, spell.end_reason, spell.end_note = ended_on, reason, note
    record(session, actor, EventTag.SPELL_END, spell, reason=reason.value if reason else "")
    if evidence is not None:
        add_evidence(session, spell, evidence, shown_on=ended_on, actor=actor, today=today, says_left=True)
    session.flush()
    update_worker_status(session, spell.worker)
    if not overlapping(session, spell.worker_id, today, None, but=spell.id):
        tell_flip(session, spell, False, actor, today)


def reopen_spell(session: Session, spell: EmploymentSpell, reason: str, *, actor: Actor) -> None:
    """The end was a slip: the person works there as before. Raises TransitionRefused without a reason."""
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    was = spell.ended_on
    spell.ended_on, spell.end_reason, spell.end_note = None, None, ""
    for row in [one for one in spell.evidence if one.says_left]:
        spell.evidence.remove(row)
    record(session, actor, EventTag.SPELL_CORRECT, spell, fields=["ended_on"], reason=reason, **_change(was))
    session.flush()
    update_worker_status(session, spell.worker)
    lapse(session, spell.worker_id)


def _change(was: date | None) -> dict[str, Any]:
    return {"from": {"ended_on": str(was)}, "to": {"ended_on": None}}


CORRECTABLE = (
    "began_on",
    "began_known",
    "ended_on",
    "end_reason",
    "employer_name",
    "employer_id",
    "place_code",
    "kind",
    "is_part_time",
    "overlap_reason",
    "seeks_other",
)


def correct_spell(
    session: Session,
    spell: EmploymentSpell,
    changes: Mapping[str, Any],
    reason: str,
    *,
    actor: Actor,
    today: date,
    contradicts: bool = False,
) -> list[str]:
    """Put right what was written (CORRECTABLE); returns the fields that changed, kept in the audit.

    Raises TransitionRefused without a reason, for days out of order or to come, where nothing changes, and
    where the spell would then overlap another.
    """
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    changed = {name: value for name, value in changes.items() if getattr(spell, name) != value}
    if unknown := changed.keys() - set(CORRECTABLE):
        raise ValueError(f"not to be corrected: {sorted(unknown)}")
    if not changed:
        raise TransitionRefused(NOTHING_CHANGED)
    before = {name: _written(getattr(spell, name)) for name in changed}
    for name, value in changed.items():
        setattr(spell, name, value)
    spell.set_began(spell.began_on)
    refuse_ahead("employment_spell.began_on", spell.began_on, today)
    if spell.ended_on is not None:
        refuse_day(spell, "ended_on", spell.ended_on, today)
    if not contradicts:
        workplace = Workplace(spell.kind, spell.place_code, spell.employer_name, spell.employer_id)
        others = overlapping(session, spell.worker_id, spell.began_on, spell.ended_on, but=spell.id)
        if refusal := overlap_refusal(others, workplace, spell.is_part_time, spell.overlap_reason):
            raise TransitionRefused(refusal)
    after = {name: _written(value) for name, value in changed.items()}
    payload = {"from": before, "to": after}
    record(session, actor, EventTag.SPELL_CORRECT, spell, fields=list(changed), reason=reason, **payload)
    session.flush()
    update_worker_status(session, spell.worker)
    return list(changed)


def _written(value: Any) -> str | None:
    return None if value is None else str(getattr(value, "value", value))


@looks_everywhere_for("a spell taken back: what tied the person to who told it goes with it")
def withdraw_spell(session: Session, spell: EmploymentSpell, reason: str, *, actor: Actor) -> None:
    """It never was: the row goes, the audit keeps what it said. Rows that were computed about it go with it.

    Raises TransitionRefused without a reason, and for a spell that a paper or another end has shown.
    """
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    if any(one.teller is not spell.teller or one.verified_at for one in spell.evidence):
        raise TransitionRefused(Sentence("别的单位也登记过这段经历的凭据，不能撤掉，请更正日子。"))
    said = {"began_on": str(spell.began_on), "employer_id": spell.employer_id, "place": spell.place_code}
    worker = spell.worker
    lapse(session, worker.id)
    record(session, actor, EventTag.SPELL_WITHDRAW, spell, worker=worker.id, reason=reason, **{"from": said})
    session.delete(spell)
    session.flush()
    update_worker_status(session, worker)


def add_evidence(
    session: Session,
    spell: EmploymentSpell,
    kind: EvidenceKind,
    *,
    shown_on: date,
    actor: Actor,
    today: date,
    month: date | None = None,
    wage_fen: int | None = None,
    days: int | None = None,
    note: str = "",
    says_left: bool = False,
    follow_up_id: int | None = None,
    teller: Teller | None = None,
) -> SpellEvidence:
    """Keep one thing that shows that the person worked there on ``shown_on``, or had left by it.

    Raises TransitionRefused for a day to come, before the spell began or after it ended.
    """
    refuse_ahead("spell_evidence.shown_on", shown_on, today)
    if refusal := outside(spell, shown_on):
        raise TransitionRefused(refusal)
    row = SpellEvidence(
        kind=kind,
        level=kind.level,
        teller=teller or teller_of(actor),
        shown_on=shown_on,
        month=month,
        wage_fen=wage_fen,
        days=days,
        note=note,
        says_left=says_left,
        follow_up_id=follow_up_id,
        recorded_by_id=actor.user_id,
    )
    spell.evidence.append(row)
    weigh(spell)
    record(session, actor, EventTag.SPELL_EVIDENCE, spell, evidence=int(kind.level), kind=kind.value)
    return row
