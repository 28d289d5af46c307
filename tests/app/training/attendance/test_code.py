"""The changing code: what a learner's scan can do, and what it cannot."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.attendance import operations
from models.access import CLOCK, Role
from models.clock import china_now
from models.training.enrolment import Enrolment, EnrolmentState
from models.training.lesson import Attendance, Lesson, MarkedBy, Presence
from models.training.training_class import ClassState, TrainingClass
from models.workflow import TransitionRefused
from tests.factories.people import make_user
from tests.factories.training import hours_around, make_attendance, make_class, make_enrolment, make_lesson

HERE = "/training/lessons/here"


@dataclass
class Scan:
    """A lesson that is being held now, and a learner with seat and number."""

    lesson: Lesson
    learner: Enrolment
    training_class: TrainingClass

    def code(self, ago: int = 0) -> str:
        """Return the code as it was ``ago`` seconds ago."""
        return operations.code_at(self.lesson, datetime.now(UTC) - timedelta(seconds=ago))


@pytest.fixture
def scan(session: Session) -> Scan:
    training_class = make_class(session)
    now = china_now()
    lesson = make_lesson(session, training_class, now.date(), **hours_around(now))
    return Scan(lesson, make_enrolment(session, training_class), training_class)


def ticket_in(page: str) -> str:
    return re.search(r'name="ticket" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]


def send(client: object, scan: Scan, **values: str) -> str:
    page = client.get(f"{HERE}/{scan.code()}").get_data(as_text=True)  # type: ignore[attr-defined]
    given = {"ticket": ticket_in(page), "seat": str(scan.learner.seat), "last4": scan.learner.worker.id_last4}
    answer = client.post(HERE, data=given | values, follow_redirects=True)  # type: ignore[attr-defined]
    return answer.get_data(as_text=True)


def marks(session: Session) -> list[Attendance]:
    session.rollback()
    return list(session.scalars(select(Attendance).order_by(Attendance.id)))


def test_a_scan_with_seat_and_number_marks_present_once(app: Flask, session: Session, scan: Scan) -> None:
    client = app.test_client()
    assert "记上了" in send(client, scan)
    assert "记上了" in send(client, scan)
    (mark,) = marks(session)
    assert (mark.presence, mark.how, len(mark.device or "")) == (Presence.PRESENT, MarkedBy.CODE, 64)


def test_a_worker_who_is_signed_in_needs_one_tap(session: Session, scan: Scan, sign_in: Callable) -> None:
    client = sign_in(make_user(session, Role.WORKER, worker_id=scan.learner.worker_id))
    page = client.get(f"{HERE}/{scan.code()}").get_data(as_text=True)
    assert 'name="seat"' not in page
    client.post(HERE, data={"ticket": ticket_in(page)})
    assert [mark.enrolment_id for mark in marks(session)] == [scan.learner.id]


@pytest.mark.parametrize(("ago", "status"), [(0, 200), (30, 200), (61, 410), (600, 410)])
def test_a_code_lives_for_its_window_and_the_next(
    app: Flask, session: Session, scan: Scan, ago: int, status: int
) -> None:
    assert app.test_client().get(f"{HERE}/{scan.code(ago)}").status_code == status


@pytest.mark.parametrize(
    "code", ["x", "1-", "99999999999-abcdefgh", "-abcdefgh", "１-abcdefgh", "{n}-aaaaaaaa"]
)
def test_a_wrong_code_gets_a_plain_sentence(app: Flask, session: Session, scan: Scan, code: str) -> None:
    answer = app.test_client().get(f"{HERE}/{code.replace('{n}', str(scan.lesson.id))}")
    assert answer.status_code == 410
    assert "再扫一次" in answer.get_data(as_text=True)


def test_wrong_seat_other_class_and_foreign_phone_mark_nobody(
    app: Flask, session: Session, scan: Scan
) -> None:
    client, other = app.test_client(), make_enrolment(session, make_class(session))
    assert "对不上" in send(client, scan, last4="0000")
    assert "对不上" in send(client, scan, seat=str(other.seat), last4=other.worker.id_last4)
    page = client.get(f"{HERE}/{scan.code()}").get_data(as_text=True)
    friend = app.test_client()
    friend.get(f"{HERE}/{scan.code()}")
    stolen = {"ticket": ticket_in(page), "seat": "1", "last4": scan.learner.worker.id_last4}
    assert friend.post(HERE, data=stolen).status_code == 410
    assert marks(session) == []


def test_the_teachers_word_is_not_overwritten_by_a_scan(app: Flask, session: Session, scan: Scan) -> None:
    make_attendance(session, scan.lesson, scan.learner, presence=Presence.ABSENT)
    assert "当面和老师说" in send(app.test_client(), scan)
    assert [mark.presence for mark in marks(session)] == [Presence.ABSENT]


def test_a_closed_lesson_shows_no_code_and_takes_no_scan(
    app: Flask, session: Session, scan: Scan, sign_in: Callable
) -> None:
    office = sign_in(make_user(session, Role.SCHOOL, organisation_id=scan.training_class.school_id))
    path = f"/training/lessons/{scan.lesson.id}/code"
    assert "<svg" in office.get(path).get_data(as_text=True)
    assert office.get(f"{path}.json").get_json()["left"] > 0
    scan.lesson.closed_at = datetime.now(UTC)
    session.commit()
    assert "现在不能扫码" in office.get(path).get_data(as_text=True)
    assert app.test_client().get(f"{HERE}/{scan.code()}").status_code == 410


def test_guessing_a_number_ends_after_eight_tries(app: Flask, session: Session, scan: Scan) -> None:
    from app.kit.web.extensions import limiter

    limiter.enabled = True
    try:
        client = app.test_client()
        page = client.get(f"{HERE}/{scan.code()}").get_data(as_text=True)
        tries = [
            client.post(HERE, data={"ticket": ticket_in(page), "seat": "1", "last4": f"{n:04d}"})
            for n in range(9)
        ]
        assert [answer.status_code for answer in tries] == [200] * 8 + [429]
    finally:
        limiter.reset()
        limiter.enabled = False


@pytest.fixture
def counted() -> Iterator[None]:
    """With the limits in force."""
    from app.kit.web.extensions import limiter

    limiter.enabled = True
    yield
    limiter.reset()
    limiter.enabled = False


def guess(app: Flask, scan: Scan, seat: str, phone: FlaskClient | None = None) -> int:
    """A wrong try from a telephone that has never been here, unless one is given."""
    client = phone or app.test_client()
    page = client.get(f"{HERE}/{scan.code()}").get_data(as_text=True)
    return client.post(HERE, data={"ticket": ticket_in(page), "seat": seat, "last4": "0000"}).status_code


@pytest.mark.usefixtures("counted")
def test_one_seat_written_in_many_ways_and_from_many_telephones_is_one_seat(app: Flask, scan: Scan) -> None:
    ways = ["6", "06", "０６", "６", "006", " 6", "6 ", "0６"]
    assert [guess(app, scan, way) for way in ways] == [200] * 8
    assert [guess(app, scan, way) for way in ("6", "0006", "６")] == [429] * 3


@pytest.mark.usefixtures("counted")
def test_tries_in_one_school_do_not_lock_the_seat_of_another(
    app: Flask, session: Session, scan: Scan
) -> None:
    other_class = make_class(session)
    times = {"starts": scan.lesson.starts, "ends": scan.lesson.ends}
    other = Scan(make_lesson(session, other_class, scan.lesson.held_on, **times), scan.learner, other_class)
    phone = app.test_client()
    assert [guess(app, scan, "1", phone) for _n in range(9)] == [200] * 8 + [429]
    assert guess(app, other, "1", phone) == 200


@pytest.mark.parametrize("end", ["roll closed", "class over", "learner gone", "another day"])
def test_no_scan_counts_once_roll_class_or_learner_are_over(session: Session, scan: Scan, end: str) -> None:
    """However the scan got past the page: the roll may be closing at this moment."""
    now = datetime.now(UTC)
    if end == "roll closed":
        scan.lesson.closed_at = now
    elif end == "class over":
        scan.training_class.state = ClassState.EXAMINED
    elif end == "learner gone":
        scan.learner.state = EnrolmentState.DROPPED
    else:
        now += timedelta(days=1)
    session.commit()
    with pytest.raises(TransitionRefused, match="不收扫码签到"):
        operations.check_in(session, CLOCK, scan.lesson, scan.learner, "d" * 64, now)
    assert marks(session) == []
