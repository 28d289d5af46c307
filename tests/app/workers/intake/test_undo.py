"""An import is taken back but for the people whom somebody touched since."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.workers.intake.touches import TOUCHES, references
from models.base import Base
from models.people.household import Household
from models.people.intake import BatchState, DuplicateState, ImportBatch
from models.people.worker import Worker
from models.training.enrolment import EnrolmentState, Shortfall
from models.user import User
from tests.app.workers.intake.conftest import person, roster
from tests.factories.any_row import fill
from tests.factories.people import ZHAOJUE, make_order, make_placement
from tests.factories.shelves import Shelf
from tests.whole import some

Batches = Callable[..., ImportBatch]
SignIn = Callable[..., FlaskClient]


def undo(client: FlaskClient, batch: ImportBatch, session: Session) -> BatchState:
    client.post(f"/imports/{batch.id}/undo", data={"reason": "传错了文件"})
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


def test_people_really_offered_a_job_stay_and_the_others_go(
    bring_in: Batches, client: FlaskClient, session: Session
) -> None:
    batch = bring_in(roster(person("吉克阿牛"), person("沙马"), person("马海")))
    offered = session.scalars(select(Worker).where(Worker.name == "沙马")).one()
    make_placement(session, make_order(session), offered)
    session.rollback()
    page = client.get(f"/imports/{batch.id}/undo").text
    assert "撤回新增的 2 人，改回 0 人，留下 1 人" in page
    assert "沙马" in page
    assert "已经推荐过岗位" in page
    assert "马海" not in page
    assert undo(client, batch, session) is BatchState.UNDONE
    assert list(session.scalars(select(Worker.name))) == ["沙马"]
    done = client.get(f"/imports/{batch.id}").text
    assert "撤回 2 人" in done
    assert "沙马" in done
    assert "已经推荐过岗位" in done


def test_people_whom_somebody_edited_stay(bring_in: Batches, client: FlaskClient, session: Session) -> None:
    batch = bring_in(roster(person("吉克阿牛"), person("沙马")))
    session.scalars(select(Worker).where(Worker.name == "沙马")).one().note = "电话里说想去佛山"
    session.commit()
    assert "资料后来又改过" in client.get(f"/imports/{batch.id}/undo").text
    undo(client, batch, session)
    assert list(session.scalars(select(Worker.name))) == ["沙马"]


def test_a_changed_person_gets_back_what_nobody_changed_since(
    bring_in: Batches, client: FlaskClient, session: Session
) -> None:
    row = person("吉克阿牛", 文化程度="小学", 意向工种="普工")
    bring_in(roster(row))
    batch = bring_in(roster(row | {"文化程度": "初中", "意向工种": "焊工"}))
    session.scalars(select(Worker)).one().education_text = "高中"
    session.commit()
    page = client.get(f"/imports/{batch.id}/undo").text
    assert "撤回新增的 0 人，改回 1 人，留下 1 人" in page
    assert "文化程度后来又改过，不改回去" in page
    undo(client, batch, session)
    worker = session.scalars(select(Worker)).one()
    assert (worker.education_text, worker.wishes) == ("高中", ["普工"])


def test_nothing_is_undone_where_everybody_was_touched(
    bring_in: Batches, client: FlaskClient, session: Session
) -> None:
    batch = bring_in(roster(person("吉克阿牛")))
    session.scalars(select(Worker)).one().note = "打过电话"
    session.commit()
    assert undo(client, batch, session) is BatchState.CONFIRMED
    assert "没有能撤回的" in client.get(f"/imports/{batch.id}/undo").text


def test_every_table_that_points_at_a_person_is_declared_a_touch_or_computed() -> None:
    assert {str(column) for column in references()} == set(TOUCHES)


@pytest.fixture(scope="module")
def kept() -> list[int]:
    """The numbers of batch and officer in the kept state ``two_people``, once there is one."""
    return []


@pytest.fixture
def two_people(
    request: pytest.FixtureRequest, shelf: Shelf, session: Session, sign_in: SignIn, kept: list[int]
) -> tuple[ImportBatch, FlaskClient]:
    """吉克阿牛 and 沙马, imported once for all who begin there, and the officer signed in."""
    if not kept:
        batch = request.getfixturevalue("bring_in")(roster(person("吉克阿牛"), person("沙马")))
        kept += [batch.id, batch.user_id]
        session.rollback()
        shelf.keep("two_people")
    session.close()
    shelf.bring("two_people")
    client = sign_in(session.get_one(User, kept[1]))
    return session.get_one(ImportBatch, kept[0]), client


@pytest.mark.parametrize("column", some([str(column) for column in references()], 3, "attacks"))
def test_an_act_of_a_person_keeps_somebody_and_what_was_computed_does_not(
    column: str, two_people: tuple[ImportBatch, FlaskClient], session: Session
) -> None:
    batch, client = two_people
    concerned = session.scalars(select(Worker.id).where(Worker.name == "沙马")).one()
    table, name = column.split(".")
    fill(session, Base.metadata.tables[table], {name: concerned})
    session.commit()
    stays = TOUCHES[column].reason is not None
    page = client.get(f"/imports/{batch.id}/undo").text
    assert (f"撤回新增的 {1 if stays else 2} 人") in page
    undo(client, batch, session)
    left = list(session.scalars(select(Worker.name).where(Worker.county_code == ZHAOJUE)))
    assert ("沙马" in left) is stays
    assert "吉克阿牛" not in left
    if not stays:
        rows = select(func.count()).select_from(Base.metadata.tables[table])
        assert session.scalar(rows) == 0


@pytest.mark.parametrize(
    ("state", "shortfall", "stays"),
    [
        (EnrolmentState.PROPOSED, Shortfall(("缝纫",), None, 61), False),
        (EnrolmentState.PROPOSED, Shortfall(), True),
        (EnrolmentState.WAITING, Shortfall(("缝纫",), None, 61), True),
    ],
)
def test_a_place_on_a_list_that_the_engine_proposed_is_no_touch_until_somebody_asked(
    state: EnrolmentState,
    shortfall: Shortfall,
    stays: bool,
    bring_in: Batches,
    client: FlaskClient,
    session: Session,
) -> None:
    batch = bring_in(roster(person("沙马")))
    concerned = session.scalars(select(Worker.id)).one()
    fill(
        session,
        Base.metadata.tables["enrolment"],
        {"worker_id": concerned, "state": state, "reasons": shortfall},
    )
    session.commit()
    undo(client, batch, session)
    assert (session.scalar(select(func.count()).where(Worker.id == concerned)) == 1) is stays


def test_a_judgement_about_duplicates_is_a_touch(
    bring_in: Batches, client: FlaskClient, session: Session
) -> None:
    batch = bring_in(roster(person("吉克阿牛"), person("沙马")))
    first, second = session.scalars(select(Worker.id).order_by(Worker.id))
    values = {"worker_id": first, "other_id": second, "state": DuplicateState.DIFFERENT}
    fill(session, Base.metadata.tables["duplicate"], values)
    session.commit()
    assert "请先撤回判定" in client.get(f"/imports/{batch.id}/undo").text


def test_an_undo_needs_a_reason(bring_in: Batches, client: FlaskClient, session: Session) -> None:
    batch = bring_in(roster(person("吉克阿牛")))
    client.post(f"/imports/{batch.id}/undo", data={"reason": " "})
    session.expire_all()
    assert session.get_one(ImportBatch, batch.id).state is BatchState.CONFIRMED
    assert "请写明理由" in client.get(f"/imports/{batch.id}/undo").text


def test_an_undone_file_can_come_in_again(bring_in: Batches, client: FlaskClient, session: Session) -> None:
    file = roster(person("吉克阿牛"), person("沙马"))
    undo(client, bring_in(file), session)
    assert bring_in(file).counts["new"] == 2
