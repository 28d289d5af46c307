"""Whatever way a person is written, every sheet means the same person; none takes a changed number."""

import itertools
from collections.abc import Callable
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.training.certification.bulk_upload import keep, read_results
from app.training.classes import workbooks
from app.training.timetable import bulk_upload as timetable
from app.workers.roster.reader import read_roster
from models.access import Role
from models.bulk_upload import UploadBatch
from models.clock import today
from models.people.household import Household
from models.people.name import name_key
from models.people.worker import Worker
from models.training.certificate import ResultBatch, ResultKind
from models.training.enrolment import EnrolmentState, Grade
from models.training.lesson import Lesson
from models.training.training_class import ClassState
from tests.app.training.certification.scene import Scene, make_scene, workbook
from tests.factories.people import ZHAOJUE, actor_of, make_user, make_worker
from tests.factories.training import make_class

DAY = date(2026, 11, 29)
NAME, NUMBER = "吉克·阿木", "513431199001010121"
LOST = 513431199001010121.0
WIDE = "".join(chr(ord(char) + 0xFEE0) for char in NUMBER)
NAMES = (
    NAME,
    "吉克•阿木",
    "吉克・阿木",
    "吉 克 · 阿 木",
    "吉克阿木",
    "吉克.阿⽊",
    "\u200b吉克‧阿木　",
    "吉克-阿木",
)
WHOLE = (
    NUMBER,
    f" {NUMBER[:6]} {NUMBER[6:]}\t",
    WIDE,
    f"'{NUMBER}",
    f"{NUMBER[:6]}-{NUMBER[6:]}",
)
TAILS = ("0121", 121, 121.0, "121", " 01 21 ", "０１２１", "'0121", f"{NUMBER[:4]}**********0121")
WRITTEN = [(name, NUMBER) for name in NAMES] + list(zip(itertools.cycle(NAMES), (*WHOLE, *TAILS)))


@pytest.fixture
def known(session: Session) -> Worker:
    """Somebody of the register who may be trained."""
    home = Household(county_code=ZHAOJUE, code="H1", poverty_attribute="一般贫困户")
    session.add(home)
    session.flush()
    return make_worker(
        session, name=NAME, id_number=NUMBER, birth_date=date(1990, 1, 1), household_id=home.id
    )


@pytest.fixture
def scene(session: Session, sign_in: Callable[..., FlaskClient], known: Worker) -> Scene:
    made = make_scene(session, sign_in, learners=2)
    made.learners[0].worker = known
    session.commit()
    return made


def results(
    scene: Scene, kind: ResultKind, rows: list[tuple[Any, ...]], head: tuple[str, ...]
) -> ResultBatch:
    actor = scene.actor(scene.county if kind is ResultKind.CERTIFICATES else scene.school)
    data = workbook(head, *rows).getvalue()
    reading = read_results(scene.session, scene.training_class, kind, data, today())
    return keep(scene.session, actor, scene.training_class, kind, reading, "表.xlsx", today())


def problems(batch: UploadBatch) -> list[Any]:
    return [line["problems"] for line in batch.rows["lines"] if line["problems"]]


def test_a_roster_means_the_same_person() -> None:
    rows = list(itertools.product(NAMES, WHOLE))
    data = workbook(("姓名", "证件号码"), *rows).getvalue()
    with read_roster(data, county_code=ZHAOJUE, today=DAY) as reading:
        read = list(reading.rows())
    assert len(read) == len(rows)
    for row in read:
        assert (row.errors, row.values["id_number"]) == ([], NUMBER)
        assert name_key(row.values["name"]) == name_key(NAME)


def test_a_class_list_means_the_same_person(session: Session, known: Worker, app: Flask) -> None:
    training_class = make_class(session, state=ClassState.DRAFT)
    actor = actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    for name, number in WRITTEN:
        data = workbook(("姓名", "身份证号或后四位"), (name, number)).getvalue()
        (line,) = workbooks.read(session, actor, training_class, data, today()).lines
        assert (line.subject_id, line.problems) == (known.id, []), (name, number)


def test_marks_mean_the_same_person(scene: Scene) -> None:
    for name, number in WRITTEN:
        head = ("姓名", "身份证后四位", "理论成绩", "实操成绩")
        batch = results(scene, ResultKind.MARKS, [(name, number, "85分", 59.5)], head)
        assert (batch.good, problems(batch)) == (1, []), (name, number)


def test_certificates_mean_the_same_person(scene: Scene) -> None:
    scene.grade((85, 90))
    scene.training_class.state = ClassState.EXAMINED
    scene.session.commit()
    for name, number in WRITTEN:
        head = ("姓名", "身份证后四位", "证书编号", "发证日期", "发证机构")
        row = (name, number, "S000051000001", f"{today():%Y年%-m月%-d日}", "州中心")
        batch = results(scene, ResultKind.CERTIFICATES, [row], head)
        assert (batch.good, problems(batch)) == (1, []), (name, number)


def test_a_number_that_a_spreadsheet_changed_is_refused_with_the_reason_in_every_sheet(
    scene: Scene, session: Session
) -> None:
    marks = results(
        scene, ResultKind.MARKS, [(NAME, LOST, 80, 80)], ("姓名", "身份证后四位", "理论成绩", "实操成绩")
    )
    assert "后几位已经丢失" in str(problems(marks))
    actor = scene.actor(scene.county)
    data = workbook(("姓名", "身份证号或后四位"), (NAME, LOST)).getvalue()
    (line,) = workbooks.read(session, actor, scene.training_class, data, today()).lines
    assert "后几位已经丢失" in str(line.problems[0].sentence)


@pytest.mark.parametrize("number", [1234567890123456.0, 51343119900101.5e4, "1.23456789012346E+15"])
def test_a_certificate_number_with_lost_digits_is_refused(scene: Scene, number: object) -> None:
    scene.grade((85, 90))
    scene.training_class.state = ClassState.EXAMINED
    scene.session.commit()
    head = ("姓名", "身份证后四位", "证书编号", "发证日期", "发证机构")
    batch = results(
        scene, ResultKind.CERTIFICATES, [(NAME, "0121", number, today().isoformat(), "州中心")], head
    )
    assert batch.good == 0
    assert "15位以后的数字已经丢失" in str(problems(batch))


def test_a_wrong_check_digit_is_not_called_a_wrong_length(scene: Scene, session: Session) -> None:
    wrong = NUMBER[:-1] + ("2" if NUMBER[-1] != "2" else "3")
    data = workbook(("姓名", "身份证号或后四位"), (NAME, wrong)).getvalue()
    (line,) = workbooks.read(session, scene.actor(scene.county), scene.training_class, data, today()).lines
    assert "校验位不对" in str(line.problems[0].sentence)
    form = timetable.lesson_form({"teacher_id_number": [wrong]})
    form.validate()
    assert "校验位不对" in str(form.errors["teacher_id_number"])


@pytest.mark.parametrize(
    ("told", "mark"),
    [("85分", 85), (" 85 ", 85), ("59.5", 59.5), (59.5, 59.5), ("９０", 90), ("合格", Grade.PASSED)],
)
def test_marks_are_kept_as_they_were_told(scene: Scene, told: object, mark: object) -> None:
    head = ("姓名", "身份证后四位", "理论成绩", "实操成绩")
    scene.post(
        scene.school,
        f"/classes/{scene.training_class.id}/marks/import",
        held_on=str(today()),
        file=(workbook(head, (NAME, "0121", told, "合格")), "成绩.xlsx"),
    )
    assert scene.post(scene.school, "/results/imports/1/confirm")[0] == 303
    learner = scene.learners[0]
    assert (learner.theory, learner.practice) == (mark, Grade.PASSED)
    passed = mark is Grade.PASSED or float(str(mark)) >= 60
    assert learner.state is (EnrolmentState.FINISHED if passed else EnrolmentState.FAILED)
    page = scene.page(scene.school, f"/classes/{scene.training_class.id}/marks")
    assert (str(mark) if not isinstance(mark, Grade) else "合格") in page


TIMETABLE_HEAD = (
    "序号",
    "日期",
    "课别\n（上课内容）",
    "理论/\n实操",
    "课 时",
    "上课开始时间",
    "上课结束时间",
    "上课地点",
    "培训教师",
    "教师身份证号",
)


def timetable_of(days: list[Any], merged: bool = True) -> bytes:
    """Two lessons a day; the day stands in the first row and is merged over both."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(TIMETABLE_HEAD)
    for day in days:
        first = sheet.max_row + 1
        sheet.append((1, day, "质检", "实操", 4, "8:30", "11点30分", "201", "马建国", None))
        sheet.append(
            (2, None if merged else "同上", "质检", "实操", 4, time(14), "17：00", "201", "马 建国", None)
        )
        if merged:
            sheet.merge_cells(f"B{first}:B{first + 1}")
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("merged", [True, False])
def test_a_day_merged_over_morning_and_afternoon_is_the_day_of_both(
    session: Session, sign_in: Callable[..., FlaskClient], merged: bool
) -> None:
    start = today() + timedelta(days=1)
    row = make_class(
        session, state=ClassState.DRAFT, starts_on=start, ends_on=start + timedelta(days=9), periods=64
    )
    days = [start + timedelta(days=n) for n in range(6)]
    serial = (days[4] - date(1899, 12, 30)).days
    written = [
        days[0].isoformat(),
        f"{days[1]:%Y.%m.%d}",
        f"{days[2]:%Y%m%d}",
        f"{days[3].month}月{days[3].day}日",
        serial,
        f"{days[5]:%Y/%m/%d} 00:00",
    ]
    reading = timetable.read(session, row, timetable_of(written, merged), today())
    assert [line.problems for line in reading.rejected] == []
    assert [line.raw["held_on"][0] for line in reading.good] == [
        day.isoformat() for day in days for _half in range(2)
    ]
    school = sign_in(make_user(session, Role.SCHOOL, organisation_id=row.school_id))
    sent = {"file": (BytesIO(timetable_of(written, merged)), "课表.xlsx")}
    answer = school.post(f"/training/classes/{row.id}/timetable/import", data=sent)
    assert answer.status_code == 303, answer.text
    confirmed = school.post(answer.location.rstrip("/") + "/confirm", data={})
    assert confirmed.status_code == 303, confirmed.text
    session.expire_all()
    lessons = session.scalars(select(Lesson).order_by(Lesson.held_on, Lesson.starts)).all()
    assert len(lessons) == 12
    assert {one.teacher_name for one in lessons} == {"马建国"}


def test_a_teacher_whose_number_lost_digits_is_refused_with_the_reason(session: Session, app: Flask) -> None:
    row = make_class(session, state=ClassState.DRAFT)
    number = 513431199005031234.0
    head = list(TIMETABLE_HEAD)
    lesson = (1, today().isoformat(), "质检", "实操", 4, "8:30", "11:30", "201", "马建国", number)
    reading = timetable.read(session, row, workbook(head, lesson).getvalue(), today())
    assert "后几位已经丢失" in str(reading.rejected[0].problems[0].sentence)


def test_a_cell_under_the_files_own_heading_is_refused_once_and_the_rest_shown_as_understood(
    scene: Scene,
) -> None:
    head = ("学员姓名", "后四位", "理论", "实操")
    rows: list[tuple[Any, ...]] = [(NAME, LOST, 80, 80), (NAME, "0121", "很好", "85 分")]
    batch = results(scene, ResultKind.MARKS, rows, head)
    first, second = batch.rows["lines"]
    assert [problem[0] for problem in first["problems"]] == ["后四位"]
    assert [problem[0] for problem in second["problems"]] == ["理论"]
    assert second["cells"]["practice"] == "85"


def test_a_certificate_whose_day_cannot_be_read_is_refused_once(scene: Scene) -> None:
    scene.grade((85, 90))
    scene.training_class.state = ClassState.EXAMINED
    scene.session.commit()
    head = ("姓名", "后四位", "证书编号", "发证时间", "发证机构")
    batch = results(scene, ResultKind.CERTIFICATES, [(NAME, "0121", "S000051", "昨天", "州中心")], head)
    assert [problem[0] for problem in batch.rows["lines"][0]["problems"]] == ["发证时间"]
