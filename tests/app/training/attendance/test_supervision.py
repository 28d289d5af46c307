"""Visits nobody announced, what looks wrong, and what waits today."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.attendance.queries.anomalies import anomalies
from app.training.attendance.queries.tasks import tasks as attendance_tasks
from app.training.inspections import queries
from models.access import Role
from models.clock import CHINA, today, utc_now
from models.people.worker import WorkerState
from models.placement.placement import PlacementState
from models.training.enrolment import Enrolment
from models.training.lesson import Inspection, InspectionKind, Lesson, MarkedBy, Presence
from models.training.training_class import ClassState, TrainingClass
from tests.factories.people import FOSHAN, ZHAOJUE, actor_of, make_order, make_placement, make_user
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
    assert (found.rule, found.params["n"]) == ("one_phone", 3)
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
    ("counted", "marked", "found"), [(12, 20, ["counted"]), (19, 20, []), (1, 2, []), (20, 18, [])]
)
def test_far_fewer_on_the_spot_than_on_the_roll_is_asked_about(
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
    assert (found["working"].enrolment_ids, found["working"].params["n"]) == ((working.id,), 2)


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
    waiting = [*attendance_tasks(session, actor, today()), *queries.tasks(session, actor, today())]
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
