"""A worker's account: slip, end of the ID number, PIN; helped back in; revoked; what is tried and refused."""

import random
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import operations as auth
from app.workers.personal_data.operations import erase
from models.access import SYSTEM, Role
from models.audit import AuditEvent
from models.clock import utc_now
from models.messages.kind import MUST_REACH
from models.messages.message import Message
from models.people.worker import WORKER_WORKFLOW, Worker
from models.people.worker_account import AccountSlip, SlipEnd
from models.reference.county_office import CountyOffice
from models.user import LoginSession, SignInCounter, User
from tests.factories.people import BUTUO, ZHAOJUE, actor_of, id_number, make_user, make_worker
from tests.factories.telephones import OTHER, PIN, code_on, is_in, open_account, printed


@pytest.fixture
def clerk(session: Session) -> User:
    session.add(CountyOffice(county_code=ZHAOJUE, phone="0834-8332201"))
    return make_user(session, Role.COUNTY, area_code=ZHAOJUE)


@pytest.fixture
def county(clerk: User, sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    return sign_in(clerk)


def tags(session: Session) -> list[str]:
    session.rollback()
    told = session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id))
    return [tag for tag in told if tag.startswith(("account", "user", "grant"))]


def the_slip(session: Session) -> AccountSlip:
    session.rollback()
    return session.scalars(select(AccountSlip).order_by(AccountSlip.id.desc())).first()


def account(session: Session, worker: Worker) -> User:
    session.rollback()
    return session.scalars(select(User).where(User.worker_id == worker.id)).one()


# --- the way in -----------------------------------------------------------------------------------------


def test_a_worker_gets_in_by_slip_last_four_and_pin(
    app: Flask, session: Session, county: FlaskClient
) -> None:
    worker, phone = make_worker(session), app.test_client()
    code = printed(county, worker)
    digits = code.replace(" ", "")
    assert digits in phone.get(f"/slip/{digits}").text.replace(" ", "")
    assert "这是你自己的账号" in open_account(phone, code, worker.id_last4)
    assert is_in(phone)
    mine = account(session, worker)
    assert re.fullmatch(r"\d{10}", mine.username)
    assert mine.name == worker.name
    assert tags(session) == ["account:slip", "account:bind", "grant:give", "user:sign_in"]
    assert the_slip(session).code_digest not in (code, digits)


def test_the_slip_does_not_say_the_last_four(session: Session, county: FlaskClient) -> None:
    worker = make_worker(session, id_number=id_number(order=777))
    page = county.post(f"/workers/{worker.id}/account-slip").text
    assert worker.name in page
    assert worker.id_last4 not in page.replace(code_on(page), "")


def test_a_code_is_taken_however_it_is_typed(app: Flask, session: Session, county: FlaskClient) -> None:
    worker = make_worker(session, id_number=_ending_in_x())
    for write in (str, lambda code: code.replace(" ", ""), lambda code: code.replace(" ", "-"), _wide):
        phone, code = app.test_client(), printed(county, worker, "再试一次")
        shown = phone.post("/slip", data={"code": write(code), "last4": worker.id_last4.lower()})
        assert shown.status_code == 303, write(code)


def _wide(code: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if one != " " else "　" for one in code)


def _ending_in_x() -> str:
    return next(number for order in range(999) if (number := id_number(order=order)).endswith("X"))


def test_a_code_used_twice_is_told_and_opens_nothing(
    app: Flask, session: Session, county: FlaskClient
) -> None:
    worker, thief = make_worker(session), app.test_client()
    code = printed(county, worker)
    owner = app.test_client()
    open_account(owner, code, worker.id_last4)
    told = open_account(thief, code, worker.id_last4, OTHER)
    assert "一张只能用一次" in told
    assert "0834-8332201" in told
    assert is_in(owner)
    assert not is_in(thief)


def test_a_form_sent_twice_signs_the_same_person_in(
    app: Flask, session: Session, county: FlaskClient
) -> None:
    worker, phone = make_worker(session), app.test_client()
    phone.post("/slip", data={"code": printed(county, worker), "last4": worker.id_last4})
    with phone.session_transaction() as cookie:
        before = dict(cookie)
    phone.post("/slip/pin", data={"pin": PIN, "again": PIN})
    again = app.test_client()  # the first answer was lost on the way: no cookie of it arrived
    with again.session_transaction() as cookie:
        cookie.update(before)
    assert again.post("/slip/pin", data={"pin": PIN, "again": PIN}).status_code == 303
    assert is_in(again)
    stranger = app.test_client()
    with stranger.session_transaction() as cookie:
        cookie.update(before)
    assert stranger.post("/slip/pin", data={"pin": OTHER, "again": OTHER}).status_code == 409


def test_an_expired_slip_says_whom_to_ring(app: Flask, session: Session, county: FlaskClient) -> None:
    worker = make_worker(session)
    code = printed(county, worker)
    the_slip(session).good_until = utc_now() - timedelta(minutes=1)
    session.commit()
    told = open_account(app.test_client(), code, worker.id_last4)
    assert "过了 7 天" in told
    assert "0834-8332201" in told


def test_a_new_slip_replaces_the_one_before(app: Flask, session: Session, county: FlaskClient) -> None:
    worker = make_worker(session)
    old, new = printed(county, worker), printed(county, worker)
    assert "后来又打了一张新的" in open_account(app.test_client(), old, worker.id_last4)
    assert "这是你自己的账号" in open_account(app.test_client(), new, worker.id_last4)


def test_a_pin_set_too_late_begins_again_and_uses_nothing_up(
    app: Flask, session: Session, county: FlaskClient
) -> None:
    worker, phone = make_worker(session), app.test_client()
    code = printed(county, worker)
    phone.post("/slip", data={"code": code, "last4": worker.id_last4})
    with phone.session_transaction() as cookie:
        cookie["slip"] = [cookie["slip"][0], cookie["slip"][1] - 16 * 60, cookie["slip"][2]]
    late = phone.post("/slip/pin", data={"pin": PIN, "again": PIN}, follow_redirects=True)
    assert "请从账号单上的码再开始一次" in late.text
    assert "这是你自己的账号" in open_account(phone, code, worker.id_last4)


def test_who_was_signed_in_here_before_is_signed_out(
    session: Session, county: FlaskClient, clerk: User
) -> None:
    """The clerk tries the slip on the desk's computer."""
    worker = make_worker(session)
    assert county.get("/slip").status_code == 200
    open_account(county, printed(county, worker), worker.id_last4)
    assert county.get("/workers").status_code == 403
    session.rollback()
    assert session.scalars(select(LoginSession.ended_at).where(LoginSession.user_id == clerk.id)).one()


# --- what is tried and refused --------------------------------------------------------------------------


def test_five_wrong_ends_of_the_number_end_the_slip_and_nothing_else(
    app: Flask, session: Session, county: FlaskClient
) -> None:
    worker, finder = make_worker(session), app.test_client()
    code = printed(county, worker)
    wrong = "0000" if worker.id_last4 != "0000" else "1111"
    for left in (4, 3, 2, 1):
        assert f"还能试 {left} 次" in open_account(finder, code, wrong)
    assert "账号单作废了" in open_account(finder, code, wrong)
    assert "账号单作废了" in open_account(app.test_client(), code, worker.id_last4)
    assert the_slip(session).ended_by is SlipEnd.GUESSED
    assert tags(session) == ["account:slip", *["account:slip_failed"] * 4, "account:slip_end"]
    assert "这是你自己的账号" in open_account(app.test_client(), printed(county, worker), worker.id_last4)


def test_made_up_codes_shut_the_door_for_their_own_address_only(
    app: Flask, session: Session, county: FlaskClient
) -> None:
    worker, chance = make_worker(session), random.Random(16)
    code = printed(county, worker)
    stranger = app.test_client()
    for _n in range(30):
        guess = "".join(chance.choice("0123456789") for _ in range(12))
        answer = stranger.post("/slip", data={"code": guess, "last4": worker.id_last4})
        assert (answer.status_code, "没有这个码" in answer.text) == (409, True)
    assert stranger.post("/slip", data={"code": code, "last4": worker.id_last4}).status_code == 429
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    shown = app.test_client().post(
        "/slip", data={"code": code, "last4": worker.id_last4}, environ_overrides=elsewhere
    )
    assert shown.status_code == 303


BAD = [
    "",
    " ",
    "12",
    "x" * 60,
    "-1",
    "1" * 12,
    "０" * 12,
    "4821 0937 556",
    "二维码",
    "' OR 1=1 --",
    "\u202e123",
]


def test_whatever_is_typed_is_answered_with_a_sentence(
    app: Flask, session: Session, county: FlaskClient
) -> None:
    worker, phone, chance = make_worker(session), app.test_client(), random.Random(7)
    code, tried = printed(county, worker), 0
    for typed in [*BAD, *("".join(chr(chance.randrange(1, 0x3000)) for _ in range(9)) for _ in range(30))]:
        for form in ({"code": typed, "last4": worker.id_last4}, {"code": code, "last4": typed}):
            answer = phone.post("/slip", data=form)
            assert answer.status_code in (200, 401, 409, 429), form
            assert "problem" in answer.text, form
            tried += 1
            slip = the_slip(session)
            slip.wrong_tries, slip.ended_at, slip.ended_by = 0, None, None
            session.execute(delete(SignInCounter))
            session.commit()
    assert tried == 2 * (len(BAD) + 30)
    assert "这是你自己的账号" in open_account(phone, code, worker.id_last4)


def test_another_countys_people_get_no_slip(
    session: Session, county: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    worker = make_worker(session, county_code=BUTUO)
    assert county.post(f"/workers/{worker.id}/account-slip").status_code == 404
    county.post("/workers/account-slips", data={"workers": str(worker.id)})
    for role in (Role.ENTERPRISE, Role.CITY, Role.ADMIN, Role.WORKER, Role.PREFECTURE):
        other = sign_in(make_user(session, role))
        assert other.post(f"/workers/{worker.id}/account-slip").status_code == 403, role
    assert session.scalar(select(AccountSlip.id)) is None


def test_children_and_erased_people_get_no_slip(session: Session, county: FlaskClient) -> None:
    young = make_worker(session, birth_date=utc_now().date() - timedelta(days=15 * 365))
    answer = county.post(f"/workers/{young.id}/account-slip")
    assert "未满 16 周岁" in answer.text
    assert session.scalar(select(AccountSlip.id)) is None


def test_a_second_account_of_one_person_is_impossible(session: Session) -> None:
    worker = make_worker(session)
    make_user(session, Role.WORKER, worker_id=worker.id)
    with pytest.raises(IntegrityError):
        make_user(session, Role.WORKER, worker_id=worker.id)
    session.rollback()


# --- back in, and out -----------------------------------------------------------------------------------


def test_who_forgot_the_pin_is_helped_back_in_and_the_old_pin_ends(
    app: Flask, session: Session, county: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    worker, phone = make_worker(session, township_code="513431100"), app.test_client()
    open_account(phone, printed(county, worker), worker.id_last4)
    name = account(session, worker).username
    assert "请写明为什么" in county.post(f"/workers/{worker.id}/account-slip").text
    assert is_in(phone)
    township = sign_in(make_user(session, Role.TOWNSHIP, area_code="513431100"))
    code = printed(township, worker, "本人来说忘了密码")
    assert not is_in(phone)
    assert phone.post("/sign-in", data={"username": name, "password": PIN}).status_code == 401
    other = app.test_client()
    open_account(other, code, worker.id_last4, OTHER)
    assert is_in(other)
    assert account(session, worker).username == name
    slips = select(AuditEvent).where(AuditEvent.tag == "account:slip").order_by(AuditEvent.id)
    event = session.scalars(slips).all()[-1]
    assert event.details["reason"] == "本人来说忘了密码"
    assert "只要输密码" not in phone.get("/sign-in").text


def test_who_did_not_ask_for_the_new_slip_is_told_of_it(
    app: Flask, session: Session, county: FlaskClient
) -> None:
    """In the wrong hands it opens the account, and the person would not know why the PIN ended."""
    worker = make_worker(session)
    open_account(app.test_client(), printed(county, worker), worker.id_last4)
    assert session.scalars(select(Message.text)).all() == []  # the first slip is in the person's own hand
    printed(county, worker, "说是忘了密码")
    session.rollback()
    (told,) = session.scalars(select(Message).where(Message.worker_id == worker.id))
    assert told.kind in MUST_REACH
    assert "0834-8332201" in told.text
    assert "不是你要的" in told.text


def test_an_erased_persons_account_and_slips_end(
    app: Flask, session: Session, county: FlaskClient, clerk: User
) -> None:
    worker, phone = make_worker(session), app.test_client()
    open_account(phone, printed(county, worker), worker.id_last4)
    last4 = worker.id_last4
    code = printed(county, worker, "换手机")
    erase(session, actor_of(session, clerk), session.get_one(Worker, worker.id), "本人要求", utc_now())
    session.commit()
    assert not is_in(phone)
    assert "没有这个码" in open_account(phone, code, last4)
    mine = account(session, worker)
    assert (mine.is_active, mine.password_hash) == (False, "")
    assert "account:revoke" in tags(session)
    refused = county.post(f"/workers/{worker.id}/account-slip", data={"reason": "再打"})
    assert "资料已经清除" in refused.text


def test_who_is_no_longer_served_still_sees_what_is_held(
    app: Flask, session: Session, county: FlaskClient, clerk: User
) -> None:
    """个人信息保护法 45条: the right to one's data does not end with the service."""
    worker, phone = make_worker(session), app.test_client()
    open_account(phone, printed(county, worker), worker.id_last4)
    person = session.get_one(Worker, worker.id)
    WORKER_WORKFLOW.advance(session, person, "close", actor_of(session, clerk), reason="迁走了")
    session.commit()
    assert is_in(phone)


def test_a_slip_opens_an_account_that_an_administrator_had_closed(
    app: Flask, session: Session, county: FlaskClient
) -> None:
    worker, phone = make_worker(session), app.test_client()
    open_account(phone, printed(county, worker), worker.id_last4)
    auth.set_active(session, SYSTEM, account(session, worker), False, utc_now())
    session.commit()
    assert not is_in(phone)
    open_account(phone, printed(county, worker, "本人回来了"), worker.id_last4)
    assert is_in(phone)
