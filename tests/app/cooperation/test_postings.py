"""Attendance of posted people is of one quarter, within the term."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy.orm import Session

from app.cooperation.registers.postings import ATTENDANCE, NO_FIRST_DAY, OUTSIDE_TERM, TOO_MANY_DAYS
from app.cooperation.sheet import read
from models.access import Role, load_actor
from models.clock import today, utc_now
from models.cooperation.entry import RegisterEntry
from models.i18n import Sentence
from models.reference.dated_fact import Pairing
from tests.factories.people import FOSHAN, ZHAOJUE, make_user


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


def test_two_people_are_told_of_for_the_same_quarter_in_one_sheet(session: Session) -> None:
    """The same title, place, city and day under two people are two lines, not one told twice."""
    ends = {"place_code": ZHAOJUE, "city_code": FOSHAN}
    began = date(2024, 1, 1)
    pair = {"recipient_code": "513400", "recipient_name": "凉山彝族自治州", "helper_name": "佛山市"}
    kind = {"relation": "市帮扶", "kind": "东西部扶贫协作", "valid_from": began}
    session.add(Pairing(helper_code=FOSHAN, **pair, **kind))
    for name in ("王老师", "李医生"):
        session.add(RegisterEntry(register="postings", title=name, held_on=began, **ends))
    session.commit()
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["被帮扶地方", "帮扶市", "季度名称", "哪个人", "季度的第一天", "在岗天数"])
    for name in ("王老师", "李医生", "王老师"):
        page.append(["昭觉县", "佛山市", "2024 年第 1 季度", name, "2024-01-01", "60"])
    sent = io.BytesIO()
    book.save(sent)
    clerk = load_actor(session, make_user(session, Role.CITY, area_code=FOSHAN), today(), utc_now())
    reading = read(session, clerk, ATTENDANCE, sent.getvalue(), today())
    assert [len(reading.good), len(reading.lines)] == [2, 3]


def test_who_is_to_be_relieved_waits_on_the_first_page_of_the_end_that_sent_them(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    ends = {"place_code": "513400", "city_code": FOSHAN, "partner": "民族中学"}
    soon, later = today() + timedelta(days=20), today() + timedelta(days=90)
    people = (("林老师", "teacher", soon), ("杨主任", "received", soon), ("郑医生", "doctor", later))
    for title, kind, due in people:
        values = ends | {"title": title, "kind": kind, "held_on": date(2018, 1, 1), "due_on": due}
        session.add(RegisterEntry(register="postings", **values))
    session.commit()
    city = sign_in(make_user(session, Role.CITY, area_code=FOSHAN)).get("/").text
    assert "名互派干部人才要轮换" in city
    assert "林老师" in city
    home = sign_in(make_user(session, Role.PREFECTURE, area_code="513400")).get("/").text
    assert "杨主任" in home
    assert "林老师" not in home
