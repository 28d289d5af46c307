"""Unannounced visits, and what waits today."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.attendance import queries as attendance
from app.training.inspections import queries
from models.access import Role
from models.clock import CHINA, today, utc_now
from models.training.enrolment import Enrolment
from models.training.lesson import Inspection, InspectionKind, Lesson, Presence
from models.training.training_class import ClassState, TrainingClass
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of, make_user
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


def attend(session: Session, lesson: Lesson, learner: Enrolment, **values: object) -> None:
    make_attendance(
        session, lesson, learner, **({"marked_at": at(lesson, 9), "received_at": at(lesson, 9)} | values)
    )


# --- visits ---------------------------------------------------------------------------------------------


def test_the_draw_puts_the_unvisited_first_and_can_be_repeated(session: Session) -> None:
    county = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    classes = [make_class(session) for _n in range(6)]
    for one in classes:
        make_lesson(session, one)
    resting = make_class(session, state=ClassState.APPROVED)
    make_lesson(session, resting)
    session.add(
        Inspection(
            class_id=classes[0].id,
            kind=InspectionKind.RANDOM,
            visited_at=utc_now(),
            counted=1,
            in_order=True,
            inspector_id=county.user_id,
            inspector_name="某",
        )
    )
    session.commit()
    drawn = [one.training_class.id for one in queries.candidates(session, county, today())]
    assert sorted(drawn) == sorted(one.id for one in classes)
    assert drawn[-1] == classes[0].id
    assert drawn == [one.training_class.id for one in queries.candidates(session, county, today())]
    assert queries.seed_of(county, today()) != queries.seed_of(county, today() + timedelta(days=1))


def test_what_the_roll_said_at_that_moment_is_filled_in_by_the_system(
    session: Session, training_class: TrainingClass, sign_in: Callable
) -> None:
    now = datetime.now(CHINA)
    lesson = make_lesson(
        session,
        training_class,
        now.date(),
        starts=now.replace(hour=0, minute=0).time(),
        ends=now.replace(hour=23, minute=59).time(),
    )
    for presence in (Presence.PRESENT, Presence.LATE, Presence.ABSENT):
        make_attendance(session, lesson, make_enrolment(session, training_class), presence=presence)
    city = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    path = f"/training/classes/{training_class.id}/inspect"
    seen = {"counted": "1", "teacher_agrees": "y", "place_agrees": "y"}
    assert "请写下看到了什么" in city.post(path, data=seen).get_data(as_text=True)
    answer = city.post(path, data=seen | {"finding": "在讲安全，不是平焊"}, follow_redirects=True)
    assert "在讲安全" in answer.get_data(as_text=True)
    session.rollback()
    visit = session.scalars(select(Inspection)).one()
    assert (visit.counted, visit.marked, visit.lesson_id, visit.in_order, visit.draw_rank) == (
        1,
        2,
        lesson.id,
        False,
        1,
    )


# --- what waits, and who sees it ------------------------------------------------------------------------


def tasks_of(session: Session, role: Role, **where: object) -> list[tuple[str, int]]:
    actor = actor_of(session, make_user(session, role, **where))
    waiting = [*attendance.tasks(session, actor, today()), *queries.tasks(session, actor, today())]
    return [(one.endpoint, one.count) for one in waiting]


def test_each_finds_what_waits_for_him(app: object, session: Session, training_class: TrainingClass) -> None:
    learner = make_enrolment(session, training_class)
    for lesson in days_of(session, training_class, 3):
        attend(session, lesson, learner, presence=Presence.ABSENT)
    make_lesson(session, training_class)
    with app.test_request_context():  # type: ignore[attr-defined]
        assert tasks_of(session, Role.SCHOOL, organisation_id=training_class.school_id) == [
            ("attendance.today", 1),
            ("attendance.today", 3),
            ("attendance.today", 1),
        ]
        assert tasks_of(session, Role.TEACHER, organisation_id=training_class.school_id) == []
        assert tasks_of(session, Role.COUNTY, area_code=ZHAOJUE) == [
            ("attendance.today", 1),
            ("inspections.index", 1),
        ]
