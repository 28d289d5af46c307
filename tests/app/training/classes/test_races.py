"""At the same moment: the last seat, one person in two classes, two schools with one number."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.web.extensions import db
from app.training.classes import operations
from models.access import Actor, Role
from models.clock import today
from models.people.household import Household
from models.people.worker import Worker
from models.training.class_number import give_number
from models.training.class_rules import number_prefix
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.training_class import ClassState, TrainingClass
from tests.factories.people import ZHAOJUE, actor_of, make_user, make_worker
from tests.factories.racing import at_once, racing_app
from tests.factories.training import make_agreement, make_class, make_enrolment, make_school

S = EnrolmentState
TRIES = 6


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def own_app(request: pytest.FixtureRequest, app: Flask, tmp_path: Path) -> Iterator[Flask]:
    with racing_app(request.param, tmp_path, "cohorts") as application:
        yield application


def county() -> Actor:
    return actor_of(db.session, make_user(db.session, Role.COUNTY, area_code=ZHAOJUE))


def people(number: int) -> list[Worker]:
    home = Household(county_code=ZHAOJUE, code="H1", poverty_attribute="一般贫困户")
    db.session.add(home)
    db.session.commit()
    return [make_worker(db.session, household_id=home.id) for _ in range(number)]


def enrol(session: Session, actor: Actor, enrolment_id: int) -> None:
    operations.enrol(session, actor, session.get_one(Enrolment, enrolment_id), today())


def test_the_last_seat_is_given_once_and_the_others_wait(own_app: Flask) -> None:
    training_class, actor = make_class(db.session, state=ClassState.DRAFT, capacity=1), county()
    ids = [make_enrolment(db.session, training_class, w, state=S.ENDORSED).id for w in people(TRIES)]
    assert (
        at_once(own_app, [lambda session, id_=id_: enrol(session, actor, id_) for id_ in ids])
        == [None] * TRIES
    )
    states = sorted(db.session.scalars(select(Enrolment.state)))
    assert states == [S.ENROLLED] + [S.WAITING] * (TRIES - 1)
    assert db.session.scalar(select(TrainingClass.enrolled)) == 1


def test_one_person_gets_into_one_of_two_classes(own_app: Flask) -> None:
    actor, (worker,) = county(), people(1)
    agreement = make_agreement(db.session)
    ids = [
        make_enrolment(
            db.session, make_class(db.session, agreement, state=ClassState.DRAFT), worker, state=S.ENDORSED
        ).id
        for _ in range(2)
    ]
    said = at_once(own_app, [lambda session, id_=id_: enrol(session, actor, id_) for id_ in ids])
    assert sorted(one is None for one in said) == [False, True]
    assert "另一个班" in next(one for one in said if one)
    assert sorted(db.session.scalars(select(Enrolment.state))) == [S.ENDORSED, S.ENROLLED]
    assert sorted(db.session.scalars(select(TrainingClass.enrolled))) == [0, 1]


def test_classes_numbered_at_once_get_numbers_of_their_own(own_app: Flask) -> None:
    ids = []
    for _ in range(TRIES):
        school = make_school(db.session, name="天门高级职业学校")
        agreement = make_agreement(db.session, school=school)
        ids.append(make_class(db.session, agreement, state=ClassState.DRAFT, number=None).id)

    def number(session: Session, class_id: int) -> None:
        training_class = session.get_one(TrainingClass, class_id)
        give_number(session, training_class, number_prefix(training_class.school.name, date(2019, 5, 8)))

    assert at_once(own_app, [lambda session, id_=id_: number(session, id_) for id_ in ids]) == [None] * TRIES
    assert sorted(db.session.scalars(select(TrainingClass.number))) == [
        f"TMGJ201905{n:03d}" for n in range(1, TRIES + 1)
    ]
