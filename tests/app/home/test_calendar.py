"""A month of a county on one page; what is planned on a feast of its people is warned of."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.home.calendar import month_of
from app.placements.operations import departures
from app.placements.operations.departures import Journey
from models.access import Role
from models.clock import day_of, today, utc_now
from models.reference.local_day import DayCalendar, DayKind, LocalDay, local_days
from tests.app.placements.scene import make_scene
from tests.factories.people import ZHAOJUE, actor_of, make_user
from tests.factories.training import make_class, make_lesson

SignIn = Callable[..., FlaskClient]


def feast(day: date, **values: object) -> LocalDay:
    """彝族年 as a county sets it for one year."""
    given = {
        "kind": DayKind.FEAST,
        "name": "试年",
        "area_code": ZHAOJUE,
        "ethnicity": "彝族",
        "calendar": DayCalendar.DATED,
        "valid_from": day,
        "valid_to": day + timedelta(days=2),
        "source": "县政府通知",
        "verified": True,
    }
    return LocalDay(**(given | values))


def test_a_departure_and_a_lesson_on_a_feast_are_warned_of(session: Session, sign_in: SignIn) -> None:
    scene = make_scene(session)
    leaves = utc_now() + timedelta(days=1)
    journey = Journey("阿木", "", "大巴", "县城车站", leaves)
    made = departures.group(session, scene.actor(scene.county), [scene.hired()], journey, utc_now())
    on = day_of(leaves)
    session.add(feast(on))
    lesson = make_lesson(
        session, make_class(session, starts_on=on, ends_on=on + timedelta(days=20)), held_on=on
    )
    assert lesson.held_on == on
    session.commit()
    page = sign_in(scene.county).get(f"/calendar?month={on:%Y-%m}").text
    assert f"{on.year} 年 {on.month} 月的日历" in page
    assert "出发正好在试年（彝族）" in page
    assert "上课正好在试年（彝族）" in page
    assert f"/placements/departures/{made.id}" in page
    assert "试年（彝族）" in sign_in(scene.county).get(f"/placements/departures/{made.id}").text


def test_what_nobody_checked_says_so_and_another_countys_feast_is_not_ours(session: Session) -> None:
    day = date(2026, 7, 1)
    session.add_all([feast(day, verified=False), feast(day, name="外县节", area_code="520521")])
    session.commit()
    told = [str(one.sentence) for one in local_days(session, ZHAOJUE, day, day) if one.local.name != "火把节"]
    assert told == ["试年（彝族，待核）"]


@pytest.mark.parametrize(
    ("name", "first", "days"),
    [("火把节", date(2026, 8, 6), 5), ("彝族年", date(2026, 11, 20), 5)],
)
def test_feasts_of_liangshan_fall_on_their_days(session: Session, name: str, first: date, days: int) -> None:
    (found,) = [
        one
        for one in local_days(session, ZHAOJUE, first, first + timedelta(days=days))
        if one.local.name == name
    ]
    assert (found.first, found.last) == (first, first + timedelta(days=days - 1))
    assert not found.local.verified


def test_a_season_that_began_the_year_before_is_seen(session: Session) -> None:
    stretches = local_days(session, "451022", date(2027, 1, 5), date(2027, 1, 31))
    assert "榨季砍甘蔗" in {one.local.name for one in stretches}


def test_a_month_tells_the_calls_of_its_own_county_only(session: Session, app: Flask) -> None:
    scene = make_scene(session)
    scene.on_site(today() - timedelta(days=20))
    county = scene.actor(scene.county)
    other = actor_of(session, make_user(session, Role.COUNTY, area_code="513429"))
    with app.test_request_context():
        own, theirs = (
            [
                str(event.sentence)
                for n in range(2)
                for day in month_of(session, actor, code, _first(n)).days
                for event in day.events
            ]
            for actor, code in ((county, ZHAOJUE), (other, "513429"))
        )
    assert any("人要回访" in text for text in own)
    assert theirs == []


def _first(months: int) -> date:
    first = today().replace(day=1)
    return first if months == 0 else (first + timedelta(days=32)).replace(day=1)
