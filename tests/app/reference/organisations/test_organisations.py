"""Where an enterprise and a school are registered."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.reference.organisation import Organisation
from tests.factories.people import FOSHAN, ZHAOJUE, make_user

PATH = "/admin/organisations"
SCHOOL = {
    "kind": "school",
    "credit_code": "52513431MJY123456L",
    "name": "昭觉县彝绣职业培训学校",
    "area_code": ZHAOJUE,
}


@pytest.fixture
def admin(session: Session, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(make_user(session, Role.ADMIN))


def test_a_school_sits_in_its_own_county(session: Session, admin: FlaskClient) -> None:
    assert admin.post(PATH, data=SCHOOL).status_code == 303
    school = session.scalars(select(Organisation).where(Organisation.name == SCHOOL["name"])).one()
    assert school.area_code == ZHAOJUE
    page = admin.get(PATH, query_string={"q": SCHOOL["name"]}).text
    row = page[page.index("<tbody") : page.index("</tbody>")]
    assert "昭觉县" in row


def test_an_enterprise_sits_in_a_city_of_guangdong(session: Session, admin: FlaskClient) -> None:
    form = SCHOOL | {"kind": "enterprise"}
    assert "企业请选它所在的广东的市" in admin.post(PATH, data=form).text
    assert admin.post(PATH, data=form | {"area_code": FOSHAN}).status_code == 303
