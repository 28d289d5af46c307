"""Who attended how much, and who is in danger."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from app.training.attendance import queries
from models.clock import today
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.lesson import Presence
from models.training.training_class import TrainingClass
from tests.factories.training import make_attendance, make_class, make_enrolment, make_lesson

EIGHTY = {"attendance": {"value": 80, "source": "测试", "verified": False, "id": 1}}


@pytest.fixture
def training_class(session: Session) -> TrainingClass:
    return make_class(session, standards=EIGHTY)


def ten_days(session: Session, training_class: TrainingClass, learner: Enrolment, missed: int) -> None:
    """Ten lessons of four periods, one a day, the last of them today; the first ``missed`` without the
    learner."""
    for back in range(10):
        lesson = make_lesson(session, training_class, today() - timedelta(days=9 - back))
        mark = Presence.ABSENT if back < missed else Presence.LATE if back == 9 else Presence.PRESENT
        if back < 9:
            make_attendance(session, lesson, learner, presence=mark)


def test_present_and_late_count_excused_does_not(session: Session, training_class: TrainingClass) -> None:
    learner = make_enrolment(session, training_class)
    for back, presence in enumerate((Presence.PRESENT, Presence.LATE, Presence.EXCUSED, Presence.ABSENT), 1):
        make_attendance(
            session,
            make_lesson(session, training_class, today() - timedelta(days=back)),
            learner,
            presence=presence,
        )
    told = queries.attendance(session, training_class.id, today())[learner.id]
    assert (told.attended_periods, told.held_periods, told.days, told.share) == (8, 16, 2, Fraction(1, 2))


def test_a_lesson_of_today_counts_once_it_is_closed(session: Session, training_class: TrainingClass) -> None:
    learner = make_enrolment(session, training_class)
    lesson = make_lesson(session, training_class)
    make_attendance(session, lesson, learner)
    assert queries.attendance(session, training_class.id, today())[learner.id].share is None
    lesson.closed_at = datetime.now(UTC)
    session.commit()
    assert queries.attendance(session, training_class.id, today())[learner.id].share == 1


def test_somebody_who_dropped_out_keeps_what_he_attended(
    session: Session, training_class: TrainingClass
) -> None:
    learner = make_enrolment(session, training_class)
    make_attendance(session, make_lesson(session, training_class, today() - timedelta(days=1)), learner)
    learner.state = EnrolmentState.DROPPED
    session.commit()
    assert queries.attendance(session, training_class.id, today())[learner.id].attended_periods == 4


def test_below_the_threshold_nobody_sits_the_examination(
    session: Session, training_class: TrainingClass
) -> None:
    keen, lazy = make_enrolment(session, training_class), make_enrolment(session, training_class)
    for back in range(1, 6):
        lesson = make_lesson(session, training_class, today() - timedelta(days=back))
        make_attendance(session, lesson, keen, presence=Presence.ABSENT if back == 1 else Presence.PRESENT)
        make_attendance(session, lesson, lazy, presence=Presence.ABSENT if back < 3 else Presence.PRESENT)
    assert queries.below_threshold(session, training_class, today()) == {lazy.id}


def test_an_unknown_threshold_bars_nobody(session: Session) -> None:
    training_class = make_class(
        session, standards={"class_size": {"value": 50, "source": "测试", "verified": False}}
    )
    make_enrolment(session, training_class)
    make_lesson(session, training_class, today() - timedelta(days=1))
    assert queries.threshold(session, training_class, today()) is None
    assert queries.below_threshold(session, training_class, today()) == set()


@pytest.mark.parametrize(("missed", "word"), [(1, ""), (2, "near"), (3, "lost")])
def test_the_warning_comes_one_lesson_before_it_is_too_late(
    session: Session, training_class: TrainingClass, missed: int, word: str
) -> None:
    learner = make_enrolment(session, training_class)
    ten_days(session, training_class, learner, missed)  # 40 periods, 32 are needed, 4 are left
    found = queries.forecast(session, training_class, today())
    assert [("lost" if one.is_lost else "near") for one in found if one.is_in_danger] == (
        [word] if word else []
    )
