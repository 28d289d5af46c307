"""Kept figures are what a recount gives, for everybody who reads them; small programmes keep none."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.employment.spells.queries import kept as employment
from app.employment.spells.queries.counts import Asked
from app.employment.spells.queries.counts import Figure as Employed
from app.placements.jobs import check_summary, count_summary
from models.access import SYSTEM, Actor, Permission, Right, Role, load_actor
from models.audit import record
from models.clock import today, utc_now
from models.employment.spell import EmploymentSpell, SpellKind, Teller
from models.event_tags import EventTag
from models.placement.placement import FollowUp, Outcome, Placement, PlacementState
from models.reference.calendar import months_after
from models.summary import counting, reading
from models.summary.facts import facts
from models.summary.figure import Figure, Place, SummaryFigure, place_of
from tests.factories.people import (
    BUTUO,
    FOSHAN,
    GUANGZHOU,
    ZHAOJUE,
    make_order,
    make_placement,
    make_user,
    make_worker,
)

READ = Permission.PLACEMENT_READ
LIANGSHAN = "513400"


@pytest.fixture
def kept(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """Three people of two counties at work in two cities, one of them in both; figures are kept."""
    monkeypatch.setattr(counting, "KEEPS_FROM_PEOPLE", 1)
    cities = {code: make_order(session, city_code=code) for code in (FOSHAN, GUANGZHOU)}
    people = [make_worker(session, county_code=code) for code in (ZHAOJUE, ZHAOJUE, BUTUO)]
    for worker, city in ((0, FOSHAN), (0, GUANGZHOU), (1, FOSHAN), (2, FOSHAN)):
        placement = make_placement(session, cities[city], people[worker])
        placement.county_code, placement.city_code = people[worker].county_code, city
        placement.township_code = people[worker].township_code = TOWN if worker == 0 else None
        placement.state, placement.hired_on = PlacementState.ON_SITE, today() - timedelta(days=100)
        placement.on_site_on = placement.hired_on
        due = {"due_on": today() - timedelta(days=9), "months": 3}
        spell = {"worker": people[worker], "place_code": city, "county_code": placement.county_code}
        began = placement.on_site_on
        session.add(
            EmploymentSpell(
                **spell,
                kind=SpellKind.ENTERPRISE,
                teller=Teller.HOME,
                began_on=began,
                stays_three_on=months_after(began, 3),
                stays_six_on=months_after(began, 6),
                ended_on=today() - timedelta(days=20) if worker == 1 else None,
                evidence_level=2 * (city == FOSHAN),
            )
        )
        session.add(FollowUp(placement=placement, outcome=(Outcome.EMPLOYED, None)[worker % 2], **due))
    session.commit()
    count_summary(session, today())
    return session


def reader(session: Session, role: Role, area: str | None) -> Actor:
    return load_actor(session, make_user(session, role, area_code=area), today(), utc_now())


READERS = [
    (Role.COUNTY, ZHAOJUE, (2, 1, 1)),
    (Role.PREFECTURE, LIANGSHAN, (3, 2, 1)),
    (Role.CITY, FOSHAN, (3, 2, 1)),
    (Role.CITY, GUANGZHOU, (1, 1, 0)),
    (Role.PROVINCE, None, (3, 2, 1)),
]
TOWN = "513431100"


@pytest.mark.parametrize(("role", "area", "persons"), READERS)
def test_kept_figures_equal_those_counted_at_this_moment(
    kept: Session,
    monkeypatch: pytest.MonkeyPatch,
    role: Role,
    area: str | None,
    persons: tuple[int, int, int],
) -> None:
    actor, wanted = reader(kept, role, area), set(facts(today())) - {Figure.REGISTERED}
    under = READ if actor.can(READ) else Permission.STATISTICS_READ
    assert place_of(actor, under) is not None
    asked = (kept, actor, under, today())
    told = reading.figures(*asked, wanted)
    assert (told.of(Figure.AT_WORK), told.of(Figure.KEPT, 3), told.of(Figure.UNKNOWN, 3)) == persons
    crossed, counties = reading.cells(*asked, Figure.AT_WORK), reading.by_county(*asked, wanted)
    assert told.counted_at is not None
    monkeypatch.setattr(reading, "counted_at", lambda session: None)
    assert reading.figures(*asked, wanted) == reading.Figures(told.persons)
    assert reading.cells(*asked, Figure.AT_WORK) == crossed
    at_this_moment = reading.by_county(*asked, wanted)
    assert {home: one.persons for home, one in at_this_moment.items()} == {
        home: one.persons for home, one in counties.items()
    }


@pytest.mark.parametrize(("role", "area", "persons"), READERS)
def test_kept_figures_of_employment_equal_those_counted_at_this_moment(
    kept: Session, monkeypatch: pytest.MonkeyPatch, role: Role, area: str | None, persons: Any
) -> None:
    actor, asked = reader(kept, role, area), Asked(today())
    if not actor.can(READ):
        actor = Actor(1, "province", (Right(role),))
    told = employment.figures(kept, actor, asked)
    people = sum(row[Employed.CUMULATIVE].people for row in told.counts.values())
    assert (told.counted_at is not None, people) == (True, persons[0])
    assert sum(row.due for row in told.retention[3].values()) > 0
    monkeypatch.setattr(employment, "_kept", lambda *_: None)
    at_this_moment = employment.figures(kept, actor, asked)
    assert at_this_moment.counted_at is None
    assert (at_this_moment.counts, at_this_moment.retention) == (told.counts, told.retention)


def test_employment_of_another_day_is_counted_at_the_visit(kept: Session) -> None:
    county = reader(kept, Role.COUNTY, ZHAOJUE)
    assert employment.figures(kept, county, Asked(today() - timedelta(days=1))).counted_at is None
    assert employment.figures(kept, county, Asked(today(), SpellKind.WORKSHOP)).counted_at is None


def test_somebody_with_two_cities_is_one_person_of_the_county_and_one_of_each_city(kept: Session) -> None:
    county = reader(kept, Role.COUNTY, ZHAOJUE)
    assert reading.cells(kept, county, READ, today(), Figure.AT_WORK) == {
        (ZHAOJUE, FOSHAN): 2,
        (ZHAOJUE, GUANGZHOU): 1,
    }
    assert reading.figures(kept, county, READ, today(), {Figure.AT_WORK}).of(Figure.AT_WORK) == 2


def test_an_act_is_in_the_next_counting(kept: Session) -> None:
    assert count_summary(kept, today()) is None  # nothing happened since
    place = kept.scalars(select(Placement).where(Placement.county_code == BUTUO)).one()
    place.state, place.left_on = PlacementState.LEFT, today()
    record(kept, SYSTEM, EventTag.JOB_CANCEL, place)
    kept.commit()
    assert count_summary(kept, today())
    told = reading.figures(
        kept, reader(kept, Role.PROVINCE, None), Permission.STATISTICS_READ, today(), Figure
    )
    assert (told.of(Figure.AT_WORK), told.of(Figure.LEFT)) == (2, 1)
    assert told.by_detail(Figure.LEFT_IN) == {f"{today():%Y-%m}": 1}


def test_the_night_finds_a_kept_figure_that_a_recount_does_not_give(kept: Session) -> None:
    assert check_summary(kept, today()) > 50
    kept.execute(update(SummaryFigure).where(SummaryFigure.figure == Figure.HIRED).values(persons=7))
    kept.commit()
    with pytest.raises(counting.SummaryWrong):
        check_summary(kept, today())


def test_a_first_page_says_when_its_figures_were_counted(
    kept: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    page = sign_in(make_user(kept, Role.COUNTY, area_code=ZHAOJUE)).get("/").text
    assert "人数汇总于" in page


def test_a_small_programme_keeps_nothing(kept: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "KEEPS_FROM_PEOPLE", 50_000)
    count_summary(kept, today())
    assert reading.counted_at(kept) is None
    assert not kept.scalars(select(SummaryFigure)).all()


def test_a_township_reads_the_facts_kept_of_it_and_nothing_else(
    kept: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = reader(kept, Role.TOWNSHIP, TOWN)
    asked, register = (kept, actor, READ, today()), (kept, actor, Permission.WORKER_READ, today())
    told, people = reading.figures(*asked, set(facts(today()))), reading.figures(*register, Figure)
    assert (told.of(Figure.AT_WORK), told.of(Figure.KEPT, 3), people.of(Figure.REGISTERED)) == (1, 1, 1)
    assert told.counted_at is not None
    assert people.counted_at is not None
    assert employment.figures(kept, actor, Asked(today())).counted_at is None
    cells = reading.cells(*asked, Figure.AT_WORK)
    monkeypatch.setattr(reading, "counted_at", lambda session: None)
    assert reading.figures(*asked, set(facts(today()))) == reading.Figures(told.persons)
    assert reading.figures(*register, {Figure.REGISTERED}).of(Figure.REGISTERED) == 1
    assert reading.cells(*asked, Figure.AT_WORK) == cells == {(ZHAOJUE, FOSHAN): 1, (ZHAOJUE, GUANGZHOU): 1}


def test_figures_are_the_same_however_few_persons_are_counted_at_once(
    kept: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = counting.recount(kept, today())
    monkeypatch.setattr(counting, "PERSONS_AT_ONCE", 1)
    assert len(counting.spans(kept)) > 2
    assert counting.recount(kept, today()) == at_once


def test_an_act_while_the_night_counts_is_no_difference(
    kept: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = counting.recount

    def recount_and_act(session: Session, day: Any) -> Any:
        fresh = counts(session, day) | {("513431", "", Figure.HIRED, ""): 99}
        session.rollback()
        record(session, SYSTEM, EventTag.JOB_CANCEL, session.scalars(select(Placement).limit(1)).one())
        session.commit()
        return fresh

    monkeypatch.setattr(counting, "recount", recount_and_act)
    assert counting.check(kept, today()) == 0


def test_a_township_and_two_counties_are_counted_at_this_moment_where_nothing_is_kept_of_just_them(
    session: Session,
) -> None:
    two = Actor(1, "两县", (Right(Role.COUNTY, ZHAOJUE, "county"), Right(Role.COUNTY, BUTUO, "county")))
    assert place_of(two, READ) is None
    assert place_of(Actor(1, "镇", (Right(Role.TOWNSHIP, "513431100", "town"),)), READ) is None
    assert place_of(Actor(1, "镇", (Right(Role.TOWNSHIP, TOWN, "town"),)), READ, of_towns=True) == Place(TOWN)
    assert place_of(two, READ, of_towns=True) is None
    assert place_of(Actor(1, "市", (Right(Role.CITY, FOSHAN, "prefecture"),)), READ) == Place(city=FOSHAN)
