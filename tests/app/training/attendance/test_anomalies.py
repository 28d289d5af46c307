"""What looks wrong in the attendance of a class, and what waits today."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models.access import Role
from models.clock import CHINA, today, utc_now
from models.people.worker import WorkerState
from models.placement.placement import PlacementState
from models.training.anomalies import anomalies
from models.training.enrolment import Enrolment
from models.training.lesson import Inspection, InspectionKind, Lesson, MarkedBy, Presence
from models.training.training_class import TrainingClass
from tests.factories.people import ZHAOJUE, make_order, make_placement, make_user
from tests.factories.training import make_attendance, make_class, make_enrolment, make_lesson

EIGHTY = {"attendance": {"value": 80, "source": "测试", "verified": False, "id": 1}}


@pytest.fixture
def training_class(session: Session) -> TrainingClass:
    return make_class(session, standards=EIGHTY)


def days_of(session: Session, training_class: TrainingClass, count: int) -> list[Lesson]:
    return [
        make_lesson(session, training_class, today() - timedelta(days=back)) for back in range(1, count + 1)
    ]


def at(lesson: Lesson, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(lesson.held_on, datetime.min.time(), CHINA) + timedelta(
        hours=hour, minutes=minute
    )


def rules(session: Session, training_class: TrainingClass) -> list[str]:
    return [one.rule for one in anomalies(session, training_class.id)]


def attend(session: Session, lesson: Lesson, learner: Enrolment, **values: object) -> None:
    make_attendance(
        session, lesson, learner, **({"marked_at": at(lesson, 9), "received_at": at(lesson, 9)} | values)
    )


# --- anomalies ------------------------------------------------------------------------------------------


def test_an_ordinary_class_raises_no_question(session: Session, training_class: TrainingClass) -> None:
    learners = [make_enrolment(session, training_class) for _n in range(5)]
    for n, lesson in enumerate(days_of(session, training_class, 5)):
        for learner in learners:
            is_away = n == 0 and learner is learners[0]
            attend(session, lesson, learner, presence=Presence.ABSENT if is_away else Presence.PRESENT)
    assert rules(session, training_class) == []


def test_a_whole_class_that_never_missed_is_asked_about(
    session: Session, training_class: TrainingClass
) -> None:
    learners = [make_enrolment(session, training_class) for _n in range(5)]
    for lesson in days_of(session, training_class, 5):
        for learner in learners:
            attend(session, lesson, learner)
    assert rules(session, training_class) == ["perfect"]


def test_one_phone_for_three_names_them(session: Session, training_class: TrainingClass) -> None:
    (lesson,), learners = (
        days_of(session, training_class, 1),
        [make_enrolment(session, training_class) for _n in range(4)],
    )
    for n, learner in enumerate(learners):
        attend(session, lesson, learner, how=MarkedBy.CODE, device="a" * 64 if n < 3 else "b" * 64)
    (found,) = anomalies(session, training_class.id)
    assert (found.rule, found.sentence.params["n"]) == ("one_phone", 3)
    assert found.enrolment_ids == tuple(one.id for one in learners[:3])


def test_marks_outside_the_lesson_and_sent_a_day_late_are_told_apart(
    session: Session, training_class: TrainingClass
) -> None:
    early, late = days_of(session, training_class, 2)
    learner = make_enrolment(session, training_class)
    attend(session, early, learner, marked_at=at(early, 20))
    attend(session, late, learner, how=MarkedBy.LATER, received_at=at(late, 40))
    assert rules(session, training_class) == ["outside_time", "sent_late"]


@pytest.mark.parametrize(
    ("counted", "marked", "found"), [(12, 20, ["counted"]), (19, 20, ["counted"]), (20, 20, []), (20, 18, [])]
)
def test_fewer_on_the_spot_than_on_the_roll_is_asked_about(
    session: Session, training_class: TrainingClass, counted: int, marked: int, found: list[str]
) -> None:
    session.add(
        Inspection(
            class_id=training_class.id,
            kind=InspectionKind.RANDOM,
            visited_at=utc_now(),
            counted=counted,
            marked=marked,
            in_order=True,
            inspector_id=make_user(session).id,
            inspector_name="某",
        )
    )
    session.commit()
    assert rules(session, training_class) == found


def test_who_works_elsewhere_or_left_the_register_cannot_have_sat_here(
    session: Session, training_class: TrainingClass
) -> None:
    lessons = days_of(session, training_class, 3)
    working, closed, away, fine = (make_enrolment(session, training_class) for _n in range(4))
    make_placement(
        session,
        make_order(session),
        working.worker,
        state=PlacementState.ON_SITE,
        on_site_on=today() - timedelta(days=2),
    )
    make_placement(
        session,
        make_order(session),
        fine.worker,
        state=PlacementState.LEFT,
        on_site_on=today() - timedelta(days=90),
        left_on=today() - timedelta(days=30),
    )
    closed.worker.state, closed.worker.state_since = (
        WorkerState.CLOSED,
        datetime.now(UTC) - timedelta(days=30),
    )
    away.worker.work_status = "省外务工"
    for lesson in lessons:
        for learner in (working, closed, away, fine):
            attend(session, lesson, learner)
    found = {one.rule: one for one in anomalies(session, training_class.id)}
    assert set(found) == {"working", "closed", "away"}
    assert (found["working"].enrolment_ids, found["working"].sentence.params["n"]) == ((working.id,), 2)


def test_what_looks_wrong_is_shown_to_the_county_and_not_to_the_school(
    session: Session, training_class: TrainingClass, sign_in: Callable
) -> None:
    (lesson,), learner = days_of(session, training_class, 1), make_enrolment(session, training_class)
    attend(session, lesson, learner, marked_at=at(lesson, 20))
    path = f"/training/classes/{training_class.id}/attendance"
    county = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE)).get(path).get_data(as_text=True)
    school = (
        sign_in(make_user(session, Role.SCHOOL, organisation_id=training_class.school_id))
        .get(path)
        .get_data(as_text=True)
    )
    assert "不是上课时间记的" in county
    assert "不是上课时间记的" not in school
    assert learner.worker.name in school
    assert "待核" in school
