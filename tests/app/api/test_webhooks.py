"""Other systems are told of changes: signed, in order, again after a failure, and to nowhere else."""

import datetime as dt
import hmac
import http.server
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import operations as auth
from app.accounts.queries import tasks
from app.api import delivery, jobs, webhooks
from app.api.delivery import Allowed, NotTold
from models.access import Role
from models.api.webhook import Webhook
from models.clock import today, utc_now
from models.user import User
from tests.app.api.programs import Program
from tests.app.api.test_orders import SEWING
from tests.app.api.test_tokens import SECRET
from tests.factories.people import actor_of
from tests.factories.world import World

HOSTS = Allowed(frozenset({"hr.example.com", "localhost:9443"}))


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://hr.example.com/told", True),
        ("https://HR.example.com/told?x=1", True),
        ("https://hr.example.com:443/", True),
        ("http://hr.example.com/told", False),
        ("https://hr.example.com:8443/", False),
        ("https://localhost:9443/", True),
        ("https://evil.example.com/", False),
        ("https://hr.example.com@evil.example.com/", False),
        ("https://user:pw@hr.example.com/", False),
        ("https://hr.example.com.evil.org/", False),
        ("https://hr.example.com:abc/", False),
        ("https://hr.example.com/ x", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_hosts_that_were_named_are_told_and_only_over_https(url: str, is_allowed: bool) -> None:
    assert HOSTS.has(url) is is_allowed


@pytest.mark.parametrize(
    "place",
    [
        "127.0.0.1",
        "10.0.0.8",
        "192.168.1.1",
        "169.254.169.254",
        "::1",
        "fe80::1%eth0",
        "::ffff:10.0.0.8",
        "0.0.0.0",
    ],
)
def test_a_named_host_that_leads_into_the_house_is_not_told(place: str) -> None:
    with pytest.raises(NotTold, match="private address"):
        delivery.tell(
            "https://hr.example.com/", "k", {}, HOSTS, resolve=lambda host, port: ["8.8.8.8", place]
        )


class Receiver:
    """The other system: what it got, and what it answers."""

    def __init__(self, folder: Path) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        self.context = ssl.create_default_context(cafile=str(_certificate(folder)))
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers.items()), body))
                self.send_response(receiver.status)
                if receiver.status == 302:
                    self.send_header("Location", "https://localhost/elsewhere")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        safe = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        safe.load_cert_chain(folder / "cert.pem", folder / "key.pem")
        self.server.socket = safe.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.port = self.server.server_address[1]
        self.url = f"https://localhost:{self.port}/told"
        self.allowed = Allowed(frozenset({f"localhost:{self.port}"}), private=True)

    def tell(self, url: str, secret: str, content: object) -> None:
        delivery.tell(url, secret, content, self.allowed, lambda host, port: ["127.0.0.1"], self.context)


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    return folder / "cert.pem"


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    made = Receiver(tmp_path_factory.mktemp("tls"))
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_changes_are_told_signed_in_order_once_and_within_the_owners_scope(
    app: Flask, session: Session, world: World, receiver: Receiver
) -> None:
    receiver.got.clear()
    user = world.users[Role.ENTERPRISE]
    firm, actor = Program(app, session, user), actor_of(session, user)
    row, secret = webhooks.add_webhook(session, actor, receiver.url, ["order"], receiver.allowed)
    session.commit()
    number = row.id
    made = firm.post("/orders", SEWING, status=201)
    session.expire_all()
    assert webhooks.tell_one(session, number, receiver.tell, utc_now()) == 1
    headers, body = receiver.got[0]
    signed = hmac.digest(secret.encode(), headers["X-Time"].encode() + b"\n" + body, "sha256").hex()
    assert headers["X-Signature"] == signed
    told = json.loads(body)
    assert [(one["kind"], one["row_id"], one["event"]) for one in told["events"]] == [
        ("order", made["id"], "order:create")
    ]
    assert webhooks.tell_one(session, number, receiver.tell, utc_now()) == 0
    assert len(receiver.got) == 1
    feed = firm.get("/changes", after=str(told["events"][0]["id"] - 1), kind="order")
    assert [one["row_id"] for one in feed["items"]] == [made["id"]]
    school = Program(app, session, world.users[Role.SCHOOL])
    assert school.get("/changes", after=str(told["events"][0]["id"] - 1))["items"] == []


def test_a_failure_waits_longer_each_time_is_told_again_and_stops_with_a_task(
    app: Flask, session: Session, world: World, receiver: Receiver
) -> None:
    user = world.users[Role.ENTERPRISE]
    firm, actor = Program(app, session, user), actor_of(session, user)
    row, _secret = webhooks.add_webhook(session, actor, receiver.url, ["order"], receiver.allowed)
    session.commit()
    number, now = row.id, utc_now()
    firm.post("/orders", SEWING, status=201)
    receiver.status, waits = 302, []
    for _again in range(webhooks.MOST_FAILURES):
        session.expire_all()
        assert number in webhooks.due(session, now)
        webhooks.tell_one(session, number, receiver.tell, now)
        kept = session.get_one(Webhook, number)
        assert kept.tried_again_at is not None
        waits.append(kept.tried_again_at - now)
        now = kept.tried_again_at
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (webhooks.FIRST_WAIT, webhooks.LONGEST_WAIT)
    assert number not in webhooks.due(session, now + timedelta(days=30))
    assert session.get_one(Webhook, number).problem == "HTTP 302"
    with app.test_request_context():
        told = [task for task in tasks(session, actor, today()) if task.count]
    assert [task.url for task in told] == ["/account/webhooks"]
    receiver.status = 204
    receiver.got.clear()
    webhooks.start_again(session, actor, session.get_one(Webhook, number))
    session.commit()
    assert webhooks.tell_one(session, number, receiver.tell, now) == 1
    assert len(receiver.got) == 1


def test_an_address_is_added_on_its_page_and_ends_with_its_owner(
    app: Flask,
    session: Session,
    world: World,
    sign_in: Callable[..., FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = session.get_one(User, world.users[Role.ENTERPRISE].id)
    user.password_hash = auth.hasher.hash(SECRET)
    session.commit()
    browser = sign_in(user)
    form = {"url": "https://hr.example.com/told", "kinds": ["order"], "password": SECRET}
    assert "WEBHOOK_HOSTS" in browser.post("/account/webhooks", data=form).text
    monkeypatch.setitem(app.config, "WEBHOOK_HOSTS", "hr.example.com")
    assert "密码或动态口令不对" in browser.post("/account/webhooks", data=form | {"password": "wrong"}).text
    assert "https://hr.example.com/told" not in browser.get("/account/webhooks").text
    shown = browser.post("/account/webhooks", data=form).text
    secret = shown.split("<code>")[1].split("</code>")[0]
    page = browser.get("/account/webhooks").text
    assert "https://hr.example.com/told" in page
    assert secret not in page
    row = session.scalars(select(Webhook).where(Webhook.user_id == world.users[Role.ENTERPRISE].id)).one()
    user = session.get_one(User, world.users[Role.ENTERPRISE].id)
    user.is_active = False
    session.commit()
    assert jobs.tell_of_changes(session, today()) == {"told": 0}
    session.expire_all()
    assert session.get_one(Webhook, row.id).stopped_at is not None
