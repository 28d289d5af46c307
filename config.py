"""Settings, read from the environment. Imports nothing of ours."""

import json
import os
import secrets
from base64 import b64decode, b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

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
    "BOOTSTRAP_SERVE_LOCAL": True,
    "WTF_CSRF_TIME_LIMIT": None,
}


class SettingsError(RuntimeError):
    """The environment does not describe a platform that may start."""


def load(environ: dict[str, str] | None = None) -> dict[str, Any]:
    """The Flask settings for ``environ`` (default: the process's).

    ``XIESHOU_ENV`` is ``development`` (the default: keys are made on first start and kept in the instance
    folder), ``production`` (every secret must be given) or ``testing``. Raises SettingsError.
    """
    env = dict(os.environ if environ is None else environ)
    mode = env.get("XIESHOU_ENV", "development")
    if mode not in ("development", "production", "testing"):
        raise SettingsError(f"XIESHOU_ENV={mode}: say development, production or testing")
    instance = Path(env.get("XIESHOU_INSTANCE", ROOT / "instance")).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    own = _given_secrets(env) if mode == "production" else _kept_secrets(env, instance)
    return {
        "MODE": mode,
        "INSTANCE": instance,
        "TESTING": mode == "testing",
        **_secrets(own),
        **_places(env, instance),
        **_web(env, mode == "production"),
        **FIXED,
        "RESERVED_PLACE_DAYS": int(env.get("RESERVED_PLACE_DAYS", "30")),
        "ASKED_PER_PLACE": int(env.get("ASKED_PER_PLACE", "3")),
        "ANSWER_DAYS": int(env.get("ANSWER_DAYS", "5")),
    }


def _secrets(own: dict[str, Any]) -> dict[str, Any]:
    return {
        "SECRET_KEY": own["secret_key"],
        "SEALING_KEYS": {int(n): b64decode(k) for n, k in own["sealing_keys"].items()},
        "SEALING_KEY_CURRENT": int(own["sealing_key_current"]),
        "DIGEST_KEY": b64decode(own["digest_key"]),
    }


def _places(env: dict[str, str], instance: Path) -> dict[str, Any]:
    return {
        "DATABASE_URL": env.get("DATABASE_URL", f"sqlite:///{instance / 'xieshou.db'}"),
        "QUEUE_URL": env.get("QUEUE_URL", str(instance / "queue.db")),
        "INDEX_FOLDER": Path(env.get("XIESHOU_INDEX", instance / "index")),
        "AUDIT_ANCHOR": Path(env.get("AUDIT_ANCHOR", instance / "audit.anchor")),
    }


def _web(env: dict[str, str], in_production: bool) -> dict[str, Any]:
    strict = "1" if in_production else "0"
    return {
        "PROCESSES": int(env.get("WEB_PROCESSES", "2")),
        "RATELIMIT_STORAGE_URI": env.get("LIMITER_URL", "memory://"),
        "REQUIRE_TOTP": env.get("REQUIRE_TOTP", strict) == "1",
        "SESSION_COOKIE_SECURE": env.get("HTTPS", strict) == "1",
        "TRUSTED_PROXIES": int(env.get("TRUSTED_PROXIES", "0")),
    }


def new_secrets() -> dict[str, Any]:
    """Freshly drawn secrets, in the shape of the keys file."""
    return {
        "secret_key": secrets.token_urlsafe(48),
        "sealing_keys": {"1": _new_key()},
        "sealing_key_current": "1",
        "digest_key": _new_key(),
    }


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
    return _read_keys(path)


def _read_keys(path: Path) -> dict[str, Any]:
    keys: dict[str, Any] = json.loads(path.read_text())
    return keys


def _given_secrets(env: dict[str, str]) -> dict[str, Any]:
    path = env.get("XIESHOU_KEYS")
    if not path or not Path(path).exists():
        raise SettingsError("production needs XIESHOU_KEYS, the path of a keys file (`make keys` writes one)")
    given = _read_keys(Path(path))
    if missing := {"secret_key", "sealing_keys", "sealing_key_current", "digest_key"} - set(given):
        raise SettingsError(f"the keys file lacks {sorted(missing)}")
    if len(given["secret_key"]) < 32:
        raise SettingsError("secret_key must be at least 32 characters")
    return given
