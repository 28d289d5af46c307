"""A class of welders with a school and a county, at whichever point of its way a test begins."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.training.certification.operations import certificates, exams
from models.access import Role
from models.clock import today, utc_now
from models.training.enrolment import EnrolmentState
from models.training.reserved_places import PlaceReservation
from models.training.training_class import ClassState
from models.user import User
from tests.app.training.acting import Acting
from tests.factories.people import ZHAOJUE, make_order, make_user
from tests.factories.training import (
    make_agreement,
    make_attendance,
    make_class,
    make_enrolment,
    make_lesson,
    make_training_order,
)

FIGURES = {"attendance": 80, "pass_score": 60, "certificate_months": 36, "employment_rate": 80}
STANDARDS = {name: {"value": value, "source": "测试", "verified": True} for name, value in FIGURES.items()}
ISSUER = "州职业技能鉴定中心"


@dataclass
class Scene(Acting):
    """The class, its learners by seat, and who works on it."""

    root = "/training"
    school: User
    county: User

    def marks(self, *pairs: tuple[int, int]) -> list[exams.Scores]:
        """Scores for the first learners, in order of seats."""
        return [exams.Scores(one.id, *pair) for one, pair in zip(self.learners, pairs, strict=False)]

    def grade(self, *pairs: tuple[int, int]) -> None:
        """Record marks as the school does, today."""
        exams.record_scores(
            self.session, self.actor(self.school), self.training_class, self.marks(*pairs), today(), today()
        )
        self.session.commit()

    def examine(self, *pairs: tuple[int, int]) -> None:
        """Record marks and close the examination."""
        self.grade(*pairs)
        exams.advance(self.session, self.actor(self.school), self.training_class, "examine", today())
        self.session.commit()

    def entries(self, *numbers: str) -> list[certificates.Entry]:
        """Return certificates for the first graduates."""
        graduates = [one for one in self.learners if one.state is EnrolmentState.FINISHED]
        return [
            certificates.Entry(one.id, number, self.training_class.level, today(), ISSUER)
            for one, number in zip(graduates, numbers, strict=False)
        ]

    def certify(self, *numbers: str) -> None:
        """Note certificates as the county does."""
        certificates.issue(
            self.session, self.actor(self.county), self.training_class, self.entries(*numbers), utc_now()
        )
        self.session.commit()


def make_scene(
    session: Session, enter: Callable[..., FlaskClient], learners: int = 3, **values: Any
) -> Scene:
    """Return a class being taught: one lesson held, everybody there but the last."""
    order = make_order(session, headcount=30, reserved=learners)
    county = values.pop("county_code", ZHAOJUE)
    wanted = make_training_order(session, job_order=order, county_code=county, headcount=learners)
    agreement = make_agreement(session, wanted)
    session.add(PlaceReservation(job_order_id=order.id, agreement_id=agreement.id, places=learners))
    training_class = make_class(
        session, agreement, standards=STANDARDS, **({"state": ClassState.TEACHING} | values)
    )
    rows = [make_enrolment(session, training_class) for _ in range(learners)]
    lesson = make_lesson(session, training_class, today() - timedelta(days=1))
    for one in rows[:-1]:
        make_attendance(session, lesson, one)
    school = make_user(session, Role.SCHOOL, organisation_id=training_class.school_id)
    return Scene(
        session, enter, training_class, rows, school, make_user(session, Role.COUNTY, area_code=county)
    )


def workbook(*rows: tuple[Any, ...]) -> BytesIO:
    """Return a workbook whose first sheet holds ``rows``."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = BytesIO()
    book.save(target)
    target.seek(0)
    return target
