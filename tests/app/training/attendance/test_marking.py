"""The roll: who may call it, what counts, and that nothing counts twice."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit.web import connections
from app.training.attendance import operations
from app.training.attendance.operations import Mark
from models.access import Actor, Role
from models.audit import AuditEvent
from models.clock import CHINA, today, utc_now
from models.training.enrolment import Enrolment
from models.training.lesson import Attendance, Lesson, MarkedBy, Presence
from models.training.training_class import ClassState, TrainingClass
from models.user import User
from models.workflow import TransitionRefused
from tests.factories.people import actor_of, make_user
from tests.factories.training import make_class, make_enrolment, make_lesson

P = Presence


@dataclass
class Room:
    """A class of two, its lesson of today, and the teacher on the timetable."""

    training_class: TrainingClass
    lesson: Lesson
    learners: list[Enrolment]
    teacher: User
    actor: Actor


@pytest.fixture
def room(session: Session) -> Room:
    training_class = make_class(session)
    teacher = make_user(session, Role.TEACHER, organisation_id=training_class.school_id)
    lesson = make_lesson(session, training_class, teacher_user_id=teacher.id)
    learners = [make_enrolment(session, training_class) for _n in range(2)]
    return Room(training_class, lesson, learners, teacher, actor_of(session, teacher))


def mark_of(session: Session, room: Room, n: int = 0) -> Attendance:
    session.expire_all()
    return session.scalars(select(Attendance).where(Attendance.enrolment_id == room.learners[n].id)).one()


def test_the_later_word_of_the_teacher_counts_whichever_arrives_first(session: Session, room: Room) -> None:
    first, now = room.learners[0].id, datetime.now(UTC)
    assert operations.save_marks(session, room.actor, room.lesson, [Mark(first, P.LATE, 60)], now) == 1
    assert operations.save_marks(session, room.actor, room.lesson, [Mark(first, P.ABSENT, 3600)], now) == 0
    session.commit()
    assert mark_of(session, room).presence is P.LATE
    later = now + timedelta(seconds=5)
    assert operations.save_marks(session, room.actor, room.lesson, [Mark(first, P.EXCUSED)], later) == 1
    session.commit()
    assert mark_of(session, room).presence is P.EXCUSED
    events = session.scalars(select(AuditEvent).where(AuditEvent.tag == "attendance:mark")).all()
    assert [(one.details["from"], one.details["to"]) for one in events if "from" in one.details] == [
        ("late", "excused")
    ]


def test_what_is_sent_later_says_so_and_keeps_the_time_of_the_tap(session: Session, room: Room) -> None:
    noon = datetime.combine(room.lesson.held_on, datetime.min.time(), CHINA) + timedelta(hours=36)
    operations.save_marks(
        session, room.actor, room.lesson, [Mark(room.learners[0].id, P.PRESENT, 7200)], noon
    )
    operations.save_marks(session, room.actor, room.lesson, [Mark(room.learners[1].id, P.PRESENT, 9e7)], noon)
    session.commit()
    kept, bounded = mark_of(session, room), mark_of(session, room, 1)
    assert (kept.how, noon - kept.marked_at, kept.received_at) == (MarkedBy.LATER, timedelta(hours=2), noon)
    assert bounded.marked_at.astimezone(CHINA).date() == room.lesson.held_on


def test_nobody_outside_the_class_can_be_marked(session: Session, room: Room) -> None:
    stranger = make_enrolment(session, make_class(session))
    with pytest.raises(LookupError):
        operations.save_marks(session, room.actor, room.lesson, [Mark(stranger.id, P.PRESENT)], utc_now())


def test_there_is_no_roll_before_the_day_nor_after_the_examination(session: Session, room: Room) -> None:
    coming = make_lesson(
        session, room.training_class, today() + timedelta(days=1), teacher_user_id=room.teacher.id
    )
    with pytest.raises(TransitionRefused, match="没有到日子"):
        operations.save_marks(session, room.actor, coming, [], utc_now())
    room.training_class.state = ClassState.EXAMINED
    session.commit()
    with pytest.raises(TransitionRefused, match="不在上课"):
        operations.save_marks(session, room.actor, room.lesson, [], utc_now())


def test_a_lesson_closes_when_nobody_is_left_out(session: Session, room: Room) -> None:
    operations.save_marks(session, room.actor, room.lesson, [Mark(room.learners[0].id, P.PRESENT)], utc_now())
    with pytest.raises(TransitionRefused, match="没有点到"):
        operations.close_lesson(session, room.actor, room.lesson, utc_now())
    operations.close_lesson(session, room.actor, room.lesson, utc_now(), operations.Closing(absent_rest=True))
    session.commit()
    assert mark_of(session, room, 1).presence is P.ABSENT
    with pytest.raises(TransitionRefused, match="已经结束"):
        operations.close_lesson(session, room.actor, room.lesson, utc_now())


@pytest.mark.parametrize(("key_of", "tries"), [(lambda n: "k" * 32, 20), (lambda n: f"{n:032d}", 20)])
def test_twenty_sendings_at_once_give_one_mark(
    app: Flask,
    session: Session,
    room: Room,
    sign_in: Callable,
    monkeypatch: pytest.MonkeyPatch,
    key_of: Callable[[int], str],
    tries: int,
) -> None:
    # Twenty behind one row wait longer than five seconds on a loaded machine, and are told to come again.
    monkeypatch.setattr(connections, "LOCK_SECONDS", 60)
    sign_in(room.teacher)
    client, number = sign_in(room.teacher), room.lesson.id
    with client.session_transaction() as cookie:
        given = dict(cookie)
    marks = json.dumps([{"id": room.learners[0].id, "presence": "present", "ago": 3}])
    session.rollback()

    def send(n: int) -> int:
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie.update(given)
        return browser.post(
            f"/training/lessons/{number}/marks", data={"once": key_of(n), "marks": marks}
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(tries))) == {303}
    assert session.scalar(select(func.count()).select_from(Attendance)) == 1


def test_a_teacher_calls_only_his_own_rolls(session: Session, room: Room, sign_in: Callable) -> None:
    colleague = sign_in(make_user(session, Role.TEACHER, organisation_id=room.training_class.school_id))
    office = sign_in(make_user(session, Role.SCHOOL, organisation_id=room.training_class.school_id))
    own, path = sign_in(room.teacher), f"/training/lessons/{room.lesson.id}"
    assert [client.get(path).status_code for client in (own, office, colleague)] == [200, 200, 404]
    assert colleague.post(f"{path}/marks", data={"marks": "[]"}).status_code == 404
    assert "平焊" in own.get("/training/lessons/today").get_data(as_text=True)
    assert "平焊" not in colleague.get("/training/lessons/today").get_data(as_text=True)


@pytest.mark.parametrize(
    "sent", ["nonsense", "[{}]", '[{"id":1,"presence":"here","ago":0}]', '[{"id":1}]', "7"]
)
def test_a_roll_that_cannot_be_read_is_refused(
    session: Session, room: Room, sign_in: Callable, sent: str
) -> None:
    answer = sign_in(room.teacher).post(f"/training/lessons/{room.lesson.id}/marks", data={"marks": sent})
    assert answer.status_code == 400


def test_the_roll_works_without_script(session: Session, room: Room, sign_in: Callable) -> None:
    client, path = sign_in(room.teacher), f"/training/lessons/{room.lesson.id}"
    page = client.get(path).get_data(as_text=True)
    assert "checked" not in page  # nobody is present by default
    answer = client.post(f"{path}/marks", data={f"mark-{room.learners[0].id}": "late"}, follow_redirects=True)
    assert "记下了 1 人" in answer.get_data(as_text=True)
    assert mark_of(session, room).presence is P.LATE
