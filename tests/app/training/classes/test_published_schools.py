"""The schools side by side, for those who may not see the learners."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.training.classes.queries.people import Funnel, Retention, SchoolRow, published_schools
from models.access import Role
from models.reference.organisation import Organisation
from tests.factories.people import BUTUO, FOSHAN, ZHAOJUE, make_user
from tests.factories.training import make_agreement, make_class, make_enrolment, make_training_order


def funnel(enrolled: int) -> Funnel:
    return Funnel(enrolled, enrolled, 0, 0, {months: Retention(0, 0, 0) for months in (3, 6)})


def test_a_small_school_is_not_told_by_the_sum_and_the_others() -> None:
    rows = [SchoolRow(Organisation(id=number), funnel(size)) for number, size in ((1, 3), (2, 41), (3, 87))]
    shown, whole = published_schools(rows, funnel(131))
    told = {row.school.id: row.funnel.enrolled for row in shown}
    assert told[1] is None
    assert list(told.values()).count(None) == 2
    assert {told[3], whole.enrolled} == {90, 130}


@pytest.mark.parametrize(("role", "place"), [(Role.PREFECTURE, "513400"), (Role.CITY, FOSHAN)])
def test_who_may_not_see_the_learners_reads_no_small_school(
    session: Session, sign_in: Callable[..., FlaskClient], role: Role, place: str
) -> None:
    for county in (ZHAOJUE, BUTUO):
        order = make_training_order(session, county_code=county)
        make_enrolment(session, make_class(session, make_agreement(session, order)))
    page = (
        sign_in(make_user(session, role, area_code=place, opens=False)).get("/training/classes/schools").text
    )
    assert "不公布" in page
    assert "人数取整到十" in page
