"""A county officer, his colleagues, and people as the form sends them."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.reference.area import Area
from models.user import User
from tests.factories.people import ZHAOJUE, id_number, make_user

BORN = date(1992, 3, 4)
TOWN = "新城镇"


def typed(**values: Any) -> dict[str, Any]:
    """Return the form of one person, as a browser sends it."""
    given = {
        "name": "阿说尔布",
        "id_number": id_number(born=BORN),
        "phone": "13812345678",
        "township": TOWN,
        "village": "谷都村",
        "household_code": "513431000001",
        "relation": "户主",
        "education_text": "初中",
        "health_text": "健康",
        "labour_capacity": "普通劳动力",
        "willing": "1",
        "wishes": "缝纫工、普工",
        "cities": "440600",
        "wage_floor_yuan": "4500",
        "mandarin": "2",
        "version": "1",
    }
    return {name: value for name, value in (given | values).items() if value is not None}


def town_code(session: Session, name: str = TOWN) -> str:
    """Return the code of a township of 昭觉."""
    return session.scalar(select(Area.code).where(Area.parent_code == ZHAOJUE, Area.name == name))


@pytest.fixture
def officer(session: Session) -> User:
    return make_user(session, Role.COUNTY, area_code=ZHAOJUE)


@pytest.fixture
def county(sign_in: Any, officer: User) -> FlaskClient:
    """The county officer of 昭觉, signed in."""
    return sign_in(officer)
