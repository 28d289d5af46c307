"""Whoever sends a file says what its columns mean, once, and sees what is not read."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.intake.column_choices import choices
from models.people.intake import BatchState, ColumnMapping, ImportBatch
from models.people.worker import Worker
from tests.app.workers.intake.conftest import person, roster
from tests.factories.people import ZHAOJUE

Batches = Callable[..., ImportBatch]
TWO_WAGES = roster(person("吉克阿牛", 期望月薪="4500", 期望工资="5000"), extra=("期望月薪", "期望工资"))


def answer(client: FlaskClient, session: Session, batch: ImportBatch, **said: str) -> Any:
    """Send the page of columns with ``said`` ({heading: field}), everything else as it stands."""
    data = {
        f"column-{place}": said.get(choice.key, choice.guess if choice.is_asked else choice.field)
        for place, choice in enumerate(choices(batch))
    }
    sent = client.post(f"/imports/{batch.id}/columns", data=data)
    session.expire_all()
    session.rollback()
    return sent


def remember(session: Session, header: str, field: str) -> None:
    session.add(ColumnMapping(county_code=ZHAOJUE, header=header, field=field))
    session.commit()


def test_two_columns_of_one_field_are_asked_about_once_with_samples(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    batch = send(TWO_WAGES)
    assert batch.state is BatchState.MAPPING
    page = client.get(f"/imports/{batch.id}").text
    assert all(text in page for text in ("期望月薪", "期望工资", "4500", "5000"))
    assert answer(client, session, batch, 期望月薪="", 期望工资="wage_floor_yuan").status_code == 303
    assert session.get_one(ImportBatch, batch.id).state is BatchState.PREVIEWED
    client.post(f"/imports/{batch.id}/confirm")
    assert session.scalars(select(Worker.wage_floor_yuan)).one() == 5000


def test_one_field_for_two_columns_is_refused_with_both_their_names(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    batch = send(TWO_WAGES)
    both = answer(client, session, batch, 期望月薪="wage_floor_yuan", 期望工资="wage_floor_yuan")
    assert both.status_code == 422
    assert "“期望月薪”和“期望工资”都选成了" in both.text
    assert session.get_one(ImportBatch, batch.id).state is BatchState.MAPPING


def test_what_depends_on_a_rival_is_not_remembered_for_other_files(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    answer(client, session, send(TWO_WAGES), 期望月薪="", 期望工资="wage_floor_yuan")
    assert session.scalars(select(ColumnMapping)).all() == []


def test_leaving_out_a_heading_of_the_template_holds_for_one_file(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    batch = send(roster(person("吉克阿牛", 意向工种="保安")))
    answer(client, session, batch, 意向工种="")
    assert "没有读的列" in client.get(f"/imports/{batch.id}").text
    assert session.scalars(select(ColumnMapping)).all() == []
    again = send(roster(person("吉克阿牛", 意向工种="保安")))
    client.post(f"/imports/{again.id}/confirm")
    assert session.scalars(select(Worker.wishes)).one() == ["保安"]


def test_wishes_left_out_for_the_whole_county_long_ago_are_read_again(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    remember(session, "意向工种", "")
    batch = send(roster(person("吉克阿牛", 意向工种="保安")))
    client.post(f"/imports/{batch.id}/confirm")
    assert session.scalars(select(Worker.wishes)).one() == ["保安"]
    assert "不再起作用" in client.get("/imports/columns").text


def test_a_column_that_memory_leaves_out_is_shown_and_can_be_read(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    remember(session, "会啥手艺呀", "")
    batch = send(roster(person("吉克阿牛", 会啥手艺呀="电焊"), extra=("会啥手艺呀",)))
    page = client.get(f"/imports/{batch.id}").text
    assert all(text in page for text in ("没有读的列", "会啥手艺呀", "电焊", "本县以前说不登记"))
    assert "会啥手艺呀" in client.get(f"/imports/{batch.id}/columns").text
    answer(client, session, batch, 会啥手艺呀="skills")
    client.post(f"/imports/{batch.id}/confirm")
    assert session.scalars(select(Worker.skills)).one() == ["电焊"]


def test_a_remembered_meaning_that_was_used_is_shown(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    remember(session, "会啥手艺呀", "skills")
    batch = send(roster(person("吉克阿牛", 会啥手艺呀="电焊"), extra=("会啥手艺呀",)))
    page = client.get(f"/imports/{batch.id}").text
    assert "这样认的列，请核对" in page
    assert "本县以前这样认过" in page


def test_a_remembered_meaning_can_be_changed_but_not_to_hide_a_known_heading(
    client: FlaskClient, session: Session
) -> None:
    remember(session, "会啥手艺呀", "skills")
    remember(session, "务工意愿", "willing")
    first, known = session.scalars(select(ColumnMapping).order_by(ColumnMapping.id)).all()
    client.post(f"/imports/columns/{first.id}", data={"field": "experience"})
    client.post(f"/imports/columns/{known.id}", data={"field": ""})
    session.expire_all()
    assert (first.field, known.field) == ("experience", "willing")


def test_nobody_can_leave_a_file_without_names(send: Batches, client: FlaskClient, session: Session) -> None:
    batch = send(roster(person("吉克阿牛")))
    refused = answer(client, session, batch, 姓名="")
    assert refused.status_code == 422
    assert "没有哪一列是“姓名”" in refused.text


def test_a_question_kept_by_an_earlier_version_can_still_be_answered(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    batch = send(roster(person("吉克阿牛", 会啥手艺呀="电焊"), extra=("会啥手艺呀",)))
    batch.columns = [{"header": "会啥手艺呀", "sheet": "", "guess": "", "samples": ["电焊"]}]
    session.commit()
    assert "会啥手艺呀" in client.get(f"/imports/{batch.id}").text
    client.post(f"/imports/{batch.id}/columns", data={"column-0": "skills"})
    session.expire_all()
    assert session.get_one(ImportBatch, batch.id).state is BatchState.PREVIEWED
