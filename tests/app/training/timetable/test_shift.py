"""Lessons that fall out are moved together, past feasts, never over one another."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.timetable import operations
from app.training.timetable.operations import Clash, Shift
from models.access import Actor, Role
from models.clock import today
from models.training.lesson import Lesson
from models.training.training_class import TrainingClass
from models.workflow import TransitionRefused
from tests.factories.people import actor_of, make_user
from tests.factories.training import make_attendance, make_class, make_enrolment, make_lesson

DAY = timedelta(days=1)
MONDAY = date(2026, 9, 28)  # Thursday 1 October begins the National Day holiday


@pytest.fixture
def training_class(session: Session) -> TrainingClass:
    row = make_class(session, starts_on=MONDAY - 7 * DAY, ends_on=MONDAY + 40 * DAY)
    for n in range(5):
        make_lesson(session, row, MONDAY + n * DAY if n < 3 else MONDAY + (n + 7) * DAY)
    return row


@pytest.fixture
def school(session: Session, training_class: TrainingClass) -> Actor:
    return actor_of(session, make_user(session, Role.SCHOOL, organisation_id=training_class.school_id))


def days(session: Session, training_class: TrainingClass) -> list[date]:
    session.expire_all()
    statement = select(Lesson.held_on).where(Lesson.class_id == training_class.id)
    return list(session.scalars(statement.order_by(Lesson.held_on)))


def test_a_power_cut_moves_all_lessons_on_past_the_feast(
    session: Session, training_class: TrainingClass, school: Actor
) -> None:
    shift = Shift(MONDAY + DAY, MONDAY + 2 * DAY)
    assert operations.shift_lessons(session, school, training_class, shift, MONDAY, "停电") == 4
    session.commit()
    moved = days(session, training_class)
    assert moved[:2] == [MONDAY, MONDAY + 2 * DAY]
    assert all(not date(2026, 10, 1) <= day <= date(2026, 10, 7) for day in moved)
    assert all(day.weekday() in {0, 1, 2, 3, 4} for day in moved)
    assert len(moved) == len(set(moved)) == 5


def test_every_lesson_moves_as_many_days_where_that_is_wanted(
    session: Session, training_class: TrainingClass, school: Actor
) -> None:
    before = days(session, training_class)
    shift = Shift(before[3], before[3] + 7 * DAY, in_step=True)
    operations.shift_lessons(session, school, training_class, shift, MONDAY, "老师生病")
    assert days(session, training_class) == [*before[:3], *(day + 7 * DAY for day in before[3:])]


def test_a_lesson_that_was_held_stays(session: Session, training_class: TrainingClass, school: Actor) -> None:
    first = session.scalars(select(Lesson).where(Lesson.held_on == MONDAY)).one()
    make_attendance(session, first, make_enrolment(session, training_class))
    shift = Shift(MONDAY, MONDAY + 14 * DAY, in_step=True)
    assert operations.shift_lessons(session, school, training_class, shift, MONDAY, "停电") == 4
    assert days(session, training_class)[0] == MONDAY


def test_lessons_do_not_leave_the_days_of_the_class(
    session: Session, training_class: TrainingClass, school: Actor
) -> None:
    shift = Shift(MONDAY, MONDAY + 90 * DAY, in_step=True)
    before = days(session, training_class)
    with pytest.raises(Clash, match="培训期"):
        operations.shift_lessons(session, school, training_class, shift, MONDAY, "停电")
    session.rollback()
    assert days(session, training_class) == before


def test_a_shift_of_an_approved_timetable_says_why(
    session: Session, training_class: TrainingClass, school: Actor
) -> None:
    with pytest.raises(TransitionRefused, match="理由"):
        operations.shift_lessons(session, school, training_class, Shift(MONDAY, MONDAY + DAY), MONDAY, "")
    with pytest.raises(TransitionRefused, match="晚于"):
        operations.shift_lessons(session, school, training_class, Shift(MONDAY, MONDAY), MONDAY, "停电")


def test_the_page_shows_the_new_days_before_anything_is_written(
    session: Session, training_class: TrainingClass, sign_in: Callable[..., FlaskClient]
) -> None:
    training_class.starts_on, training_class.ends_on = today() - DAY, today() + 60 * DAY
    for n, lesson in enumerate(session.scalars(select(Lesson).where(Lesson.class_id == training_class.id))):
        lesson.held_on = today() + (n + 1) * DAY
    session.commit()
    client = sign_in(make_user(session, Role.SCHOOL, organisation_id=training_class.school_id))
    address = f"/training/classes/{training_class.id}/timetable/shift"
    before = days(session, training_class)
    typed = {
        "first": before[0].isoformat(),
        "resume_on": (before[0] + 7 * DAY).isoformat(),
        "how": "in_step",
        "reason": "停电",
    }
    shown = client.post(address, data=typed)
    assert "就这样挪，5 节课" in shown.text
    assert days(session, training_class) == before
    assert client.post(address, data=typed | {"confirm": "1"}).status_code == 303
    assert days(session, training_class) == [day + 7 * DAY for day in before]
    assert "停电" in client.get(f"/training/classes/{training_class.id}/timetable").text
