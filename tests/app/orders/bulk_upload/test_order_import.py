"""A factory's own spreadsheet becomes drafts; what cannot be read comes back with row, column and a
sentence."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import matching
from app.kit.files.bulk_upload.reading import Reading, Unreadable
from app.match_runs import engine_input
from app.match_runs.explanations import rule_lines
from app.orders.bulk_upload import columns
from app.orders.bulk_upload import operations as bulk_upload
from app.orders.bulk_upload.columns import HEADINGS, ORDERS
from app.orders.description import surprises
from models.access import Role
from models.clock import today
from models.jobs.order import ContractWith, Order, OrderBatch, OrderState, Provision, Shift
from models.placement.disclosed_terms import terms_to_disclose
from models.reference.area import guangdong_cities
from models.reference.organisation import Organisation
from tests.factories.people import FOSHAN, make_enterprise, make_order, make_user

SOON = today() + timedelta(days=30)
HEADER = [
    "岗位",
    "需求人数",
    "地区",
    "月薪",
    "年龄要求",
    "班次",
    "社保",
    "伙食",
    "住宿",
    "有效期",
    "用工形式",
    "学历要求",
]
GOOD = [
    "平车工",
    20,
    "佛山市顺德区",
    "4500-5500元",
    "18-45周岁",
    "两班",
    "五险",
    "包吃",
    "包住",
    SOON,
    "直签",
    "初中以上",
]


def workbook(*rows: list[Any], title: str = "某厂用工需求表") -> bytes:
    book = openpyxl.Workbook()
    book.active.append([title])
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read(session: Session, *rows: list[Any]) -> Reading:
    return bulk_upload.read(session, workbook(*rows), FOSHAN)


def with_cell(header: str, value: Any) -> list[Any]:
    return [value if name == header else cell for name, cell in zip(HEADER, GOOD, strict=True)]


@pytest.fixture
def enterprise(session: Session) -> Organisation:
    return make_enterprise(session)


@pytest.fixture
def clerk(session: Session, sign_in: Callable[..., FlaskClient], enterprise: Organisation) -> FlaskClient:
    return sign_in(make_user(session, Role.ENTERPRISE, organisation_id=enterprise.id))


def upload(client: FlaskClient, data: bytes) -> Any:
    return client.post("/orders/import", data={"file": (io.BytesIO(data), "用工.xlsx")})


def test_a_factorys_own_words_are_understood(session: Session, clerk: FlaskClient) -> None:
    where = upload(clerk, workbook(HEADER, GOOD)).headers["Location"]
    assert "1 个岗位可以导入" in clerk.get(where).text
    assert session.scalar(select(func.count()).select_from(Order)) == 0
    assert clerk.post(f"{where}/confirm").status_code == 303
    order = session.scalars(select(Order)).one()
    assert (order.title, order.headcount, order.city_code, order.valid_until) == ("平车工", 20, FOSHAN, SOON)
    assert (order.wage_low_fen, order.wage_high_fen) == (450_000, 550_000)
    assert (order.min_age, order.max_age, order.min_education) == (18, 45, 2)
    assert (order.shift, order.board, order.lodging) == (Shift.TWO, Provision.FREE, Provision.FREE)
    assert (order.contract_with, order.insurance) == (
        ContractWith.DIRECT,
        ["养老", "医疗", "工伤", "失业", "生育"],
    )
    assert (order.state, order.occupation_confirmed) == (OrderState.DRAFT, False)


def test_a_sheet_that_does_not_say_is_printed_as_unknown_and_asked_about(
    session: Session, clerk: FlaskClient
) -> None:
    title, *cells = zip(HEADER, GOOD, strict=True)
    spoken = [(header, cell) for header, cell in (title, *cells) if header not in ("班次", "住宿")]
    where = upload(clerk, workbook(*map(list, zip(*spoken, strict=True)))).headers["Location"]
    clerk.post(f"{where}/confirm")
    order = session.scalars(select(Order)).one()
    assert (order.night_shift, order.couple_rooms, order.group_intake, order.lodging) == (None,) * 4

    topics = terms_to_disclose(session, order, "513431", today()).topics
    said = [str(sentence) for _heading, sentences in topics for sentence in sentences]
    assert {"上不上夜班：未知，要问清", "有没有夫妻房：未知，要问清"} <= set(said)
    assert not {"不上夜班", "没有夫妻房"} & set(said)
    assert "上不上夜班没有说，去前要问清" in [str(sentence) for sentence in surprises(order)]

    (asked,) = engine_input.engine_orders(session, [order], today(), {})
    worker = matching.Worker(worker_id="1", night_shift=False, dormitory_needed=True, couple_room_needed=True)
    verdicts = {line["name"]: line["verdict"] for line in matching.explain(worker, asked)["rules"]}
    assert [verdicts[name] for name in ("night_shift", "dormitory", "couple_room")] == ["ask"] * 3
    lines = rule_lines(session, worker, asked, order, today())
    assert {str(line.asks) for line in lines if line.verdict == "ask"} >= {
        "上不上夜班，企业没有说",
        "包不包住，企业没有说",
        "有没有夫妻房，企业没有说",
    }


@pytest.mark.parametrize(
    ("cell", "kept"), [("是", True), ("否", False), ("", None), ("/", None), ("未知", None)]
)
def test_a_cell_says_yes_no_or_nothing(session: Session, cell: str, kept: bool | None) -> None:
    headers = ("夜班", "夫妻房", "成批接收")
    reading = read(session, [*HEADER, *headers], [*GOOD, *[cell] * 3])
    (line,) = reading.good
    values = columns.order_form(line.raw, guangdong_cities(session)).values()
    assert (values["night_shift"], values["couple_rooms"], values["group_intake"]) == (kept,) * 3


@pytest.mark.parametrize(
    ("header", "value", "sentence"),
    [
        ("岗位", "", "请填写这一项"),
        ("需求人数", "若干", "不是数"),
        ("需求人数", 0, "之间的数"),
        ("月薪", "3000-4000-5000", "看不懂"),
        ("班次", "长白班加夜班", "不在可填的词里"),
        ("社保", "雇主责任险", "这个险种"),
        ("有效期", "长期", "看不懂日期"),
        ("有效期", date(2017, 1, 1), "不能早于今天"),
        ("地区", "上海市", "不在可填的词里"),
    ],
)
def test_a_bad_cell_is_refused_with_its_row_its_column_and_a_sentence(
    session: Session, header: str, value: Any, sentence: str
) -> None:
    reading = read(session, HEADER, GOOD, with_cell(header, value))
    assert [line.row for line in reading.good] == [3]
    assert [(line.row, line.problems[0].header) for line in reading.rejected] == [(4, header)]
    assert sentence in str(reading.rejected[0].problems[0].sentence)


def test_a_kept_file_speaks_the_language_of_its_reader(session: Session, clerk: FlaskClient) -> None:
    where = upload(clerk, workbook(HEADER, with_cell("有效期", "长期"))).headers["Location"]
    assert "看不懂日期“长期”，请写成2017-05-03的样子" in clerk.get(where).text
    clerk.post("/language", data={"locale": "en"})
    page = clerk.get(where).text
    assert "“长期”" in page
    assert "看不懂日期" not in page


def test_totals_and_signatures_are_no_orders(session: Session) -> None:
    reading = read(session, HEADER, GOOD, ["合计", 20], ["填表人：王五"])
    assert (len(reading.good), len(reading.rejected)) == (1, 0)


def test_unknown_columns_are_named(session: Session) -> None:
    assert read(session, [*HEADER, "厂车路线"], [*GOOD, "3路"]).unknown == ["厂车路线"]


@pytest.mark.parametrize("data", [b"", b"not a table", workbook(["姓名", "身份证"], ["张三", "5"])])
def test_a_file_without_orders_is_refused_in_a_sentence(clerk: FlaskClient, data: bytes) -> None:
    page = upload(clerk, data)
    assert page.status_code == 200
    assert 'class="problem"' in page.text


def test_too_many_rows_are_refused(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_upload, "ORDERS", replace(ORDERS, most_rows=1))
    with pytest.raises(Unreadable, match="分成几个文件"):
        read(session, HEADER, GOOD, GOOD)


def test_refused_rows_come_back_and_can_be_sent_again_corrected(session: Session, clerk: FlaskClient) -> None:
    where = upload(clerk, workbook(HEADER, with_cell("需求人数", "若干"))).headers["Location"]
    book = openpyxl.load_workbook(io.BytesIO(clerk.get(f"{where}/refused.xlsx").data))
    sheet = book.active
    headers = [cell.value for cell in sheet[1]]
    assert headers[0] == "退回原因"
    assert "不是数" in sheet.cell(2, 1).value
    sheet.cell(2, headers.index("招聘人数") + 1).value = "12"
    target = io.BytesIO()
    book.save(target)
    reading = bulk_upload.read(session, target.getvalue(), FOSHAN)
    assert [line.raw["headcount"] for line in reading.good] == [["12"]]
    assert reading.unknown == []


def test_the_template_is_read_by_the_import(session: Session, clerk: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(clerk.get("/orders/template.xlsx").data))
    sheet = book.worksheets[0]
    headers = [cell.value for cell in sheet[1]]
    for header, value in {"岗位名称": "普工", "招聘人数": "5", "招聘截止": str(SOON), "吃饭": "包吃"}.items():
        sheet.cell(2, headers.index(header) + 1).value = value
    target = io.BytesIO()
    book.save(target)
    reading = bulk_upload.read(session, target.getvalue(), FOSHAN)
    assert (len(reading.good), reading.rejected, reading.unknown) == (1, [], [])
    assert len(headers) == len(HEADINGS)


def test_an_english_reader_imports_a_chinese_file(session: Session, app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        reading = bulk_upload.read(session, workbook(HEADER, GOOD), FOSHAN)
    assert (len(reading.good), reading.rejected) == (1, [])


def test_a_file_is_confirmed_once(session: Session, clerk: FlaskClient) -> None:
    where = upload(clerk, workbook(HEADER, GOOD)).headers["Location"]
    assert [clerk.post(f"{where}/confirm").status_code for _ in range(2)] == [303, 409]
    assert session.scalar(select(func.count()).select_from(Order)) == 1


def test_a_file_sent_twice_is_pointed_out(
    session: Session, clerk: FlaskClient, enterprise: Organisation
) -> None:
    make_order(session, enterprise, title="平车工")
    where = upload(clerk, workbook(HEADER, GOOD)).headers["Location"]
    assert "已有同名岗位" in clerk.get(where).text


def test_another_enterprises_file_answers_like_a_missing_one(
    session: Session, clerk: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    where = upload(clerk, workbook(HEADER, GOOD)).headers["Location"]
    other = sign_in(make_user(session, Role.ENTERPRISE, organisation_id=make_enterprise(session).id))
    assert [other.get(where).status_code, other.get(f"{where}/refused.xlsx").status_code] == [404, 404]
    assert other.post(f"{where}/confirm").status_code == 404
    assert session.scalars(select(OrderBatch)).one().confirmed_at is None
