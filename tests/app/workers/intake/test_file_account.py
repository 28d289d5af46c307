"""Every row of the file is accounted for; what it hides is named, left out, and read once it is ticked."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.file_account import FileAccount
from app.workers.intake.hidden_parts import account_of
from models.access import Role
from models.people.intake import BatchState, ImportBatch, ImportRow, RowOutcome
from models.people.worker import Worker
from tests.app.workers.intake.conftest import HEADINGS, person, roster
from tests.factories.people import BUTUO, id_number, make_user

Batches = Callable[..., ImportBatch]
HIDDEN_ROW, HIDDEN_COLUMN, HIDDEN_SHEET = "rows", "columns", "sheets"


def workbook(*rows: dict[str, str], hide: Callable[[xlsxwriter.Workbook], Any]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write_row(0, 0, HEADINGS)
        for place, row in enumerate(rows, 1):
            sheet.write_row(place, 0, [row.get(heading, "") for heading in HEADINGS])
        hide(book)
    return out.getvalue()


def told(account: FileAccount | None) -> dict[str, int]:
    assert account
    return {str(left.reason): left.count for left in account.left} | {"people": account.taken}


def names(session: Session, batch: ImportBatch) -> list[str]:
    rows = session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.row))
    return [(row.payload or {})["raw"]["姓名"] for row in rows]


def two_hidden(book: xlsxwriter.Workbook) -> None:
    book.get_worksheet_by_name("花名册").set_row(2, None, None, {"hidden": True})


def test_every_row_of_the_file_is_told_where_it_went(send: Batches, client: FlaskClient) -> None:
    rows = [person("吉克阿牛"), person("沙马", "123"), {"乡镇": "合计", "村": "2"}]
    text = roster(*rows).decode("utf-8-sig")
    batch = send(f"昭觉县花名册{',' * 8}\r\n{text}制表：阿木\r\n".encode())
    assert told(account_of(batch)) == {"表头上面的内容": 1, "表头": 1, "合计行": 1, "落款行": 1, "people": 2}
    page = client.get(f"/imports/{batch.id}").text
    assert "文件里看得见的有 6 行" in page
    assert "2 行是人" in page


def test_people_rows_left_and_rejected_add_up_to_the_rows_of_the_file(
    send: Batches, session: Session
) -> None:
    rows = [person("吉克阿牛"), person("沙马", "123"), person("马海")]
    text = roster(*rows).decode("utf-8-sig").replace("四开镇,好谷村", '"四开镇,好谷村', 1)
    batch = send(text.encode())
    account = account_of(batch)
    assert account is not None
    assert account.rows == len(text.splitlines())
    assert account.taken == sum(batch.counts[one.value] for one in RowOutcome)
    assert account.rows == account.taken + sum(left.count for left in account.left)
    assert "引号" in str(account.remarks[0])


def test_rows_that_a_filter_hides_are_named_and_not_registered(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    rows = [person(name, id_number(order=n)) for n, name in enumerate(("吉克阿牛", "沙马死亡", "马海"), 1)]
    batch = send(workbook(*rows, hide=two_hidden), "名册.xlsx")
    page = client.get(f"/imports/{batch.id}").text
    assert "隐藏了 1 行：第 3 行" in page
    client.post(f"/imports/{batch.id}/confirm")
    session.rollback()
    assert sorted(session.scalars(select(Worker.name))) == ["吉克阿牛", "马海"]


def test_hidden_rows_are_read_once_they_are_ticked(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    rows = [person(name, id_number(order=n)) for n, name in enumerate(("吉克阿牛", "沙马", "马海"), 1)]
    batch = send(workbook(*rows, hide=two_hidden), "名册.xlsx")
    assert client.post(f"/imports/{batch.id}/hidden", data={HIDDEN_ROW: "1"}).status_code == 303
    session.expire_all()
    session.rollback()
    assert names(session, batch) == ["吉克阿牛", "沙马", "马海"]
    assert "checked" in client.get(f"/imports/{batch.id}").text.split('id="rows"')[1].split(">")[0]
    client.post(f"/imports/{batch.id}/hidden")
    session.expire_all()
    session.rollback()
    assert names(session, batch) == ["吉克阿牛", "马海"]


@pytest.mark.parametrize(
    ("tick", "hide"),
    [
        (HIDDEN_COLUMN, lambda book: book.worksheets()[0].set_column("D:D", None, None, {"hidden": True})),
        (HIDDEN_SHEET, lambda book: (book.add_worksheet("说明").activate(), book.worksheets()[0].hide())),
    ],
)
def test_a_file_whose_names_are_hidden_says_so_and_can_still_be_read(
    tick: str,
    hide: Callable[[xlsxwriter.Workbook], Any],
    send: Batches,
    client: FlaskClient,
    session: Session,
) -> None:
    batch = send(workbook(person("吉克阿牛"), hide=hide), "名册.xlsx")
    page = client.get(f"/imports/{batch.id}").text
    assert batch.state is BatchState.PREVIEWED
    assert "一个人也没有读到" in page
    client.post(f"/imports/{batch.id}/hidden", data={tick: "1"})
    session.expire_all()
    session.rollback()
    assert names(session, batch) == ["吉克阿牛"]


def test_the_neighbours_file_stays_unread(
    send: Batches, client: FlaskClient, session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    batch = send(workbook(person("吉克阿牛"), hide=two_hidden), "名册.xlsx")
    neighbour = sign_in(make_user(session, Role.COUNTY, area_code=BUTUO))
    assert neighbour.post(f"/imports/{batch.id}/hidden", data={HIDDEN_ROW: "1"}).status_code == 404


def test_a_spreadsheets_error_is_no_township(send: Batches, session: Session) -> None:
    batch = send(roster(person("吉克阿牛", 乡镇="#N/A", 村="＃REF!"), person("马海", id_number(order=7))))
    row = session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id, ImportRow.row == 2)).one()
    values = (row.payload or {})["values"]
    assert "township" not in values
    assert "village" not in values
    assert {problem.header: "公式出错" in str(problem.sentence) for problem in row.warnings}.items() >= {
        "乡镇": True,
        "村": True,
    }.items()


@pytest.mark.parametrize(
    "text", ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "Err:502", "#####", "＃N／A"]
)
def test_an_error_in_a_required_cell_rejects_the_row_by_its_name(text: str, send: Batches) -> None:
    batch = send(roster(person(text), person("马海", id_number(order=7))))
    assert batch.counts["refused"] == 1
    assert batch.refused_columns == {"姓名": 1}


def test_a_formula_that_was_never_calculated_is_no_village(send: Batches, session: Session) -> None:
    batch = send(roster(person("吉克阿牛", 村="=VLOOKUP(D2,表2!A:B,2,0)")))
    row = session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id)).one()
    assert "village" not in (row.payload or {})["values"]
    assert any("没有算出" in str(problem.sentence) for problem in row.warnings)


def test_a_note_that_looks_like_a_formula_is_kept_as_it_was_typed(send: Batches, session: Session) -> None:
    batch = send(roster(person("吉克阿牛", 备注="=A1"), extra=("备注",)))
    row = session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id)).one()
    assert (row.payload or {})["values"]["note"] == "=A1"


def test_one_bad_byte_rejects_one_name_and_nobody_else(send: Batches, session: Session) -> None:
    rows = [
        person(name, id_number(order=n)) for n, name in enumerate(("吉克阿牛", "沙马乌且", "阿说尔布"), 1)
    ]
    data = roster(*rows)
    batch = send(data.replace("阿说尔布".encode(), "阿说尔布".encode()[:5] + "尔布".encode()))
    assert (batch.counts["new"], batch.counts["refused"]) == (2, 1)
    bad = session.scalars(select(ImportRow).where(ImportRow.outcome == RowOutcome.REJECTED)).one()
    assert (bad.row, bad.errors[0].header) == (4, "姓名")
    assert "读不出的字" in str(bad.errors[0].sentence)
