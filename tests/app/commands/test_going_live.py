"""Nothing of a trial goes into production, and two starts at once do not fight."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

import app as package
import config
from app.accounts import operations as accounts
from app.commands import prepare
from app.commands.demo.accounts import DEMO_PASSWORD, working_accounts
from app.commands.going_live import refuse_demo_accounts, refuse_demo_data
from app.commands.serve import _listen
from app.kit.web.connections import engine_options
from models.access import SYSTEM
from models.clock import utc_now
from models.user import User
from tests.factories.databases import postgres_url

FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")


@pytest.fixture
def live(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application, told that it is in production."""
    monkeypatch.setitem(app.config, "MODE", "production")
    return app


@pytest.fixture
def account(session: Session) -> Callable[..., User]:
    """Make an account with a password, or with the stored password of another."""

    def make(username: str, password: str = DEMO_PASSWORD, like: User | None = None) -> User:
        stored = like.password_hash if like else accounts.hasher.hash(password)
        user = accounts.add_user(session, SYSTEM, username, username, stored, must_change=False)
        session.commit()
        return user

    return make


def test_production_does_not_start_while_a_demo_account_works(live: Flask, account: Any) -> None:
    account("county")
    with pytest.raises(config.SettingsError, match=r"county.*close-demo-accounts"):
        refuse_demo_accounts(live)


def test_a_renamed_demo_account_is_known_by_its_stored_password(live: Flask, account: Any) -> None:
    account("zhang.wei", like=account("county"))
    with pytest.raises(config.SettingsError, match=r"county, zhang\.wei"):
        refuse_demo_accounts(live)


def test_a_demo_account_that_is_closed_or_has_a_new_password_does_not_stop_the_start(
    live: Flask, account: Any, session: Session
) -> None:
    closed = account("county")
    account("city", password="another one altogether")
    accounts.set_active(session, SYSTEM, closed, False, utc_now())
    session.commit()
    refuse_demo_accounts(live)
    assert working_accounts(session) == []


def test_a_trial_starts_with_its_demo_accounts(app: Flask, account: Any) -> None:
    account("county")
    refuse_demo_accounts(app)


def test_closing_the_demo_accounts_lets_production_start(live: Flask, account: Any, session: Session) -> None:
    user = account("admin")
    token = accounts.open_session(session, user)
    session.commit()
    told = live.test_cli_runner().invoke(args=["close-demo-accounts"])
    assert json.loads(told.output) == {"closed": ["admin"]}
    refuse_demo_accounts(live)
    assert accounts.find_session(session, token, utc_now()) is None


def test_the_demo_password_opens_no_account_in_production(
    app: Flask, account: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the account is called and however it came by the password."""
    account("li.na")
    assert accounts.check_sign_in(session, "li.na", DEMO_PASSWORD)[1].is_right
    monkeypatch.setattr(accounts, "refused_passwords", {DEMO_PASSWORD})
    assert not accounts.check_sign_in(session, "li.na", DEMO_PASSWORD)[1].is_right


def test_whoever_starts_a_server_is_refused_and_whoever_mends_it_is_not(
    live: Flask, account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    account("county")
    monkeypatch.setattr(package, "create_app", lambda: live)
    with pytest.raises(config.SettingsError, match="county"):
        package.for_wsgi()  # as gunicorn asks for it
    with click.Context(click.Command("close-demo-accounts")):
        assert package.for_wsgi() is live
    for command in (["work"], ["serve", "--port", "0"]):
        told = live.test_cli_runner().invoke(args=command)
        assert told.exit_code == 1
        assert "close-demo-accounts" in told.output


def test_no_invented_people_get_into_production(live: Flask) -> None:
    with pytest.raises(click.ClickException, match="production"):
        refuse_demo_data(live)
    assert live.test_cli_runner().invoke(args=["seed-demo"]).exit_code == 1


def test_of_two_starts_on_one_port_one_is_told_so() -> None:
    with _listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(click.ClickException, match=f"port {port} is taken"):
            _listen("127.0.0.1", port)
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass  # whoever comes while the first gets ready waits and is not refused


def test_two_that_migrate_at_once_do_it_one_after_the_other(tmp_path: Path) -> None:
    env = {**os.environ, "XIESHOU_ENV": "development", "XIESHOU_INSTANCE": str(tmp_path)}
    starts = [
        subprocess.Popen([*FLASK, "migrate"], env=env, cwd=config.ROOT, stdout=-1, stderr=-1)
        for _ in range(2)
    ]
    ends = [start.communicate(timeout=120) for start in starts]
    assert [start.returncode for start in starts] == [0, 0], ends
    assert {json.loads(out)["version"] for out, _err in ends} == {prepare.newest_version()}


@pytest.mark.postgres
def test_on_postgresql_two_hosts_bring_the_database_up_one_after_the_other(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = create_engine(**engine_options(postgres_url("two_hosts")))
    order: list[str] = []

    def bring_up(name: str) -> None:
        with app.app_context(), prepare.alone():
            order.append(f"{name} in")
            time.sleep(0.3)
            order.append(f"{name} out")

    monkeypatch.setattr(prepare, "db", SimpleNamespace(engine=engine))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(bring_up, ("one", "two")))
    assert [entry.split()[1] for entry in order] == ["in", "out", "in", "out"]
    engine.dispose()
