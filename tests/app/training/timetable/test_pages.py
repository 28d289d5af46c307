"""The school's pages of a timetable: from the file to the wall."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.clock import today
from models.training.lesson import Lesson
from models.training.training_class import ClassState, TrainingClass
from tests.app.training.timetable.test_timetable import line, workbook
from tests.factories.people import FOSHAN, make_user
from tests.factories.training import make_class, make_lesson


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
def school(session: Session, training_class: TrainingClass, sign_in: Callable) -> FlaskClient:
    return sign_in(make_user(session, Role.SCHOOL, organisation_id=training_class.school_id))


def upload(school: FlaskClient, training_class: TrainingClass, data: bytes) -> tuple[str, str]:
    answer = school.post(
        f"/training/classes/{training_class.id}/timetable/import",
        data={"file": (io.BytesIO(data), "课程表.xlsx")},
        follow_redirects=True,
    )
    return answer.request.path, answer.get_data(as_text=True)


def test_from_the_template_to_the_timetable(
    session: Session, training_class: TrainingClass, school: FlaskClient
) -> None:
    template = school.get("/training/lessons/template.xlsx").data
    assert "没有课" in upload(school, training_class, template)[1]
    path, page = upload(school, training_class, workbook([line(1), line(2), line(40)]))
    assert "2 节课可以用，1 行退回" in page
    assert "不在培训期内" in page
    assert school.get(f"{path}/refused.xlsx").status_code == 200
    assert school.post(f"{path}/confirm").status_code == 409
    page = school.post(f"{path}/confirm", data={"only_good": "1"}, follow_redirects=True).get_data(
        as_text=True
    )
    assert "导入 2 节课" in page
    assert "排了 8 课时，批准 12 课时" in page
    export = school.get(f"/training/classes/{training_class.id}/timetable.xlsx").data
    assert "2 节课可以用，0 行退回" in upload(school, training_class, export)[1]


def test_a_file_of_something_else_says_what_was_expected(
    training_class: TrainingClass, school: FlaskClient
) -> None:
    _path, page = upload(school, training_class, b"just words")
    assert "表头" in page or "不是表格" in page


def test_a_clash_stands_beside_its_field_and_everything_typed_is_kept(
    session: Session, training_class: TrainingClass, school: FlaskClient
) -> None:
    day = today() + timedelta(days=1)
    other = make_class(session, school_id=training_class.school_id, name="电工班")
    make_lesson(session, other, day, teacher_name="马老师", place="别处")
    typed = {
        "held_on": str(day),
        "starts": "08:30",
        "ends": "11:30",
        "kind": "practice",
        "periods": "4",
        "content": "立焊练习",
        "place": "一号车间",
        "teacher_name": "马老师",
    }
    path = f"/training/classes/{training_class.id}/timetable/new"
    page = school.post(path, data=typed).get_data(as_text=True)
    assert "同一时间在“电工班”上课" in page
    assert "立焊练习" in page
    assert school.post(path, data=typed | {"teacher_name": "李老师"}).status_code == 303
    session.rollback()
    lesson = session.scalars(select(Lesson).where(Lesson.class_id == training_class.id)).one()
    moved = typed | {"teacher_name": "李老师", "held_on": str(day + timedelta(days=1))}
    assert school.post(f"/training/lessons/{lesson.id}/change", data=moved).status_code == 303
    page = school.get(f"/training/classes/{training_class.id}/timetable").get_data(as_text=True)
    assert f"原来：{day} 08:30-11:30" in page
    assert school.post(f"/training/lessons/{lesson.id}/remove").status_code == 303


def test_the_city_reads_the_timetable_and_changes_nothing(
    session: Session, training_class: TrainingClass, sign_in: Callable
) -> None:
    make_lesson(session, training_class, today() + timedelta(days=1))
    city = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    page = city.get(f"/training/classes/{training_class.id}/timetable").get_data(as_text=True)
    assert "平焊" in page
    assert "用表格导入" not in page
    assert city.get(f"/training/classes/{training_class.id}/timetable/import").status_code == 403
