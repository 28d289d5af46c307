"""An enterprise and a school see their own months: each against the one before, with its rate and rows."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.access import Role
from models.clock import today, utc_now
from models.employment.roster import MonthlyRoster, RosterSource
from models.reference.calendar import months_after
from models.reference.organisation import Organisation
from models.training.enrolment import EnrolmentState
from models.training.training_class import ClassState, TrainingClass
from tests.factories.people import make_enterprise, make_user
from tests.factories.training import make_class, make_enrolment

Enter = Callable[..., FlaskClient]


def told(session: Session, firm: Organisation, months_back: int, working: int, left: int) -> MonthlyRoster:
    month = months_after(today().replace(day=1), -months_back)
    row = MonthlyRoster(
        source=RosterSource.ENTERPRISE,
        owner=f"enterprise:{firm.id}",
        month=month,
        enterprise_id=firm.id,
        city_code=firm.area_code,
        confirmed_at=utc_now(),
        working=working,
        left=left,
    )
    session.add(row)
    session.commit()
    return row


def test_an_enterprise_sees_its_months_each_with_its_rows(session: Session, sign_in: Enter) -> None:
    firm, other = make_enterprise(session), make_enterprise(session)
    user = make_user(session, Role.ENTERPRISE, organisation_id=firm.id)
    told(session, firm, 2, 40, 2)
    assert "每月末在岗" not in sign_in(user).get("/").text, "one month is no line"
    latest = told(session, firm, 1, 46, 4)
    strange = told(session, other, 1, 777, 0)
    page = sign_in(user).get("/").text
    assert f"比 {months_after(today().replace(day=1), -2):%Y-%m} 多 6" in page
    assert f'<a href="/employment/rosters/{latest.id}">46' in page
    assert "92%" in page
    assert f"/employment/rosters/{strange.id}" not in page
    assert sign_in(user).get(f"/employment/rosters/{latest.id}").status_code == 200


def test_a_school_sees_how_many_finished_by_month(session: Session, sign_in: Enter) -> None:
    this_month = today().replace(day=1)
    first = ended(session, months_after(this_month, -3), finished=3, failed=1)
    last = ended(session, months_after(this_month, -1), finished=2, failed=0, school_id=first.school_id)
    user = make_user(session, Role.SCHOOL, organisation_id=first.school_id)
    page = sign_in(user).get("/").text
    assert "每月结业" in page
    assert f"比 {months_after(this_month, -3):%Y-%m} 少 1" in page
    for training_class in (first, last):
        assert f'href="/training/classes/{training_class.id}"' in page
    assert "75%" in page
    stranger = make_user(session, Role.SCHOOL, organisation_id=make_class(session).school_id)
    assert "每月结业" not in sign_in(stranger).get("/").text


def ended(session: Session, month: date, finished: int, failed: int, **values: Any) -> TrainingClass:
    last_day = month + timedelta(days=9)
    training_class = make_class(session, state=ClassState.EXAMINED, ends_on=last_day, **values)
    for state, count in ((EnrolmentState.FINISHED, finished), (EnrolmentState.FAILED, failed)):
        for _person in range(count):
            make_enrolment(session, training_class, state=state)
    return training_class
