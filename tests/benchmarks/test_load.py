"""What `make load` pours is what the operations would have written, and its verdicts tell."""

from datetime import date

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from benchmarks import register
from benchmarks.bulk import pour, without_indexes
from benchmarks.load.build import accounts
from benchmarks.load.crowd import SHARES, invite, names
from benchmarks.load.pages import Line
from benchmarks.load.pressure import Line as Kind
from benchmarks.load.pressure import over
from models.access import Grant, Role
from models.people.name_index import NameKey, NameWaiting, key_waiting
from models.people.worker import Worker, WorkerState
from models.user import User
from tests.factories.people import ZHAOJUE

PEOPLE = 60


@pytest.fixture
def poured(session: Session, intruder: Session) -> Session:
    """A small register, as the load builds it: by the owner of the tables, for the role that serves may not
    pour."""
    session.rollback()  # lets go of the database
    register.fill(intruder, PEOPLE)
    intruder.close()
    return session


def test_people_who_were_poured_are_people(poured: Session) -> None:
    people = poured.scalars(select(Worker)).all()
    assert len(people) == PEOPLE
    own = [person for person in people if person.county_code == ZHAOJUE]
    assert own
    assert all(person.state is WorkerState.POOL and person.version == 1 for person in people)
    assert all(person.township_code and person.township_code.startswith(ZHAOJUE) for person in own)


def test_poured_people_have_the_keys_of_their_names(poured: Session) -> None:
    key = NameKey.county_code, NameKey.key, NameKey.worker_id
    by_load = set(map(tuple, poured.execute(select(*key))))
    assert poured.scalar(select(NameWaiting.worker_id).limit(1)) is None
    for number in poured.scalars(select(Worker.id)).all():
        poured.add(NameWaiting(worker_id=number))
    poured.commit()
    key_waiting(poured)
    assert set(map(tuple, poured.execute(select(*key)))) == by_load


def test_indexes_are_made_again(session: Session, intruder: Session) -> None:
    """By the owner of the tables, who builds; the role that serves may not."""

    def indexes() -> set[str | None]:
        return {index["name"] for index in inspect(intruder.connection()).get_indexes("worker")}

    session.rollback()  # lets go of the table
    before = indexes()
    with without_indexes(intruder, Worker):
        assert not any((name or "").startswith("ix_") for name in indexes())
        intruder.rollback()
    assert indexes() == before


def test_nothing_is_poured_from_nothing(session: Session) -> None:
    assert pour(session, Worker, iter(())) == 0


def test_a_page_over_its_bound_says_so() -> None:
    slow = Line("county", "/workers?q=阿牛", 200, (900.0, 20.0, 140.0), (1.0, 1.0, 1.0), 9, 4.0)
    assert slow.is_over
    assert "**over**" in slow.row()
    quick = Line("county", "/workers?q=阿牛", 200, (900.0, 20.0, 40.0), (1.0, 1.0, 1.0), 9, 4.0)
    assert not quick.is_over  # the first time is told, not judged


def test_each_of_two_hundred_has_an_account_of_the_office(session: Session) -> None:
    firm = accounts(session, date(2016, 1, 1))[0]
    for _again in range(2):
        invite(session, 200)
    made = set(session.scalars(select(User.username).where(User.username.like("%-%"))))
    assert len(made) >= 200
    assert made == {name for role in SHARES for name in names(role, 200)}
    of_firm = session.scalars(select(Grant.user_id).where(Grant.organisation_id == firm)).all()
    assert len(of_firm) == 1 + len(names(Role.ENTERPRISE, 200))


def test_users_are_slowed_by_long_work_to_twice_at_most() -> None:
    alone = {"read county /": Kind(100, 0, 90, 200), "write county worker": Kind(9, 0, 90, 900)}
    assert over(alone, {"read county /": Kind(100, 0, 100, 390)}) == []
    assert len(over(alone, {"read county /": Kind(100, 0, 100, 410)})) == 1
    assert len(over({"read county /": Kind(100, 1, 90, 501)}, {})) == 2
