"""One line of a roster: written or put right, and what follows from it for spell, placement and county."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.employment.rosters.people import Known
from app.employment.rosters.sheet import COUNTY_CODE, Told
from app.employment.rosters.teller import Teller
from app.employment.spells.newcomer_words import channel_of
from app.employment.spells.operations import newcomers
from app.kit.files.bulk_upload.reading import Line
from models.access import Actor
from models.clock import day_of
from models.employment.duty import tell_flip
from models.employment.recording import Workplace, add_evidence, begin_spell, end_spell
from models.employment.roster import MonthlyRoster, Presence, RosterLine, RosterSource, last_day
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellKind
from models.people.name import name_key
from models.people.worker import Worker
from models.placement import outside_word
from models.placement.placement import WORKING, Placement

Key = tuple[int, str]
PART = 500
SHOWS = {
    RosterSource.ENTERPRISE: EvidenceKind.ROSTER,
    RosterSource.COUNTY: EvidenceKind.WORD,
    RosterSource.INSURANCE: EvidenceKind.INSURANCE,
}


def by_key(session: Session, roster: MonthlyRoster, people: Sequence[int]) -> dict[Key, RosterLine]:
    """The lines that the roster has already of ``people``."""
    lines: dict[Key, RosterLine] = {}
    for start in range(0, len(people), PART):
        rows = select(RosterLine).where(
            RosterLine.roster_id == roster.id, RosterLine.worker_id.in_(people[start : start + PART])
        )
        lines |= {(row.worker_id, row.employer_name): row for row in session.scalars(rows)}
    return lines


def write(
    session: Session,
    roster: MonthlyRoster,
    teller: Teller,
    worker: Worker,
    known: Known | None,
    told: Told,
    before: dict[Key, RosterLine],
) -> RosterLine:
    """Write a line, or put right the one of the same person; a changed line has to be verified anew."""
    employer = _employer(teller, known, told)
    row = before.get((worker.id, employer))
    if row is None:
        row = RosterLine(roster_id=roster.id, worker_id=worker.id, employer_name=employer)
        before[worker.id, employer] = row
        session.add(row)
    row.source, row.month, row.county_code = roster.source, roster.month, worker.county_code
    is_there = known is not None and name_key(known.employer_name) == name_key(employer)
    row.enterprise_id = teller.enterprise_id or (known.employer_id if known and is_there else None)
    row.city_code = teller.city_code or (f"{known.place_code[:4]}00" if known and known.place_code else "")
    row.spell_id, row.is_new = (known.spell_id, False) if known else (None, True)
    row.told_fen = known.told_fen if known else None
    row.presence, row.wage_fen, row.is_insured, row.days = (
        told.presence,
        told.wage_fen,
        told.is_insured,
        told.days,
    )
    row.left_on, row.leave_reason, row.note = told.left_on, told.reason, told.note
    row.verified_at = row.verified_by_id = row.refused_at = None
    row.verdict_note = ""
    return row


def _employer(teller: Teller, known: Known | None, told: Told) -> str:
    if teller.source is RosterSource.ENTERPRISE:
        return teller.name[:100]
    return told.employer or (known.employer_name if known else "")


Spells = dict[int, EmploymentSpell]


def spells_of(session: Session, numbers: Sequence[int]) -> Spells:
    """The spells of a roster with their evidence and placements, read at once."""
    spells: Spells = {}
    for start in range(0, len(numbers), PART):
        rows = (
            select(EmploymentSpell)
            .where(EmploymentSpell.id.in_(numbers[start : start + PART]))
            .options(
                selectinload(EmploymentSpell.evidence),
                selectinload(EmploymentSpell.placement).selectinload(Placement.follow_ups),
            )
        )
        spells |= {spell.id: spell for spell in session.scalars(rows)}
    return spells


def only_shows(row: RosterLine, spells: Spells, now: datetime) -> bool:
    """Whether nothing follows but one more piece of evidence for a spell that is known, or nothing at all."""
    if row.presence is Presence.UNKNOWN:
        return True
    spell = spells.get(row.spell_id or 0)
    if row.presence is not Presence.WORKING or spell is None:
        return False
    until, level = min(last_day(row.month), day_of(now)), SHOWS[row.source].level
    asked = spell.placement.follow_ups if spell.placement is not None else ()
    return not any(one.due_on is not None and one.due_on <= until and one.evidence < level for one in asked)


def follow(
    session: Session, actor: Actor, row: RosterLine, told: Told, now: datetime, spells: Spells
) -> None:
    """What a line proves or ends; ``spells`` are those of the roster. Raises TransitionRefused."""
    spell = _spell(session, row, spells)
    if row.presence is Presence.LEFT and spell is not None:
        _left(session, actor, row, spell, now)
    elif row.presence is Presence.WORKING:
        if spell is None:
            spell = _begin(session, actor, row, now)
        if spell is not None:
            _shown(session, actor, row, spell, now)


def _spell(session: Session, row: RosterLine, spells: Spells) -> EmploymentSpell | None:
    """The spell the line is about; of an insurance list only the one at that very employer."""
    if row.spell_id is None:
        return None
    spell = spells.get(row.spell_id) or session.get_one(EmploymentSpell, row.spell_id)
    is_list = row.source is RosterSource.INSURANCE and bool(row.employer_name)
    is_other = name_key(row.employer_name) != name_key(spell.employer_name)
    return None if is_list and is_other else spell


def _begin(session: Session, actor: Actor, row: RosterLine, now: datetime) -> EmploymentSpell | None:
    """Somebody of the register whom it did not have there: an enterprise's word begins a spell, beside
    whatever another end said. An insurance month alone begins none; the difference report shows it."""
    if row.source is not RosterSource.ENTERPRISE:
        return None
    place = Workplace(SpellKind.ENTERPRISE, row.city_code, row.employer_name, row.enterprise_id)
    spell = begin_spell(
        session,
        row.worker,
        place,
        row.month,
        actor=actor,
        today=day_of(now),
        began_known=False,
        evidence=None,
        contradicts=True,
    )
    row.spell_id = spell.id
    return spell


def _shown(session: Session, actor: Actor, row: RosterLine, spell: EmploymentSpell, now: datetime) -> None:
    """The line is evidence for the spell and for the follow-ups that fell due."""
    kind = SHOWS[row.source]
    until = min(last_day(row.month), day_of(now), spell.ended_on or date.max)
    if until < spell.began_on:
        return
    kept = next((one for one in spell.evidence if one.kind is kind and one.month == row.month), None)
    if kept is not None:
        kept.wage_fen, kept.days = row.wage_fen, row.days
        kept.verified_at = kept.verified_by_id = None
    else:
        add_evidence(
            session,
            spell,
            kind,
            shown_on=until,
            month=row.month,
            wage_fen=row.wage_fen,
            days=row.days,
            actor=actor,
            today=day_of(now),
        )
    placement = spell.placement
    if placement is not None and placement.state in WORKING:
        outside_word.shown_at_work(session, actor, placement, kind.level, row.wage_fen, until, now)


def _left(session: Session, actor: Actor, row: RosterLine, spell: EmploymentSpell, now: datetime) -> None:
    """With a reason the leaving is written down; without one the home county asks the person first."""
    if spell.ended_on is not None or row.left_on is None:
        return
    if row.leave_reason is None and row.source is RosterSource.ENTERPRISE:
        tell_flip(session, spell, False, actor, day_of(now))
        return
    today, placement = day_of(now), None
    if spell.placement_id is not None:
        placement = session.get_one(Placement, spell.placement_id)
    if placement is not None and placement.state in WORKING:
        reason = row.leave_reason
        outside_word.told_left(session, actor, placement, reason, row.left_on, row.note, today)
        session.refresh(spell)
    if spell.ended_on is None:
        end_spell(
            session,
            spell,
            row.left_on,
            row.leave_reason,
            actor=actor,
            today=today,
            note=row.note,
            evidence=SHOWS[row.source],
        )


def tell_newcomer(
    session: Session, actor: Actor, teller: Teller, month: date, line: Line, now: datetime
) -> None:
    """Tell the county of somebody at work here whom no register has. Raises TransitionRefused."""
    today = day_of(now)
    told = newcomers.Told(
        name=line.cells["name"],
        id_number=line.cells["id_tail"],
        county_code=line.raw[COUNTY_CODE][0],
        began_on=min(month, today),
        consent_channel=channel_of(line.cells.get("consent", "")),
    )
    place = Workplace(SpellKind.ENTERPRISE, teller.city_code or "", teller.name, teller.enterprise_id)
    newcomers.register(session, actor, told, place, today)
