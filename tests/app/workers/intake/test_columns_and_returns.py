"""Unknown columns are asked about once; refused rows come back and come in again."""

from collections.abc import Callable
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.intake import queries
from app.workers.roster.reader import read_roster
from models.clock import today
from models.people.intake import BatchState, ColumnMapping, ImportBatch
from models.people.worker import Worker
from models.user import User
from tests.app.workers.intake.conftest import person, roster
from tests.factories.people import ZHAOJUE, actor_of, id_number

Batches = Callable[..., ImportBatch]


def test_an_unknown_column_is_asked_about_once_and_remembered(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    first = roster(person("吉克阿牛", 会啥手艺呀="电焊"), extra=("会啥手艺呀",))
    batch = send(first)
    assert batch.state is BatchState.MAPPING
    page = client.get(f"/imports/{batch.id}").text
    assert "会啥手艺呀" in page
    assert "电焊" in page
    client.post(f"/imports/{batch.id}/columns", data={"column-0": "skills"})
    session.expire_all()
    assert session.get_one(ImportBatch, batch.id).state is BatchState.PREVIEWED
    client.post(f"/imports/{batch.id}/confirm")
    assert session.scalars(select(Worker)).one().skills == ["电焊"]
    second = send(roster(person("沙马", 会啥手艺呀="叉车"), extra=("会啥手艺呀",)))
    assert second.state is BatchState.PREVIEWED
    assert [row.field for row in session.scalars(select(ColumnMapping))] == ["skills"]


def test_a_column_can_be_left_out_and_only_real_fields_are_taken(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    batch = send(roster(person("吉克阿牛", 会啥手艺呀="电焊"), extra=("会啥手艺呀",)))
    client.post(f"/imports/{batch.id}/columns", data={"column-0": "county_code"})
    assert session.scalars(select(ColumnMapping)).one().field == ""


def test_a_remembered_column_can_be_forgotten_and_is_asked_about_again(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    file = roster(person("吉克阿牛", 会啥手艺呀="电焊"), extra=("会啥手艺呀",))
    client.post(f"/imports/{send(file).id}/columns", data={"column-0": "skills"})
    session.expire_all()
    mapping = session.scalars(select(ColumnMapping)).one()
    assert "会啥手艺呀" in client.get("/imports/columns").text
    client.post(f"/imports/columns/{mapping.id}")
    assert send(file).state is BatchState.MAPPING


def waiting(app: Flask, session: Session, officer: User) -> list[tuple[int, str]]:
    """Return what today's work says of imports."""
    with app.test_request_context():
        found = queries.tasks(session, actor_of(session, officer), today())
    return [(task.count, str(task.reason)) for task in found if task.count]


def test_refused_rows_come_back_with_reasons_and_come_in_corrected(
    app: Flask, bring_in: Batches, client: FlaskClient, session: Session, officer: User
) -> None:
    wrong = person("沙马尔布", "513431199005031")
    first = bring_in(roster(person("吉克阿牛"), wrong))
    assert waiting(app, session, officer) == [(1, "河头乡5月表 · 证件号码 1 行")]
    file = client.get(f"/imports/{first.id}/refused.xlsx").data
    with read_roster(file, county_code=ZHAOJUE, today=today()) as returned:
        assert returned.unknown_columns == []
        (row,) = returned.rows()
    assert row.raw["姓名"] == "沙马尔布"
    assert "第3行" in row.raw["原因"]
    assert "证件号码" in row.raw["原因"]
    corrected = file_with(file, wrong["证件号码"], id_number(order=5))
    second = bring_in(corrected, "退回的行.xlsx")
    assert second.corrects_id == first.id
    assert sorted(session.scalars(select(Worker.name))) == ["吉克阿牛", "沙马尔布"]
    assert waiting(app, session, officer) == []


def file_with(file: bytes, old: str, new: str) -> bytes:
    """Return the workbook with one text replaced, as a person would correct it."""
    from zipfile import ZipFile

    target = BytesIO()
    with ZipFile(BytesIO(file)) as source, ZipFile(target, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace(old.encode(), new.encode()))
    return target.getvalue()


def test_reminding_of_refused_rows_can_be_stopped(
    app: Flask, bring_in: Batches, client: FlaskClient, session: Session, officer: User
) -> None:
    batch = bring_in(roster(person("吉克阿牛"), person("沙马", "123")))
    client.post(f"/imports/{batch.id}/close")
    session.expire_all()
    assert waiting(app, session, officer) == []


def test_formulas_typed_into_cells_come_back_as_text(bring_in: Batches, client: FlaskClient) -> None:
    batch = bring_in(roster(person("吉克阿牛"), person("=1+1", "123", 村="@SUM(A1)")))
    file = client.get(f"/imports/{batch.id}/refused.xlsx").data
    with read_roster(file, county_code=ZHAOJUE, today=today()) as returned:
        (row,) = returned.rows()
    assert (row.raw["姓名"], row.raw["村"]) == ("=1+1", "@SUM(A1)")
