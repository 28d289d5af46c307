"""A sealed copy of the keys opens with its passphrase only, and nothing is written over."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.exceptions import InvalidTag

import config
from app.commands import key_files
from app.commands.first_aid import for_arguments


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_files, "COST", {"n": 2**4, "r": 8, "p": 1})


def run(*words: object, passphrase: str = "") -> Result:
    """The command as it runs where there is no platform: without settings, keys or a database."""
    app = for_arguments([str(word) for word in words])
    assert app is not None
    return CliRunner(env={"XIESHOU_PASSPHRASE": passphrase}).invoke(
        app.cli, [str(word) for word in words], standalone_mode=True
    )


def test_keys_sealed_for_a_second_person_come_back_on_an_empty_machine(tmp_path: Path) -> None:
    keys, sealed, back = tmp_path / "keys.json", tmp_path / "sealed", tmp_path / "back.json"
    assert run("new-keys", keys).exit_code == 0
    passphrase = json.loads(run("seal-keys", keys, sealed).output)["passphrase"]
    assert run("open-keys", sealed, back, passphrase=passphrase.upper().replace("-", " ")).exit_code == 0
    assert back.read_bytes() == keys.read_bytes()
    assert [path.stat().st_mode & 0o077 for path in (keys, sealed, back)] == [0, 0, 0]
    assert list(config.unsafe_keys({"XIESHOU_KEYS": str(back)})) == []


def test_neither_the_sealed_file_nor_another_passphrase_gives_a_key_away(tmp_path: Path) -> None:
    keys, sealed = tmp_path / "keys.json", tmp_path / "sealed"
    run("new-keys", keys)
    run("seal-keys", keys, sealed)
    secret = json.loads(keys.read_text())
    assert not any(
        value in sealed.read_text() for value in (secret["digest_key"], secret["sealing_keys"]["1"])
    )
    refused = run("open-keys", sealed, tmp_path / "back.json", passphrase="aaaa-bbbb")
    assert refused.exit_code == 1
    assert "passphrase" in refused.output
    assert not (tmp_path / "back.json").exists()


def test_a_damaged_copy_is_told_and_not_half_opened(tmp_path: Path) -> None:
    kept = key_files.seal(os.urandom(64), "words")
    with pytest.raises(InvalidTag):
        key_files.unseal(kept | {"sealed": kept["salt"]}, "words")
    (tmp_path / "sealed").write_text('{"salt": 1}')
    told = run("open-keys", tmp_path / "sealed", tmp_path / "k", passphrase="x")
    assert "no sealed copy" in told.output


@pytest.mark.parametrize("command", ["new-keys", "seal-keys", "open-keys"])
def test_no_keys_are_written_over(tmp_path: Path, command: str) -> None:
    """A second `make keys` must not be the end of every sealed number."""
    keys, there = tmp_path / "keys.json", tmp_path / "there"
    run("new-keys", keys)
    there.write_text("kept")
    passphrase = json.loads(run("seal-keys", keys, tmp_path / "sealed").output)["passphrase"]
    words = {"new-keys": (there,), "seal-keys": (keys, there), "open-keys": (tmp_path / "sealed", there)}
    told = run(command, *words[command], passphrase=passphrase)
    assert "never written over" in told.output
    assert there.read_text() == "kept"


def test_other_commands_need_the_platform() -> None:
    assert for_arguments(["serve", "--port", "8000"]) is None
