"""Orders, class lists, marks, certificates and timetables: no row is lost, nothing hidden is read unasked."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kit.files.bulk_upload.layout import Layout
from app.kit.files.bulk_upload.reading import HIDDEN_HEADING, Reading, Sent, Unreadable, read
from app.kit.files.file_account import NOT_TOLD
from app.kit.files.hidden import EVERYTHING
from app.orders.bulk_upload.columns import ORDERS
from app.training.certification.bulk_upload import LAYOUTS
from app.training.classes.workbooks import PEOPLE
from app.training.timetable.bulk_upload import TIMETABLE
from models.access import Role
from models.jobs.order import OrderBatch
from models.training.certificate import ResultKind
from tests.factories.people import make_enterprise, make_user

EVERY = {
    "orders": ORDERS,
    "class list": PEOPLE,
    "timetable": TIMETABLE,
    "marks": LAYOUTS[ResultKind.MARKS],
    "certificates": LAYOUTS[ResultKind.CERTIFICATES],
}
every_sheet = pytest.mark.parametrize("layout", EVERY.values(), ids=EVERY)
Hide = Callable[[xlsxwriter.Workbook], Any]


@pytest.fixture(autouse=True)
def spoken(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def sheet(layout: Layout, *rows: list[str], hide: Hide = lambda book: None) -> bytes:
    """A title, the headings a row needs, the rows, a total."""
    headers = needed(layout)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet("表")
        page.write(0, 0, "2017年用表")
        page.write_row(1, 0, headers)
        for place, row in enumerate(rows, 2):
            page.write_row(place, 0, row)
        page.write(len(rows) + 2, 0, "合计")
        hide(book)
    return out.getvalue()


def needed(layout: Layout) -> list[str]:
    return [heading.header for heading in layout.headings if heading.field in layout.must]


def row(layout: Layout, text: str) -> list[str]:
    return [text] * len(needed(layout))


def texts(reading: Reading) -> list[set[str]]:
    return [set(line.cells.values()) for line in reading.lines]


def hide_row(number: int) -> Hide:
    return lambda book: book.worksheets()[0].set_row(number - 1, None, None, {"hidden": True})


@every_sheet
def test_hidden_rows_are_named_and_left_out_unless_they_are_asked_for(layout: Layout) -> None:
    data = sheet(layout, row(layout, "甲"), row(layout, "乙"), row(layout, "丙"), hide=hide_row(4))
    seen = read(data, layout)
    assert texts(seen) == [{"甲"}, {"丙"}]
    assert "第 4 行" in str(seen.file.hidden[0].sentences[0])
    assert texts(read(Sent(data, EVERYTHING), layout)) == [{"甲"}, {"乙"}, {"丙"}]


@every_sheet
def test_hidden_headings_are_called_hidden_and_not_missing(layout: Layout) -> None:
    data = sheet(layout, row(layout, "甲"), hide=hide_row(2))
    with pytest.raises(Unreadable) as refused:
        read(data, layout)
    assert refused.value.sentence == HIDDEN_HEADING
    assert texts(read(Sent(data, EVERYTHING), layout)) == [{"甲"}]


@every_sheet
def test_the_rows_that_are_read_and_those_that_are_not_add_up(layout: Layout) -> None:
    account = read(sheet(layout, row(layout, "甲"), row(layout, "乙")), layout).file
    left = {str(one.reason): one.count for one in account.left}
    assert (account.rows, account.taken) == (5, 2)
    assert left == {"表头上面的内容": 1, "表头": 1, "合计、落款或说明": 1}
    assert str(NOT_TOLD) not in left


@every_sheet
def test_an_error_word_rejects_a_needed_cell_by_its_name(layout: Layout) -> None:
    (line,) = read(sheet(layout, ["#N/A", *row(layout, "甲")[1:]]), layout).lines
    assert "公式出错（#N/A）" in str(line.problems[0].sentence)
    assert line.problems[0].header == needed(layout)[0]


@every_sheet
def test_a_stray_mark_in_a_csv_swallows_no_row(layout: Layout) -> None:
    lines = [needed(layout), *(row(layout, f"甲{n}2017") for n in range(9))]
    text = "\n".join(",".join(cells) for cells in lines).replace("甲32017", '"甲32017', 1)
    reading = read(text.encode(), layout)
    assert texts(reading) == [{f"甲{n}2017"} for n in range(9)]
    assert "引号" in str(reading.file.remarks[0])


def test_an_error_word_in_a_cell_that_may_be_blank_is_blank_and_told() -> None:
    headers, optional = needed(ORDERS), ORDERS.header_of("address")
    text = "\n".join([",".join([*headers, optional]), ",".join([*row(ORDERS, "甲"), "#REF!"])])
    (line,) = read(text.encode(), ORDERS).lines
    assert "address" not in line.cells
    assert "公式出错（#REF!）" in str(line.warnings[0])


def test_the_enterprise_is_told_what_its_sheet_hides_and_can_have_it_read(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    clerk = sign_in(make_user(session, Role.ENTERPRISE, organisation_id=make_enterprise(session).id))
    data = sheet(ORDERS, row(ORDERS, "普工"), row(ORDERS, "焊工"), hide=hide_row(4))

    def page(**ticked: str) -> str:
        answer = clerk.post("/orders/import", data={"file": (io.BytesIO(data), "用工.xlsx"), **ticked})
        assert answer.status_code == 303, answer.text
        session.rollback()
        batch = session.scalars(select(OrderBatch).order_by(OrderBatch.id.desc())).first()
        assert batch
        return clerk.get(f"/orders/imports/{batch.id}").text

    assert "“表”隐藏了 1 行：第 4 行" in page()
    assert "焊工" not in page()
    assert "焊工" in page(hidden="y")
