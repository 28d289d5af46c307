"""An enterprise's own headings: asked about once, remembered; what is not read is named and checked."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.bulk_upload.reading import Reading
from app.orders.bulk_upload import operations as bulk_upload
from models.access import Role
from models.audit import AuditEvent
from models.clock import today
from models.event_tags import EventTag
from models.jobs.order import Order, OrderBatch, OrderColumn
from models.reference.organisation import Organisation
from tests.factories.people import FOSHAN, make_enterprise, make_user

SOON = str(today() + timedelta(days=30))
HEADER = ["序号", "岗位名称", "招聘人数", "招聘截止", "活儿累不累", "厂车路线"]
ROW = [1, "普工", "12", SOON, "搬 20 公斤", "3 路"]


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(
    session: Session, header: list[str], row: list[Any], answers: dict[str, str] | None = None
) -> Reading:
    base = ["岗位名称", "招聘人数", "招聘截止"], ["普工", 5, SOON]
    return bulk_upload.read(session, workbook([*base[0], *header], [*base[1], *row]), FOSHAN, answers)


@pytest.fixture
def enterprise(session: Session) -> Organisation:
    return make_enterprise(session)


@pytest.fixture
def clerk(session: Session, sign_in: Callable[..., FlaskClient], enterprise: Organisation) -> FlaskClient:
    return sign_in(make_user(session, Role.ENTERPRISE, organisation_id=enterprise.id))


def upload(client: FlaskClient, *rows: list[Any]) -> str:
    sent = client.post("/orders/import", data={"file": (io.BytesIO(workbook(*rows)), "用工.xlsx")})
    return str(sent.headers["Location"])


def explain(client: FlaskClient, where: str, **answers: str) -> Any:
    form = {}
    for place, (header, field) in enumerate(answers.items()):
        form |= {f"header-{place}": header, f"column-{place}": field}
    return client.post(f"{where}/columns", data=form)


def test_an_unknown_column_is_asked_about_once_and_remembered(session: Session, clerk: FlaskClient) -> None:
    where = upload(clerk, HEADER, ROW)
    asked = clerk.get(where).text
    assert "有 2 列要请你认一认" in asked
    assert all(word in asked for word in ("活儿累不累", "搬 20 公斤", "厂车路线", "3 路"))
    assert "序号" not in asked
    assert explain(clerk, where, 活儿累不累="description", 厂车路线="").status_code == 303
    preview = clerk.get(where).text
    assert "1 个岗位可以导入" in preview
    assert "没有读：厂车路线" in preview
    clerk.post(f"{where}/confirm")
    order = session.scalars(select(Order)).one()
    assert (order.description, order.further_text) == ("搬 20 公斤", "厂车路线：3 路")

    again = upload(clerk, HEADER, ROW)
    assert "1 个岗位可以导入" in clerk.get(again).text
    tags = session.scalars(select(AuditEvent.tag)).all()
    assert tags.count(EventTag.COLUMN_EXPLAIN) == 2


def test_nothing_is_imported_while_columns_wait_to_be_explained(session: Session, clerk: FlaskClient) -> None:
    where = upload(clerk, HEADER, ROW)
    assert clerk.post(f"{where}/confirm").status_code == 409
    assert session.scalars(select(Order)).all() == []


def test_an_answer_is_corrected_in_the_preview_and_forgotten_on_its_page(
    session: Session, clerk: FlaskClient
) -> None:
    where = upload(clerk, HEADER, ROW)
    explain(clerk, where, 活儿累不累="", 厂车路线="")
    assert f"{where}/columns" in clerk.get(where).text
    explain(clerk, where, 活儿累不累="wage_note", 厂车路线="")
    batch = session.scalars(select(OrderBatch)).one()
    session.refresh(batch)
    assert batch.rows["lines"][0]["raw"]["wage_note"] == ["搬 20 公斤"]

    column = session.scalars(select(OrderColumn).where(OrderColumn.header == "活儿累不累")).one()
    assert "活儿累不累" in clerk.get("/orders/columns").text
    assert clerk.post(f"/orders/columns/{column.id}").status_code == 303
    assert "有 1 列要请你认一认" in clerk.get(upload(clerk, HEADER, ROW)).text


def test_the_answers_of_one_enterprise_are_not_those_of_another(
    session: Session, clerk: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    where = upload(clerk, HEADER, ROW)
    explain(clerk, where, 活儿累不累="description", 厂车路线="")
    other = sign_in(make_user(session, Role.ENTERPRISE, organisation_id=make_enterprise(session).id))
    assert [other.get(f"{where}/columns").status_code, explain(other, where, 厂车路线="").status_code] == [
        404,
        404,
    ]
    assert "厂车路线" not in other.get("/orders/columns").text
    column = session.scalars(select(OrderColumn)).first()
    assert column is not None
    assert other.post(f"/orders/columns/{column.id}").status_code == 404
    assert "有 2 列要请你认一认" in other.get(upload(other, HEADER, ROW)).text


def test_a_heading_of_our_own_template_cannot_be_left_out(session: Session) -> None:
    reading = read(session, ["每天几小时"], [8], {"每天几小时": ""})
    assert reading.lines[0].raw["hours_per_day"] == ["8"]


def test_the_enterprises_answer_beats_the_dictionary(session: Session) -> None:
    reading = read(session, ["说明"], ["计件"], {"说明": "wage_note"})
    assert reading.lines[0].raw["wage_note"] == ["计件"]
    assert "description" not in reading.lines[0].raw


@pytest.mark.parametrize(
    "header", ["岗位要求/工作内容", "岗位要求\n工作内容", "工作内容（岗位要求）", "岗位 要求"]
)
def test_slash_and_line_break_headings_are_read(session: Session, header: str) -> None:
    reading = read(session, [header], ["装配手机壳"])
    assert reading.lines[0].raw["description"] == ["装配手机壳"]
    assert reading.questions == []


def test_a_heading_of_two_different_things_is_asked_about(session: Session) -> None:
    reading = read(session, ["年龄/学历"], ["18-45/初中"])
    assert [column.header for column in reading.unanswered] == ["年龄/学历"]


def test_two_columns_of_text_are_laid_together_and_none_is_lost(session: Session) -> None:
    reading = read(session, ["工作内容", "岗位要求"], ["装配手机壳", "能吃苦"])
    assert reading.lines[0].raw["description"] == ["装配手机壳\n岗位要求：能吃苦"]


def test_two_columns_that_contradict_each_other_reject_the_row(session: Session) -> None:
    reading = read(session, ["底薪", "基本工资"], [2500, 2600])
    assert "请只留一个" in str(reading.lines[0].problems[0].sentence)
    assert read(session, ["底薪", "基本工资"], [2500, 2500]).rejected == []


@pytest.mark.parametrize("told", ["男", "女优先", "限女性"])
def test_a_demand_of_sex_is_a_finding_that_names_its_column(
    session: Session, clerk: FlaskClient, told: str
) -> None:
    where = upload(clerk, ["岗位名称", "招聘人数", "招聘截止", "性别要求"], ["普工", 5, SOON, told])
    assert "1 个岗位可以导入" in clerk.get(where).text
    clerk.post(f"{where}/confirm")
    order = session.scalars(select(Order)).one()
    (finding,) = [one for one in order.findings if one.rule == "sex"]
    assert (finding.level, finding.field) == ("block", "further_text")
    page = clerk.get(f"/orders/{order.id}").text
    assert "表里别的话" in page
    assert "表里的“性别要求”列" in page


def test_no_demand_of_sex_is_no_finding(session: Session, clerk: FlaskClient) -> None:
    where = upload(clerk, ["岗位名称", "招聘人数", "招聘截止", "性别"], ["普工", 5, SOON, "男女不限"])
    clerk.post(f"{where}/confirm")
    assert [one.rule for one in session.scalars(select(Order)).one().findings] == []


def test_the_text_of_an_unread_column_goes_through_the_legal_check(
    session: Session, clerk: FlaskClient
) -> None:
    where = upload(clerk, [*HEADER[:4], "厂里规矩"], [*ROW[:4], "入职押金200元，不要彝族"])
    explain(clerk, where, 厂里规矩="")
    clerk.post(f"{where}/confirm")
    order = session.scalars(select(Order)).one()
    assert {(one.rule, one.field) for one in order.blocking} == {
        ("deposit", "further_text"),
        ("ethnicity", "further_text"),
    }
    page = clerk.get(f"/orders/{order.id}").text
    assert page.count("表里的“厂里规矩”列") == 2


def test_the_rejected_rows_come_back_with_the_unread_columns_too(
    session: Session, clerk: FlaskClient
) -> None:
    where = upload(clerk, HEADER, [*ROW[:2], "若干", *ROW[3:]])
    explain(clerk, where, 活儿累不累="", 厂车路线="")
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{where}/refused.xlsx").data))
    rows = [[cell.value for cell in row] for row in book.active]
    assert ("厂车路线", "3 路") in list(zip(rows[0], rows[1], strict=True))


def test_the_preview_shows_every_field_as_understood_and_what_was_assumed(
    session: Session, clerk: FlaskClient
) -> None:
    where = upload(
        clerk,
        ["岗位名称", "招聘人数", "招聘截止", "上班时间", "吃住", "薪资待遇"],
        ["普工", "5-10人", SOON, "8:00-20:00", "包吃住", "150元/天"],
    )
    page = clerk.get(where).text
    assert all(word in page for word in ("每天 12 小时", "“5-10人”按 5 登记", "一天的工资", "包住", "包吃"))
