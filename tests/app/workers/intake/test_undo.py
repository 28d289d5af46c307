"""A whole import can be taken back while nothing stands on it."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.people.household import Household
from models.people.intake import BatchState, ImportBatch
from models.people.worker import Worker
from tests.app.workers.intake.conftest import person, roster
from tests.factories.people import make_order, make_placement

Batches = Callable[..., ImportBatch]


def undo(client: FlaskClient, batch: ImportBatch, session: Session) -> BatchState:
    client.post(f"/imports/{batch.id}/advance", data={"event": "undo", "reason": "传错了文件"})
    session.rollback()
    session.expire_all()
    return session.get_one(ImportBatch, batch.id).state


def test_new_people_go_and_changed_ones_are_as_before(
    bring_in: Batches, client: FlaskClient, session: Session
) -> None:
    row = person("吉克阿牛", 文化程度="小学", 联系电话="13800001111", 致贫原因="缺技术")
    bring_in(roster(row, extra=("致贫原因",)))
    before = {
        c.name: getattr(session.scalars(select(Worker)).one(), c.name) for c in Worker.__table__.columns
    }
    moved = row | {"文化程度": "初中", "联系电话": "13900002222", "户编号": "51340099", "致贫原因": "因病"}
    batch = bring_in(roster(moved, person("沙马", 户编号="51340099", 与户主关系="之子"), extra=("致贫原因",)))
    assert (batch.counts["new"], batch.counts["changed"]) == (1, 1)
    assert undo(client, batch, session) is BatchState.UNDONE
    worker = session.scalars(select(Worker)).one()
    after = {name: getattr(worker, name) for name in before}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"version", "updated_at"}
    assert [(h.code, h.poverty_cause) for h in session.scalars(select(Household))] == [
        (row["户编号"], "缺技术")
    ]


def test_a_known_household_gets_its_values_back(
    bring_in: Batches, client: FlaskClient, session: Session
) -> None:
    head = person("吉克阿牛", 致贫原因="缺技术")
    bring_in(roster(head, extra=("致贫原因",)))
    son = person("吉克木果", 户编号=head["户编号"], 与户主关系="之子", 致贫原因="因病")
    batch = bring_in(roster(son, extra=("致贫原因",)))
    assert session.scalars(select(Household)).one().poverty_cause == "因病"
    session.rollback()
    undo(client, batch, session)
    assert session.scalars(select(Household)).one().poverty_cause == "缺技术"


def test_an_import_with_a_placement_on_it_stays(
    bring_in: Batches, client: FlaskClient, session: Session
) -> None:
    batch = bring_in(roster(person("吉克阿牛")))
    make_placement(session, make_order(session), session.scalars(select(Worker)).one())
    assert undo(client, batch, session) is BatchState.CONFIRMED
    assert "1 人已有推荐" in client.get(f"/imports/{batch.id}").text
    assert session.scalar(select(func.count()).select_from(Worker)) == 1


def test_an_import_whose_people_were_edited_stays(
    bring_in: Batches, client: FlaskClient, session: Session
) -> None:
    batch = bring_in(roster(person("吉克阿牛")))
    session.scalars(select(Worker)).one().note = "电话里说想去佛山"
    session.commit()
    assert undo(client, batch, session) is BatchState.CONFIRMED
    assert "1 人的资料后来又改过" in client.get(f"/imports/{batch.id}").text


def test_an_undo_needs_a_reason(bring_in: Batches, client: FlaskClient, session: Session) -> None:
    batch = bring_in(roster(person("吉克阿牛")))
    client.post(f"/imports/{batch.id}/advance", data={"event": "undo", "reason": " "})
    session.expire_all()
    assert session.get_one(ImportBatch, batch.id).state is BatchState.CONFIRMED
    assert "请写明理由" in client.get(f"/imports/{batch.id}").text


def test_an_undone_file_can_come_in_again(bring_in: Batches, client: FlaskClient, session: Session) -> None:
    file = roster(person("吉克阿牛"), person("沙马"))
    undo(client, bring_in(file), session)
    assert bring_in(file).counts["new"] == 2
