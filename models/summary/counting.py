"""Counting everything anew, and the check of the night that what is kept is what a recount gives."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from models.audit import AuditEvent
from models.people.worker import Worker
from models.placement.placement import Placement
from models.reference.area import Area
from models.summary.facts import Fact, facts
from models.summary.figure import Figure, Summary, SummaryFigure

# Below both, a page counts what it shows in a few milliseconds, and nothing is kept.
KEEPS_FROM_PEOPLE, KEEPS_FROM_PLACEMENTS = 50_000, 5_000
PERSONS_AT_ONCE = 200_000
Key = tuple[str, str, Figure, str]
CountedToo = Callable[[Session, date], Iterator[tuple[str, str, Figure, str, int]]]
_COUNTERS: list[CountedToo] = []


def counted_too(counter: CountedToo) -> CountedToo:
    """Decorator: ``counter(session, today)`` counts figures that are no facts of placements: (home, city,
    figure, detail, number)."""
    _COUNTERS.append(counter)
    return counter


class SummaryWrong(Exception):
    """What is kept differs from a recount though nothing has happened since; says how many figures."""


def recount(session: Session, today: date) -> dict[Key, int]:
    """Every figure of every county with every city; of townships, counties, prefectures, cities; of all."""
    above = {
        row.code: row.prefecture_code for row in session.execute(select(Area.code, Area.prefecture_code))
    }
    counted: dict[Key, int] = {}
    for figure, fact in facts(today).items():
        for home, city, detail, persons in _grains(session, fact, above):
            if persons:
                counted[home, city, figure, detail] = persons
    for counter in _COUNTERS:
        counted |= {(home, city, own, detail): n for home, city, own, detail, n in counter(session, today)}
    return counted


def _grains(
    session: Session, fact: Fact, above: dict[str, str | None]
) -> Iterator[tuple[str, str, str, int]]:
    county, town = fact.model.county_code, fact.model.township_code
    for home, detail, n in _told(session, fact, town, where=town.is_not(None)):
        yield home, "", detail, n
    if fact.model is Worker:
        yield from _counties_of_register(session, fact, above)
        return
    for home, city, detail, n in _told(session, fact, county, Placement.city_code):
        yield home, city, detail, n
    for home, detail, n in _told(session, fact, county):
        yield home, "", detail, n
    prefecture = select(Area.prefecture_code).where(Area.code == county).scalar_subquery()
    for home, detail, n in _told(session, fact, prefecture):
        if home is not None:
            yield home, "", detail, n
    for city, detail, n in _told(session, fact, Placement.city_code):
        yield "", city, detail, n
    for detail, n in _told(session, fact):
        yield "", "", detail, n


def spans(session: Session) -> list[tuple[int, int]]:
    """The numbers of all persons in spans of :data:`PERSONS_AT_ONCE`: who counts persons adds up what is
    counted of each, for under SQLite's rollback journal a commit waits as long as one statement reads."""
    last = session.scalar(select(func.max(Worker.id))) or 0
    return [(first, first + PERSONS_AT_ONCE - 1) for first in range(1, last + 1, PERSONS_AT_ONCE)]


def _told(
    session: Session, fact: Fact, *by: Any, where: ColumnElement[bool] | None = None
) -> Iterator[tuple[Any, ...]]:
    """Rows of ``by``, detail, persons, counted a span of persons at a time."""
    sums = Counter[tuple[Any, ...]]()
    statement = fact.counted(*by) if where is None else fact.counted(*by).where(where)
    for first, last in spans(session):
        for *key, n in session.execute(statement.where(fact.person.between(first, last))):
            sums[*key[:-1], str(key[-1])] += n
    yield from ((*key, n) for key, n in sums.items())


def _counties_of_register(
    session: Session, fact: Fact, above: dict[str, str | None]
) -> Iterator[tuple[str, str, str, int]]:
    """A person of the register lives in one county: larger places are sums."""
    sums: dict[str, int] = {}
    for county, _detail, n in _told(session, fact, Worker.county_code):
        for home in {county, above.get(county) or county, ""}:
            sums[home] = sums.get(home, 0) + n
    yield from ((home, "", "", n) for home, n in sums.items())


def is_kept(session: Session) -> bool:
    """Whether the programme is so large that figures are kept."""
    people, placements = (session.scalar(select(func.max(table.id))) or 0 for table in (Worker, Placement))
    return people >= KEEPS_FROM_PEOPLE or placements >= KEEPS_FROM_PLACEMENTS


def refresh(session: Session, now: datetime, today: date) -> int | None:
    """Count anew where something happened since; how many figures changed, None where nothing happened.

    Reads first and writes at once: who works meanwhile waits for the writing only, where the caller's
    transaction is one that can only read. The caller commits.
    """
    if not is_kept(session):
        session.rollback()
        _forget(session)
        return None
    event = session.scalar(select(func.max(AuditEvent.id))) or 0
    before = session.scalar(select(Summary).order_by(Summary.id.desc()).limit(1))
    if before is not None and (before.last_event, before.counted_on) == (event, today):
        session.rollback()
        session.execute(update(Summary).values(counted_at=now))
        return None
    fresh = recount(session, today)
    session.rollback()  # what was read is let go before anything is written
    return _write(session, fresh, Summary(counted_at=now, counted_on=today, last_event=event))


def _forget(session: Session) -> None:
    if session.scalar(select(Summary.id).limit(1)) is not None:
        session.execute(delete(Summary))
        session.execute(delete(SummaryFigure))


def _write(session: Session, fresh: dict[Key, int], summary: Summary) -> int:
    kept = _kept(session)
    changed = {key for key, persons in fresh.items() if kept.get(key) != persons}
    gone = [number for key, number in _numbers(session).items() if key in changed or key not in fresh]
    for first in range(0, len(gone), 500):
        session.execute(delete(SummaryFigure).where(SummaryFigure.id.in_(gone[first : first + 500])))
    names = ("home_code", "city_code", "figure", "detail")
    rows = [dict(zip(names, key, strict=True)) | {"persons": fresh[key]} for key in sorted(changed)]
    if rows:
        session.execute(insert(SummaryFigure), rows)
    session.execute(delete(Summary))
    session.add(summary)
    return len(changed) + len(set(kept) - set(fresh))


_KEY = SummaryFigure.home_code, SummaryFigure.city_code, SummaryFigure.figure, SummaryFigure.detail


def _kept(session: Session) -> dict[Key, int]:
    rows = session.execute(select(*_KEY, SummaryFigure.persons))
    return {(home, city, figure, detail): n for home, city, figure, detail, n in rows}


def _numbers(session: Session) -> dict[Key, int]:
    rows = session.execute(select(*_KEY, SummaryFigure.id))
    return {(home, city, figure, detail): number for home, city, figure, detail, number in rows}


def check(session: Session, today: date) -> int:
    """Recount, and hold it against what is kept; how many figures agree.

    Raises SummaryWrong where some differ although no act followed the counting. What was done since is no
    fault: the next refresh counts it.
    """
    summary = session.scalar(select(Summary).order_by(Summary.id.desc()).limit(1))
    event = session.scalar(select(func.max(AuditEvent.id))) or 0
    if summary is None or (summary.last_event, summary.counted_on) != (event, today):
        return 0
    kept, fresh = _kept(session), recount(session, today)
    if (session.scalar(select(func.max(AuditEvent.id))) or 0) != event:
        return 0  # somebody acted while all was counted
    wrong = {key for key in kept.keys() | fresh.keys() if kept.get(key, 0) != fresh.get(key, 0)}
    if wrong:
        raise SummaryWrong(f"{len(wrong)} of {len(fresh)} figures")
    return len(fresh)
