"""No list reads a whole table: what every page of a role asks, planned as for a million people.

On SQLite by what ANALYZE counted in such a database, in an empty copy of the tables; on PostgreSQL with whole
tables made dear. Pages without a row in their address, whatever their room.
"""

import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from app.cooperation.queries.one_pair import people_at_work
from app.employment.rosters.people import known_people
from app.employment.rosters.teller import teller_of
from app.kit.web.grouping import BY
from app.kit.web.guards import SIGNED_IN, policy_of
from app.kit.web.listing import LISTINGS
from app.kit.web.ordering import SORT
from app.kit.web.whole_list import Sample, Whole
from app.placements.queries import lists, tasks, verification
from app.problems.queries.staying import staying_page
from app.training.classes.queries.people import funnel, schools
from app.workers.asking.queries import waiting
from models.access import ROLE_PERMISSIONS, Permission, Role
from models.clock import today, utc_now
from models.people.standing import standings
from models.placement.placement import FollowUp, Placement
from tests.a_million import COUNTED
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of, make_order, make_user, make_worker
from tests.questions import asked

# Tables of the programme's size; orders and problems, 20,000 of each, are read as a whole in milliseconds.
LARGE = "|".join(sorted({table for table, _index, stat in COUNTED if int(stat.split()[0]) >= 100_000}))
# A whole table, or a whole index where no page of it is asked for. What the second wall asks (``tie``) is
# planned by row or by whole table, as the numbers of rows make it cheaper.
WHOLE = re.compile(rf"SCAN ({LARGE})\b(?! USING)|Seq Scan on ({LARGE})\b(?! tie)")
WHOLE_INDEX = re.compile(rf"SCAN ({LARGE})\b USING")
NO_PAGE = re.compile(r"\.(xlsx|csv|pdf|zip)$|/export|/static/|sign-out|/language|/health|/api/")
# Counted at the visit in a small programme only; a large one reads what is kept (decision 0019).
KEPT = {"/": "placement|follow_up|worker|employment_spell"}
# Known: SQLite takes the places of a city for sixteen of a hundred, each with a sixth of all rows.
OF_A_CITY = {
    "/placements": "placement",
    "/employment": "employment_spell",
    "/placements/follow-ups/caseload": "follow_up",
    "/problems/contacts/new": "placement",
}
HOME = {Role.COUNTY: ZHAOJUE, Role.CITY: FOSHAN, Role.TOWNSHIP: "513431100"}


def addresses(app: Flask, role: Role) -> Iterator[str]:
    """The address of every page without a row that ``role`` may open, lists in each order and grouping."""
    for path, endpoint in paths(app, role):
        yield path
        listing = LISTINGS.get(endpoint)
        for sort in listing.sorts if listing else ():
            yield f"{path}?{SORT}={sort.key}"
            yield f"{path}?{SORT}=-{sort.key}"
        for way in listing.groupings if listing else ():
            yield f"{path}?{BY}={way.name}"


def paths(app: Flask, role: Role) -> Iterator[tuple[str, str]]:
    allowed = ROLE_PERMISSIONS[role]
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        policy = policy_of(app, rule.endpoint)
        may = policy in allowed if isinstance(policy, Permission) else policy == SIGNED_IN
        if may and "GET" in (rule.methods or ()) and not rule.arguments and not NO_PAGE.search(rule.rule):
            yield rule.rule, rule.endpoint


@pytest.fixture
def plan_of(session: Session) -> Iterator[Callable[[str, object], list[str]]]:
    """How the database would answer a statement, were its tables those of a million people."""
    if session.get_bind().dialect.name != "sqlite":
        yield lambda statement, values: _dear_scans(session, statement, values)
        return
    memory = sqlite3.connect(":memory:")
    for kind in ("table", "index"):
        # By name, as migrations/fresh.sql makes them: of two indexes that seem equally good SQLite takes the
        # younger, and the tables of a test are made in an order that no two runs share.
        made = (
            "SELECT sql FROM sqlite_master WHERE type = :kind AND sql IS NOT NULL"
            " AND name NOT LIKE 'sqlite%' ORDER BY name"
        )
        for sql in session.scalars(text(made), {"kind": kind}).all():
            memory.execute(sql)
    memory.execute("ANALYZE")
    memory.execute("DELETE FROM sqlite_stat1")
    memory.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", COUNTED)
    memory.execute("ANALYZE sqlite_schema")
    yield lambda statement, values: [
        str(row[-1])
        for row in memory.execute("EXPLAIN QUERY PLAN " + statement, values)  # type: ignore[arg-type]
    ]
    memory.close()


def _dear_scans(session: Session, statement: str, values: object) -> list[str]:
    connection = session.connection()
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    lines = connection.exec_driver_sql("EXPLAIN " + statement, values)  # type: ignore[call-overload]
    return [str(line[0]) for line in lines.all()]


@pytest.mark.parametrize("role", [Role.COUNTY, Role.CITY])
def test_no_page_reads_a_whole_table(
    app: Flask,
    session: Session,
    sign_in: Callable[..., FlaskClient],
    plan_of: Callable[[str, object], list[str]],
    role: Role,
) -> None:
    client = sign_in(make_user(session, role, area_code=ZHAOJUE if role is Role.COUNTY else FOSHAN))
    seen, whole, pages = set[str](), list[str](), 0
    for path in addresses(app, role):
        page = path.partition("?")[0]
        known = rf"SCAN ({KEPT.get(path) or (role is Role.CITY and OF_A_CITY.get(page)) or '-'})\b"
        for statement, values in asked(session, client, path, any_answer=True):
            if statement in seen:
                continue
            seen.add(statement)
            for line in plan_of(statement, values):
                is_whole = WHOLE.search(line) or (WHOLE_INDEX.search(line) and "LIMIT" not in statement)
                if is_whole and "0 = 1" not in statement and not re.search(known, line):
                    whole.append(f"{path}: {line}: {statement[:300]}")
        pages += 1
    assert pages > 30
    assert len(seen) > 200
    assert not whole, "\n".join(whole)


@pytest.mark.parametrize("place", ["", "&after=1"])
def test_the_register_is_put_in_order_by_its_indexes_alone(
    session: Session,
    sign_in: Callable[..., FlaskClient],
    plan_of: Callable[[str, object], list[str]],
    place: str,
) -> None:
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    make_worker(session)
    sorts = [f"{SORT}={down}{sort.key}" for sort in LISTINGS["workers.index"].sorts for down in ("", "-")]
    groups = [f"{BY}={one}" for one in ("township", "month")]
    for wanted in sorts + groups:
        told = list[str]()
        for statement, values in asked(session, client, f"/workers?{wanted}{place}"):
            if re.search(r"ORDER BY (worker|name_key)", statement) and "LIMIT" in statement:
                told += plan_of(statement, values)
        assert told
        sorted_by_hand = [line for line in told if re.search(r"TEMP B-TREE|\bSort\b", line)]
        assert not sorted_by_hand, (wanted, told)


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", [Role.COUNTY, Role.CITY, Role.TOWNSHIP])
def test_what_is_due_and_how_many_stand_where_is_read_off_indexes_alone(
    app: Flask, session: Session, plan_of: Callable[[str, object], list[str]], role: Role
) -> None:
    actor = actor_of(session, make_user(session, role, area_code=HOME[role]))
    due, stand = list[str](), list[str]()

    def note(connection: Any, cursor: Any, statement: str, values: object, *_: Any) -> None:
        if "min(follow_up.due_on)" in statement:
            due.extend(plan_of(statement, values))
        if "GROUP BY placement.state" in statement:
            stand.extend(plan_of(statement, values))

    engine: Any = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    with app.test_request_context():
        tasks.tasks(session, actor, today())
    lists.state_counts(session, actor)
    event.remove(engine, "before_cursor_execute", note)
    off = "open (placement_id" if role is Role.TOWNSHIP else f"{role.value}_due"
    assert any(f"COVERING INDEX ix_follow_up_{off}" in line for line in due), due
    place = "town" if role is Role.TOWNSHIP else role.value
    wanted = f"SEARCH placement USING COVERING INDEX ix_placement_{place}_state"
    assert any(line.startswith(wanted) for line in due), due
    assert any(line.startswith(wanted) for line in stand), stand


@pytest.mark.only_on("sqlite")
def test_what_fifty_people_do_is_looked_up_by_their_numbers(
    session: Session, plan_of: Callable[[str, object], list[str]]
) -> None:
    told = list[str]()

    def note(connection: Any, cursor: Any, statement: str, values: object, *_: Any) -> None:
        if "FROM employment_spell" in statement:
            told.extend(plan_of(statement, values))

    engine: Any = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    standings(session, [1, 2, 3])
    event.remove(engine, "before_cursor_execute", note)
    assert any("ix_employment_spell_worker_id" in line for line in told), told


def test_the_span_of_a_list_read_by_names_is_that_of_all_its_reader_may_see(session: Session) -> None:
    by_name = select(Placement).join(FollowUp, FollowUp.placement_id == Placement.id)
    seen = list[str]()

    def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    engine: Any = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    Sample.of(session, Whole(by_name, Placement, (FollowUp.placement_id,), scope=select(Placement)))
    event.remove(engine, "before_cursor_execute", note)
    assert len([one for one in seen if "ORDER BY placement.id" in one]) == 2
    assert not [one for one in seen if "follow_up" in one]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", [Role.COUNTY, Role.CITY])
def test_a_page_of_a_large_month_is_read_in_the_order_of_an_index(
    session: Session, plan_of: Callable[[str, object], list[str]], role: Role
) -> None:
    actor = actor_of(session, make_user(session, role, area_code=ZHAOJUE if role is Role.COUNTY else FOSHAN))
    teller = teller_of(session, actor)
    assert teller is not None
    asked_for = statements_of(
        session, lambda: known_people(session, teller, today(), size=61, by_coming=True)
    )
    lines = [line for statement, values in asked_for for line in plan_of(statement, values)]
    assert any("ix_employment_spell_" in line for line in lines), lines
    assert not any("TEMP B-TREE" in line for line in lines), lines


@pytest.mark.only_on("sqlite")
def test_what_waits_at_which_enterprise_is_read_off_the_index_of_what_waits(
    session: Session, plan_of: Callable[[str, object], list[str]]
) -> None:
    actor = actor_of(session, make_user(session, Role.CITY, area_code=FOSHAN))
    asked_for = statements_of(session, lambda: verification.waiting_by_enterprise(session, actor))
    lines = [line for statement, values in asked_for for line in plan_of(statement, values)]
    assert any("COVERING INDEX ix_follow_up_city_check" in line for line in lines), lines
    assert "SEARCH follow_up USING INTEGER PRIMARY KEY (rowid=?)" not in str(lines), lines


def test_only_the_numbers_of_a_list_of_orders_are_put_in_order(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    make_order(session)
    whole = [one for one, _values in asked(session, client, "/orders") if "job_order.description" in one]
    assert len(whole) == 1
    assert "ORDER BY" not in whole[0]


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", [Role.COUNTY, Role.CITY])
def test_the_jobs_that_most_people_left_are_found_off_the_index_of_their_place(
    session: Session, plan_of: Callable[[str, object], list[str]], role: Role
) -> None:
    """A city's six codes were taken for a third of all rows, and all rows were read in the order of jobs."""
    actor = actor_of(session, make_user(session, role, area_code=HOME[role]))
    asked_for = statements_of(session, lambda: staying_page(session, actor, "order"))
    lines = [line for one, values in asked_for if "staying_summary" in one for line in plan_of(one, values)]
    assert any(f"COVERING INDEX ix_staying_summary_{role.value}" in line for line in lines), lines
    assert not [line for line in lines if "SCAN staying_summary" in line], lines


@pytest.mark.only_on("sqlite")
def test_persons_of_a_pair_at_work_are_counted_off_one_index(
    session: Session, plan_of: Callable[[str, object], list[str]]
) -> None:
    actor = actor_of(session, make_user(session, Role.CITY, area_code=FOSHAN))
    asked_for = statements_of(session, lambda: people_at_work(session, actor, FOSHAN, "522600", today()))
    for statement, values in asked_for:
        lines = [line for line in plan_of(statement, values) if "employment_spell" in line]
        assert all("COVERING INDEX ix_employment_spell_county_place" in line for line in lines), lines
    assert len(asked_for) == 2, asked_for


@pytest.mark.only_on("sqlite")
def test_figures_of_schools_begin_with_the_learners_and_not_with_all_follow_ups(
    session: Session, plan_of: Callable[[str, object], list[str]]
) -> None:
    actor = actor_of(session, make_user(session, Role.PROVINCE))
    asked_for = statements_of(
        session, lambda: (funnel(session, actor, today()), schools(session, actor, today()))
    )
    lines = [line for statement, values in asked_for for line in plan_of(statement, values)]
    assert any("follow_up" in line for line in lines), lines
    assert not [line for line in lines if line.startswith("SCAN follow_up")], lines


def test_whom_to_ask_is_put_in_order_by_number_before_whole_rows_are_read(session: Session) -> None:
    """PostgreSQL took the free ones of a township for 32 and sorted 12,000 whole rows for 50."""
    make_worker(session, willing=None)
    actor = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    asked_for = statements_of(session, lambda: waiting(session, actor, today(), utc_now(), 1))
    whole = [one for one, _values in asked_for if "worker.note" in one]
    assert len(whole) == 1
    assert "LIMIT" not in whole[0]


def statements_of(session: Session, ask: Callable[[], object]) -> list[tuple[str, object]]:
    """What ``ask`` asks the database."""
    seen = list[tuple[str, object]]()

    def note(connection: Any, cursor: Any, statement: str, values: object, *_: Any) -> None:
        seen.append((statement, values))

    engine: Any = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    ask()
    event.remove(engine, "before_cursor_execute", note)
    return [one for one in seen if one[0].startswith(("SELECT", "WITH"))]


def test_a_sample_of_a_joined_list_is_not_tried_for_each_row_of_the_other_table() -> None:
    number = FollowUp.id
    joined = select(FollowUp).join(Placement, FollowUp.placement_id == Placement.id)
    sample = Sample([1, 2], 9)
    assert "follow_up.id +" in str(sample.rows(Whole(joined, FollowUp, (number,))))
    assert "follow_up.id +" not in str(sample.rows(Whole(select(FollowUp), FollowUp, (number,))))
