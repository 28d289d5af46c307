"""One telephone, several people of a family: each with a PIN, nobody in by another's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import attempts
from app.accounts.queries import tasks
from models.access import Role
from models.audit import AuditEvent
from models.clock import today, utc_now
from models.people.masks import masked_name
from models.people.worker import Worker
from models.user import SignInCounter, User
from tests.factories.people import ZHAOJUE, actor_of, make_user, make_worker
from tests.factories.telephones import OTHER, PIN, is_in, open_account, printed


@pytest.fixture
def family(
    app: Flask, session: Session, sign_in: Callable[..., FlaskClient]
) -> tuple[FlaskClient, Worker, Worker]:
    """A telephone on which two opened their accounts; the second is signed in."""
    county = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    phone = app.test_client()
    wife = make_worker(session, name="吉克阿依", phone="13800001111")
    husband = make_worker(session, name="马海木呷", phone="13800001111")
    open_account(phone, printed(county, wife), wife.id_last4, PIN)
    open_account(phone, printed(county, husband), husband.id_last4, OTHER)
    return phone, wife, husband


def number(session: Session, worker: Worker) -> int:
    session.rollback()
    return session.scalars(select(User.id).where(User.worker_id == worker.id)).one()


def enter(phone: FlaskClient, person: int, pin: str, **more: str) -> int:
    return phone.post("/sign-in/pin", data={"person": person, "pin": pin, **more}).status_code


def test_two_persons_of_one_telephone_each_have_a_pin(
    session: Session, family: tuple[FlaskClient, Worker, Worker]
) -> None:
    phone, wife, husband = family
    assert husband.name in phone.get("/my/profile").text
    phone.post("/sign-out")
    door = phone.get("/sign-in").text
    assert masked_name(wife.name) in door
    assert masked_name(husband.name) in door
    assert wife.name not in door
    assert husband.name not in door
    assert enter(phone, number(session, wife), OTHER) == 401
    assert not is_in(phone)
    assert enter(phone, number(session, wife), PIN) == 303
    assert wife.name in phone.get("/my/profile").text
    assert husband.name not in phone.get("/my/profile").text


def test_leaving_one_does_not_let_the_other_in(
    session: Session, family: tuple[FlaskClient, Worker, Worker]
) -> None:
    phone, wife, _husband = family
    left = phone.post("/sign-out")
    assert left.headers["Clear-Site-Data"] == '"cache"'
    assert "data-forget-kept" in phone.get("/sign-in").text
    assert not is_in(phone)
    assert enter(phone, number(session, wife), "") == 400
    assert not is_in(phone)


def test_the_door_knows_only_who_was_let_in_here(
    app: Flask, session: Session, family: tuple[FlaskClient, Worker, Worker]
) -> None:
    _phone, wife, _husband = family
    stranger = app.test_client()
    assert "只要输密码" not in stranger.get("/sign-in").text
    assert enter(stranger, number(session, wife), PIN) == 303
    assert not is_in(stranger)
    forger = app.test_client()
    forger.set_cookie("known_device", "guessed")
    assert enter(forger, number(session, wife), PIN) == 303
    assert not is_in(forger)


def test_a_person_of_another_telephone_cannot_be_chosen(
    session: Session, family: tuple[FlaskClient, Worker, Worker]
) -> None:
    phone, _wife, _husband = family
    phone.post("/sign-out")
    other = make_user(session, Role.WORKER, worker_id=make_worker(session).id)
    for person in (other.id, 0, 2**40, "x"):
        data = {"person": person, "pin": PIN}
        assert phone.post("/sign-in/pin", data=data).status_code == 400
        assert not is_in(phone)


def test_a_telephone_that_was_borrowed_forgets_who_asks_it_to(
    session: Session, family: tuple[FlaskClient, Worker, Worker]
) -> None:
    phone, wife, husband = family
    assert phone.post("/my/account/forget-phone").status_code == 303
    door = phone.get("/sign-in").text
    assert masked_name(wife.name) in door
    assert masked_name(husband.name) not in door
    assert enter(phone, number(session, husband), OTHER) == 400


def test_a_pin_guessed_on_the_familys_telephone_locks_there_and_nowhere_else(
    app: Flask, session: Session, family: tuple[FlaskClient, Worker, Worker]
) -> None:
    phone, wife, husband = family
    phone.post("/sign-out")
    for _n in range(5):
        assert enter(phone, number(session, wife), "111222") == 401
    assert enter(phone, number(session, wife), PIN) == 401
    assert enter(phone, number(session, husband), OTHER) == 303
    elsewhere = app.test_client()
    told = {"username": session.get_one(User, number(session, wife)).username, "password": PIN}
    assert elsewhere.post("/sign-in", data=told).status_code == 303


def test_twenty_wrong_pins_a_day_are_all_that_a_known_telephone_has(
    session: Session, family: tuple[FlaskClient, Worker, Worker]
) -> None:
    """Five a quarter of an hour would be 480 a day."""
    phone, wife, _husband = family
    phone.post("/sign-out")
    for _n in range(20):
        assert enter(phone, number(session, wife), "111222") == 401
        _quarter_of_an_hour_goes_by(session)
    assert enter(phone, number(session, wife), PIN) == 401
    day = timedelta(days=1, minutes=1)
    for row in session.scalars(select(SignInCounter)):
        row.locked_until = row.locked_until and row.locked_until - day
    session.commit()
    assert enter(phone, number(session, wife), PIN) == 303


def _quarter_of_an_hour_goes_by(session: Session) -> None:
    session.rollback()
    for row in session.scalars(select(SignInCounter).where(SignInCounter.place.like("device %"))):
        row.failures, row.first_failed_at, row.locked_until = 0, None, None
    session.commit()


def test_strangers_together_guess_twenty_pins_a_day_and_lock_only_strangers_out(
    app: Flask, session: Session, family: tuple[FlaskClient, Worker, Worker]
) -> None:
    phone, wife, _husband = family
    phone.post("/sign-out")
    told = {"username": wife.id_number, "password": "111222"}
    for n in range(20):
        where = {"REMOTE_ADDR": f"203.0.113.{n}"}
        app.test_client().post("/sign-in", data=told, environ_overrides=where)
    right = told | {"password": PIN}
    far = {"REMOTE_ADDR": "198.51.100.1"}
    assert app.test_client().post("/sign-in", data=right, environ_overrides=far).status_code == 401
    assert enter(phone, number(session, wife), PIN) == 303


def test_one_address_does_not_try_one_pin_at_everybodys_door(app: Flask, session: Session) -> None:
    """A county's ID numbers are no secret: sixty people a day, then no more."""
    people = [make_worker(session) for _n in range(61)]
    for worker in people[:60]:
        guess = {"username": worker.id_number, "password": "111222"}
        assert app.test_client().post("/sign-in", data=guess).status_code == 401
    session.rollback()
    place = SignInCounter.place.like("pin-source %")
    assert session.scalars(select(SignInCounter.locked_until).where(place)).one() is not None
    assert session.scalars(select(SignInCounter.user_id).where(place)).one() is None


def test_the_account_number_and_the_id_number_are_one_door(
    app: Flask, session: Session, family: tuple[FlaskClient, Worker, Worker]
) -> None:
    """Two names would be twice as many guesses."""
    _phone, wife, _husband = family
    username = session.get_one(User, number(session, wife)).username
    for name in (username, wife.id_number, wife.id_number, username, f" {wife.id_number} "):
        app.test_client().post("/sign-in", data={"username": name, "password": "111222"})
    assert app.test_client().post("/sign-in", data={"username": username, "password": PIN}).status_code == 401


def test_a_worker_who_is_locked_out_is_no_task_of_the_administrator(
    app: Flask, session: Session, family: tuple[FlaskClient, Worker, Worker]
) -> None:
    phone, wife, _husband = family
    phone.post("/sign-out")
    for _n in range(5):
        enter(phone, number(session, wife), "111222")
    admin = actor_of(session, make_user(session, Role.ADMIN))
    with app.test_request_context():
        assert tasks(session, admin, today())[-1].count == 0


def test_a_form_kept_over_the_pin_comes_back_to_its_owner_only(
    session: Session, family: tuple[FlaskClient, Worker, Worker]
) -> None:
    phone, wife, husband = family
    _end(session, husband)
    page = phone.post("/my/account", data={"pin": "1", "again": "2"}).text
    kept = page.partition('name="kept"')[2].partition('value="')[2].partition('"')[0]
    assert kept
    assert masked_name(husband.name) in page
    assert "这一次没有保存" not in _let_in(phone, number(session, wife), PIN, kept)
    phone.post("/sign-out")
    assert "这一次没有保存" in _let_in(phone, number(session, husband), OTHER, kept)


def _end(session: Session, worker: Worker) -> None:
    from app.accounts.sessions import end_sessions

    end_sessions(session, number(session, worker), utc_now())
    session.commit()


def _let_in(phone: FlaskClient, person: int, pin: str, kept: str) -> str:
    data = {"person": person, "pin": pin, "kept": kept}
    return phone.post("/sign-in/pin", data=data, follow_redirects=True).text


def test_a_changed_pin_opens_and_the_old_one_does_not(
    session: Session, family: tuple[FlaskClient, Worker, Worker]
) -> None:
    phone, _wife, husband = family
    change = {"current": "000000", "pin": "704162", "again": "704162"}
    assert phone.post("/my/account", data=change).status_code == 401
    assert (
        phone.post(
            "/my/account", data=change | {"current": OTHER, "pin": "123456", "again": "123456"}
        ).status_code
        == 400
    )
    assert phone.post("/my/account", data=change | {"current": OTHER}).status_code == 303
    phone.post("/sign-out")
    assert enter(phone, number(session, husband), OTHER) == 401
    assert enter(phone, number(session, husband), "704162") == 303
    session.rollback()
    assert "user:password" in session.scalars(select(AuditEvent.tag)).all()


def test_a_workers_password_page_is_the_page_of_the_pin(
    family: tuple[FlaskClient, Worker, Worker],
) -> None:
    phone, _wife, _husband = family
    for page in ("/account/password", "/account/one-time-code"):
        assert phone.get(page).headers["Location"].endswith("/my/account")


def test_names_of_workers_are_told_by_their_shape() -> None:
    assert attempts.is_of_worker("4821093755")
    assert attempts.is_of_worker("51343119900503123x")
    assert not any(map(attempts.is_of_worker, ("county", "482109375", "48210937551", "", "a821093755")))
