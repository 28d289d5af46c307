"""A standard that is not verified asks and refuses nothing; the county decides, the checker reads why."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.training.certification.operations.exams import exam_rules
from app.training.classes import corrections
from app.training.subsidies import facts
from app.training.timetable.operations import judge
from models.access import Role
from models.clock import today
from models.training.enrolment import Enrolment
from models.training.standard import StandardName
from models.training.training_class import TrainingClass
from tests.factories.people import ZHAOJUE, actor_of, make_user
from tests.factories.training import make_attendance, make_class, make_enrolment, make_lesson

NAME = StandardName.ATTENDANCE


def figure(name: StandardName, value: int, verified: bool) -> dict[str, Any]:
    return {name.value: {"value": value, "source": "培训办法", "verified": verified}}


@pytest.fixture
def training_class(session: Session) -> TrainingClass:
    """A class of which 80% of the periods must be attended, by a figure from memory."""
    return make_class(session, standards=figure(NAME, 80, False))


@pytest.fixture
def absent(session: Session, training_class: TrainingClass) -> Enrolment:
    """A learner who came to one lesson of two."""
    learner = make_enrolment(session, training_class)
    lessons = [make_lesson(session, training_class, today() - timedelta(days=n)) for n in (1, 2)]
    make_attendance(session, lessons[0], learner)
    return learner


def test_an_unverified_share_keeps_nobody_from_the_examination(
    session: Session, training_class: TrainingClass, absent: Enrolment
) -> None:
    rules = exam_rules(session, training_class, today())
    assert rules.is_short(absent)
    assert rules.attends_enough(absent)
    assert rules.attendance_refusal(absent) is None
    training_class.standards = figure(NAME, 80, True)
    assert not exam_rules(session, training_class, today()).attends_enough(absent)


def test_the_county_decides_and_the_checker_of_the_claim_reads_why(
    session: Session, training_class: TrainingClass, absent: Enrolment
) -> None:
    county = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    corrections.decide(session, county, training_class, NAME, False, "无故缺课", today(), absent)
    refusal = exam_rules(session, training_class, today()).attendance_refusal(absent)
    assert "无故缺课" in str(refusal)
    corrections.decide(session, county, training_class, NAME, True, "封山三天，有证明", today(), absent)
    assert exam_rules(session, training_class, today()).attends_enough(absent)
    session.commit()
    known = facts.read(session, training_class, today())
    told = [
        str(one.sentence)
        for one in facts.warnings_of(session, known, None, today())
        if one.rule == "decision"
    ]
    assert ["无故缺课" in told[0], "封山三天" in told[1]] == [True, True]
    assert all(county.name in text for text in told)


@pytest.mark.parametrize("verified", [True, False])
def test_too_many_periods_a_day_are_refused_only_by_a_verified_figure(
    session: Session, verified: bool
) -> None:
    training_class = make_class(session, standards=figure(StandardName.DAY_PERIODS, 3, verified))
    lesson = make_lesson(session, training_class, today() + timedelta(days=1))
    row = {name: getattr(lesson, name) for name in ("held_on", "starts", "ends", "kind", "periods", "place")}
    row |= {"teacher_name": lesson.teacher_name, "teacher_digest": None}
    findings = judge(session, training_class, [], [row], today())[0]
    (day,) = [one for one in findings if one.field == "periods"]
    assert day.rejects is verified
    assert ("待核" in str(day.sentence)) is not verified
