"""One's own account: password, one-time code, sign-ins. What a stolen session can and cannot do."""

import base64
import contextlib
import re
import zlib
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import credentials
from app.accounts import operations as auth
from app.accounts.sessions import device_of
from models.access import Role
from models.clock import utc_now
from models.user import LoginSession, User
from tests.factories.people import ZHAOJUE, make_user

SECRET, NEW = "a good long password", "wooden spoons at dawn"
CODE, PASSWORD, SIGN_INS = "/account/one-time-code", "/account/password", "/account/sign-ins"


@pytest.fixture
def clerk(session: Session) -> User:
    user = make_user(session, Role.COUNTY, area_code=ZHAOJUE)
    user.password_hash = auth.hasher.hash(SECRET)
    session.commit()
    return user


def seed_on(client: FlaskClient) -> str:
    return re.search(r"<code>([A-Z2-7]+)</code>", client.get(CODE).text).group(1)


def set_up(client: FlaskClient, proof: str) -> int:
    return client.post(CODE, data={"proof": proof, "code": pyotp.TOTP(seed_on(client)).now()}).status_code


def change(client: FlaskClient, present: str, wanted: str = NEW) -> str:
    form = {"current": present, "password": wanted, "again": wanted}
    return client.post(PASSWORD, data=form, follow_redirects=True).text


def cookies_of(client: FlaskClient) -> str:
    """What the browser keeps, as its owner can read it."""
    kept = ""
    for cookie in client._cookies.values():
        part = cookie.value.lstrip(".").split(".")[0]
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) if len(part) > 8 else b""
        with contextlib.suppress(zlib.error):
            raw = zlib.decompress(raw)
        kept += cookie.value + raw.decode(errors="replace")
    return kept


def test_a_stolen_session_cannot_put_the_code_on_another_telephone(
    session: Session, clerk: User, sign_in
) -> None:
    owner, thief = sign_in(clerk), sign_in(clerk)
    assert set_up(owner, SECRET) == 303
    thief = sign_in(clerk)
    assert set_up(thief, "") == 200
    assert set_up(thief, "guess") == 200
    session.expire_all()
    assert clerk.totp_secret == pyotp.TOTP(clerk.totp_secret).secret
    first = clerk.totp_secret
    assert set_up(owner, SECRET) == 303
    session.expire_all()
    assert clerk.totp_secret != first


def test_the_old_code_moves_to_a_new_telephone_and_ends_the_other_sign_ins(
    session: Session, clerk: User, sign_in
) -> None:
    clerk.totp_secret = pyotp.random_base32()
    session.commit()
    here, there = sign_in(clerk), sign_in(clerk)
    assert set_up(here, pyotp.TOTP(clerk.totp_secret).now()) == 303
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_no_seed_and_no_handed_out_password_lies_in_a_cookie(session: Session, clerk: User, sign_in) -> None:
    client = sign_in(clerk)
    seed = seed_on(client)
    assert seed == seed_on(client)  # the page may be loaded again
    assert seed not in cookies_of(client)
    admin = sign_in(make_user(session, Role.ADMIN))
    page = admin.post("/admin/users", data={"username": "aniu.k7m", "name": "阿牛"}).text
    made = session.scalars(select(User).order_by(User.id.desc())).first()
    drawn = next(
        word
        for word in re.findall(r"[A-Za-z0-9]{12}", page)
        if auth.password_matches(made.password_hash, word)
    )
    assert drawn not in cookies_of(admin)
    again = admin.post(f"/admin/users/{clerk.id}/password").text
    session.expire_all()
    handed = [
        w for w in re.findall(r"[A-Za-z0-9]{12}", again) if auth.password_matches(clerk.password_hash, w)
    ]
    assert len(handed) == 1
    assert handed[0] not in cookies_of(admin)


@pytest.mark.parametrize("path", [PASSWORD, CODE])
def test_guessing_the_present_password_at_an_open_page_ends_after_five(
    session: Session, clerk: User, sign_in, path: str
) -> None:
    client = sign_in(clerk)
    for number in range(5):
        if path == PASSWORD:
            change(client, f"guess {number}")
        else:
            set_up(client, f"guess {number}")
    change(client, SECRET)
    session.expire_all()
    assert auth.password_matches(clerk.password_hash, SECRET)  # even the right one is not taken now


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (SECRET, "不能和现在的一样"),
        ("1234567890", "太常见"),
        ("password123", "太常见"),
        ("qwertyuiop", "太常见"),
        ("iloveyou1314", "太常见"),
        ("aaaaaaaaaaaa", "太常见"),
        ("2016-01-01", "太常见"),
    ],
)
def test_a_new_password_is_neither_the_old_one_nor_a_common_one(
    session: Session, clerk: User, sign_in, wanted: str, sentence: str
) -> None:
    assert sentence in change(sign_in(clerk), SECRET, wanted)
    session.expire_all()
    assert auth.password_matches(clerk.password_hash, SECRET)


def test_the_handed_out_password_does_not_stay(session: Session, clerk: User, sign_in) -> None:
    handed = auth.new_password()
    clerk.password_hash, clerk.must_change_password = auth.hasher.hash(handed), True
    session.commit()
    client = sign_in(clerk)
    assert "不能和现在的一样" in change(client, handed, handed)
    assert client.get("/workers").status_code == 302
    change(client, handed)
    assert client.get("/workers").status_code == 200


def test_a_sign_in_ends_after_twelve_hours_whatever_is_done(session: Session, clerk: User, sign_in) -> None:
    client = sign_in(clerk)
    opened = session.scalars(select(LoginSession)).one()
    opened.created_at = utc_now() - timedelta(hours=11, minutes=59)
    session.commit()
    assert client.get("/").status_code == 200
    opened.created_at = utc_now() - timedelta(hours=12, minutes=1)
    session.commit()
    assert client.get("/").status_code == 302


def test_one_sees_ones_sign_ins_and_ends_them(app: Flask, session: Session, clerk: User) -> None:
    agents = (
        "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130 Safari/537.36",
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile MicroMessenger/8.0",
        "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
    )
    clients = [app.test_client() for _agent in agents]
    for client, agent in zip(clients, agents, strict=True):
        client.post(
            "/sign-in", data={"username": clerk.username, "password": SECRET}, headers={"User-Agent": agent}
        )
    here, _phone, _old = clients
    page = here.get(SIGN_INS).text
    assert [word in page for word in ("Chrome · Windows", "微信 · Android", "Firefox · Linux")] == [True] * 3
    assert "就是这里" in page
    numbers = session.scalars(select(LoginSession.id).order_by(LoginSession.id)).all()
    assert here.post(f"{SIGN_INS}/{numbers[1]}/end").status_code == 303
    assert [client.get("/").status_code for client in clients] == [200, 302, 200]
    assert here.post(f"{SIGN_INS}/end-others").status_code == 303
    assert [client.get("/").status_code for client in clients] == [200, 302, 302]


def test_nobody_ends_a_strangers_sign_in(session: Session, clerk: User, sign_in) -> None:
    owner, other = sign_in(clerk), sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    number = session.scalars(select(LoginSession.id).where(LoginSession.user_id == clerk.id)).one()
    missing = other.post(f"{SIGN_INS}/987654/end")
    foreign = other.post(f"{SIGN_INS}/{number}/end")
    assert (foreign.status_code, foreign.text) == (missing.status_code, missing.text)
    assert foreign.status_code == 404
    assert owner.get("/").status_code == 200


def test_reading_a_page_notes_now_and_then_that_the_sign_in_is_in_use(
    session: Session, clerk: User, sign_in
) -> None:
    client = sign_in(clerk)
    opened = session.scalars(select(LoginSession)).one()
    client.get("/")
    session.expire_all()
    assert opened.last_seen_at is None
    opened.created_at = utc_now() - timedelta(minutes=6)
    session.commit()
    client.get("/")
    session.expire_all()
    assert utc_now() - opened.last_seen_at < timedelta(minutes=1)


def test_a_role_is_no_name_of_an_account_in_production(app: Flask, session: Session, sign_in) -> None:
    admin = sign_in(make_user(session, Role.ADMIN))
    mode = app.config["MODE"]
    app.config["MODE"] = "production"
    try:
        for name in ("admin", "root", "province", "county2", "admin.county", "chief-01", "school_3"):
            page = admin.post("/admin/users", data={"username": name, "name": "阿牛木呷"}).text
            assert re.search(r"可以用 aniumuga\.[a-z0-9]{3}", page), name
        assert session.scalar(select(User.id).where(User.username == "admin")) is None
    finally:
        app.config["MODE"] = mode
    assert not credentials.is_guessable(credentials.suggested_name("阿牛木呷"))
    assert not credentials.is_guessable("wang.zhaojue")


def test_devices_are_called_as_people_call_them() -> None:
    told = {
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1": "Safari · iPhone",
        "Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537.36 Edg/130": "Edge · Windows",
        "curl/8": "",
    }
    assert {agent: device_of(agent) for agent in told} == told
