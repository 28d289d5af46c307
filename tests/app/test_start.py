"""The application refuses to start when it would not be safe (trust.md T18)."""

from pathlib import Path

import pytest

import config
from app import create_app


def environment(tmp_path: Path, **values: str) -> dict[str, str]:
    return {"XIESHOU_INSTANCE": str(tmp_path), "XIESHOU_ENV": "production", **values}


def keys_file(tmp_path: Path, **changes: object) -> str:
    import json

    path = tmp_path / "keys.json"
    path.write_text(json.dumps(config.new_secrets() | changes))
    return str(path)


def test_production_needs_a_keys_file(tmp_path: Path) -> None:
    with pytest.raises(config.SettingsError, match="XIESHOU_KEYS"):
        config.load(environment(tmp_path))


@pytest.mark.parametrize("changes", [{"secret_key": "dev"}, {"secret_key": ""}])
def test_a_short_secret_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(config.SettingsError, match="secret_key"):
        config.load(environment(tmp_path, XIESHOU_KEYS=keys_file(tmp_path, **changes)))


def test_a_limiter_in_memory_is_refused_for_several_processes(tmp_path: Path) -> None:
    settings = config.load(environment(tmp_path, XIESHOU_KEYS=keys_file(tmp_path), WEB_PROCESSES="4"))
    with pytest.raises(config.SettingsError, match="LIMITER_URL"):
        create_app(settings)


def test_an_unknown_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(config.SettingsError, match="production"):
        config.load({"XIESHOU_INSTANCE": str(tmp_path), "XIESHOU_ENV": "prod"})


def test_keys_made_at_the_first_start_are_kept(tmp_path: Path) -> None:
    first = config.load({"XIESHOU_INSTANCE": str(tmp_path)})
    assert config.load({"XIESHOU_INSTANCE": str(tmp_path)})["DIGEST_KEY"] == first["DIGEST_KEY"]
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
