"""The reference facts, as the founding document and the sources have them."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.commands.reference_load import load_all
from models.reference.area import resolve_county
from models.reference.dated_fact import (
    MinimumWage,
    ProgrammeCounty,
    helped_prefectures,
    helper_cities,
    minimum_wage_on,
)

THEN = date(2017, 5, 8)


def test_the_programme_has_its_53_counties(session: Session) -> None:
    counts = session.execute(
        select(ProgrammeCounty.prefecture_code, func.count()).group_by(ProgrammeCounty.prefecture_code)
    )
    found = dict(counts.all())
    assert found == {
        "451000": 10,
        "451200": 7,
        "513400": 11,
        "520500": 5,
        "522700": 6,
        "530600": 10,
        "533300": 4,
    }
    assert sum(found.values()) == 53


@pytest.mark.parametrize(
    ("county", "cities"),
    [
        ("451081", ("440300",)),
        ("451225", ("440300",)),
        ("522726", ("440100",)),
        ("520525", ("440100",)),
        ("533323", ("440400",)),
        ("513431", ("440600",)),
        ("530624", ("441900", "442000")),
    ],
)
def test_each_county_has_the_helpers_of_the_document(
    session: Session, county: str, cities: tuple[str, ...]
) -> None:
    assert helper_cities(session, county, THEN) == cities


def test_the_pairings_begin_with_the_document(session: Session) -> None:
    assert helped_prefectures(session, "440300", date(2016, 12, 24)) == ()
    assert helped_prefectures(session, "440300", THEN) == ("451000", "451200")


@pytest.mark.parametrize(
    ("code", "county"), [("451003", "451021"), ("451021", "451021"), ("513431", "513431")]
)
def test_old_and_new_codes_lead_to_one_county(session: Session, code: str, county: str) -> None:
    assert resolve_county(session, code).code == county


@pytest.mark.parametrize(
    ("city", "day", "yuan"),
    [
        ("440600", "2017-05-08", 1510),
        ("440100", "2018-06-30", 1895),
        ("440100", "2018-07-01", 2100),
        ("440300", "2015-04-01", 2030),
        ("440300", "2021-12-15", 2200),
        ("440300", "2022-01-01", 2360),
        ("441900", "2026-01-01", 2080),
        ("440200", "2017-05-08", 1210),
    ],
)
def test_the_minimum_wage_is_that_of_its_city_and_day(
    session: Session, city: str, day: str, yuan: int
) -> None:
    assert minimum_wage_on(session, city, date.fromisoformat(day)).monthly_yuan == yuan


@pytest.mark.parametrize(
    ("city", "day", "verified"),
    [
        ("440600", "2017-05-08", False),
        ("440600", "2019-05-08", True),
        ("440200", "2026-05-08", False),
    ],
)
def test_figures_from_memory_are_to_be_checked(session: Session, city: str, day: str, verified: bool) -> None:
    assert minimum_wage_on(session, city, date.fromisoformat(day)).verified is verified


def test_before_the_first_known_row_there_is_no_minimum_wage(session: Session) -> None:
    assert minimum_wage_on(session, "440600", date(2014, 1, 1)) is None


def test_loading_again_changes_nothing_that_was_edited(session: Session) -> None:
    row = session.scalar(select(MinimumWage).where(MinimumWage.city_code == "440600"))
    row.monthly_yuan = 9999
    session.commit()
    assert load_all(session) == {}
    assert row.monthly_yuan == 9999
