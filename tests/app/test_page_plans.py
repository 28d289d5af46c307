"""No list reads a whole table: every statement of a county's and a city's daily pages has an index."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from models.access import Role
from models.clock import today
from models.placement.placement import FollowUp, PlacementState
from tests.factories.people import FOSHAN, ZHAOJUE, make_order, make_placement, make_user, make_worker
from tests.questions import asked

LARGE = ("worker", "placement", "follow_up", "audit_event", "employment_spell", "name_key", "job_order")
# SQLite: SCAN table, without an index; PostgreSQL, told that reading a whole table is dear: Seq Scan. What
# the second wall asks (``tie``) is planned by row or by whole table, as the numbers of rows make it cheaper.
WHOLE = re.compile(rf"SCAN ({'|'.join(LARGE)})(?! USING)|Seq Scan on ({'|'.join(LARGE)})\b(?! tie)")
PAGES = {
    Role.COUNTY: ("/", "/placements", "/placements/follow-ups", "/workers", "/workers?q=阿牛"),
    Role.CITY: ("/", "/placements", "/placements/verification"),
}
MOST_QUERIES = {"/": 103, "/workers": 30, "/workers?q=阿牛": 30}
USUALLY = 40


@pytest.fixture
def some_rows(session: Session) -> Session:
    """One person at work in the city, with a follow-up that is due."""
    placement = make_placement(session, make_order(session, city_code=FOSHAN), make_worker(session))
    placement.state, placement.on_site_on = PlacementState.ON_SITE, today() - timedelta(days=50)
    session.add(FollowUp(placement=placement, months=1, due_on=today() - timedelta(days=9)))
    session.commit()
    return session


def plan(session: Session, statement: str, values: object) -> str:
    """How the database answers a statement, were its tables large."""
    connection = session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
    prefix = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    rows = connection.exec_driver_sql(prefix + statement, values).all()  # type: ignore[call-overload]
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize("role", PAGES)
def test_no_daily_page_reads_a_whole_table(
    some_rows: Session, sign_in: Callable[..., FlaskClient], role: Role
) -> None:
    client = sign_in(make_user(some_rows, role, area_code=ZHAOJUE if role is Role.COUNTY else FOSHAN))
    for path in PAGES[role]:
        client.get(path)
        statements = asked(some_rows, client, path)
        assert 5 < len(statements) <= MOST_QUERIES.get(path, USUALLY), (path, len(statements))
        plans = [(plan(some_rows, *one), one[0]) for one in statements]
        assert not [one for one in plans if WHOLE.search(one[0])], path


def test_a_follow_up_says_its_placements_county_and_city(some_rows: Session) -> None:
    row = some_rows.query(FollowUp).one()
    assert (row.county_code, row.city_code) == (row.placement.county_code, row.placement.city_code)
    assert row.county_code == ZHAOJUE
    assert row.city_code == FOSHAN


def test_what_is_due_in_a_county_is_read_off_the_follow_ups_own_index(
    some_rows: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(make_user(some_rows, Role.COUNTY, area_code=ZHAOJUE))
    due = [one for one in asked(some_rows, client, "/") if "follow_up.due_on <=" in one[0]]
    assert due
    plans = [plan(some_rows, *one) for one in due]
    # A small register by its county's due ones, a large one by who is at work (tests/app/test_list_plans.py).
    assert any(re.search(r"ix_follow_up_(county_due|open) ", found) for found in plans), plans
