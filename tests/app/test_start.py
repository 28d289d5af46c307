"""The application refuses to start when it would not be safe (trust.md T18)."""

import json
import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import config
from app import create_app
from app.accounts import operations
from app.commands import prepare
from app.kit.web.addresses import printed_address
from app.kit.web.cookies import forget_cookie, set_cookie
from app.kit.web.extensions import db, limiter
from models import vault

ADDRESS = "https://xieshou.example.gov.cn"


@pytest.fixture(autouse=True)
def the_suites_own_platform_stays() -> Iterator[None]:
    """What one process has one of belongs to the suite's application again afterwards."""
    kept, ring, refused = dict(vars(limiter)), vault._ring, set(operations.refused_passwords)
    handlers = list(logging.root.handlers)
    yield
    vars(limiter).clear()
    vars(limiter).update(kept)
    vault._ring = ring
    operations.refused_passwords.clear()
    operations.refused_passwords.update(refused)
    logging.root.handlers[:] = handlers


def environment(tmp_path: Path, **values: str) -> dict[str, str]:
    given = {"XIESHOU_INSTANCE": str(tmp_path), "XIESHOU_ENV": "production", "PUBLIC_URL": ADDRESS}
    return given | values


def keys_file(tmp_path: Path, **changes: object) -> str:
    path = tmp_path / "keys.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(config.new_secrets() | changes))
    return str(path)


@pytest.fixture
def safe(tmp_path: Path) -> dict[str, str]:
    """An environment with which production starts."""
    return environment(tmp_path, XIESHOU_KEYS=keys_file(tmp_path))


def test_what_is_safe_starts(safe: dict[str, str]) -> None:
    settings = config.load(safe)
    assert settings["SESSION_COOKIE_SECURE"]
    assert create_app(settings).config["MODE"] == "production"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("XIESHOU_KEYS", "", "make keys"),
        ("XIESHOU_KEYS", "/nowhere/keys.json", "make keys"),
        ("LIMITER_URL", "", "LIMITER_URL"),
        ("LIMITER_URL", "memory://", "LIMITER_URL"),
        ("HTTPS", "0", "HTTPS"),
        ("FLASK_DEBUG", "1", "debug"),
        ("PUBLIC_URL", "", "PUBLIC_URL"),
        ("PUBLIC_URL", "http://xieshou.example", "PUBLIC_URL"),
        ("PUBLIC_URL", "xieshou.example", "PUBLIC_URL"),
        ("WEB_PROCESSES", "four", "WEB_PROCESSES"),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES"),
    ],
)
def test_an_unsafe_setting_is_refused_by_its_name(
    safe: dict[str, str], name: str, value: str, told: str
) -> None:
    with pytest.raises(config.SettingsError, match=told):
        config.load(safe | {name: value})


def test_the_second_wall_is_taken_away_by_a_reason_only(safe: dict[str, str]) -> None:
    (told,) = config.unsafe_settings(safe | {"NO_SECOND_WALL": "off"})
    assert "NO_SECOND_WALL=off" in told
    reason = {"NO_SECOND_WALL": "省里的连接池不保留事务设置"}
    assert list(config.unsafe_settings(safe | reason)) == []


def test_all_that_is_unsafe_is_told_at_once(safe: dict[str, str]) -> None:
    with pytest.raises(config.SettingsError, match=r"LIMITER_URL(.|\n)*HTTPS(.|\n)*PUBLIC_URL"):
        config.load(safe | {"LIMITER_URL": "", "HTTPS": "0", "PUBLIC_URL": ""})


@pytest.mark.parametrize(
    "changes", [{"secret_key": "dev"}, {"secret_key": ""}, {"secret_key": "secret" * 10}]
)
def test_a_short_secret_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(config.SettingsError, match="secret_key"):
        config.load(environment(tmp_path, XIESHOU_KEYS=keys_file(tmp_path, **changes)))


@pytest.mark.parametrize(
    "changes", [{"sealing_keys": {}}, {"sealing_key_current": "7"}, {"digest_key": None}, None]
)
def test_a_keys_file_that_is_not_whole_is_refused(tmp_path: Path, changes: dict[str, object] | None) -> None:
    file = Path(keys_file(tmp_path, **(changes or {})))
    if changes is None:
        file.write_text('{"secret_key": "' + "x" * 40)
    elif changes.get("digest_key", 1) is None:
        file.write_text(json.dumps({k: v for k, v in config.new_secrets().items() if k != "digest_key"}))
    with pytest.raises(config.SettingsError, match="copy"):
        config.load(environment(tmp_path, XIESHOU_KEYS=str(file)))


def test_a_keys_file_that_others_may_read_is_refused(safe: dict[str, str]) -> None:
    Path(safe["XIESHOU_KEYS"]).chmod(0o644)
    with pytest.raises(config.SettingsError, match="chmod 600"):
        config.load(safe)


def test_an_unset_limiter_counts_in_the_database_for_all_processes(safe: dict[str, str]) -> None:
    """The documented Redis was not among the requirements, and an empty address passed the check."""
    stores = [
        config.load(safe | {"DATABASE_URL": url})["RATELIMIT_STORAGE_URI"]
        for url in ("", "postgresql://xieshou:p%40ss@db/xieshou")
    ]
    assert stores[0].startswith("limits+sqlite:///")
    assert stores[1] == "limits+postgresql+psycopg://xieshou:p%40ss@db/xieshou"


def test_the_queue_is_in_the_database_where_hosts_share_one(safe: dict[str, str]) -> None:
    settings = config.load(safe | {"DATABASE_URL": "postgres://xieshou@db/xieshou"})
    assert settings["DATABASE_URL"] == "postgresql+psycopg://xieshou@db/xieshou"
    assert settings["QUEUE_URL"] == "postgresql://xieshou@db/xieshou"
    assert config.load(safe)["QUEUE_URL"].endswith("queue.db")


def test_production_answers_with_hsts_and_a_secure_cookie(safe: dict[str, str]) -> None:
    app = create_app(config.load(safe))
    with app.test_client().get("/static/icon.svg", base_url="https://localhost") as answer:
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_HTTPONLY"]


def test_no_neighbour_of_a_shared_domain_puts_a_cookie_in_place_of_ours(safe: dict[str, str]) -> None:
    app = create_app(config.load(safe))
    assert app.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    with app.test_request_context(base_url="https://localhost"):
        answer = app.make_response("")
        set_cookie(answer, "device", "x", 60)
        forget_cookie(answer, "last_account")
    for told in answer.headers.getlist("Set-Cookie"):
        assert told.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(told.split("; "))
        assert "Domain" not in told


def test_no_cookie_is_set_but_by_the_one_that_closes_it() -> None:
    places = [
        path for path in (config.ROOT / "app").rglob("*.py") if ".set_cookie(" in path.read_text("utf-8")
    ]
    assert [path.name for path in places] == ["cookies.py"]


def test_a_trial_over_http_is_not_nailed_to_https(tmp_path: Path) -> None:
    app = create_app(config.load({"XIESHOU_INSTANCE": str(tmp_path)}))
    with app.test_client().get("/static/icon.svg") as answer:
        assert "Strict-Transport-Security" not in answer.headers


def test_a_printed_address_is_not_what_the_request_calls_itself(safe: dict[str, str]) -> None:
    app = create_app(config.load(safe))
    with app.test_request_context(base_url="https://evil.example"):
        address = printed_address("certification.verify", token="abc")
    assert address.startswith(f"{ADDRESS}/")
    assert address.endswith("abc")
    with app.app_context():  # a job prints the same
        assert printed_address("certification.verify", token="abc") == address


def test_no_address_is_built_from_the_host_header() -> None:
    """All brothers: whatever names the request's host is listed here with its reason."""
    named = re.compile(r"_external|request\.host|host_url|url_root|base_url")
    lines = [
        f"{path.relative_to(config.ROOT)}: {line.strip()}"
        for folder, kind in (("app", "*.py"), ("templates", "*.html"))
        for path in sorted((config.ROOT / folder).rglob(kind))
        for line in path.read_text().splitlines()
        if named.search(line)
    ]
    assert {line.partition(":")[0] for line in lines} <= COMPARES_ONLY
    assert lines


# What only asks whether an address is one of our own, and the one that prints without PUBLIC_URL in a trial.
COMPARES_ONLY = {
    "app/kit/web/addresses.py",
    "templates/errors/error.html",
}


def test_what_a_start_writes_is_its_own_accounts_alone(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        settings = config.load({"XIESHOU_INSTANCE": str(tmp_path / "new")})
        app = create_app(settings)
        with app.app_context():
            prepare.upgrade()
            db.session.commit()
            app.extensions["huey"].put("key", "value")
    finally:
        os.umask(before)
    kept = [tmp_path / "new", *(tmp_path / "new").rglob("*")]
    assert {path.name for path in kept} >= {"keys.json", "xieshou.db", "queue.db", "audit.anchor"}
    assert [path for path in kept if path.stat().st_mode & 0o077] == []


def test_an_unknown_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(config.SettingsError, match="production"):
        config.load({"XIESHOU_INSTANCE": str(tmp_path), "XIESHOU_ENV": "prod"})


def test_keys_made_at_the_first_start_are_kept(tmp_path: Path) -> None:
    first = config.load({"XIESHOU_INSTANCE": str(tmp_path)})
    assert config.load({"XIESHOU_INSTANCE": str(tmp_path)})["DIGEST_KEY"] == first["DIGEST_KEY"]
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
