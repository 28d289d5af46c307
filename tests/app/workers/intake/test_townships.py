"""A township's collector sends a roster of own people; the county confirms it and tells what it changed."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.intake import queries
from models.access import Grant, Role
from models.audit import AuditEvent
from models.clock import today
from models.people.intake import BatchState, ColumnMapping, ImportBatch, ImportRow, RowOutcome
from models.people.worker import Worker
from models.reference.area import Area
from models.user import User
from tests.app.workers.intake.conftest import person, roster
from tests.factories.people import ZHAOJUE, actor_of, id_number, make_user, make_worker

Upload = Callable[..., ImportBatch]


def towns(session: Session) -> list[Area]:
    return list(session.scalars(select(Area).where(Area.parent_code == ZHAOJUE).order_by(Area.code).limit(2)))


@pytest.fixture
def town(session: Session) -> Area:
    return towns(session)[0]


@pytest.fixture
def collector(session: Session, town: Area) -> User:
    return make_user(session, Role.TOWNSHIP, area_code=town.code)


@pytest.fixture
def township(collector: User, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(collector)


@pytest.fixture
def hand(township: FlaskClient, session: Session, town: Area) -> Upload:
    """Return a function: (content) -> the batch that the collector uploaded."""

    def upload(content: bytes) -> ImportBatch:
        data = {"file": (BytesIO(content), "河头乡5月表.csv"), "county_code": town.code}
        assert township.post("/imports", data=data).status_code == 303
        return newest(session)

    return upload


def newest(session: Session) -> ImportBatch:
    session.rollback()
    session.expire_all()
    return session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()


def waiting(app: Flask, session: Session, user: User) -> list[str]:
    """Return what today's work says of imports."""
    session.rollback()
    with app.test_request_context():
        listed = queries.tasks(session, actor_of(session, user), today())
        return [str(task.text) for task in listed if task.count]


def test_a_collector_sends_the_county_confirms_and_the_collector_hears_of_it(
    app: Flask,
    hand: Upload,
    township: FlaskClient,
    client: FlaskClient,
    session: Session,
    officer: User,
    collector: User,
    town: Area,
) -> None:
    batch = hand(roster(person("吉克阿牛", 乡镇=town.name), person("沙马", 乡镇="")))
    number = batch.id
    assert (batch.state, batch.township_code, batch.counts["new"]) == (BatchState.PREVIEWED, town.code, 2)
    assert waiting(app, session, officer) == []
    assert waiting(app, session, collector) == ["行花名册等你交给县里"]
    page = township.get(f"/imports/{number}").text
    assert "交给县里确认 2 人" in page
    assert "确认导入" not in page
    assert client.post(f"/imports/{number}/confirm").status_code in (303, 409)
    assert newest(session).state is BatchState.PREVIEWED
    township.post(f"/imports/{number}/submit")
    assert newest(session).state is BatchState.SUBMITTED
    assert waiting(app, session, officer) == ["行乡镇花名册等你确认"]
    assert waiting(app, session, collector) == []
    row = session.scalars(select(ImportRow).where(ImportRow.batch_id == number)).first()
    form = {"row": row.id, "key": "村", "text": "谷都村"}
    assert township.post(f"/imports/{number}/correct", data=form).status_code == 409
    client.post(f"/imports/{number}/correct", data=form)
    last = session.scalars(select(ImportRow.id).where(ImportRow.batch_id == number)).all()[-1]
    client.post(f"/imports/{number}/rows", data={"shown": [last]})
    client.post(f"/imports/{number}/confirm")
    assert newest(session).state is BatchState.CONFIRMED
    worker = session.scalars(select(Worker)).one()
    assert (worker.name, worker.village, worker.township_code) == ("吉克阿牛", "谷都村", town.code)
    assert waiting(app, session, collector) == ["人的花名册县里确认了"]
    told = township.get(f"/imports/{number}").text
    assert "县里改了什么" in told
    assert "<del>好谷村</del> → <ins>谷都村</ins>" in told
    assert "1 行不登记" in told
    assert officer.name in told
    township.post(f"/imports/{number}/seen")
    assert waiting(app, session, collector) == []
    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    steps = [(e.actor_id, e.details["event"]) for e in events if "event" in e.details]
    assert (collector.id, "submit") in steps
    assert (officer.id, "confirm") in steps


def test_rows_of_other_townships_are_refused_with_a_sentence(
    hand: Upload, session: Session, town: Area
) -> None:
    other = towns(session)[1]
    known = make_worker(session, name="马海", township=other.name, township_code=other.code)
    rows = (
        person("吉克阿牛", 乡镇=other.name),
        person("沙马", 乡镇="没有这个乡"),
        person("马海", known.id_number, 乡镇=town.name),
        person("俄木", 乡镇=town.name),
    )
    batch = hand(roster(*rows))
    kept = session.scalars(
        select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.row)
    ).all()
    assert [row.outcome for row in kept] == [RowOutcome.REJECTED] * 3 + [RowOutcome.NEW]
    sentences = [str(row.errors[0].sentence) for row in kept[:3]]
    assert f"这一行写的是{other.name}，你只能上传{town.name}的人" in sentences[0]
    assert "认不出乡镇“没有这个乡”" in sentences[1]
    assert "不在你管的范围" in sentences[2]


def test_a_row_without_a_township_is_taken_to_be_the_collectors_and_says_so(
    hand: Upload, township: FlaskClient, session: Session, town: Area
) -> None:
    batch = hand(roster(person("吉克阿牛", 乡镇="", 村="好谷村")))
    row = session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id)).one()
    assert row.outcome is RowOutcome.NEW
    assert f"按你的乡镇登记：{town.name}" in str(row.warnings[0].sentence)


def test_who_sent_a_file_cannot_confirm_it_even_with_the_countys_right(
    hand: Upload,
    session: Session,
    collector: User,
    sign_in: Callable[..., FlaskClient],
    township: FlaskClient,
) -> None:

    batch = hand(roster(person("吉克阿牛", 乡镇="")))
    township.post(f"/imports/{batch.id}/submit")
    session.add(
        Grant(user_id=collector.id, role=Role.COUNTY, area_code=ZHAOJUE, valid_from=today().replace(month=1))
    )
    session.commit()
    both = sign_in(collector)
    both.post(f"/imports/{batch.id}/confirm")
    assert newest(session).state is BatchState.SUBMITTED
    assert "上传的人不能自己确认" in both.get(f"/imports/{batch.id}").text


def test_the_county_can_send_a_file_back_with_a_reason_and_the_collector_reads_it(
    app: Flask,
    hand: Upload,
    township: FlaskClient,
    client: FlaskClient,
    session: Session,
    collector: User,
) -> None:
    batch = hand(roster(person("吉克阿牛", 乡镇="")))
    township.post(f"/imports/{batch.id}/submit")
    client.post(f"/imports/{batch.id}/hand-back", data={"reason": " "})
    assert newest(session).state is BatchState.SUBMITTED
    client.post(f"/imports/{batch.id}/hand-back", data={"reason": "少了三组的人"})
    assert newest(session).state is BatchState.PREVIEWED
    assert "少了三组的人" in township.get(f"/imports/{batch.id}").text
    assert waiting(app, session, collector) == ["行花名册等你交给县里"]
    township.post(f"/imports/{batch.id}/submit")
    township.post(f"/imports/{batch.id}/recall")
    assert newest(session).state is BatchState.PREVIEWED


def test_a_column_left_out_by_the_county_leaves_the_file_with_the_county(
    hand: Upload, township: FlaskClient, client: FlaskClient, session: Session
) -> None:
    batch = hand(roster(person("吉克阿牛", 乡镇="", 意向工种="焊工")))
    township.post(f"/imports/{batch.id}/submit")
    client.post(f"/imports/{batch.id}/columns/tick", data={"key": "意向工种", "out": "1"})
    assert newest(session).state is BatchState.SUBMITTED
    assert "“意向工种”这一列不登记" in township.get(f"/imports/{batch.id}").text


def test_what_a_collector_says_of_a_column_is_not_remembered_for_the_county(
    hand: Upload, township: FlaskClient, session: Session
) -> None:
    batch = hand(roster(person("吉克阿牛", 乡镇="", 会啥手艺呀="电焊"), extra=("会啥手艺呀",)))
    assert batch.state is BatchState.MAPPING
    township.post(f"/imports/{batch.id}/columns", data={"column-0": "skills"})
    batch = newest(session)
    assert batch.state is BatchState.PREVIEWED
    row = session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id)).one()
    assert row.payload["values"]["skills"] == ["电焊"]
    assert session.scalars(select(ColumnMapping)).all() == []


def test_a_collector_sees_neither_the_countys_files_nor_names_of_other_townships(
    hand: Upload, township: FlaskClient, session: Session, send: Upload, town: Area
) -> None:
    countys = send(roster(person("沙马")))
    assert township.get(f"/imports/{countys.id}").status_code == 404
    other = towns(session)[1]
    elsewhere = {"township": other.name, "township_code": other.code}
    make_worker(session, name="吉克阿牛", phone="13800001111", id_number=id_number(order=1), **elsewhere)
    batch = hand(roster(person("吉克阿牛", id_number(order=3), 乡镇=town.name, 联系电话="13800001111")))
    assert batch.counts["possible"] == 1
    page = township.get(f"/imports/{batch.id}?tab=possible").text
    assert "台账里的另一条记录" in page
    assert "台账里的 吉克阿牛" not in page


def test_a_collector_cannot_send_into_another_township_nor_undo(
    hand: Upload, township: FlaskClient, session: Session
) -> None:
    other = towns(session)[1]
    data = {"file": (BytesIO(roster(person("吉克"))), "表.csv"), "county_code": other.code}
    assert township.post("/imports", data=data).status_code == 422
    batch = hand(roster(person("吉克阿牛", 乡镇="")))
    for path in ("confirm", "undo", "hand-back"):
        assert township.post(f"/imports/{batch.id}/{path}").status_code == 403
