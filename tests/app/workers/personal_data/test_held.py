"""Whatever the models hold about a person is handed out whole and erased whole: a new column cannot be
forgotten."""

from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.workers.personal_data import held
from app.workers.personal_data.operations import erase
from models.access import Role
from models.base import Base
from models.clock import utc_now
from models.people.retention import RetainedIdentity
from models.placement.placement import PlacementState
from tests.factories.any_row import fill
from tests.factories.people import ZHAOJUE, actor_of, make_user, make_worker


def table_of(name: str) -> Any:
    return Base.metadata.tables[name.partition(".")[0]]


def test_every_column_that_leads_to_a_person_is_declared() -> None:
    ways = {str(column) for column in held.ways()}
    assert ways - set(held.HELD) - held.OTHER_WAYS == set()
    assert set(held.HELD) <= ways


def test_of_every_text_record_and_file_about_a_person_it_is_said_whether_it_stays() -> None:
    undecided, decided_twice = [], []
    for name, one in held.HELD.items():
        table = table_of(name)
        if one.goes or table.name == "worker":
            continue
        for column in held.free_columns(table):
            stays = column.name in held.STAYS or str(column) in held.STAYS
            undecided += [str(column)] if not stays and column.name not in one.wiped else []
            decided_twice += [str(column)] if stays and column.name in one.wiped else []
    assert (undecided, decided_twice) == ([], [])


def filled(session: Session, worker_id: int) -> dict[str, Any]:
    """A row behind every column of HELD, the person's; its key by table."""
    keys: dict[str, Any] = {"worker": worker_id}
    for name in held.HELD:
        table, column = table_of(name), name.partition(".")[2]
        if table.name in keys or table.name == "worker":
            continue
        (key,) = table.c[column].foreign_keys
        keys[table.name] = fill(
            session, table, {column: keys[key.column.table.name]} | OWN.get(table.name, {})
        )
    session.commit()
    return keys


OWN: dict[str, dict[str, Any]] = {
    "placement": {"state": PlacementState.LEFT},
    "follow_up": {"months": 1},
    "first_call": {"day": 3},
    "settlement_follow_up": {"days": 90},
}


def test_a_row_of_every_table_is_in_what_the_person_is_given(session: Session) -> None:
    worker = make_worker(session)
    keys = filled(session, worker.id)
    whole = held.told(session, worker)
    assert set(whole) == set(keys)
    assert len(whole) > 25
    assert whole["worker"][0]["id_number"] == worker.id_number
    told = {name for rows in whole.values() for row in rows for name in row}
    assert {name for name in told if name.endswith("digest") or "password" in name or "totp" in name} == set()


def test_an_erasure_leaves_no_word_about_the_person_in_any_table(session: Session) -> None:
    worker = make_worker(session)
    filled(session, worker.id)
    canary = "独一无二的话"
    for name, one in held.HELD.items():
        table = table_of(name)
        for column in table.columns:
            if column.name in one.wiped and column.type.python_type is str:
                value = canary[: getattr(column.type, "length", None) or 40]
                session.execute(table.update().values({column.name: value}))
    session.execute(delete(RetainedIdentity))  # nobody is erased twice
    session.execute(insert(Base.metadata.tables["message"]).values(MESSAGE | {"worker_id": worker.id}))
    session.commit()
    erase(
        session,
        actor_of(session, make_user(session, Role.COUNTY, area_code=ZHAOJUE)),
        worker,
        "本人要求",
        utc_now(),
    )
    session.commit()
    left = []
    for name, one in held.HELD.items():
        table = table_of(name)
        if table.name != "worker":
            rows = session.execute(select(table).where(held.rows_of(worker.id, name))).mappings().all()
            left += [f"{table.name} rows"] if one.goes and rows else []
            left += [str(table.c[key]) for row in rows for key in one.wiped if canary in str(row[key])]
    assert left == []


MESSAGE = {"county_code": ZHAOJUE, "kind": "offer", "text": "独一无二的话", "created_at": utc_now()}
