"""A mark more than a day after its lesson, lessons long past, and a roll that absent people scanned."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.access import Role
from models.clock import CHINA, china_now, today
from models.training.anomalies import anomalies
from models.training.enrolment import Enrolment
from models.training.lesson import Attendance, Lesson, MarkedBy, Presence
from models.training.training_class import ClassState, TrainingClass
from models.user import User
from tests.factories.people import ZHAOJUE, make_user
from tests.factories.training import hours_around, make_attendance, make_class, make_enrolment, make_lesson

WHY = "点错了一行，问过本人"


@dataclass
class Past:
    """A lesson of the day before yesterday with one learner marked present, and its teacher's phone."""

    session: Session
    training_class: TrainingClass
    lesson: Lesson
    learner: Enrolment
    mark: Attendance
    teacher: User
    phone: FlaskClient

    def save(self, presence: str, reason: str = "", learner: Enrolment | None = None) -> str:
        """Send the plain form of the roll; return the page that follows."""
        form = {f"mark-{(learner or self.learner).id}": presence, "reason": reason}
        path = f"/training/lessons/{self.lesson.id}/marks"
        page = self.phone.post(path, data=form, follow_redirects=True).get_data(as_text=True)
        self.session.expire_all()
        return page

    def corrected(self) -> list[str]:
        """What the checker reads of marks changed later."""
        found = anomalies(self.session, self.training_class.id)
        return [str(one.sentence) for one in found if one.rule == "corrected"]


@pytest.fixture
def past(session: Session, sign_in: Callable) -> Past:
    training_class = make_class(session)
    teacher = make_user(session, Role.TEACHER, organisation_id=training_class.school_id)
    teacher.name = "沙马老师"
    day = today() - timedelta(days=3)
    lesson = make_lesson(session, training_class, day, teacher_user_id=teacher.id)
    learner = make_enrolment(session, training_class)
    at = datetime.combine(day, lesson.starts, CHINA)
    mark = make_attendance(session, lesson, learner, marked_at=at, received_at=at)
    return Past(session, training_class, lesson, learner, mark, teacher, sign_in(teacher))


def test_a_mark_changed_more_than_a_day_later_needs_a_reason(past: Past) -> None:
    page = past.save("absent")
    assert "要写明原因" in page
    assert f'id="m{past.learner.id}-absent" value="absent"\n        checked' in page  # what was tapped stays
    assert past.mark.presence is Presence.PRESENT
    assert "记下了 1 人" in past.save("absent", WHY)
    assert past.mark.presence is Presence.ABSENT


def test_a_mark_changed_later_stands_before_the_checker_with_old_and_new_value(past: Past) -> None:
    past.save("absent", WHY)
    (told,) = past.corrected()
    for part in (past.learner.worker.name, "从“到课”改成“缺课”", WHY, "沙马老师"):
        assert part in told
    assert "从“到课”改成“缺课”" in past.phone.get(f"/training/lessons/{past.lesson.id}").text


def test_a_first_mark_added_more_than_a_day_later_is_told_too(past: Past) -> None:
    other = make_enrolment(past.session, past.training_class)
    assert "要写明原因" in past.save("present", learner=other)
    past.save("present", "当天手机坏了", other)
    (told,) = past.corrected()
    assert "原来没有点到，补成“到课”" in told


def test_a_mark_of_the_same_day_is_changed_freely(past: Past) -> None:
    fresh = make_lesson(past.session, past.training_class, today(), teacher_user_id=past.teacher.id)
    make_attendance(past.session, fresh, past.learner, marked_at=datetime.now(UTC) - timedelta(hours=1))
    past.lesson = fresh
    assert "记下了 1 人" in past.save("late")
    assert past.corrected() == []


def test_what_a_phone_without_network_kept_needs_no_reason_and_a_change_by_it_is_told(past: Past) -> None:
    other, ago = make_enrolment(past.session, past.training_class), datetime.now(UTC) - past.lesson.ends_at
    marks = [
        {"id": learner.id, "presence": "absent", "ago": ago.total_seconds()}
        for learner in (past.learner, other)
    ]
    path = f"/training/lessons/{past.lesson.id}/marks"
    assert past.phone.post(path, data={"marks": json.dumps(marks)}).status_code == 303
    past.session.expire_all()
    (told,) = past.corrected()
    assert (past.learner.worker.name in told, other.worker.name in told) == (True, False)
    assert "后来才传上来" in told


def test_every_lesson_is_reached_by_its_week_when_its_class_is_over_too(past: Past) -> None:
    past.training_class.starts_on = long_ago = today() - timedelta(days=200)
    old = make_lesson(past.session, past.training_class, long_ago, teacher_user_id=past.teacher.id)
    past.training_class.state = ClassState.ARCHIVED
    past.session.commit()
    page = past.phone.get("/training/lessons").text
    steps = 0
    while f"/training/lessons/{old.id}" not in page:
        steps += 1
        assert steps < 5, "no way back to the old lesson"
        page = past.phone.get(earlier(page)).text
    roll = past.phone.get(f"/training/lessons/{old.id}").text
    assert "这个班现在不在上课，不能点名" in roll
    assert "fieldset disabled" in roll


def earlier(page: str) -> str:
    """The link to the week before."""
    return page.split("更早的一周")[0].rsplit('href="', 1)[1].split('"')[0]


def test_a_week_that_is_no_date_shows_this_week(past: Past) -> None:
    assert past.phone.get("/training/lessons?day=nonsense").status_code == 200
    assert str(today().year) in past.phone.get("/training/lessons").text


def test_the_county_reads_each_mark_and_what_was_changed(past: Past, sign_in: Callable) -> None:
    past.save("absent", WHY)
    county = sign_in(make_user(past.session, Role.COUNTY, area_code=ZHAOJUE))
    path = f"/training/lessons/{past.lesson.id}/record"
    assert path in county.get(f"/training/classes/{past.training_class.id}/timetable").text
    page = county.get(path).text
    assert WHY in page
    assert "从“到课”改成“缺课”" in page


def test_a_roll_with_scans_ends_when_the_heads_were_counted(past: Past) -> None:
    """A code that was photographed and sent on makes a mark, and the count in the room undoes it."""
    lesson = past.lesson = make_lesson(past.session, past.training_class, teacher_user_id=past.teacher.id)
    here, absent = past.learner, make_enrolment(past.session, past.training_class)
    for learner in (here, absent):
        at = datetime.now(UTC) - timedelta(minutes=1)
        make_attendance(past.session, lesson, learner, how=MarkedBy.CODE, device="d" * 64, marked_at=at)
    path = f"/training/lessons/{lesson.id}"
    assert "自己扫的码" in past.phone.get(path).text

    def close(**form: str) -> str:
        page = past.phone.post(f"{path}/close", data=form, follow_redirects=True).get_data(as_text=True)
        past.session.expire_all()
        return page

    assert "数一数教室里有几人" in close()
    assert "教室里数到 1 人，点名册上记了 2 人到课" in close(head_count="1")
    assert lesson.closed_at is None
    past.save("absent", learner=absent)
    close(head_count="1")
    assert (lesson.closed_at is not None, lesson.head_count) == (True, 1)


def test_the_page_of_the_code_says_what_a_photographed_code_is_worth(past: Past, sign_in: Callable) -> None:
    now = china_now()
    lesson = make_lesson(
        past.session,
        past.training_class,
        now.date(),
        **hours_around(now),
        teacher_user_id=past.teacher.id,
    )
    page = past.phone.get(f"/training/lessons/{lesson.id}/code").text
    assert "拍照发给别人没有用" not in page
    assert "不在教室的人一分钟内也能扫上" in page


def test_a_page_that_a_phone_may_keep_names_its_owner_and_no_other_page_does(
    past: Past, sign_in: Callable
) -> None:
    office = sign_in(make_user(past.session, Role.SCHOOL, organisation_id=past.training_class.school_id))
    roll, today_page = f"/training/lessons/{past.lesson.id}", "/training/lessons/today"
    owners = [
        [client.get(path).headers.get("Page-Owner") for path in (roll, today_page)]
        for client in (past.phone, office)
    ]
    assert owners[0][0] == owners[0][1]
    assert owners[0][0] not in (None, owners[1][0])
    for path in ("/training/lessons", f"/training/classes/{past.training_class.id}/timetable", "/"):
        assert "Page-Owner" not in office.get(path).headers
    assert past.phone.get(roll).headers["Cache-Control"] == "no-store"


def test_the_script_that_keeps_rolls_serves_the_lessons_only(past: Past, sign_in: Callable) -> None:
    with past.phone.get("/training/lessons/page-worker.js") as script:
        assert script.mimetype == "text/javascript"
        assert "Service-Worker-Allowed" not in script.headers  # it reaches no further than /training/lessons/
    county = sign_in(make_user(past.session, Role.COUNTY, area_code=ZHAOJUE))
    assert county.get("/training/lessons/page-worker.js").status_code == 403
