"""An administrator enters a year's holidays as dated facts; until then every counted day says so."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.hukou.cases.operations.deadlines import recount_deadlines
from app.kit.web.deadlines import deadline_doubt
from app.reference.facts.queries import tasks
from models.access import Role
from models.hukou.case import CaseState, HukouCase
from models.reference.calendar import NOT_ANNOUNCED
from models.reference.dated_fact import Holiday
from models.reference.feasts import FEAST_LABELS, Feast
from tests.factories.hukou import live_rule, make_case
from tests.factories.people import FOSHAN, actor_of, make_user
from tests.models.test_calendar import MONDAY, UNKNOWN, enter_all

SignIn = Callable[..., FlaskClient]
DOUBT = NOT_ANNOUNCED % {"year": UNKNOWN}


@pytest.fixture
def case(session: Session) -> HukouCase:
    """A case whose office step began on a Monday of a year that nobody knows, with five working days."""
    rule = live_rule(session)
    rule.working_days = 5
    case = make_case(session, state=CaseState.APPLIED, due_on=MONDAY + timedelta(days=7))
    begun = case.created_at.replace(year=UNKNOWN, month=MONDAY.month, day=MONDAY.day, hour=4)
    (step,) = case.steps
    step.entered_at = begun
    session.commit()
    return case


def test_a_deadline_in_an_unknown_year_says_so_everywhere(
    session: Session, case: HukouCase, sign_in: SignIn
) -> None:
    officer = sign_in(make_user(session, Role.REGISTRATION, area_code=FOSHAN))
    pages = ["/hukou/desk", f"/hukou/cases/{case.id}"]
    assert [DOUBT in officer.get(page).text for page in pages] == [True, True]
    enter_all(session)
    session.commit()
    assert [DOUBT in officer.get(page).text for page in pages] == [False, False]


def test_deadlines_are_counted_anew_when_the_holidays_are_known(session: Session, case: HukouCase) -> None:
    assert recount_deadlines(session, MONDAY) == 0
    rest = {"valid_from": MONDAY + timedelta(days=1), "valid_to": MONDAY + timedelta(days=3)}
    session.add(Holiday(feast=Feast.QINGMING, source="国办发明电", verified=True, **rest))
    session.commit()
    assert recount_deadlines(session, MONDAY) == 1
    assert case.due_on == MONDAY + timedelta(days=10)


def test_an_administrator_enters_the_years_holidays(app: Flask, session: Session, sign_in: SignIn) -> None:
    user = make_user(session, Role.ADMIN)
    admin = sign_in(user)

    def waiting() -> str:
        with app.test_request_context():
            found = tasks(session, actor_of(session, user), date(UNKNOWN - 1, 12, 1))
            return "\n".join(str(task.text) for task in found if task.count)

    assert f"个年份的节假日还没有登记齐：{UNKNOWN} 年" in waiting()
    for month, feast in enumerate(Feast, start=4):
        typed = {
            "feast": feast.value,
            "valid_from": f"{UNKNOWN}-{month:02d}-10",
            "source": "国办发明电〔2026〕1号",
            "verified": "y",
        }
        assert admin.post("/admin/reference/holidays/new", data=typed).status_code == 303
    page = admin.get("/admin/reference/holidays").text
    assert all(word in page for word in FEAST_LABELS.values())
    assert len(session.scalars(select(Holiday)).all()) == len(Feast)
    assert "节假日" not in waiting()


def test_a_day_that_is_not_there_raises_no_doubt(session: Session) -> None:
    assert deadline_doubt(None) == ""
