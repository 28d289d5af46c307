"""A timetable by spreadsheet, and the rules each of its lessons keeps."""

import io
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.bulk_upload.reading import Unreadable
from app.kit.files.spreadsheet import Column, Page, write_workbook
from app.training.timetable import bulk_upload, operations
from app.training.timetable.bulk_upload import HEADINGS
from models.access import Actor, Role
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.reference.calendar import WorkCalendar
from models.training.lesson import Lesson, LessonKind
from models.training.timetable import Board, Frame, Planned, Taken, judge_all
from models.training.training_class import ClassState, TrainingClass
from models.workflow import TransitionRefused
from tests.factories.people import actor_of, id_number, make_user
from tests.factories.training import make_attendance, make_class, make_enrolment, make_lesson

MONDAY = date(2026, 3, 2)
TWO_WEEKS = Frame(MONDAY, MONDAY + timedelta(days=13), 20, 45, 8, 60)
MORNING: dict[str, Any] = {
    "held_on": MONDAY,
    "starts": time(8, 30),
    "ends": time(11, 30),
    "kind": LessonKind.PRACTICE,
    "periods": 4,
    "place": "一号车间",
    "teacher_name": "马老师",
}
TAKEN: dict[str, Any] = {
    "held_on": MONDAY,
    "starts": time(10),
    "ends": time(12),
    "place": "二号车间",
    "teacher_name": "李老师",
    "teacher_digest": None,
    "own_school": True,
    "class_name": "电工班",
}


def lesson(**values: Any) -> Planned:
    return Planned(**(MORNING | values))


def said(board: Board, one: Planned) -> list[tuple[str, bool]]:
    return [(finding.field, finding.rejects) for finding in board.judge(one)]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"held_on": MONDAY - timedelta(days=1)}, "held_on"),
        ({"held_on": MONDAY + timedelta(days=14)}, "held_on"),
        ({"ends": time(11, 29)}, "ends"),
        ({"ends": time(13, 1)}, "ends"),
        ({"periods": 9, "ends": time(17)}, "periods"),
    ],
)
def test_a_lesson_outside_the_frame_is_refused_by_name(values: dict[str, Any], field: str) -> None:
    assert (field, True) in said(Board(TWO_WEEKS), lesson(**values))


def test_hours_beyond_the_approved_are_refused_in_the_order_of_the_days() -> None:
    days = [lesson(held_on=MONDAY + timedelta(days=n)) for n in (5, 4, 3, 2, 1, 0)]
    found = judge_all(Board(TWO_WEEKS), enumerate(days))
    assert [n for n, findings in found.items() if any(one.rejects for one in findings)] == [0]
    assert "多了 4 课时" in str(found[0][0].sentence)


def test_theory_beyond_its_share_is_refused() -> None:
    board = Board(TWO_WEEKS)
    assert said(board, lesson(kind=LessonKind.THEORY)) == []
    assert said(board, lesson(held_on=MONDAY + timedelta(days=1), kind=LessonKind.THEORY)) == []
    assert said(board, lesson(held_on=MONDAY + timedelta(days=2), kind=LessonKind.THEORY)) == [("kind", True)]


@pytest.mark.parametrize(
    ("mine", "theirs", "found"),
    [
        ({}, {}, []),
        ({}, {"teacher_name": "马 老师"}, [("teacher_name", True)]),
        ({}, {"teacher_name": "马老师", "own_school": False}, []),
        ({"teacher_digest": "a"}, {"teacher_digest": "a", "own_school": False}, [("teacher_name", True)]),
        ({"teacher_digest": "a"}, {"teacher_digest": "b", "teacher_name": "马老师"}, []),
        ({}, {"place": " 一号车间"}, [("place", True)]),
        ({}, {"place": "一号车间", "own_school": False}, []),
        ({}, {"place": "一号车间", "starts": time(11, 30)}, []),
        ({}, {"learners": 2}, [("starts", False)]),
    ],
)
def test_teacher_place_and_learner_are_in_one_lesson_at_a_time(
    mine: dict[str, Any], theirs: dict[str, Any], found: list[tuple[str, bool]]
) -> None:
    assert said(Board(TWO_WEEKS, [], [Taken(**(TAKEN | theirs))]), lesson(**mine)) == found


def test_a_class_has_one_lesson_at_a_time() -> None:
    board = Board(TWO_WEEKS)
    assert said(board, lesson()) == []
    assert ("starts", True) in said(board, lesson(starts=time(11), ends=time(14)))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 10, 1), "法定节假日"),
        (date(2026, 10, 17), ""),
        (date(2031, 1, 4), "周末"),
        (date(2031, 1, 6), ""),
    ],
)
def test_holidays_are_warned_of_and_beyond_the_calendar_weekends(day: date, words: str) -> None:
    frame = Frame(day, day, 20)
    found = Board(frame).judge(lesson(held_on=day))
    assert [words in str(one.sentence) and not one.rejects for one in found] == ([True] if words else [])


def test_a_holiday_that_was_entered_is_warned_of() -> None:
    new_year = date(2031, 1, 1)
    calendar = WorkCalendar({new_year: False}, frozenset({2031}))
    board = Board(Frame(new_year, date(2031, 12, 31), 20), calendar=calendar)
    assert ["法定节假日" in str(one.sentence) for one in board.judge(lesson(held_on=new_year))] == [True]
    assert board.judge(lesson(held_on=date(2031, 1, 4))) == []


# --- the spreadsheet ------------------------------------------------------------------------------------


@pytest.fixture
def training_class(session: Session) -> TrainingClass:
    return make_class(
        session,
        state=ClassState.DRAFT,
        periods=12,
        scheduled_periods=0,
        starts_on=today() + timedelta(days=1),
        ends_on=today() + timedelta(days=9),
    )


@pytest.fixture
def school(session: Session, training_class: TrainingClass) -> Actor:
    return actor_of(session, make_user(session, Role.SCHOOL, organisation_id=training_class.school_id))


def line(days: int, **values: str) -> list[str]:
    given = {
        "上课日期": str(today() + timedelta(days=days)),
        "课别（上课内容）": "平焊",
        "理论/实操": "实操",
        "课时": "4",
        "上课开始时间": "8:30",
        "上课结束时间": "11：30",
        "上课地点": "一号车间",
        "培训教师": "马老师",
    } | values
    return [given.get(one.header, "") for one in HEADINGS]


def workbook(rows: list[list[str]], headers: list[str] | None = None) -> bytes:
    target = io.BytesIO()
    write_workbook(
        target, [Page("课程表", [Column(one) for one in headers or [h.header for h in HEADINGS]], rows)]
    )
    return target.getvalue()


def test_every_wrong_row_is_told_with_its_row_and_column(
    session: Session, training_class: TrainingClass
) -> None:
    rows = [
        line(1),
        line(2, 课时="四五"),
        line(40),
        line(3, **{"教师身份证号": "513431199005031234"}),
        line(4, 培训教师=""),
    ]
    reading = bulk_upload.read(session, training_class, workbook(rows), today())
    assert [one.row for one in reading.good] == [2]
    assert [(one.row, one.problems[0].header) for one in reading.rejected] == [
        (3, "课时"),
        (4, "上课日期"),
        (5, "教师身份证号"),
        (6, "培训教师"),
    ]


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (["姓名", "身份证号码", "电话"], "没有找到表头"),
        ([one.header for one in HEADINGS if one.field != "periods"], "缺“课时”"),
    ],
)
def test_a_wrong_heading_is_answered_with_what_was_expected(
    session: Session, training_class: TrainingClass, headers: list[str], words: str
) -> None:
    with pytest.raises(Unreadable, match=words) as told:
        bulk_upload.read(session, training_class, workbook([["x"] * len(headers)], headers), today())
    assert "上课开始时间" in str(told.value)


def test_one_confirm_replaces_the_timetable_and_counts_its_periods(
    session: Session, training_class: TrainingClass, school: Actor
) -> None:
    teacher = make_user(session, Role.TEACHER, organisation_id=training_class.school_id)
    make_lesson(session, training_class, today() + timedelta(days=5))
    number = id_number()
    rows = [line(n, 培训教师=teacher.name, **{"教师身份证号": number}) for n in (1, 2, 3)]
    batch = bulk_upload.keep(
        session,
        school,
        training_class,
        "课程表.xlsx",
        bulk_upload.read(session, training_class, workbook(rows), today()),
    )
    assert bulk_upload.confirm(session, school, batch, only_good=False, now=utc_now()) == 3
    session.commit()
    lessons = session.scalars(select(Lesson).where(Lesson.class_id == training_class.id)).all()
    assert training_class.scheduled_periods == 12
    assert {one.held_on for one in lessons} == {today() + timedelta(days=n) for n in (1, 2, 3)}
    assert {one.teacher_user_id for one in lessons} == {teacher.id}
    assert len({one.code_secret for one in lessons}) == 3
    with pytest.raises(TransitionRefused, match="已经导入过"):
        bulk_upload.confirm(session, school, batch, only_good=False, now=utc_now())


def test_good_rows_alone_go_in_only_when_asked_for(
    session: Session, training_class: TrainingClass, school: Actor
) -> None:
    reading = bulk_upload.read(session, training_class, workbook([line(1), line(40)]), today())
    batch = bulk_upload.keep(session, school, training_class, "课程表.xlsx", reading)
    with pytest.raises(TransitionRefused, match="只导入能用的行"):
        bulk_upload.confirm(session, school, batch, only_good=False, now=utc_now())
    assert bulk_upload.confirm(session, school, batch, only_good=True, now=utc_now()) == 1


def test_our_own_export_can_be_read_in_again_and_keeps_the_teachers_number(
    session: Session, training_class: TrainingClass, school: Actor
) -> None:
    number = id_number()
    reading = bulk_upload.read(
        session, training_class, workbook([line(1, **{"教师身份证号": number})]), today()
    )
    bulk_upload.confirm(
        session,
        school,
        bulk_upload.keep(session, school, training_class, "", reading),
        only_good=False,
        now=utc_now(),
    )
    target = io.BytesIO()
    bulk_upload.write_timetable(
        target, session.scalars(select(Lesson).where(Lesson.class_id == training_class.id))
    )
    assert number not in target.getvalue().decode("latin-1")
    again = bulk_upload.read(session, training_class, target.getvalue(), today())
    bulk_upload.confirm(
        session,
        school,
        bulk_upload.keep(session, school, training_class, "", again),
        only_good=False,
        now=utc_now(),
    )
    assert session.scalars(
        select(Lesson.teacher_id_number).where(Lesson.class_id == training_class.id)
    ).all() == [number]


# --- after approval -------------------------------------------------------------------------------------


def test_under_review_nothing_changes(session: Session, training_class: TrainingClass, school: Actor) -> None:
    one = make_lesson(session, training_class, today() + timedelta(days=1))
    training_class.state = ClassState.APPLIED
    with pytest.raises(TransitionRefused, match="退回补正"):
        operations.remove_lesson(session, school, one, today())


def test_after_approval_a_change_needs_a_reason_and_leaves_its_history(
    session: Session, training_class: TrainingClass, school: Actor
) -> None:
    one = make_lesson(session, training_class, today() + timedelta(days=1), teacher_id_number=None)
    training_class.state = ClassState.TEACHING
    moved = {name: getattr(one, name) for name in (*MORNING, "content", "material")} | {
        "held_on": today() + timedelta(days=2)
    }
    with pytest.raises(TransitionRefused, match="理由"):
        operations.change_lesson(session, school, one, moved, today())
    operations.change_lesson(session, school, one, moved, today(), "老师去县里开会")
    session.commit()
    event = session.scalars(select(AuditEvent).where(AuditEvent.tag == "timetable:change")).one()
    assert event.details["reason"] == "老师去县里开会"
    assert str(today() + timedelta(days=1)) in event.details["from"]


def test_a_lesson_that_was_held_or_marked_stays(
    session: Session, training_class: TrainingClass, school: Actor
) -> None:
    training_class.state, training_class.starts_on = ClassState.TEACHING, today() - timedelta(days=9)
    held = make_lesson(session, training_class, today() - timedelta(days=1))
    marked = make_lesson(session, training_class, today())
    make_attendance(session, marked, make_enrolment(session, training_class))
    make_lesson(session, training_class, today() + timedelta(days=1))
    with pytest.raises(TransitionRefused, match="不能再改"):
        operations.remove_lesson(session, school, marked, today(), "不上了")
    reading = bulk_upload.read(session, training_class, workbook([line(2)]), today())
    batch = bulk_upload.keep(session, school, training_class, "", reading)
    assert bulk_upload.confirm(session, school, batch, only_good=False, now=utc_now(), reason="停电") == 1
    days = session.scalars(
        select(Lesson.held_on).where(Lesson.class_id == training_class.id).order_by(Lesson.held_on)
    ).all()
    assert days == [held.held_on, marked.held_on, today() + timedelta(days=2)]
    assert training_class.scheduled_periods == 12


def test_a_teacher_account_cannot_write_the_timetable(
    session: Session, training_class: TrainingClass
) -> None:
    teacher = actor_of(session, make_user(session, Role.TEACHER, organisation_id=training_class.school_id))
    with pytest.raises(PermissionError):
        operations.import_timetable(session, teacher, training_class, [], today())
