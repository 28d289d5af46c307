"""A fresh clone: the suite needs no make target first, and the platform starts without a catalogue."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import config
from tests.catalogues import compile_stale

TRANSLATIONS = Path("app/translations/en/LC_MESSAGES")
# Compiled modules come along: compiling all of them again is no part of the claim, and most of the time.
LEFT_BEHIND = shutil.ignore_patterns(".*", "*.mo", "instance", "docs", "node_modules")
BOTH_LANGUAGES = "test_kinds_levels_and_absence_are_read_in_either_language"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The tree as git would give it: no catalogue is compiled."""
    copy = tmp_path / "clone"
    shutil.copytree(config.ROOT, copy, ignore=LEFT_BEHIND)
    assert (copy / TRANSLATIONS / "messages.po").exists()
    assert not list(copy.rglob("*.mo"))
    return copy


def test_the_suite_runs_straight_after_a_clone(clone: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/app/kit/files/bulk_upload",
    ]
    surroundings = {**os.environ, "DRILL": "", "PYTHONPATH": "", "XIESHOU_INSTANCE": str(clone / "instance")}
    answer = subprocess.run(
        [*command, "-k", BOTH_LANGUAGES], cwd=clone, env=surroundings, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "1 passed" in answer.stdout
    assert (clone / TRANSLATIONS / "messages.mo").exists()


def test_a_catalogue_older_than_its_source_is_compiled_anew(clone: Path) -> None:
    assert compile_stale(clone) == [clone / TRANSLATIONS / "messages.mo"]
    assert compile_stale(clone) == []
    os.utime(clone / TRANSLATIONS / "messages.mo", (0, 0))
    assert len(compile_stale(clone)) == 1


ASK_FOR_A_PAGE = """
from app import create_app
client = create_app().test_client()
with client.session_transaction() as cookie:
    cookie["locale"] = "en"
answer = client.get("/sign-in")
assert answer.status_code == 200, answer.status_code
assert "登录" in answer.text
"""


def test_the_platform_starts_without_a_catalogue_and_speaks_chinese(clone: Path) -> None:
    surroundings = {**os.environ, "XIESHOU_ENV": "testing", "XIESHOU_INSTANCE": str(clone / "instance")}
    command = [sys.executable, "-c", ASK_FOR_A_PAGE]
    answer = subprocess.run(command, cwd=clone, env=surroundings, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr
