"""A whole province helps or is helped as a city or a prefecture does: no cut of four digits loses it."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cooperation.queries.entries import _paired
from app.employment.rosters.teller import Teller
from app.home import orders as home_orders
from app.match_runs.queries import _unasked, open_orders
from app.reports.formulas.question import Basis, Question
from app.reports.formulas.registers import county_pairs
from app.reports.operations import disputes
from app.reports.pairs import Pair
from models.access import Role
from models.clock import today
from models.employment.difference import Difference, DifferenceKind, Side
from models.employment.roster import RosterSource
from models.jobs.order import Order
from models.reference.area import Area, area_stem, inside_one_of
from models.reference.dated_fact import Pairing
from models.reports.report import PeriodKind, Report, ReportEnd
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of, make_order, make_user, make_worker

SICHUAN, GUANGDONG, GANZI, JIULONG = "510000", "440000", "513300", "513324"
ON = date(2017, 8, 31)


@pytest.mark.parametrize(
    ("code", "stem"),
    [(SICHUAN, "51"), (GANZI, "5133"), (JIULONG, "513324"), ("513324100", "513324100"), ("", "")],
)
def test_the_stem_of_a_code_is_that_of_its_level(code: str, stem: str) -> None:
    assert area_stem(code) == stem


def test_inside_of_no_area_is_nobody(session: Session) -> None:
    inside = select(Area.code).where(inside_one_of(Area.code, [SICHUAN])).order_by(Area.code)
    assert {SICHUAN, GANZI, JIULONG, ZHAOJUE} <= set(session.scalars(inside))
    assert FOSHAN not in set(session.scalars(inside))
    assert session.scalars(select(Area.code).where(inside_one_of(Area.code, []))).all() == []


def test_a_contradiction_in_a_county_stands_against_the_report_of_its_province(session: Session) -> None:
    worker = make_worker(session)
    of = {"worker_id": worker.id, "county_code": ZHAOJUE, "subject_key": "x", "open_key": "x"}
    days = {"month": date(2017, 8, 1), "opened_on": ON, "due_on": ON}
    session.add(Difference(kind=DifferenceKind.NOT_ON_ROSTER, owner=Side.COUNTY, **of, **days))
    session.flush()
    said = [disputes(session, _report(code)) for code in (SICHUAN, "513400", ZHAOJUE, GANZI)]
    assert [one is not None for one in said] == [True, True, True, False]


def _report(recipient: str) -> Report:
    return Report(
        kind=PeriodKind.MONTH,
        first_on=date(2017, 8, 1),
        on=ON,
        helper_code=GUANGDONG,
        recipient_code=recipient,
        drafted_end=ReportEnd.HELPER,
    )


def test_pairs_of_counties_are_counted_for_two_provinces(session: Session) -> None:
    session.add(
        Pairing(
            recipient_code=JIULONG,
            recipient_name="九龙县",
            helper_code="440606",
            helper_name="顺德区",
            relation="携手奔小康",
            kind="东西部扶贫协作",
            valid_from=date(2017, 1, 1),
            source="试",
        )
    )
    session.flush()
    counted = [
        len(session.execute(county_pairs(Question(Basis(session, pair, ON), "county_pairs"))).all())
        for pair in (Pair(GUANGDONG, GANZI), Pair(GUANGDONG, SICHUAN), Pair(FOSHAN, JIULONG))
    ]
    assert counted == [1, 1, 1]


def test_a_county_whose_helper_is_the_whole_province_is_shown_the_orders_of_its_cities(
    app: Flask, session: Session
) -> None:
    """广东—甘孜: where the helper was cut to 4400, no order of a city was near."""
    clerk = actor_of(session, make_user(session, Role.COUNTY, area_code=JIULONG))
    order = make_order(session)
    unasked = session.scalars(select(Order.id).where(_unasked(session, clerk, JIULONG, today()))).all()
    assert unasked == [order.id]
    make_order(session, city_code="110000")
    near, far = open_orders(session, clerk, today(), JIULONG)
    assert (near.city_code, far.city_code) == (FOSHAN, "110000")
    with app.test_request_context():
        assert home_orders._new_ones(session, clerk, today()).count == 1


def test_a_county_finds_its_provinces_helper_among_its_pairs(session: Session) -> None:
    actor = actor_of(session, make_user(session, Role.PREFECTURE, area_code=SICHUAN))
    helped, helpers = _paired(session, actor, ON)
    assert {"513400", GANZI} <= helped
    assert {FOSHAN, GUANGDONG} <= helpers


def test_the_month_of_a_whole_province_tells_of_work_in_its_cities() -> None:
    told = str(Teller(RosterSource.INSURANCE, "广东省", city_code=GUANGDONG).spells().compile().params)
    assert "'44'" in told
