"""What people say to a preview: rows and columns left out, cells corrected in place."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.workers.intake import queries
from models.audit import AuditEvent
from models.people.intake import BatchState, ImportBatch, ImportRow, RowOutcome
from models.people.worker import Worker
from tests.app.workers.intake.conftest import person, roster
from tests.factories.people import id_number, make_worker

Batches = Callable[..., ImportBatch]


def rows(session: Session, batch: ImportBatch) -> dict[int, ImportRow]:
    """Return the rows of a batch as they are now, by their number in the file."""
    session.rollback()
    session.expire_all()
    some = session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.row))
    return {row.row: row for row in some}


def correct(client: FlaskClient, batch: ImportBatch, row: ImportRow, key: str, text: str) -> str:
    """Correct a cell and return the page that follows."""
    form = {"row": row.id, "key": key, "text": text}
    return client.post(f"/imports/{batch.id}/correct", data=form, follow_redirects=True).text


def test_an_unticked_row_survives_paging_is_counted_and_stays_out(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    people = [person(f"吉克{n}") for n in range(queries.PAGE + 10)]
    batch = send(roster(*people))
    by_number = rows(session, batch)
    first = [by_number[n].id for n in range(2, 2 + queries.PAGE)]
    form = {"tab": "new", "shown": first, "ticked": first[3:], "go": "next", "more": first[-1]}
    answer = client.post(f"/imports/{batch.id}/rows", data=form)
    assert f"after={first[-1]}" in answer.location
    second = client.get(answer.location).text
    assert "吉克59" in second
    assert "不登记：3 行，0 列" in second
    page = client.get(f"/imports/{batch.id}?tab=left_out").text
    assert page.count('class="read-row new left-out"') == 3
    client.post(f"/imports/{batch.id}/confirm")
    session.rollback()
    names = set(session.scalars(select(Worker.name)))
    assert names == {f"吉克{n}" for n in range(3, queries.PAGE + 10)}


def test_an_unticked_row_can_be_ticked_again(send: Batches, client: FlaskClient, session: Session) -> None:
    batch = send(roster(person("吉克阿牛"), person("沙马")))
    number = rows(session, batch)[2].id
    client.post(f"/imports/{batch.id}/rows", data={"shown": [number]})
    assert rows(session, batch)[2].is_left_out
    assert session.get_one(ImportBatch, batch.id).counts["new"] == 1
    client.post(f"/imports/{batch.id}/rows", data={"shown": [number], "ticked": [number]})
    assert not rows(session, batch)[2].is_left_out
    assert session.get_one(ImportBatch, batch.id).counts["new"] == 2


def test_a_column_can_be_left_out_and_taken_in_again_while_rows_and_corrections_stay(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    good, other = person("吉克阿牛", 意向工种="焊工"), person("沙马", 意向工种="普工")
    batch = send(roster(good, other, person("马海", "123", 意向工种="普工")))
    by_number, right = rows(session, batch), id_number(order=11)
    correct(client, batch, by_number[4], "证件号码", right)
    client.post(f"/imports/{batch.id}/rows", data={"shown": [by_number[3].id]})
    client.post(f"/imports/{batch.id}/columns/tick", data={"key": "意向工种", "out": "1"})
    by_number = rows(session, batch)
    assert [row.is_left_out for row in by_number.values()] == [False, True, False]
    assert by_number[4].outcome is RowOutcome.NEW
    page = client.get(f"/imports/{batch.id}?tab=new").text
    assert "不登记：1 行，1 列" in page
    client.post(f"/imports/{batch.id}/confirm")
    session.expire_all()
    assert {w.name: w.wishes for w in session.scalars(select(Worker))} == {"吉克阿牛": [], "马海": []}
    again = send(roster(good))
    client.post(f"/imports/{again.id}/columns/tick", data={"key": "意向工种", "out": "1"})
    client.post(f"/imports/{again.id}/columns/tick", data={"key": "意向工种", "out": "0"})
    client.post(f"/imports/{again.id}/confirm")
    session.expire_all()
    assert {w.name: w.wishes for w in session.scalars(select(Worker))}["吉克阿牛"] == ["焊工"]


def test_without_name_or_number_nobody_can_be_registered_so_they_stay(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    batch = send(roster(person("吉克阿牛")))
    for key in ("姓名", "证件号码", "没有这一列"):
        answer = client.post(f"/imports/{batch.id}/columns/tick", data={"key": key, "out": "1"})
        assert answer.status_code == 409
    assert session.get_one(ImportBatch, batch.id).left_out_columns == []


def test_a_refused_cell_is_corrected_in_place_and_read_by_the_same_reader(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    known = make_worker(session, name="马海")
    names = {"1": "吉克阿牛", "2": "沙马", "3": "马海"}
    wrong = [
        person(name, "5134311990050", 文化程度="初中毕业", 户编号=f"5134310000{home}")
        for home, name in names.items()
    ]
    batch = send(roster(*wrong))
    by_number = rows(session, batch)
    page = client.get(f"/imports/{batch.id}?tab=refused").text
    assert page.count('value="5134311990050"') == 3
    right = id_number(order=21)
    assert "读懂了：新增" in correct(client, batch, by_number[2], "证件号码", right)
    assert "还是退回" in correct(client, batch, by_number[3], "证件号码", "51343119900503")
    assert "读懂了：有变化" in correct(client, batch, by_number[4], "证件号码", f" {known.id_number}")
    outcomes = [row.outcome for row in rows(session, batch).values()]
    assert outcomes == [RowOutcome.NEW, RowOutcome.REJECTED, RowOutcome.CHANGED]
    counts = session.get_one(ImportBatch, batch.id).counts
    assert (counts["new"], counts["changed"], counts["refused"]) == (1, 1, 1)
    client.post(f"/imports/{batch.id}/confirm")
    session.expire_all()
    worker = session.scalars(select(Worker).where(Worker.name == "吉克阿牛")).one()
    assert (worker.id_number, worker.education_text) == (right, "初中")


def test_a_correction_is_held_against_the_other_rows_of_the_file(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    head = person("吉克阿牛", 致贫原因="缺技术")
    second = person("沙马", "123", 户编号=head["户编号"], 致贫原因="因病")
    batch = send(roster(head, second, extra=("致贫原因",)))
    row = rows(session, batch)[3]
    correct(client, batch, row, "证件号码", head["证件号码"])
    (error,) = [str(p.sentence) for p in rows(session, batch)[3].errors if p.header == "证件号码"]
    assert "第2行" in error
    correct(client, batch, row, "证件号码", id_number(order=31))
    assert "已经有户主" in str(rows(session, batch)[3].errors[0].sentence)
    correct(client, batch, row, "与户主关系", "之子")
    row = rows(session, batch)[3]
    assert row.outcome is RowOutcome.NEW
    assert any("同一户" in str(problem.sentence) for problem in row.warnings)


def test_a_correction_is_audited_without_what_was_typed_and_nothing_readable_is_kept(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    batch, right = send(roster(person("吉克阿牛", "5134311990050312"))), id_number(order=41)
    correct(client, batch, rows(session, batch)[2], "证件号码", right)
    event = session.scalars(select(AuditEvent).where(AuditEvent.tag == "import:correct")).one()
    assert event.details == {"rows": 2, "fields": ["证件号码"]}
    connection = session.connection()
    stored = [connection.exec_driver_sql(f"SELECT * FROM {t}").all() for t in ("import_row", "import_batch")]
    text = repr(
        [[[bytes(v) if isinstance(v, memoryview) else v for v in line] for line in t] for t in stored]
    )
    assert right not in text
    assert "5134311990050312" not in text


def test_a_whole_number_of_somebody_else_is_not_put_into_the_field(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    known = make_worker(session, name="马海")
    batch = send(roster(person("沙马", known.id_number)))
    page = client.get(f"/imports/{batch.id}?tab=refused").text
    assert "台账里这个证件号码的人叫" in page
    assert 'class="correct"' in page
    assert known.id_number not in page


def test_every_cell_of_a_row_has_a_page_on_which_it_can_be_corrected(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    batch = send(roster(person("吉克阿牛", 可否夜班="看情况"), extra=("可否夜班",)))
    row = rows(session, batch)[2]
    address = f"/imports/{batch.id}/rows/{row.id}"
    assert 'value="看情况"' in client.get(address).text
    form = {"row": row.id, "key": "可否夜班", "text": "可以", "on": "row"}
    answer = client.post(f"/imports/{batch.id}/correct", data=form)
    assert answer.location.endswith(address)
    assert rows(session, batch)[2].warnings == []
    assert client.get(f"/imports/{batch.id}/rows/{row.id + 1}").status_code == 404


def test_after_the_confirm_nothing_can_be_answered_any_more(
    bring_in: Batches, client: FlaskClient, session: Session
) -> None:
    batch = bring_in(roster(person("吉克阿牛"), person("沙马", "123")))
    row = rows(session, batch)[3]
    form = {"row": row.id, "key": "证件号码", "text": id_number(order=51)}
    assert client.post(f"/imports/{batch.id}/correct", data=form).status_code == 409
    assert client.post(f"/imports/{batch.id}/rows", data={"shown": [row.id]}).status_code == 409
    assert session.get_one(ImportBatch, batch.id).state is BatchState.CONFIRMED


def test_all_rows_of_one_kind_can_be_left_out_at_once(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    batch = send(
        roster(
            person("吉克", 意向地区="火星"),
            person("沙马", 意向地区="月亮"),
            person("马海"),
            extra=("意向地区",),
        )
    )
    kind = rows(session, batch)[2].kinds.strip(",")
    client.post(f"/imports/{batch.id}/kinds", data={"kind": kind})
    assert [row.is_left_out for row in rows(session, batch).values()] == [True, True, False]
