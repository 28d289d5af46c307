"""Verification by exception: what of a roster agrees with the register and the insurance list is confirmed at
once, the rest is worked one by one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.employment.duties import operations as duties
from models.access import Actor
from models.audit import record
from models.clock import day_of
from models.employment.difference import DIFFERENCE_KIND_LABELS, Difference
from models.employment.duty import ask_county
from models.employment.roster import MonthlyRoster, Presence, RosterLine, RosterSource, last_day
from models.employment.spell import EmploymentSpell, EvidenceKind, SpellEvidence
from models.event_tags import EventTag
from models.i18n import Sentence
from models.placement import outside_word
from models.second_person import second_person
from models.two_person_acts import MONTH_VERIFIED
from models.workflow import REASON_MISSING, TransitionRefused

CHANGED = Sentence("你看的时候名单又变了，请再看一遍再确认。")
NEW_HERE = Sentence("台账原来没有这个人在这里，户籍县还没有核对")
NOT_INSURED = Sentence("社保缴费名单上没有")
SAID_INSURED = Sentence("企业说缴了社保，社保缴费名单上没有")
STILL_OPEN = Sentence("企业说离开了，原因等户籍县问")
NOT_REACHED = Sentence("企业说联系不上")
REFUSED = Sentence("已请户籍县核实：%(why)s")


@dataclass
class Weighed:
    """One roster's lines that wait for the city: what agrees, and what does not, each with its reasons."""

    agree: list[RosterLine] = field(default_factory=list)
    exceptions: list[tuple[RosterLine, list[Sentence]]] = field(default_factory=list)
    has_list: bool = False
    """Whether the city's insurance list of the month is there to compare with."""

    @property
    def fingerprint(self) -> str:
        """What the reader saw: the lines that agree, as they stood."""
        seen = ",".join(f"{row.id}:{row.presence}:{row.wage_fen}" for row in self.agree)
        return hashlib.sha256(seen.encode()).hexdigest()[:16]


def weigh(session: Session, roster: MonthlyRoster) -> Weighed:
    """Hold each unverified line of a roster against the register, the differences and the insurance list."""
    lines = list(
        session.scalars(
            select(RosterLine)
            .options(joinedload(RosterLine.worker))
            .where(RosterLine.roster_id == roster.id, RosterLine.verified_at.is_(None))
            .order_by(RosterLine.id)
        )
    )
    people = [line.worker_id for line in lines]
    known = Weighed(has_list=_has_list(session, roster))
    insured = _insured(session, roster, people) if known.has_list else set()
    against = _differences(session, roster, people)
    ended = _ended(session, lines)
    for line in lines:
        reasons = _reasons(line, known.has_list, insured, ended)
        reasons += [Sentence(DIFFERENCE_KIND_LABELS[one.kind]) for one in against.get(line.worker_id, ())]
        if reasons:
            known.exceptions.append((line, reasons))
        else:
            known.agree.append(line)
    return known


def _has_list(session: Session, roster: MonthlyRoster) -> bool:
    told = select(MonthlyRoster.id).where(
        MonthlyRoster.source == RosterSource.INSURANCE,
        MonthlyRoster.city_code == roster.city_code,
        MonthlyRoster.month == roster.month,
    )
    return session.scalar(told.limit(1)) is not None


def _parts(numbers: Sequence[int]) -> list[Sequence[int]]:
    return [numbers[start : start + 500] for start in range(0, len(numbers), 500)]


def _insured(session: Session, roster: MonthlyRoster, people: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for part in _parts(people):
        found |= set(
            session.scalars(
                select(RosterLine.worker_id).where(
                    RosterLine.worker_id.in_(part),
                    RosterLine.month == roster.month,
                    RosterLine.source == RosterSource.INSURANCE,
                    RosterLine.presence == Presence.WORKING,
                )
            )
        )
    return found


def _differences(
    session: Session, roster: MonthlyRoster, people: Sequence[int]
) -> dict[int, list[Difference]]:
    found: dict[int, list[Difference]] = {}
    for part in _parts(people):
        rows = session.scalars(
            select(Difference).where(Difference.worker_id.in_(part), Difference.closed_on.is_(None))
        )
        for row in rows:
            if row.month == roster.month and roster.enterprise_id in (row.enterprise_id, row.other_id):
                found.setdefault(row.worker_id, []).append(row)
    return found


def _ended(session: Session, lines: Sequence[RosterLine]) -> set[int]:
    spells = [line.spell_id for line in lines if line.presence is Presence.LEFT and line.spell_id]
    ended: set[int] = set()
    for part in _parts(spells):
        rows = select(EmploymentSpell.id).where(
            EmploymentSpell.id.in_(part), EmploymentSpell.ended_on.is_not(None)
        )
        ended |= set(session.scalars(rows))
    return ended


def _reasons(line: RosterLine, has_list: bool, insured: set[int], ended: set[int]) -> list[Sentence]:
    reasons = []
    if line.refused_at is not None:
        reasons.append(Sentence(REFUSED.text, {"why": line.verdict_note}))
    if line.is_new:
        reasons.append(NEW_HERE)
    if line.presence is Presence.UNKNOWN:
        reasons.append(NOT_REACHED)
    if line.presence is Presence.LEFT and line.spell_id not in ended:
        reasons.append(STILL_OPEN)
    if line.presence is Presence.WORKING and has_list and line.worker_id not in insured:
        reasons.append(SAID_INSURED if line.is_insured else NOT_INSURED)
    return reasons


# --- the acts -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verified:
    """What one confirm verified: lines, findings of follow-ups, statuses; ``kept`` findings wait for more."""

    lines: int
    findings: int
    kept: int
    statuses: int


def refusals(roster: MonthlyRoster, actor: Actor) -> list[Sentence]:
    """Why ``actor`` cannot verify a roster: it is verified by a second person."""
    return second_person(MONTH_VERIFIED, roster, actor)


def confirm_agreeing(
    session: Session, actor: Actor, roster: MonthlyRoster, seen: str, now: datetime
) -> Verified:
    """Verify all lines that agree, as the reader saw them. Raises TransitionRefused for a second person's
    reasons, and where the lines changed meanwhile."""
    if reasons := refusals(roster, actor):
        raise TransitionRefused(*reasons)
    weighed = weigh(session, roster)
    if not weighed.agree or weighed.fingerprint != seen:
        raise TransitionRefused(CHANGED)
    return _verify(session, actor, roster, weighed.agree, "", now)


def confirm_one(session: Session, actor: Actor, line: RosterLine, reason: str, now: datetime) -> Verified:
    """Verify an exception after a look of one's own; why it holds is kept. Raises TransitionRefused."""
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    if reasons := refusals(line.roster, actor):
        raise TransitionRefused(*reasons)
    return _verify(session, actor, line.roster, [line], reason.strip()[:300], now)


def refuse_one(session: Session, actor: Actor, line: RosterLine, reason: str, now: datetime) -> None:
    """Do not believe a line: the home county is asked, with the reason. Raises TransitionRefused."""
    if not reason.strip():
        raise TransitionRefused(REASON_MISSING)
    spell = session.get(EmploymentSpell, line.spell_id) if line.spell_id else None
    if spell is None:
        raise TransitionRefused(Sentence("这一行没有对应的用工经历，没有可以问户籍县的。"))
    line.refused_at, line.verdict_note = now, reason.strip()[:300]
    ask_county(session, spell, line.verdict_note, actor, day_of(now))
    _note(session, actor, line.roster, 1, reason, "refuse")


def _verify(
    session: Session, actor: Actor, roster: MonthlyRoster, lines: list[RosterLine], note: str, now: datetime
) -> Verified:
    for line in lines:
        line.verified_at, line.verified_by_id = now, actor.user_id
        line.refused_at, line.verdict_note = None, note
    session.flush()
    still = RosterLine.roster_id == roster.id, RosterLine.verified_at.is_(None)
    roster.waiting = session.scalar(select(func.count()).where(*still)) or 0
    spells = _spells(session, lines)
    _verify_evidence(session, actor, roster, [spell.id for spell in spells], now)
    placements = [spell.placement_id for spell in spells if spell.placement_id]
    done, kept = outside_word.findings_confirmed(session, actor, placements, last_day(roster.month), now)
    statuses = duties.verified_by_roster(session, actor, spells, now)
    _note(session, actor, roster, len(lines), note, "")
    return Verified(len(lines), done, kept, statuses)


def _spells(session: Session, lines: Sequence[RosterLine]) -> list[EmploymentSpell]:
    numbers = [line.spell_id for line in lines if line.spell_id and line.presence is Presence.WORKING]
    return [
        spell
        for part in _parts(numbers)
        for spell in session.scalars(select(EmploymentSpell).where(EmploymentSpell.id.in_(part)))
    ]


def _verify_evidence(
    session: Session, actor: Actor, roster: MonthlyRoster, spells: Sequence[int], now: datetime
) -> None:
    for part in _parts(spells):
        rows = session.scalars(
            select(SpellEvidence).where(
                SpellEvidence.spell_id.in_(part),
                SpellEvidence.kind == EvidenceKind.ROSTER,
                SpellEvidence.month == roster.month,
            )
        )
        for row in rows:
            row.verified_at, row.verified_by_id = now, actor.user_id


def _note(session: Session, actor: Actor, roster: MonthlyRoster, rows: int, reason: str, event: str) -> None:
    told = {"month": f"{roster.month:%Y-%m}", "rows": rows, "reason": reason}
    if event:
        told["event"] = event
    record(session, actor, EventTag.MONTH_VERIFY, roster, **told)
    session.flush()
