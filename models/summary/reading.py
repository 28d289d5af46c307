"""Figures as a page reads them: kept ones where the programme is large, counted at this moment where it is
small or where no place is just what the reader may see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.access import Actor, Permission, visible_to
from models.asked_before import asked_before
from models.placement.placement import Placement
from models.reference.area import Area, AreaLevel, with_counties
from models.summary.facts import facts
from models.summary.figure import Figure, Place, Summary, SummaryFigure, place_of

Cells = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Figures:
    """Persons by figure and detail; ``counted_at`` is None for what was counted at this moment."""

    persons: Mapping[tuple[Figure, str], int]
    counted_at: datetime | None = None

    def of(self, figure: Figure, detail: str | int = "") -> int:
        """Persons, none where nobody is counted."""
        return self.persons.get((figure, str(detail)), 0)

    def by_detail(self, figure: Figure) -> dict[str, int]:
        """Persons by detail."""
        return {detail: persons for (one, detail), persons in self.persons.items() if one is figure}


def counted_at(session: Session) -> datetime | None:
    """When the kept figures were counted; None where none are kept."""
    last = select(Summary.counted_at).order_by(Summary.id.desc()).limit(1)
    return asked_before(session, Summary, lambda: session.scalar(last))


def figures(
    session: Session, actor: Actor, permission: Permission, today: date, wanted: Collection[Figure]
) -> Figures:
    """``wanted`` of everybody whom ``actor`` may count under ``permission``."""
    place, at = place_of(actor, permission, of_towns=True), counted_at(session)
    if place is not None and at is not None:
        return Figures(_kept(session, place, wanted), at)
    counted: dict[tuple[Figure, str], int] = {}
    for figure, fact in facts(today).items():
        if figure in wanted:
            rows = session.execute(visible_to(actor, fact.counted(), fact.model, permission))
            counted |= {(figure, str(detail)): persons for detail, persons in rows if persons}
    return Figures(counted)


def _kept(session: Session, place: Place, wanted: Collection[Figure]) -> dict[tuple[Figure, str], int]:
    columns = SummaryFigure.figure, SummaryFigure.detail, SummaryFigure.persons
    rows = session.execute(
        select(*columns).where(
            SummaryFigure.home_code == place.home,
            SummaryFigure.city_code == place.city,
            SummaryFigure.figure.in_(wanted),
        )
    )
    return {(figure, detail): persons for figure, detail, persons in rows}


def cells(session: Session, actor: Actor, permission: Permission, today: date, figure: Figure) -> Cells:
    """One figure without details by (county, city), of everybody whom ``actor`` may count."""
    place = place_of(actor, permission)
    if place is not None and counted_at(session) is not None:
        key = SummaryFigure.home_code, SummaryFigure.city_code
        kept = select(*key, SummaryFigure.persons).where(
            SummaryFigure.figure == figure, SummaryFigure.detail == "", *_crossed(place)
        )
        return {(home, city): persons for home, city, persons in session.execute(kept)}
    fact = facts(today)[figure]
    statement = fact.counted(Placement.county_code, Placement.city_code)
    rows = session.execute(visible_to(actor, statement, fact.model, permission))
    return {(home, city): persons for home, city, _detail, persons in rows}


def by_county(
    session: Session, actor: Actor, permission: Permission, today: date, wanted: Collection[Figure]
) -> dict[str, Figures]:
    """``wanted`` of each county whose people ``actor`` may count: in a city, only those who go there."""
    place, at = place_of(actor, permission), counted_at(session)
    counted: dict[str, dict[tuple[Figure, str], int]] = {}
    if place is not None and at is not None:
        columns = SummaryFigure.home_code, SummaryFigure.figure, SummaryFigure.detail, SummaryFigure.persons
        grain = _crossed(place) if place.city else _counties(place)
        for home, figure, detail, n in session.execute(
            select(*columns).where(SummaryFigure.figure.in_(wanted), *grain)
        ):
            counted.setdefault(home, {})[figure, detail] = n
        return {home: Figures(persons, at) for home, persons in counted.items()}
    for figure, fact in facts(today).items():
        if figure not in wanted:
            continue
        statement = fact.counted(fact.model.county_code)
        for home, detail, n in session.execute(visible_to(actor, statement, fact.model, permission)):
            counted.setdefault(home, {})[figure, str(detail)] = n
    return {home: Figures(persons) for home, persons in counted.items()}


def _crossed(place: Place) -> tuple[ColumnElement[bool], ...]:
    """The rows of a county and a city that lie within ``place``."""
    if place.city:
        return SummaryFigure.city_code == place.city, SummaryFigure.home_code != ""
    return SummaryFigure.city_code != "", _at_home(place)


def _counties(place: Place) -> tuple[ColumnElement[bool], ...]:
    """The rows of whole counties within ``place``."""
    counties = select(Area.code).where(Area.level == AreaLevel.COUNTY)
    return SummaryFigure.city_code == "", SummaryFigure.home_code.in_(counties), _at_home(place)


def _at_home(place: Place) -> ColumnElement[bool]:
    if not place.home:
        return SummaryFigure.home_code != ""
    return SummaryFigure.home_code.in_(with_counties(place.home))
