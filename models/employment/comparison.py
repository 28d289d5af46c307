"""Finding the differences between the two ends, for some people at a time.

Read are only these people's spells and lines of the last months; what shows is kept as rows (Difference), so
that no page ever compares. Done when a roster is confirmed, for its people, and every night for all who work
or stand on a list.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.clock import day_of
from models.employment.difference import OWNERS, Difference, DifferenceKind, Resolution, Side
from models.employment.roster import MonthlyRoster, Presence, RosterLine, RosterSource, last_day, month_of
from models.employment.spell import EmploymentSpell
from models.people.name import name_key
from models.people.worker import Worker
from models.placement.follow_up import is_short
from models.reference.calendar import months_after
from models.reference.deadline import DeadlineName, Deadlines

PART = 500
MONTHS_LOOKED_AT = 4
WHOLE_MONTH = 20
"""Days worked from which a wage is that of a whole month."""
K = DifferenceKind


@dataclass(frozen=True)
class Seen:
    """One contradiction as it shows now."""

    kind: DifferenceKind
    worker_id: int
    county_code: str
    month: date
    city_code: str = ""
    enterprise_id: int | None = None
    employer_name: str = ""
    other_id: int | None = None
    other_name: str = ""
    other_county: str | None = None
    spell_id: int | None = None
    line_id: int | None = None
    wage_fen: int | None = None
    told_fen: int | None = None

    @property
    def key(self) -> str:
        """What makes two of them the same."""
        here = self.enterprise_id or name_key(self.employer_name)
        there = self.other_id or self.other_county or name_key(self.other_name)
        return f"{self.kind.value}:{self.worker_id}:{here}:{there}"[:80]


@dataclass
class Facts:
    """What both ends say of some people, read at once."""

    homes: dict[int, str]
    spells: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    told: dict[int, tuple[date, date]] = field(default_factory=dict)
    """By enterprise the latest month told, and the last day that roster speaks of."""
    lists: dict[str, date] = field(default_factory=dict)
    """By city the latest month of its insurance list."""


@dataclass
class Refreshed:
    """How many differences a refresh opened and closed."""

    opened: int = 0
    closed: int = 0


def refresh(session: Session, worker_ids: Sequence[int], today: date) -> Refreshed:
    """Bring the rows of these people in line with what both ends say now."""
    done = Refreshed()
    for start in range(0, len(worker_ids), PART):
        part = worker_ids[start : start + PART]
        seen = {one.key: one for one in contradictions(_facts(session, part, today))}
        _keep(session, part, seen, today, done)
    return done


def people_to_compare(session: Session, after: int, today: date, size: int = PART) -> list[int]:
    """The next people by number who work, stand on a list of late, or have an open difference."""
    since = months_after(month_of(today), -MONTHS_LOOKED_AT)
    sources = (
        select(EmploymentSpell.worker_id).where(
            EmploymentSpell.worker_id > after, EmploymentSpell.ended_on.is_(None)
        ),
        select(RosterLine.worker_id).where(RosterLine.worker_id > after, RosterLine.month >= since),
        select(Difference.worker_id).where(Difference.worker_id > after, Difference.closed_on.is_(None)),
    )
    found: set[int] = set()
    for source in sources:
        column = source.selected_columns[0]
        found |= set(session.scalars(source.distinct().order_by(column).limit(size)))
    return sorted(found)[:size]


def _facts(session: Session, ids: Sequence[int], today: date) -> Facts:
    people = select(Worker.id, Worker.county_code).where(
        Worker.id.in_(ids), Worker.merged_into_id.is_(None), Worker.erased_at.is_(None)
    )
    facts = Facts(dict(session.execute(people).all()))
    since = months_after(month_of(today), -MONTHS_LOOKED_AT)
    spell, line = EmploymentSpell, RosterLine
    columns = (
        *(spell.id, spell.worker_id, spell.county_code, spell.employer_id, spell.employer_name),
        *(spell.place_code, spell.began_on, spell.ended_on, spell.is_part_time),
    )
    recent = or_(spell.ended_on.is_(None), spell.ended_on >= since)
    own: Any = select(*columns).where(spell.worker_id.in_(ids), recent)
    for row in session.execute(own):
        facts.spells[row.worker_id].append(row)
    cells = (
        *(line.id, line.worker_id, line.source, line.month, line.enterprise_id, line.employer_name),
        *(line.city_code, line.presence, line.wage_fen, line.told_fen, line.days, line.spell_id),
    )
    told = line.source.in_((RosterSource.ENTERPRISE, RosterSource.INSURANCE)), line.month >= since
    named: Any = select(*cells).where(line.worker_id.in_(ids), *told)
    for row in session.execute(named):
        facts.lines[row.worker_id].append(row)
    _latest(session, facts)
    return facts


def _latest(session: Session, facts: Facts) -> None:
    firms = {row.employer_id for some in facts.spells.values() for row in some if row.employer_id}
    firms |= {row.enterprise_id for some in facts.lines.values() for row in some if row.enterprise_id}
    roster = MonthlyRoster
    newest = (
        select(roster.enterprise_id, func.max(roster.month).label("month"))
        .where(roster.source == RosterSource.ENTERPRISE, roster.enterprise_id.in_(firms))
        .group_by(roster.enterprise_id)
        .subquery()
    )
    rows: Any = select(roster.enterprise_id, roster.month, roster.confirmed_at).join(
        newest, (roster.enterprise_id == newest.c.enterprise_id) & (roster.month == newest.c.month)
    )
    for firm, month, confirmed_at in session.execute(rows):
        facts.told[firm] = month, min(last_day(month), day_of(confirmed_at))
    lists = (
        select(roster.city_code, func.max(roster.month))
        .where(roster.source == RosterSource.INSURANCE)
        .group_by(roster.city_code)
    )
    facts.lists = {city: month for city, month in session.execute(lists) if city}


# --- the rules ------------------------------------------------------------------------------------------


def contradictions(facts: Facts) -> Iterator[Seen]:
    """All that contradicts of these people."""
    for worker, home in facts.homes.items():
        yield from _not_on_roster(facts, worker, home)
        yield from _two_rosters(facts, worker, home)
        yield from _two_counties(facts, worker, home)
        yield from _insured_elsewhere(facts, worker, home)
        yield from _wage_under_told(facts, worker, home)


def _enterprise_lines(facts: Facts, worker: int) -> dict[tuple[int, date], Any]:
    rows = facts.lines.get(worker, ())
    return {
        (row.enterprise_id, row.month): row
        for row in rows
        if row.source is RosterSource.ENTERPRISE and row.enterprise_id
    }


def _not_on_roster(facts: Facts, worker: int, home: str) -> Iterator[Seen]:
    lines = _enterprise_lines(facts, worker)
    for spell in facts.spells.get(worker, ()):
        if spell.ended_on is not None or spell.employer_id not in facts.told:
            continue
        month, until = facts.told[spell.employer_id]
        line = lines.get((spell.employer_id, month))
        if spell.began_on > until or (line is not None and line.presence is Presence.WORKING):
            continue
        yield Seen(
            K.NOT_ON_ROSTER,
            worker,
            home,
            month,
            city_code=_city(spell.place_code),
            enterprise_id=spell.employer_id,
            employer_name=spell.employer_name,
            spell_id=spell.id,
            line_id=line.id if line else None,
        )


def _two_rosters(facts: Facts, worker: int, home: str) -> Iterator[Seen]:
    working = [row for row in _enterprise_lines(facts, worker).values() if row.presence is Presence.WORKING]
    months: dict[int, set[date]] = defaultdict(set)
    latest: dict[tuple[int, date], Any] = {}
    for row in working:
        months[row.enterprise_id].add(row.month)
        latest[row.enterprise_id, row.month] = row
    is_still = {firm: facts.told[firm][0] in own for firm, own in months.items() if firm in facts.told}
    for one, other in combinations(sorted(months), 2):
        both = months[one] & months[other]
        if not both or not (is_still.get(one) and is_still.get(other)):
            continue
        month = max(both)
        here, there = latest[one, month], latest[other, month]
        if _both_part_time(facts, worker, here, there):
            continue
        yield Seen(
            K.TWO_ROSTERS,
            worker,
            home,
            month,
            city_code=here.city_code,
            enterprise_id=one,
            employer_name=here.employer_name,
            other_id=other,
            other_name=there.employer_name,
            spell_id=here.spell_id,
            line_id=there.id,
        )


def _both_part_time(facts: Facts, worker: int, here: Any, there: Any) -> bool:
    known = {spell.id: spell.is_part_time for spell in facts.spells.get(worker, ())}
    return bool(known.get(here.spell_id) and known.get(there.spell_id))


def _two_counties(facts: Facts, worker: int, home: str) -> Iterator[Seen]:
    going_on = [spell for spell in facts.spells.get(worker, ()) if spell.ended_on is None]
    for spell in going_on:
        if spell.county_code != home and any(one.county_code == home for one in going_on):
            own = next(one for one in going_on if one.county_code == home)
            yield Seen(
                K.TWO_COUNTIES,
                worker,
                home,
                month_of(max(spell.began_on, own.began_on)),
                city_code=_city(own.place_code),
                enterprise_id=own.employer_id,
                employer_name=own.employer_name,
                other_id=spell.employer_id,
                other_name=spell.employer_name,
                other_county=spell.county_code,
                spell_id=spell.id,
            )


def _insured_elsewhere(facts: Facts, worker: int, home: str) -> Iterator[Seen]:
    for line in facts.lines.get(worker, ()):
        if line.source is not RosterSource.INSURANCE or line.presence is not Presence.WORKING:
            continue
        if facts.lists.get(line.city_code) != line.month:
            continue
        if any(_is_there(spell, line) for spell in facts.spells.get(worker, ())):
            continue
        yield Seen(
            K.INSURED_ELSEWHERE,
            worker,
            home,
            line.month,
            city_code=line.city_code,
            enterprise_id=line.enterprise_id,
            employer_name=line.employer_name,
            line_id=line.id,
        )


def _is_there(spell: Any, line: Any) -> bool:
    """Whether the spell is at the line's employer, or where either does not name one, and covers a day of its
    month."""
    covers = spell.began_on <= last_day(line.month) and (
        spell.ended_on is None or spell.ended_on >= line.month
    )
    names = name_key(spell.employer_name), name_key(line.employer_name)
    return covers and (not all(names) or names[0] == names[1])


def _wage_under_told(facts: Facts, worker: int, home: str) -> Iterator[Seen]:
    spells = {spell.id: spell for spell in facts.spells.get(worker, ())}
    for (firm, month), line in _enterprise_lines(facts, worker).items():
        spell = spells.get(line.spell_id)
        if line.presence is not Presence.WORKING or spell is None or spell.began_on > month:
            continue
        if firm not in facts.told or facts.told[firm][0] != month:
            continue
        is_whole = line.days is None or line.days >= WHOLE_MONTH
        if is_whole and is_short(line.told_fen, line.wage_fen):
            yield Seen(
                K.WAGE_UNDER_TOLD,
                worker,
                home,
                month,
                city_code=line.city_code,
                enterprise_id=firm,
                employer_name=line.employer_name,
                spell_id=line.spell_id,
                line_id=line.id,
                wage_fen=line.wage_fen,
                told_fen=line.told_fen,
            )


def _city(place_code: str) -> str:
    return f"{place_code[:4]}00" if place_code else ""


# --- the rows -------------------------------------------------------------------------------------------


def _keep(session: Session, ids: Sequence[int], seen: dict[str, Seen], today: date, done: Refreshed) -> None:
    """Open what shows and is not open, close what shows no more; what a person settled stays settled until a
    later month shows it again."""
    rows = session.scalars(
        select(Difference).where(Difference.worker_id.in_(ids), Difference.closed_on.is_(None))
    )
    still = {row.open_key: row for row in rows}
    for key, row in still.items():
        if key not in seen:
            row.closed_on, row.open_key, row.resolution = today, None, Resolution.GONE
            done.closed += 1
        else:
            _bring_up_to_date(row, seen[key])
    settled = _settled_months(session, [key for key in seen if key not in still])
    deadlines = Deadlines(session, today)
    for key, one in seen.items():
        if key not in still and settled.get(key, date.min) < one.month:
            session.add(_opened(one, deadlines, today))
            done.opened += 1
    session.flush()


def _settled_months(session: Session, keys: Sequence[str]) -> dict[str, date]:
    """The latest month that a person settled, by what was settled."""
    settled: dict[str, date] = {}
    for start in range(0, len(keys), PART):
        rows = session.execute(
            select(Difference.subject_key, func.max(Difference.month))
            .where(Difference.subject_key.in_(keys[start : start + PART]), Difference.settled_at.is_not(None))
            .group_by(Difference.subject_key)
        )
        settled |= dict(rows.all())
    return settled


def _bring_up_to_date(row: Difference, one: Seen) -> None:
    for name in ("month", "spell_id", "line_id", "wage_fen", "told_fen", "city_code", "county_code"):
        if getattr(row, name) != (value := getattr(one, name)):
            setattr(row, name, value)


def _opened(one: Seen, deadlines: Deadlines, today: date) -> Difference:
    area = one.county_code if OWNERS[one.kind] is Side.COUNTY else one.city_code
    return Difference(
        kind=one.kind,
        owner=OWNERS[one.kind],
        worker_id=one.worker_id,
        county_code=one.county_code,
        other_county=one.other_county,
        city_code=one.city_code,
        enterprise_id=one.enterprise_id,
        other_id=one.other_id,
        employer_name=one.employer_name,
        other_name=one.other_name,
        spell_id=one.spell_id,
        line_id=one.line_id,
        month=one.month,
        wage_fen=one.wage_fen,
        told_fen=one.told_fen,
        open_key=one.key,
        subject_key=one.key,
        opened_on=today,
        due_on=today + timedelta(days=deadlines.days(DeadlineName.DIFFERENCE, area)),
    )
