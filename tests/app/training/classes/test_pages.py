"""Every page of this room opens for those who may see it, at every state of a class."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.access import Role
from models.training.enrolment import EnrolmentState
from models.training.training_class import ClassState
from tests.factories.people import FOSHAN, ZHAOJUE, make_user
from tests.factories.training import make_agreement, make_class, make_enrolment

PAGES = (
    "",
    "/people",
    "/application",
    "/roster",
    "/application.xlsx",
    "/roster.xlsx",
    "/candidates",
    "/import",
)


def opened(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""


def test_the_county_opens_every_page_of_a_class(session: Session, sign_in: Callable) -> None:
    training_class = make_class(session, state=ClassState.DRAFT)
    for state in EnrolmentState:
        make_enrolment(session, training_class, state=state)
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    pages = [opened(client, f"/training/classes/{training_class.id}{page}") for page in PAGES]
    assert "待核" in pages[0]  # standards nobody checked say so
    for path in ("/training/classes", "/training/classes/schools", "/training/classes/asking", "/"):
        opened(client, path)


@pytest.mark.parametrize("role", [Role.SCHOOL, Role.CITY, Role.ENTERPRISE, Role.PROVINCE])
def test_the_others_open_the_page_of_a_class(session: Session, sign_in: Callable, role: Role) -> None:
    training_class = make_class(session, state=ClassState.TEACHING)
    where = {
        Role.SCHOOL: {"organisation_id": training_class.school_id},
        Role.ENTERPRISE: {"organisation_id": training_class.enterprise_id},
        Role.CITY: {"area_code": FOSHAN},
        Role.PROVINCE: {"area_code": "440000"},
    }
    client = sign_in(make_user(session, role, **where[role]))
    for path in (
        "/training/classes",
        f"/training/classes/{training_class.id}",
        "/training/classes/schools",
        "/",
    ):
        opened(client, path)


def test_every_state_of_a_class_has_a_page(session: Session, sign_in: Callable) -> None:
    agreement = make_agreement(session)
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    for state in ClassState:
        training_class = make_class(session, agreement, state=state)
        opened(client, f"/training/classes/{training_class.id}")


def test_the_school_plans_a_class_from_its_agreement(session: Session, sign_in: Callable) -> None:
    agreement = make_agreement(session)
    client = sign_in(make_user(session, Role.SCHOOL, organisation_id=agreement.school_id))
    assert "协议签好了" in opened(client, "/training/classes")
    opened(client, f"/training/classes/new/{agreement.id}")
    typed = {
        "name": "焊工 1 班",
        "capacity": "20",
        "starts_on": "2031-03-01",
        "ends_on": "2031-03-20",
        "place": "实训楼",
        "head_teacher": "马老师",
    }
    too_many = client.post(f"/training/classes/new/{agreement.id}", data=typed | {"capacity": "21"})
    assert "协议还剩 20 人" in too_many.get_data(as_text=True)
