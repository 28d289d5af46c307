"""Unannounced visits, and what waits today."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.attendance import queries as attendance
from app.training.inspections import queries
from models.access import Role
from models.clock import CHINA, china_now, today, utc_now
from models.training.anomalies import anomalies
from models.training.contradictions import contradictions
from models.training.enrolment import Enrolment
from models.training.lesson import Inspection, InspectionKind, Lesson, Presence
from models.training.training_class import ClassState, TrainingClass
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of, make_user
from tests.factories.training import hours_around, make_attendance, make_class, make_enrolment, make_lesson

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
    now = china_now()
    lesson = make_lesson(session, training_class, now.date(), **hours_around(now))
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


def visit_of(session: Session, lesson: Lesson, **values: object) -> Inspection:
    """Return a random visit to a lesson at which one learner was counted."""
    given = {
        "class_id": lesson.class_id,
        "lesson_id": lesson.id,
        "kind": InspectionKind.RANDOM,
        "visited_at": at(lesson, 9),
        "counted": 1,
        "marked": 1,
        "in_order": True,
        "inspector_id": make_user(session).id,
        "inspector_name": "某",
    }
    visit = Inspection(**(given | values))
    session.add(visit)
    session.commit()
    return visit


def test_names_added_to_the_roll_after_a_visit_contradict_it_on_visit_class_and_claim(
    session: Session, training_class: TrainingClass, sign_in: Callable
) -> None:
    (lesson,) = days_of(session, training_class, 1)
    visit_of(session, lesson)
    county = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    pages = [f"/training/classes/{training_class.id}{page}" for page in ("/visits", "", "/attendance")]
    attend(session, lesson, make_enrolment(session, training_class))
    assert not any("对不上" in county.get(page).text for page in pages)
    for _n in range(2):
        attend(session, lesson, make_enrolment(session, training_class))
    told = "巡查现场数到 1 人；那节课点名册当时记了 1 人，现在 3 人"
    assert [told in county.get(page).text for page in pages] == [True, True, True]
    assert told in [str(one.sentence)[-len(told) - 1 : -1] for one in anomalies(session, training_class.id)]


def test_a_visit_that_saw_another_teacher_and_a_site_check_with_empty_seats_are_told(
    session: Session, training_class: TrainingClass
) -> None:
    (lesson,) = days_of(session, training_class, 1)
    for _n in range(3):
        make_enrolment(session, training_class)
    opening = {"kind": InspectionKind.OPENING, "lesson_id": None, "marked": None}
    visit_of(session, lesson, **opening, counted=0, finding="没有人")
    visit_of(session, lesson, **opening, counted=2, visited_at=at(lesson, 10))
    visit_of(
        session, lesson, visited_at=at(lesson, 11), teacher_agrees=False, in_order=False, finding="换了人"
    )
    told = [str(one.sentence) for one in contradictions(session, training_class.id)]
    assert len(told) == 2
    assert "开班到场核查数到 2 人，班上名单却有 3 人" in told[0]
    assert "老师和课程表不一样：换了人" in told[1]


def test_an_inspector_is_told_at_once_what_the_roll_says(
    session: Session, training_class: TrainingClass, sign_in: Callable
) -> None:
    now = china_now()
    lesson = make_lesson(session, training_class, now.date(), **hours_around(now))
    for _n in range(2):
        make_attendance(session, lesson, make_enrolment(session, training_class))
    seen = {"counted": "1", "teacher_agrees": "y", "place_agrees": "y", "content_agrees": "y"}
    city = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    path = f"/training/classes/{training_class.id}/inspect"
    page = city.post(path, data=seen, follow_redirects=True).text
    assert "现场数到 1 人；那节课点名册当时记了 2 人" in page


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
