"""The figures of work and of staying as large programmes keep them (decision 0019): by the definitions of
:mod:`app.employment.spells.queries.counts`, of each county, prefecture and city, and of everybody."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session, aliased

from app.employment.spells.queries import counts as live
from app.employment.spells.queries.counts import READ, Asked, Counts, Narrowing, Retentions, S
from models.access import Actor
from models.employment.destination import Destination, Destinations
from models.employment.spell import EmploymentSpell
from models.reference.area import Area, AreaLevel
from models.summary import counting
from models.summary.figure import Figure, Summary, SummaryFigure, place_of

LEFT, UNKNOWN = "left", ""
_HOME, _PLACE = aliased(Area), aliased(Area)
_CITY: ColumnElement[str | None] = case(
    (_PLACE.level == AreaLevel.PREFECTURE, _PLACE.code), else_=_PLACE.prefecture_code
)
Row = tuple[str, str, Figure, str, int]


@dataclass(frozen=True)
class Told:
    """Both tables, and when they were counted: None for at this moment."""

    counts: Counts
    retention: Retentions
    counted_at: datetime | None = None


def figures(session: Session, actor: Actor, asked: Asked) -> Told:
    """What ``actor`` may count: kept where it is of today, of all, of a place that has kept figures."""
    if told := _kept(session, actor, asked):
        return told
    where = Destinations(session, asked.on)
    counts = live.counts(session, actor, asked, where)
    return Told(counts, live.retention(session, actor, asked, where))


def _kept(session: Session, actor: Actor, asked: Asked) -> Told | None:
    place, summary = (
        place_of(actor, READ),
        session.scalar(select(Summary).order_by(Summary.id.desc()).limit(1)),
    )
    if place is None or summary is None or asked != Asked(summary.counted_on):
        return None
    if any(right.role not in EmploymentSpell.__scope__ for right in actor.rights_for(READ)):
        return None
    rows = session.execute(
        select(SummaryFigure.figure, SummaryFigure.detail, SummaryFigure.persons).where(
            SummaryFigure.home_code == place.home,
            SummaryFigure.city_code == place.city,
            SummaryFigure.figure.in_((Figure.SPELLS, Figure.SPELLS_KEPT)),
        )
    ).all()
    counts, retention = live.no_counts(), live.no_retention()
    for figure, detail, persons in rows:
        first, place_word, last = detail.split(":")
        if figure is Figure.SPELLS:
            count = counts[Destination(place_word)][live.Figure(first)]
            count.add(int(last), persons)
        else:
            level = None if last in (LEFT, UNKNOWN) else int(last)
            retention[int(first)][Destination(place_word)].add(last == LEFT, level, persons)
    return Told(counts, retention, summary.counted_at)


@counting.counted_too
def count_all(session: Session, today: date) -> Iterator[Row]:
    """Every figure of every place, as :func:`figures` reads it."""
    asked, where = Asked(today), Destinations(session, today)
    grains: tuple[tuple[list[Any], Any, bool], ...] = (
        ([S.county_code], _as_it_is, False),
        ([_HOME.prefecture_code], _with_home, False),
        ([_CITY], _with_place, True),
        ([], _as_it_is, False),
    )
    sums = Counter[tuple[str, str, str]]()
    for by, joined, is_city in grains:
        for narrowed in _spans(session, joined):
            for own, destination, level, figure, people in live.people(session, asked, where, narrowed, by):
                code = own[0] if by else ""
                if code is not None:
                    at = ("", code) if is_city else (code, "")
                    sums[*at, f"{figure}:{destination}:{level}"] += people
    for (home, city, detail), people in sums.items():
        yield home, city, Figure.SPELLS, detail, people
    yield from _staying(session, asked, where)


def _spans(session: Session, joined: Narrowing) -> Iterator[Narrowing]:
    """``joined``, of a span of persons at a time."""
    for first, last in counting.spans(session):
        of_these = S.worker_id.between(first, last)
        yield lambda rows, those=of_these: joined(rows).where(those)  # type: ignore[misc]


def _as_it_is(rows: Any) -> Any:
    return rows


def _with_home(rows: Any) -> Any:
    return rows.outerjoin(_HOME, _HOME.code == S.county_code)


def _with_place(rows: Any) -> Any:
    return rows.outerjoin(_PLACE, _PLACE.code == S.place_code)


def _with_both(rows: Any) -> Any:
    return _with_home(_with_place(rows))


def _staying(session: Session, asked: Asked, where: Destinations) -> Iterator[Row]:
    """Spells are counted, not persons: larger places are sums."""
    sums: dict[tuple[str, str, str], int] = {}
    by: list[Any] = [S.county_code, _HOME.prefecture_code, _CITY]
    for months, narrowed in product((3, 6), _spans(session, _with_both)):
        rows = live.stays(session, asked, where, months, narrowed, by)
        for (county, prefecture, city), destination, is_left, level, number in rows:
            last = LEFT if is_left else UNKNOWN if level is None else str(level)
            detail = f"{months}:{destination}:{last}"
            for at in {(county or "", ""), (prefecture or "", ""), ("", city or ""), ("", "")}:
                sums[*at, detail] = sums.get((*at, detail), 0) + number
    for (home, at_city, detail), number in sums.items():
        yield home, at_city, Figure.SPELLS_KEPT, detail, number
