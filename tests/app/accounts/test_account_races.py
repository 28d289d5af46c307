"""At the same moment, on both databases: one slip opens one account; nobody comes in behind an erasure."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts import operations
from app.accounts.attempts import Origin
from app.kit.web.extensions import db
from app.workers.personal_data.operations import erase
from models.access import Actor, Role
from models.audit import AuditEvent
from models.audit_walk import verify
from models.clock import utc_now
from models.people import worker_account
from models.people.worker import Worker
from models.people.worker_account import AccountSlip
from models.row_security import look_as, whole
from models.user import LoginSession, User
from tests.factories.people import ZHAOJUE, actor_of, make_user, make_worker
from tests.factories.racing import at_once, racing_app

Deed = Callable[[Session], object]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with racing_app(request.param, tmp_path_factory.mktemp("races"), "account_races") as application:
        yield application


@pytest.fixture
def desk(database: Flask) -> Iterator[tuple[Flask, Actor, int]]:
    """An application, a clerk, and a person."""
    clerk = actor_of(db.session, make_user(db.session, Role.COUNTY, area_code=ZHAOJUE))
    yield database, clerk, make_worker(db.session).id
    db.session.rollback()
    assert verify(db.session) is None


def a_slip(clerk: Actor, person: int, reason: str = "") -> int:
    worker = db.session.get_one(Worker, person)
    worker_account.print_slip(db.session, worker, actor=clerk, now=utc_now(), reason=reason)
    db.session.commit()
    statement = select(AccountSlip.id).where(AccountSlip.worker_id == person)
    return db.session.scalars(statement.order_by(AccountSlip.id.desc())).first() or 0


def uses(slip: int, pin_hash: str) -> Deed:
    def deed(session: Session) -> object:
        look_as(session, whole("a test"))
        return operations.use_slip(session, slip, pin_hash, Origin("203.0.113.1", pin_hash), utc_now(), "")

    return deed


def prints(clerk: Actor, person: int, reason: str = "") -> Deed:
    def deed(session: Session) -> object:
        worker = session.get_one(Worker, person)
        return worker_account.print_slip(session, worker, actor=clerk, now=utc_now(), reason=reason)

    return deed


def accounts(person: int) -> list[User]:
    db.session.rollback()
    return list(db.session.scalars(select(User).where(User.worker_id == person)))


def test_of_two_telephones_with_one_slip_one_gets_in(desk: tuple[Flask, Actor, int]) -> None:
    app, clerk, person = desk
    slip = a_slip(clerk, person)
    told = at_once(app, [uses(slip, f"hash {n}") for n in range(4)])
    assert told.count(None) == 1
    assert all("一张只能用一次" in said for said in told if said)
    (account,) = accounts(person)
    assert account.password_hash == f"hash {told.index(None)}"
    count = select(func.count(LoginSession.id)).where(LoginSession.user_id == account.id)
    assert db.session.scalar(count) == 1


def test_of_slips_printed_at_once_one_is_good(desk: tuple[Flask, Actor, int]) -> None:
    app, clerk, person = desk
    assert at_once(app, [prints(clerk, person) for _n in range(4)]) == [None] * 4
    good = select(func.count(AccountSlip.id)).where(
        AccountSlip.worker_id == person, AccountSlip.ended_at.is_(None), AccountSlip.used_at.is_(None)
    )
    db.session.rollback()
    assert db.session.scalar(good) == 1


def test_a_slip_used_while_another_is_printed_leaves_one_account_and_one_truth(
    desk: tuple[Flask, Actor, int],
) -> None:
    """Either the slip was used first, and the new one asks for a reason; or it was replaced, and opens
    nothing."""
    app, clerk, person = desk
    used, printed = at_once(app, [uses(a_slip(clerk, person), "hash"), prints(clerk, person)])
    assert (used is None) != (printed is None)
    assert len(accounts(person)) == (1 if used is None else 0)


def test_nobody_gets_in_behind_an_erasure(desk: tuple[Flask, Actor, int]) -> None:
    app, clerk, person = desk
    slip = a_slip(clerk, person)

    def erases(session: Session) -> object:
        return erase(session, clerk, session.get_one(Worker, person), "本人要求", utc_now())

    _used, erased = at_once(app, [uses(slip, "hash"), erases])
    assert erased is None
    assert [(one.is_active, one.password_hash) for one in accounts(person)] in ([], [(False, "")])
    left = select(func.count(LoginSession.id)).join(LoginSession.user)
    assert db.session.scalar(left.where(User.worker_id == person, LoginSession.ended_at.is_(None))) == 0


def test_wrong_ends_of_the_number_at_once_are_all_counted(desk: tuple[Flask, Actor, int]) -> None:
    app, clerk, person = desk
    slip = a_slip(clerk, person)

    def guesses(session: Session) -> object:
        return worker_account.confirm_last4(session, session.get_one(AccountSlip, slip), "wrong", utc_now())

    at_once(app, [guesses] * 6)
    db.session.rollback()
    row = db.session.get_one(AccountSlip, slip)
    assert row.wrong_tries == 6
    ended = select(func.count(AuditEvent.id)).where(
        AuditEvent.tag == "account:slip_end", AuditEvent.subject == f"worker:{person}"
    )
    assert db.session.scalar(ended) == 1
    assert row.ended_at - utc_now() < timedelta(minutes=1)
