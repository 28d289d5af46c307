"""Which failures of a story in a browser get a second try: the browser's own, never a claim's."""

import subprocess
import sys
from pathlib import Path

import pytest

import config
from tests.stories.platform import chromium

STORIES = """
from playwright.sync_api import Error, TimeoutError, expect
from tests.stories.office import IN_A_BROWSER

pytestmark = IN_A_BROWSER
tries = {"lost": 0, "slow": 0, "claim": 0, "found while looking": 0, "other": 0}


def stumble(name, fault):
    tries[name] += 1
    if tries[name] == 1:
        raise fault


def test_a_browser_that_closed():
    stumble("lost", Error("Target page, context or browser has been closed"))


def test_a_page_that_did_not_come():
    stumble("slow", TimeoutError("Timeout 30000ms exceeded."))


def test_a_claim_that_does_not_hold():
    stumble("claim", AssertionError("Locator expected to contain text"))


def test_a_claim_that_fails_while_a_fault_is_handled():
    try:
        raise Error("Page.evaluate: Execution context was destroyed")
    except Error:
        stumble("found while looking", AssertionError("and nobody signed her out"))


def test_a_fault_of_ours():
    stumble("other", ValueError("no such worker"))
"""


@pytest.mark.skipif(chromium() is None, reason="no Chromium here: the stories it tells of are skipped")
def test_the_browsers_faults_get_a_second_try_and_no_claim_does(tmp_path: Path) -> None:
    file = tmp_path / "test_stories.py"
    file.write_text(STORIES, encoding="utf-8")
    words = ("-m", "pytest", "-c", str(config.ROOT / "pyproject.toml"), "-p", "no:cacheprovider", str(file))
    told = subprocess.run([sys.executable, *words], cwd=config.ROOT, capture_output=True, text=True).stdout
    assert "3 failed, 2 passed, 2 rerun" in told, told
    again = {line.split("::")[1].split()[0] for line in told.splitlines() if line.startswith("RERUN ")}
    assert again == {"test_a_browser_that_closed", "test_a_page_that_did_not_come"}, "the summary names them"
