"""A big file goes in by slices that nobody sees: all of it is in the register or nothing (T23, T8)."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kit import slices
from app.workers.intake.operations import confirm
from app.workers.intake.write import take_back_arrivals
from models.access import Role
from models.clock import utc_now
from models.people.arrival import SEES_ARRIVING, Arrival
from models.people.household import Household
from models.people.intake import BatchState, ImportBatch
from models.people.name_index import NameKey
from models.people.worker import Worker
from models.people.worker_change import WorkerChange
from models.user import User
from tests.app.workers.intake.conftest import person, roster
from tests.factories.people import BUTUO, actor_of, make_user

Batches = Callable[..., ImportBatch]


class PowerCut(BaseException):
    """Nothing of ours catches it."""


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "FIRST", 1)
    monkeypatch.setattr(slices, "MOST", 1)
    monkeypatch.setattr(slices, "LEAST", 1)
    monkeypatch.setattr(slices, "PAUSE_SECONDS", 0)


def cut_after(words: int) -> Callable[..., None]:
    """A ``tell`` at whose last word the power goes."""
    heard = iter(range(words))

    def tell(*_said: Any) -> None:
        if next(heard, None) is None:
            raise PowerCut

    return tell


def break_off(session: Session, officer: User, batch: ImportBatch, words: int = 1) -> None:
    """Confirm ``batch`` and lose the power after a few slices."""
    with pytest.raises(PowerCut):
        confirm(session, actor_of(session, officer), batch, cut_after(words), utc_now())
    session.rollback()


def count(session: Session, model: Any, **options: Any) -> int:
    return session.scalar(select(func.count()).select_from(model), execution_options=options) or 0


def test_who_is_written_and_not_let_in_is_seen_by_nobody(
    send: Batches, session: Session, officer: User, client: FlaskClient
) -> None:
    batch = send(roster(*(person(f"吉克{n}") for n in "一二三")))
    break_off(session, officer, batch)
    assert count(session, Worker, **SEES_ARRIVING) == 2
    assert count(session, Worker) == 0
    assert session.scalar(select(func.count()).select_from(Worker)) == 0
    assert session.scalars(select(Worker)).all() == []
    assert session.scalar(select(select(Worker.id).exists())) is False
    hidden = session.scalar(select(Arrival.worker_id).limit(1))
    assert session.get(Worker, hidden) is None
    assert "吉克一" not in client.get("/workers").text
    assert "吉克一" not in client.get("/workers?q=jike").text
    assert client.get(f"/workers/{hidden}").status_code == 404
    assert session.get_one(ImportBatch, batch.id).state is BatchState.PREVIEWED


def test_a_confirm_that_was_killed_goes_on_where_it_stopped(
    send: Batches, session: Session, officer: User
) -> None:
    batch = send(roster(*(person(f"吉克{n}") for n in "一二三四")))
    break_off(session, officer, batch)
    written = set(session.scalars(select(Arrival.worker_id)))
    counts = confirm(session, actor_of(session, officer), batch, lambda *_: None, utc_now())
    session.commit()
    assert (counts["new"], counts["refused"]) == (4, 0)
    assert written < set(session.scalars(select(Worker.id)))
    assert count(session, Arrival) == 0


def test_an_import_that_is_given_up_is_taken_back_whole(
    send: Batches, session: Session, officer: User, client: FlaskClient
) -> None:
    batch = send(roster(*(person(f"吉克{n}") for n in "一二三")))
    break_off(session, officer, batch)
    assert take_back_arrivals(session, batch.id) == 2
    assert count(session, Worker, **SEES_ARRIVING) == 0
    assert [count(session, model) for model in (Household, Arrival, NameKey)] == [0, 0, 0]
    client.post(f"/imports/{batch.id}/confirm")  # the file says still what it said
    session.expire_all()
    assert session.get_one(ImportBatch, batch.id).counts["new"] == 3
    assert count(session, Worker) == 3


def test_a_job_that_fails_leaves_nothing_behind(
    send: Batches, session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = send(roster(*(person(f"吉克{n}") for n in "一二三")))

    def fail(*_arguments: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("app.workers.intake.changes.work_out", fail)
    client.post(f"/imports/{batch.id}/confirm")
    session.rollback()
    assert count(session, Worker, **SEES_ARRIVING) == 0
    assert session.get_one(ImportBatch, batch.id).state is BatchState.PREVIEWED


def test_changes_and_new_people_of_one_file_are_there_at_the_same_moment(
    send: Batches, session: Session, officer: User, bring_in: Batches
) -> None:
    first = person("吉克阿牛", 文化程度="小学")
    bring_in(roster(first))
    batch = send(roster(first | {"文化程度": "初中", "联系电话": "13800001111"}, person("马海")))
    break_off(session, officer, batch)
    assert session.scalars(select(Worker.education_text)).all() == ["小学"]
    confirm(session, actor_of(session, officer), batch, lambda *_: None, utc_now())
    session.rollback()  # the last step is one transaction
    assert session.scalars(select(Worker.education_text)).all() == ["小学"]
    confirm(session, actor_of(session, officer), batch, lambda *_: None, utc_now())
    session.commit()
    known = session.scalars(select(Worker).order_by(Worker.id)).all()
    assert [one.education_text for one in known] == ["初中", ""]
    assert (known[0].phone, known[0].version, known[0].phone_last4) == ("13800001111", 2, "1111")


def test_a_number_that_is_just_being_imported_is_taken_for_every_county(
    send: Batches, session: Session, officer: User, sign_in: Callable[..., FlaskClient]
) -> None:
    row = person("吉克阿牛")
    batch = send(roster(row, person("马海")))
    break_off(session, officer, batch)
    neighbour = sign_in(make_user(session, Role.COUNTY, area_code=BUTUO))
    answer = neighbour.post("/workers/new", data={"name": "吉克阿牛", "id_number": row["证件号码"]})
    assert answer.status_code in (200, 409, 422)
    assert "正在随一份花名册导入" in answer.text
    assert count(session, Worker) == 0


def test_an_index_built_meanwhile_hears_of_those_who_were_not_in_it(
    send: Batches, session: Session, officer: User
) -> None:
    batch = send(roster(*(person(f"吉克{n}") for n in "一二三")))
    break_off(session, officer, batch)
    watermark = session.scalar(select(func.max(WorkerChange.id))) or 0
    hidden = set(session.scalars(select(Arrival.worker_id)))
    session.rollback()
    confirm(session, actor_of(session, officer), batch, lambda *_: None, utc_now())
    session.commit()
    later = session.scalars(select(WorkerChange.worker_id).where(WorkerChange.id > watermark))
    assert hidden <= set(later)


def test_a_slice_grows_and_shrinks_with_the_time_it_holds_the_writer(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slices, "MOST", 2000)
    monkeypatch.setattr(slices, "LEAST", 25)
    pieces, clock = slices.Slices(), iter([0, 0, 4.0, 10, 10, 10.01])
    pieces.size = 1000
    monkeypatch.setattr(slices.time, "monotonic", lambda: next(clock))
    sizes = []
    for _slice in range(2):
        with pieces.one(session):
            pass
        sizes.append(pieces.size)
    assert sizes == [100, 200]
