"""Attendance of posted people is of one quarter, within the term."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.cooperation.registers.postings import ATTENDANCE, NO_FIRST_DAY, OUTSIDE_TERM, TOO_MANY_DAYS
from models.cooperation.entry import RegisterEntry
from models.i18n import Sentence
from tests.factories.people import FOSHAN, ZHAOJUE


@pytest.mark.parametrize(
    ("first", "days", "against"),
    [
        (date(2019, 4, 1), 60, []),
        (date(2019, 1, 1), 10, []),
        (date(2019, 5, 1), 60, [NO_FIRST_DAY]),
        (date(2019, 4, 1), 93, [TOO_MANY_DAYS]),
        (date(2018, 10, 1), 60, [OUTSIDE_TERM]),
        (date(2020, 4, 1), 60, [OUTSIDE_TERM]),
    ],
)
def test_attendance_is_of_a_quarter_of_the_term(
    session: Session, first: date, days: int, against: list[Sentence]
) -> None:
    """Posted from the middle of a quarter to the end of another."""
    ends = {"place_code": ZHAOJUE, "city_code": FOSHAN}
    term = {"held_on": date(2019, 2, 11), "due_on": date(2020, 2, 10)}
    posting = RegisterEntry(register="postings", title="王老师", **ends, **term)
    session.add(posting)
    session.flush()
    line = RegisterEntry(register="attendance", parent_id=posting.id, held_on=first, target=days)
    assert list(ATTENDANCE.rules(session, line, date(2021, 1, 1))) == against
