"""From a file to the register."""

from collections.abc import Callable
from io import BytesIO

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.workers.intake.operations import confirm
from app.workers.operations import County, apply
from models import vault
from models.audit import AuditEvent
from models.clock import utc_now
from models.people.household import Household
from models.people.intake import BatchState, ImportBatch, ImportRow
from models.people.worker import Worker
from tests.app.workers.intake.conftest import BORN, person, roster
from tests.factories.people import BUTUO, actor_of, id_number, make_worker

Batches = Callable[..., ImportBatch]


def test_a_preview_changes_nothing_and_counts_everything(send: Batches, session: Session) -> None:
    known = make_worker(session, name="吉克阿牛")
    batch = send(
        roster(
            person("阿说尔布"), person("吉克阿牛", known.id_number, 文化程度="初中"), person("沙马", "123")
        )
    )
    assert batch.state is BatchState.PREVIEWED
    assert (batch.counts["new"], batch.counts["changed"], batch.counts["refused"]) == (1, 1, 1)
    assert session.scalar(select(func.count()).select_from(Worker)) == 1


def test_one_confirm_brings_the_good_rows_in(bring_in: Batches, session: Session) -> None:
    row = person("阿说尔布", 联系电话="13800001111", 文化程度="初中", 意向工种="普工、焊工")
    batch = bring_in(roster(row, person("沙马", "123")))
    worker = session.scalars(select(Worker)).one()
    assert batch.state is BatchState.CONFIRMED
    assert (worker.name, worker.education, worker.wishes) == (
        "阿说尔布",
        2,
        ["普工", "焊工"],
    )
    assert worker.id_number == row["证件号码"]
    assert worker.id_digest == vault.digest(row["证件号码"])
    assert (worker.phone, worker.phone_last4, worker.version) == ("13800001111", "1111", 1)
    assert worker.household.code == row["户编号"]
    assert batch.content is None


def test_the_same_file_twice_changes_nothing_and_says_when_it_came(
    bring_in: Batches, send: Batches, client: FlaskClient, session: Session
) -> None:
    file = roster(*(person(f"吉克{n}", 联系电话="13800001111") for n in "一二三"))
    bring_in(file)
    again = send(file)
    assert (again.counts["unchanged"], again.counts["new"], again.counts["changed"]) == (3, 0, 0)
    page = client.get(f"/imports/{again.id}").text
    assert "导入过" in page
    assert "和台账一样，不用导入" in page
    client.post(f"/imports/{again.id}/confirm")
    assert session.scalar(select(func.count()).select_from(Worker)) == 3


def test_members_of_a_known_household_join_it(bring_in: Batches, session: Session) -> None:
    head = person("吉克阿牛")
    bring_in(roster(head))
    bring_in(roster(person("吉克木果", 户编号=head["户编号"], 与户主关系="之子")))
    assert session.scalar(select(func.count()).select_from(Household)) == 1
    assert len({worker.household_id for worker in session.scalars(select(Worker))}) == 1


def test_empty_cells_never_blank_what_is_known(bring_in: Batches, session: Session) -> None:
    row = person("吉克阿牛", 联系电话="13800001111", 文化程度="初中")
    bring_in(roster(row))
    batch = bring_in(roster(row | {"联系电话": "", "文化程度": "", "村": "", "意向工种": "电焊"}))
    worker = session.scalars(select(Worker)).one()
    assert (worker.phone, worker.education_text, worker.village) == ("13800001111", "初中", "好谷村")
    assert worker.wishes == ["电焊"]
    assert worker.version == 2
    assert batch.counts["changed"] == 1


def test_changes_are_shown_field_by_field(send: Batches, bring_in: Batches, client: FlaskClient) -> None:
    row = person("吉克阿牛", 联系电话="13800001111", 文化程度="小学")
    bring_in(roster(row))
    batch = send(roster(row | {"联系电话": "13900002222", "文化程度": "初中"}))
    page = client.get(f"/imports/{batch.id}?tab=changed").text
    assert "小学" in page
    assert "初中" in page
    assert "…2222" in page
    assert "13900002222" not in page


def test_a_number_is_never_given_to_another_name(bring_in: Batches, session: Session) -> None:
    row = person("吉克阿牛")
    bring_in(roster(row))
    batch = bring_in(roster(row | {"姓名": "沙马尔布"}, person("马海")))
    assert batch.counts["refused"] == 1
    assert sorted(session.scalars(select(Worker.name))) == ["吉克阿牛", "马海"]


def test_a_dot_in_the_name_is_no_other_name(bring_in: Batches, send: Batches) -> None:
    row = person("吉克·阿牛")
    bring_in(roster(row))
    assert send(roster(row | {"姓名": "吉克阿牛"})).counts["unchanged"] == 1


def test_somebody_registered_elsewhere_is_refused_in_neutral_words(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    foreign = make_worker(session, county_code=BUTUO, name="外县人名")
    batch = send(roster(person("外县人名", foreign.id_number)))
    page = client.get(f"/imports/{batch.id}?tab=refused").text
    assert batch.counts["refused"] == 1
    assert "不在你管的范围" in page
    assert "布拖" not in page


def test_one_person_twice_in_a_file_goes_in_once(bring_in: Batches, session: Session) -> None:
    row = person("吉克阿牛")
    batch = bring_in(roster(row, row))
    assert (batch.counts["new"], batch.counts["unchanged"], batch.counts["doubts"]) == (1, 1, 1)
    assert session.scalar(select(func.count()).select_from(Worker)) == 1


def test_what_changed_since_the_preview_is_refused_not_overwritten(
    send: Batches, client: FlaskClient, session: Session, bring_in: Batches
) -> None:
    row = person("吉克阿牛", 文化程度="小学")
    bring_in(roster(row))
    batch = send(roster(row | {"文化程度": "初中"}, taken := person("马海")))
    worker = session.scalars(select(Worker)).one()
    worker.education_text = "高中"
    make_worker(session, name="马海", id_number=taken["证件号码"])
    client.post(f"/imports/{batch.id}/confirm")
    session.expire_all()
    assert session.get_one(Worker, worker.id).education_text == "高中"
    counts = session.get_one(ImportBatch, batch.id).counts
    assert (counts["new"], counts["changed"], counts["refused"]) == (0, 0, 2)
    assert client.get(f"/imports/{batch.id}/refused.xlsx").status_code == 200


def test_a_confirm_sent_twice_writes_once(send: Batches, client: FlaskClient, session: Session) -> None:
    batch = send(roster(person("吉克阿牛")))
    for _try in range(2):
        client.post(f"/imports/{batch.id}/confirm", data={"once": "same-key"})
    assert client.post(f"/imports/{batch.id}/confirm").status_code == 409
    assert session.scalar(select(func.count()).select_from(Worker)) == 1
    tags = session.scalars(select(AuditEvent.tag).where(AuditEvent.tag == "import:confirm")).all()
    assert len(tags) == 1


def test_a_write_that_breaks_off_leaves_nothing(
    send: Batches, session: Session, officer: object, monkeypatch: object
) -> None:
    batch = send(roster(*(person(f"吉克{n}") for n in "一二三")))

    def break_off(*_: object) -> None:
        raise RuntimeError("power cut")

    try:
        confirm(session, actor_of(session, officer), batch, break_off, utc_now())  # type: ignore[arg-type]
    except RuntimeError:
        session.rollback()
    assert session.scalar(select(func.count()).select_from(Worker)) == 0
    assert session.get_one(ImportBatch, batch.id).state is BatchState.PREVIEWED


def test_no_row_of_an_import_holds_a_readable_number(bring_in: Batches, session: Session) -> None:
    row, bad = person("吉克阿牛", 联系电话="13800001111"), person("沙马", "513431199005031")
    bring_in(roster(row, bad))
    connection = session.connection()
    stored = connection.exec_driver_sql("SELECT * FROM import_row").all()
    stored += connection.exec_driver_sql("SELECT * FROM import_batch").all()
    stored += connection.exec_driver_sql("SELECT * FROM audit_event").all()
    text = repr([[bytes(v) if isinstance(v, memoryview) else v for v in line] for line in stored])
    assert row["证件号码"] not in text
    assert bad["证件号码"] not in text
    assert "13800001111" not in text


def test_a_file_that_is_no_roster_is_refused_with_a_sentence(send: Batches, client: FlaskClient) -> None:
    for content, name in ((b"\x00\x01\x02", "坏.xlsx"), ("天气,温度\n晴,30\n".encode(), "天气.csv")):
        batch = send(content, name)
        assert batch.state is BatchState.FAILED
        assert batch.problem
        assert batch.problem in client.get(f"/imports/{batch.id}").text


def test_sending_no_file_says_so(client: FlaskClient) -> None:
    answer = client.post("/imports", data={"county_code": "513431"})
    assert answer.status_code == 422
    assert "请先选一个文件" in answer.text
    empty = client.post("/imports", data={"county_code": "513431", "file": (BytesIO(b""), "空.csv")})
    assert "这个文件是空的" in empty.text


def test_a_file_cannot_be_sent_to_another_county(client: FlaskClient, session: Session) -> None:
    data = {"county_code": BUTUO, "file": (BytesIO(roster(person("吉克"))), "表.csv")}
    assert client.post("/imports", data=data).status_code == 422
    assert session.scalars(select(ImportBatch)).all() == []


def test_a_cancelled_preview_forgets_its_rows(send: Batches, client: FlaskClient, session: Session) -> None:
    batch = send(roster(person("吉克阿牛")))
    client.post(f"/imports/{batch.id}/advance", data={"event": "cancel"})
    session.expire_all()
    assert session.get_one(ImportBatch, batch.id).state is BatchState.CANCELLED
    assert session.scalars(select(ImportRow)).all() == []
    assert "台账没有改动" in client.get(f"/imports/{batch.id}").text


def test_members_who_contradict_each_other_about_their_household_do_not_flip_it(
    bring_in: Batches, send: Batches
) -> None:
    head = person("吉克阿牛", 致贫原因="缺技术")
    son = person("吉克木果", id_number(order=7), 户编号=head["户编号"], 与户主关系="之子", 致贫原因="因病")
    file = roster(head, son, extra=("致贫原因",))
    bring_in(file)
    again = send(file)
    assert (again.counts["unchanged"], again.counts["doubts"]) == (2, 1)


def test_a_name_in_radicals_from_a_pdf_is_the_same_name(
    bring_in: Batches, send: Batches, session: Session
) -> None:
    number = id_number(born=BORN)
    batch = bring_in(roster(person("⽯⼀铁", number), person("石一铁", number)))
    worker = session.scalars(select(Worker)).one()
    assert (worker.name, batch.counts["refused"], batch.counts["new"]) == ("石一铁", 0, 1)
    again = send(roster(person("石⼀ 铁", number)))
    assert (again.counts["unchanged"], again.counts["refused"]) == (1, 0)


def test_a_name_typed_in_radicals_changes_nothing_of_a_known_person(session: Session) -> None:
    worker = make_worker(session, name="石一铁")
    assert apply(worker, {"name": "⽯⼀铁"}, County(worker.county_code)) == []
    assert worker.name == "石一铁"


def test_after_the_confirm_nothing_is_kept_of_what_went_in_or_was_known(
    bring_in: Batches, session: Session
) -> None:
    known = person("吉克阿牛")
    bring_in(roster(known))
    batch = bring_in(roster(known, person("沙马"), person("马海", "123")))
    rows = session.scalars(select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.row))
    assert [row.payload is None for row in rows] == [True, True, False]
    assert all(column["examples"] == [] for column in batch.reading["columns"])
