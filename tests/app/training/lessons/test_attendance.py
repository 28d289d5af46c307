"""Who attended how much, and who is in danger."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from app.kit.web.guards import today
from app.training.lessons import queries
from models.training.lesson import Presence
from models.training.training_class import Cohort, Enrolment, EnrolmentState
from tests.factories.training import make_attendance, make_cohort, make_enrolment, make_lesson

EIGHTY = {"attendance": {"value": 80, "source": "测试", "verified": False, "id": 1}}


@pytest.fixture
def cohort(session: Session) -> Cohort:
    return make_cohort(session, standards=EIGHTY)


def ten_days(session: Session, cohort: Cohort, learner: Enrolment, missed: int) -> None:
    """Ten lessons of four periods, one a day, the last of them today; the first ``missed`` without the
    learner."""
    for back in range(10):
        lesson = make_lesson(session, cohort, today() - timedelta(days=9 - back))
        mark = Presence.ABSENT if back < missed else Presence.LATE if back == 9 else Presence.PRESENT
        if back < 9:
            make_attendance(session, lesson, learner, presence=mark)


def test_present_and_late_count_excused_does_not(session: Session, cohort: Cohort) -> None:
    learner = make_enrolment(session, cohort)
    for back, presence in enumerate((Presence.PRESENT, Presence.LATE, Presence.EXCUSED, Presence.ABSENT), 1):
        make_attendance(
            session, make_lesson(session, cohort, today() - timedelta(days=back)), learner, presence=presence
        )
    told = queries.attendance(session, cohort.id)[learner.id]
    assert (told.attended_periods, told.held_periods, told.days, told.share) == (8, 16, 2, Fraction(1, 2))


def test_a_lesson_of_today_counts_once_it_is_closed(session: Session, cohort: Cohort) -> None:
    learner = make_enrolment(session, cohort)
    lesson = make_lesson(session, cohort)
    make_attendance(session, lesson, learner)
    assert queries.attendance(session, cohort.id)[learner.id].share is None
    lesson.closed_at = datetime.now(UTC)
    session.commit()
    assert queries.attendance(session, cohort.id)[learner.id].share == 1


def test_somebody_who_dropped_out_keeps_what_he_attended(session: Session, cohort: Cohort) -> None:
    learner = make_enrolment(session, cohort)
    make_attendance(session, make_lesson(session, cohort, today() - timedelta(days=1)), learner)
    learner.state = EnrolmentState.DROPPED
    session.commit()
    assert queries.attendance(session, cohort.id)[learner.id].attended_periods == 4


def test_below_the_threshold_nobody_sits_the_examination(session: Session, cohort: Cohort) -> None:
    keen, lazy = make_enrolment(session, cohort), make_enrolment(session, cohort)
    for back in range(1, 6):
        lesson = make_lesson(session, cohort, today() - timedelta(days=back))
        make_attendance(session, lesson, keen, presence=Presence.ABSENT if back == 1 else Presence.PRESENT)
        make_attendance(session, lesson, lazy, presence=Presence.ABSENT if back < 3 else Presence.PRESENT)
    assert queries.below_threshold(session, cohort) == {lazy.id}


def test_an_unknown_threshold_bars_nobody(session: Session) -> None:
    cohort = make_cohort(
        session, standards={"class_size": {"value": 50, "source": "测试", "verified": False}}
    )
    make_enrolment(session, cohort)
    make_lesson(session, cohort, today() - timedelta(days=1))
    assert queries.threshold(session, cohort) is None
    assert queries.below_threshold(session, cohort) == set()


@pytest.mark.parametrize(("missed", "word"), [(1, ""), (2, "near"), (3, "lost")])
def test_the_warning_comes_one_lesson_before_it_is_too_late(
    session: Session, cohort: Cohort, missed: int, word: str
) -> None:
    learner = make_enrolment(session, cohort)
    ten_days(session, cohort, learner, missed)  # 40 periods, 32 are needed, 4 are left
    found = queries.outlook(session, cohort)
    assert [("lost" if one.is_lost else "near") for one in found if one.is_in_danger] == (
        [word] if word else []
    )
