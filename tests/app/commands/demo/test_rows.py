"""Rows of the demo are what the operations would have written, though they come many in one statement."""

from datetime import date

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

import matching
from app.commands.demo import jobs
from app.commands.demo.rows import write
from models.clock import utc_now
from models.people.household import Household
from models.placement.placement import FollowUp
from tests.factories.people import ZHAOJUE, make_order, make_placement, make_worker


def test_rows_with_other_empty_columns_are_one_statement_and_keep_their_order(session: Session) -> None:
    rows = [
        {
            "county_code": ZHAOJUE,
            "code": f"{n:06d}",
            "created_at": utc_now(),
            "poverty_cause": None if n % 2 else "因病",
        }
        for n in range(40)
    ]
    said: list[str] = []
    asked = session.get_bind(), "before_cursor_execute", lambda *given: said.append(given[2])
    event.listen(*asked)
    numbers = write(session, Household, rows)
    event.remove(*asked)
    assert len({one for one in said if one.startswith("INSERT")}) == 1
    kept = {one.id: one for one in session.query(Household)}
    assert [kept[number].code for number in numbers] == [row["code"] for row in rows]


def test_a_column_with_a_default_that_a_row_leaves_empty_has_the_default(session: Session) -> None:
    placement = make_placement(session, make_order(session), make_worker(session))
    common = {"placement_id": placement.id, "created_at": utc_now(), "evidence": 0, "version": 1}
    numbers = write(
        session,
        FollowUp,
        [
            common | {"months": 3, "due_on": date(2026, 1, 1), "call_note": "没有人接"},
            common | {"months": 6, "due_on": None, "call_note": None},
            common | {"months": 1},
        ],
    )
    asked = text(
        "SELECT call_note, county_code, due_on IS NULL FROM follow_up "
        "WHERE id IN (:a, :b, :c) ORDER BY months"
    )
    kept = [tuple(row) for row in session.execute(asked, dict(zip("abc", numbers, strict=True)))]
    assert kept == [("", ZHAOJUE, 1), ("没有人接", ZHAOJUE, 0), ("", ZHAOJUE, 1)]


def test_a_default_that_the_row_itself_decides_is_not_guessed(session: Session) -> None:
    placement = make_placement(session, make_order(session), make_worker(session))
    with pytest.raises(ValueError, match="county_code"):
        write(session, FollowUp, [{"placement_id": placement.id, "months": 3, "county_code": None}])


def test_the_demos_occupations_are_those_the_engine_finds() -> None:
    titles = list(jobs.OCCUPATIONS)
    found = {
        title: (one.code, one.name) for title, one in zip(titles, matching.normalise(titles), strict=True)
    }
    assert found == jobs.OCCUPATIONS
    assert {kind.title for kind in jobs.KINDS} <= set(titles)
