"""Settings, read from the environment. Imports nothing of ours."""

import fcntl
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
# What no environment changes.
FIXED: dict[str, Any] = {
    "RATELIMIT_HEADERS_ENABLED": False,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "PERMANENT_SESSION_LIFETIME": timedelta(minutes=30),
    "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
    "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
    "BABEL_DEFAULT_LOCALE": "zh",
    "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
    "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "app" / "translations"),
    "WTF_CSRF_TIME_LIMIT": None,
}


class SettingsError(RuntimeError):
    """The environment does not describe a platform that may start."""


def load(environ: dict[str, str] | None = None) -> dict[str, Any]:
    """The Flask settings for ``environ`` (default: the process's).

    ``XIESHOU_ENV`` is ``development`` (the default: keys are made on first start and kept in the instance
    folder), ``production`` (every secret must be given) or ``testing``. Raises SettingsError, which names all
    that is unsafe.
    """
    env = dict(os.environ if environ is None else environ)
    mode = env.get("XIESHOU_ENV", "development")
    if problems := list(unsafe_settings(env)):
        raise SettingsError("\n".join(problems))
    instance = instance_folder(env)
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = _read_keys(Path(env["XIESHOU_KEYS"])) if mode == "production" else _kept_secrets(env, instance)
    return {
        "MODE": mode,
        "INSTANCE": instance,
        "KEYS_FILE": keys_file(env),
        "TESTING": mode == "testing",
        **_secrets(own),
        **_places(env, instance),
        **_web(env, mode == "production"),
        **FIXED,
        "NO_SECOND_WALL": env.get("NO_SECOND_WALL", "").strip(),
        "RESERVED_PLACE_DAYS": int(env.get("RESERVED_PLACE_DAYS", "30")),
        "ASKED_PER_PLACE": int(env.get("ASKED_PER_PLACE", "3")),
        "ANSWER_DAYS": int(env.get("ANSWER_DAYS", "5")),
        "ENTERPRISE_ASKS_A_DAY": int(env.get("ENTERPRISE_ASKS_A_DAY", "30")),
        "NUMBERS_OPENED_A_DAY": int(env.get("NUMBERS_OPENED_A_DAY", "200")),
        "NEWCOMERS_A_DAY": int(env.get("NEWCOMERS_A_DAY", "500")),
        "SEARCHES_A_DAY": int(env.get("SEARCHES_A_DAY", "200")),
        "TELEPHONES_A_DAY": int(env.get("TELEPHONES_A_DAY", "2000")),
        "NUMBERS_ALARM_A_DAY": int(env.get("NUMBERS_ALARM_A_DAY", "100")),
        **_texts(env, instance),
        **_watching(env),
        "DASK_SCHEDULER": env.get("DASK_SCHEDULER", ""),
        "WEBHOOK_HOSTS": env.get("WEBHOOK_HOSTS", ""),
        "WEBHOOK_PRIVATE": env.get("WEBHOOK_PRIVATE", "0") == "1",
    }


def keys_file(env: Mapping[str, str]) -> Path:
    """Where the keys lie."""
    given = env.get("XIESHOU_KEYS") if env.get("XIESHOU_ENV") == "production" else None
    return Path(given) if given else instance_folder(env) / "keys.json"


def sealing_keys(path: Path) -> tuple[dict[int, bytes], int]:
    """The sealing keys of a keys file by number, and the one in use."""
    kept = _secrets(_read_keys(path))
    return kept["SEALING_KEYS"], kept["SEALING_KEY_CURRENT"]


def change_keys(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the keys file: whole or not at all, and one after the other."""
    with (path.parent / f".{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        keys = _read_keys(path)
        change(keys)
        made = path.with_name(f".{path.name}.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(json.dumps(keys))
        made.replace(path)


def new_key() -> str:
    """A freshly drawn key, as a keys file holds it."""
    return _new_key()


def instance_folder(env: Mapping[str, str]) -> Path:
    """Where this installation keeps its own files."""
    return Path(env.get("XIESHOU_INSTANCE", ROOT / "instance")).resolve()


def _secrets(own: dict[str, Any]) -> dict[str, Any]:
    return {
        "SECRET_KEY": own["secret_key"],
        "SEALING_KEYS": {int(n): b64decode(k) for n, k in own["sealing_keys"].items()},
        "SEALING_KEY_CURRENT": int(own["sealing_key_current"]),
        "DIGEST_KEY": b64decode(own["digest_key"]),
        "AUDIT_KEYS": {int(n): b64decode(k) for n, k in own["audit_keys"].items()},
        "AUDIT_KEY_CURRENT": int(own["audit_key_current"]),
    }


def _places(env: dict[str, str], instance: Path) -> dict[str, Any]:
    database = _with_driver(env.get("DATABASE_URL") or f"sqlite:///{instance / 'xieshou.db'}")
    in_database = database.startswith("postgresql")
    queue = database.replace("+psycopg", "", 1) if in_database else str(instance / "queue.db")
    limits = database if in_database else f"sqlite:///{instance / 'limits.db'}"
    return {
        "DATABASE_URL": database,
        "QUEUE_URL": env.get("QUEUE_URL") or queue,
        # Shared by all processes without another server: app/kit/web/limiter_store.py.
        "RATELIMIT_STORAGE_URI": env.get("LIMITER_URL", f"limits+{limits}") or "memory://",
        "INDEX_FOLDER": Path(env.get("XIESHOU_INDEX", instance / "index")),
        "AUDIT_ANCHOR": Path(env.get("AUDIT_ANCHOR", instance / "audit.anchor")),
    }


def _with_driver(url: str) -> str:
    """The address with the driver that is installed: hosts and manuals write ``postgresql://``."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url


def _web(env: dict[str, str], in_production: bool) -> dict[str, Any]:
    strict = "1" if in_production else "0"
    return {
        "PROCESSES": int(env.get("WEB_PROCESSES", "2")),
        # Where its store does not answer, each process counts by itself meanwhile.
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
        "PUBLIC_URL": env.get("PUBLIC_URL", "").rstrip("/"),
        "REQUIRE_TOTP": env.get("REQUIRE_TOTP", strict) == "1",
        "SESSION_COOKIE_SECURE": (is_secure := env.get("HTTPS", strict) == "1"),
        # A browser takes a cookie of this name only over https and for this host alone.
        "SESSION_COOKIE_NAME": "__Host-session" if is_secure else "session",
        "TRUSTED_PROXIES": int(env.get("TRUSTED_PROXIES", "0")),
    }


def _watching(env: Mapping[str, str]) -> dict[str, Any]:
    """What those who watch the platform are told. The token stays in its file."""
    return {
        "LOG_FORMAT": env.get("LOG_FORMAT") or "lines",
        "METRICS": env.get("METRICS", ""),
        "METRICS_TOKEN_FILE": env.get("METRICS_TOKEN_FILE", ""),
    }


def _texts(env: Mapping[str, str], instance: Path) -> dict[str, Any]:
    """How text messages leave: files where no gateway is named. The key stays in its file."""
    return {
        "SMS_URL": env.get("SMS_URL", ""),
        "SMS_KEY_FILE": Path(env.get("SMS_KEY_FILE") or "/nowhere"),
        "SMS_OUTBOX": Path(env.get("SMS_OUTBOX") or instance / "sms"),
        "SMS_PERSON_A_DAY": int(env.get("SMS_PERSON_A_DAY", "3")),
        "SMS_COUNTY_A_DAY": int(env.get("SMS_COUNTY_A_DAY", "20000")),
    }


# --- what may not start -----------------------------------------------------------------------------------

LEAST_LETTERS = 12  # of 64 drawn letters about 41 differ; what somebody typed repeats itself
LEAST_REASON = 8  # "off" and "1" say nothing to whoever finds the wall down a year later
NUMBERS = (
    "WEB_PROCESSES",
    "TRUSTED_PROXIES",
    "RESERVED_PLACE_DAYS",
    "ASKED_PER_PLACE",
    "ANSWER_DAYS",
    "ENTERPRISE_ASKS_A_DAY",
    "NEWCOMERS_A_DAY",
    "NUMBERS_OPENED_A_DAY",
    "NUMBERS_ALARM_A_DAY",
    "SEARCHES_A_DAY",
    "TELEPHONES_A_DAY",
    "SMS_PERSON_A_DAY",
    "SMS_COUNTY_A_DAY",
)


def unsafe_settings(env: Mapping[str, str]) -> Iterator[str]:
    """Each setting of ``env`` with which the platform may not start, and how it is mended (trust.md T18)."""
    mode = env.get("XIESHOU_ENV", "development")
    if mode not in ("development", "production", "testing"):
        yield f"XIESHOU_ENV={mode}: say development, production or testing"
    for name in NUMBERS:
        if not env.get(name, "0").isdigit():
            yield f"{name}={env[name]}: say a whole number"
    if (reason := env.get("NO_SECOND_WALL", "").strip()) and len(reason) < LEAST_REASON:
        yield f"NO_SECOND_WALL={reason}: say in a sentence why PostgreSQL shall not guard people's rows"
    yield from unsafe_gateway(env)
    yield from unsafe_watching(env)
    if mode != "production":
        return
    yield from unsafe_keys(env)
    if env.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
        yield "FLASK_DEBUG is set: no debug mode in production, take it away"
    if _is_not_shared(env):
        yield (
            "LIMITER_URL counts in the memory of each process: take it away (the database then counts for "
            "all), or name a shared store such as redis://cache/0"
        )
    if env.get("HTTPS", "1") != "1":
        yield "HTTPS=0: in production the cookie travels over https only, take it away"
    address = urlsplit(env.get("PUBLIC_URL", ""))
    if address.scheme != "https" or not address.netloc or address.query or address.fragment:
        yield (
            "PUBLIC_URL must be what people type, such as https://xieshou.example.gov.cn: it is printed "
            "on certificates and in QR codes"
        )


def _is_not_shared(env: Mapping[str, str]) -> bool:
    store, processes = env.get("LIMITER_URL"), env.get("WEB_PROCESSES", "2")
    return store is not None and (not store or store.startswith("memory")) and processes != "1"


LOG_FORMATS = ("lines", "json")


def unsafe_watching(env: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the log's form, the scheduler's and the metrics' address."""
    if (kind := env.get("LOG_FORMAT") or "lines") not in LOG_FORMATS:
        yield f"LOG_FORMAT={kind}: say lines or json"
    if (scheduler := env.get("DASK_SCHEDULER", "")) and not scheduler.startswith(("tcp://", "tls://")):
        yield f"DASK_SCHEDULER={scheduler}: say tls://HOST:8786, or tcp:// in a closed network"
    if not (metrics := env.get("METRICS", "")):
        return
    host, _colon, port = metrics.rpartition(":")
    if not host or not port.isdigit():
        yield f"METRICS={metrics}: say an address and a port, such as 127.0.0.1:9108"
    if token := env.get("METRICS_TOKEN_FILE", ""):
        yield from unsafe_secret(Path(token), "METRICS_TOKEN_FILE")
    elif host.strip("[]") not in LOCAL_HOSTS:
        yield f"METRICS={metrics} is open to other machines: name METRICS_TOKEN_FILE, or 127.0.0.1"


LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
LEAST_SECRET = 32


def unsafe_gateway(env: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the gateway for text messages; nothing where none is named."""
    if not (url := env.get("SMS_URL", "")):
        return
    address = urlsplit(url)
    is_here = address.scheme == "http" and address.hostname in LOCAL_HOSTS
    if not (address.scheme == "https" and address.netloc) and not is_here:
        yield f"SMS_URL={url}: telephone numbers travel over https only"
    if address.username or address.password or address.query:
        yield "SMS_URL holds a secret or a question: its key belongs into SMS_KEY_FILE"
    yield from unsafe_secret(Path(env.get("SMS_KEY_FILE") or "/nowhere"), "SMS_KEY_FILE")


def unsafe_secret(path: Path, name: str) -> Iterator[str]:
    """What is wrong with a file that holds one key or token."""
    if not path.is_file():
        yield f"{name} must be the path of a file with the key that both sides hold: there is no {path}"
    elif path.stat().st_mode & 0o077:
        yield f"others may read {name}: chmod 600 {path}"
    elif len(path.read_bytes().strip()) < LEAST_SECRET:
        yield f"the key in {name}={path} must be at least {LEAST_SECRET} characters"


def unsafe_keys(env: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the keys file that production is given."""
    path = Path(env.get("XIESHOU_KEYS") or "/nowhere")
    if not path.is_file():
        yield "production needs XIESHOU_KEYS, the path of a keys file (`make keys` writes one)"
        return
    if path.stat().st_mode & 0o077:
        yield f"others may read the keys file: chmod 600 {path}"
    try:
        given = _read_keys(path)
    except (OSError, ValueError):
        yield f"{path} cannot be read as a keys file: put a copy of it back"
        return
    if missing := {"secret_key", "sealing_keys", "sealing_key_current", "digest_key"} - set(given):
        yield f"the keys file lacks {sorted(missing)}: put a whole copy of it back"
    elif str(given.get("audit_key_current")) not in given.get("audit_keys", {}):
        yield f"the keys file has no key for the audit: `make audit-key KEYS={path}` draws one"
    elif str(given["sealing_key_current"]) not in given["sealing_keys"]:
        yield "sealing_key_current names no key of sealing_keys: put a whole copy of the keys file back"
    secret = given.get("secret_key", "")
    if len(secret) < 32 or len(set(secret)) < LEAST_LETTERS:
        yield "secret_key must be at least 32 drawn characters: draw one with `make keys`"


def new_secrets() -> dict[str, Any]:
    """Freshly drawn secrets, in the shape of the keys file."""
    return {
        "secret_key": secrets.token_urlsafe(48),
        "sealing_keys": {"1": _new_key()},
        "sealing_key_current": "1",
        "digest_key": _new_key(),
        "audit_keys": {"1": _new_key()},
        "audit_key_current": "1",
    }


def add_audit_key(path: Path, *, only_first: bool = False) -> None:
    """Draw a key for the audit into the keys file at ``path`` and put it in use.

    The older ones stay: what they sealed is verified with them. ``only_first``: not where there is one.
    """
    with path.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # two starts at once draw one key
        keys = _read_keys(path)
        if only_first and keys.get("audit_keys"):
            return
        number = str(max(map(int, keys.get("audit_keys", {})), default=0) + 1)
        keys["audit_keys"] = keys.get("audit_keys", {}) | {number: _new_key()}
        keys["audit_key_current"] = number
        made = path.with_suffix(f".{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(json.dumps(keys))
        made.replace(path)


def _new_key() -> str:
    return b64encode(secrets.token_bytes(32)).decode()


def _kept_secrets(env: dict[str, str], instance: Path) -> dict[str, Any]:
    path = instance / "keys.json"
    if not path.exists():
        made = path.with_suffix(f".{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(json.dumps(new_secrets()))
        try:
            os.link(made, path)  # the first process wins; the others read its keys
        except FileExistsError:
            pass
        finally:
            made.unlink()
    add_audit_key(path, only_first=True)  # a file from before the audit was keyed
    return _read_keys(path)


def _read_keys(path: Path) -> dict[str, Any]:
    keys: dict[str, Any] = json.loads(path.read_text())
    return keys
