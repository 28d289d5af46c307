"""Use cases of monthly rosters: kept for the preview, confirmed once, what follows from each line."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.employment.rosters import lines as line_rules
from app.employment.rosters.people import Known, known_people
from app.employment.rosters.sheet import NEW, NEWCOMER, Told, told_of
from app.employment.rosters.teller import Teller, roster_of
from app.kit.files.bulk_upload import batches
from app.kit.files.bulk_upload.reading import Line, Reading, Sent
from app.kit.unseen import write_unseen
from models import opening_budget
from models.access import Actor, Permission
from models.audit import record
from models.clock import day_of
from models.employment import comparison
from models.employment.roster import (
    MonthlyRoster,
    Presence,
    RosterBatch,
    RosterLine,
    RosterSource,
    open_months,
)
from models.event_tags import EventTag
from models.i18n import Sentence
from models.opening_budget import open_telephones
from models.people import calling
from models.people.calling import Round
from models.people.name import name_key
from models.people.worker import Worker
from models.row_security import looking_everywhere
from models.workflow import TransitionRefused

MOST_NEW = 500
COUNTED = ("working", "left", "unknown", "newcomers")
LOOKED_AT = "a month's sheet: whom it names by number is tied to its teller by this"
CLOSED_MONTH = Sentence("这个月的花名册已经不能再交或更正了，只收最近三个月的。")


@dataclass
class Confirmed:
    """What one confirm wrote; ``remarks`` are rows of which a part could not follow, with the reason."""

    roster_id: int
    working: int = 0
    left: int = 0
    unknown: int = 0
    newcomers: int = 0
    remarks: list[Sentence] = field(default_factory=list)

    @classmethod
    def of(cls, parts: Sequence["Confirmed"]) -> "Confirmed":
        """All parts as one."""
        counted = {name: sum(getattr(one, name) for one in parts) for name in COUNTED}
        return cls(parts[0].roster_id, **counted, remarks=[one for part in parts for one in part.remarks])


def note_sheet(
    session: Session,
    actor: Actor,
    teller: Teller,
    month: date,
    people: Sequence[Known],
    purpose: str,
    today: date,
    most: int,
) -> None:
    """Note that these people leave the house in a file; of a county's with their telephones.

    Raises TransitionRefused beyond ``most`` telephones a day.
    """
    if teller.source is RosterSource.COUNTY and actor.can(Permission.WORKER_REVEAL):
        ids = [one.worker_id for one in people]
        open_telephones(session, actor, _persons(session, ids).values(), purpose, today, most)
    told = {"month": f"{month:%Y-%m}", "rows": len(people), "purpose": purpose}
    record(session, actor, EventTag.MONTH_SHEET, "rosters:sheet", **told)


def take_list(
    session: Session, actor: Actor, teller: Teller, month: date, people: list[Known], most: int, now: datetime
) -> list[Known]:
    """Those of ``people`` whom this clerk of the county rings, at most ``most`` (0: all): nobody whom a
    colleague's list has. Who is no county rings nobody and gets all."""
    if teller.source is not RosterSource.COUNTY:
        return people
    round_of, ids = number_of(month), list(dict.fromkeys(one.worker_id for one in people))
    held = calling.holders_of_list(session, Round.MONTH, ids, round_of, now)
    own = calling.take_list(
        session, Round.MONTH, [one for one in ids if one in held], actor.user_id, now, round_of
    )
    free = [one for one in ids if one not in held]
    wanted = free[: max(0, most - len(own))] if most else free
    own |= calling.take_list(session, Round.MONTH, wanted, actor.user_id, now, round_of)
    return [one for one in people if one.worker_id in own]


def give_list_back(session: Session, actor: Actor, month: date) -> int:
    """Leave the people of one's list to colleagues; how many."""
    return calling.give_back_list(session, Round.MONTH, actor.user_id, number_of(month))


def number_of(month: date) -> int:
    """The month as the subject of its calls: 201705."""
    return month.year * 100 + month.month


def keep(
    session: Session,
    actor: Actor,
    teller: Teller,
    month: date,
    filename: str,
    reading: Reading,
    sent: Sent | None,
) -> RosterBatch:
    """Keep what was read until it is confirmed."""
    batch = RosterBatch(
        source=teller.source,
        month=month,
        enterprise_id=teller.enterprise_id,
        county_code=teller.county_code,
        city_code=teller.city_code if teller.source is RosterSource.INSURANCE else None,
        user_id=actor.user_id,
        filename=filename,
    )
    return batches.keep(session, batch, reading, sent.content if sent else None)


def confirm(
    session: Session,
    actor: Actor,
    teller: Teller,
    batch: RosterBatch,
    now: datetime,
    most_new: int = MOST_NEW,
) -> Confirmed:
    """Write the good rows down as lines of the month's roster, with all that follows from them.

    A second sheet of the month puts right what the first one said of the same people. Raises
    TransitionRefused the second time, for a month that is closed, and where an enterprise tells of more than
    ``most_new`` new people in a day.
    """
    today = day_of(now)
    if batch.source is not teller.source:
        raise TransitionRefused(Sentence("这份表不是你这一头报的。"))
    if batch.month not in open_months(today):
        raise TransitionRefused(CLOSED_MONTH)
    batch_id, month, good = batch.id, batch.month, batches.unconfirmed(batch).good

    def begin() -> int:
        if teller.source is RosterSource.ENTERPRISE:
            new = sum(bool(line.raw.keys() & {NEW, NEWCOMER}) for line in good)
            opening_budget.spend_numbers(session, actor, new, today, most_new)
        return _roster(session, actor, teller, month, now).id

    def write(lines: Sequence[Line], roster_id: int) -> Confirmed:
        with looking_everywhere(session, LOOKED_AT):
            return _write_lines(session, actor, teller, roster_id, lines, now)

    parts = write_unseen(session, good, write, begin)
    batches.confirm_once(session.get_one(RosterBatch, batch_id), now)
    done = Confirmed.of(parts)
    with looking_everywhere(session, LOOKED_AT):
        _settle(session, actor, teller, session.get_one(MonthlyRoster, done.roster_id), good, now)
    return done


def _write_lines(
    session: Session, actor: Actor, teller: Teller, roster_id: int, lines: Sequence[Line], now: datetime
) -> Confirmed:
    roster, done = session.get_one(MonthlyRoster, roster_id), Confirmed(roster_id)
    month, known = roster.month, defaultdict[int, list[Known]](list)
    for one in _known(session, teller, month, lines):
        known[one.worker_id].append(one)
    persons = _persons(session, [line.subject_id for line in lines if line.subject_id])
    before = line_rules.by_key(session, roster, list(persons))
    spells = line_rules.spells_of(session, [one.spell_id for some in known.values() for one in some])
    for line in lines:
        told = told_of(line, teller.source)
        if line.raw.get(NEWCOMER):
            done.newcomers += _tell_newcomer(session, actor, teller, month, line, told, now, done)
        elif (worker := persons.get(line.subject_id or 0)) is not None:
            meant = _meant(known[worker.id], told.employer)
            row = line_rules.write(session, roster, teller, worker, meant, told, before)
            _follow(session, actor, row, told, now, done, spells)
    session.flush()
    return done


def _settle(
    session: Session,
    actor: Actor,
    teller: Teller,
    roster: MonthlyRoster,
    good: Sequence[Line],
    now: datetime,
) -> None:
    """Count the roster, and have what both ends say compared."""
    month, people = roster.month, {one.worker_id for one in known_people(session, teller, roster.month)}
    _count(session, roster, people)
    told = {"month": f"{month:%Y-%m}", "rows": len(good), "missing": roster.missing}
    record(session, actor, EventTag.MONTH_CONFIRM, roster, **told)
    named = {line.subject_id for line in good if line.subject_id}
    comparison.refresh(session, sorted(named | people), day_of(now))


def _roster(session: Session, actor: Actor, teller: Teller, month: date, now: datetime) -> MonthlyRoster:
    roster = roster_of(session, teller, month)
    if roster is None:
        roster = MonthlyRoster(
            source=teller.source,
            owner=teller.owner,
            month=month,
            enterprise_id=teller.enterprise_id,
            county_code=teller.county_code,
            city_code=teller.city_code,
            confirmed_at=now,
        )
        session.add(roster)
    roster.confirmed_at, roster.confirmed_by_id = now, actor.user_id
    session.flush()
    return roster


def _known(session: Session, teller: Teller, month: date, good: Sequence[Line]) -> list[Known]:
    ids = sorted({line.subject_id for line in good if line.subject_id})
    parts = (ids[start : start + 500] for start in range(0, len(ids), 500))
    return [one for part in parts for one in known_people(session, teller, month, worker_ids=part)]


def _meant(known: Sequence[Known], employer: str) -> Known | None:
    """Of somebody who works at two places the one that the row names."""
    named = (one for one in known if name_key(one.employer_name) == name_key(employer))
    return next(named, known[0] if known else None)


def _persons(session: Session, ids: Sequence[int]) -> dict[int, Worker]:
    found: dict[int, Worker] = {}
    for start in range(0, len(ids), 500):
        rows = session.scalars(select(Worker).where(Worker.id.in_(ids[start : start + 500])))
        found |= {worker.id: worker for worker in rows}
    return found


def _follow(
    session: Session,
    actor: Actor,
    row: RosterLine,
    told: Told,
    now: datetime,
    done: Confirmed,
    spells: line_rules.Spells,
) -> None:
    """What a line proves or ends; a refusal is told beside the result and undoes nothing else."""
    if row.presence is Presence.WORKING:
        done.working += 1
    elif row.presence is Presence.LEFT:
        done.left += 1
    else:
        done.unknown += 1
    try:
        # A savepoint writes all that waits; nine rows in ten only show once more what is known.
        with nullcontext() if line_rules.only_shows(row, spells, now) else session.begin_nested():
            line_rules.follow(session, actor, row, told, now, spells)
    except TransitionRefused as refused:
        words = {"name": row.worker.name, "why": refused.sentence}
        done.remarks.append(Sentence("%(name)s：%(why)s", words))


def _tell_newcomer(
    session: Session,
    actor: Actor,
    teller: Teller,
    month: date,
    line: Line,
    told: Told,
    now: datetime,
    done: Confirmed,
) -> int:
    """Tell the county of somebody whom no register has; 1 where that could be done."""
    if told.presence is not Presence.WORKING:
        return 0
    try:
        with session.begin_nested():
            line_rules.tell_newcomer(session, actor, teller, month, line, now)
    except TransitionRefused as refused:
        done.remarks.append(
            Sentence("%(name)s：%(why)s", {"name": line.cells["name"], "why": refused.sentence})
        )
        return 0
    return 1


def _count(session: Session, roster: MonthlyRoster, people: set[int]) -> None:
    """Count the roster's lines, and whom the register has there (``people``) and no line names."""
    rows = session.execute(
        select(RosterLine.worker_id, RosterLine.presence, RosterLine.verified_at).where(
            RosterLine.roster_id == roster.id
        )
    ).all()
    roster.working = sum(row.presence is Presence.WORKING for row in rows)
    roster.left = sum(row.presence is Presence.LEFT for row in rows)
    roster.waiting = sum(row.verified_at is None for row in rows)
    named = {row.worker_id for row in rows}
    roster.missing = len(people - named)
