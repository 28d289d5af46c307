"""What the drills of killing measure."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from drills.killing import Killed, run


def test_an_undisturbed_act_is_timed_to_its_end() -> None:
    """Timed as nothing, each of a hundred kills came before the act had begun, and all were met."""
    seconds, was_running = run(lambda: time.sleep(0.4))
    assert seconds >= 0.3  # the clock starts when the child is known to run, a little after it does
    assert not was_running


def test_a_killed_act_is_dead_with_its_children(tmp_path: Path) -> None:
    """It is known to have run, and nothing of it writes later."""
    late = tmp_path / "late"

    def act() -> None:
        subprocess.run(["/bin/sh", "-c", f"sleep 0.6; touch {late}"], check=False)

    seconds, was_running = run(act, after=0.2)
    assert was_running
    assert seconds < 0.6
    time.sleep(0.6)
    assert not late.exists()


def test_an_act_that_fails_by_itself_is_no_kill(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="ended with 1"):
        run(lambda: os.stat("/nowhere"))
    assert "FileNotFoundError" in capfd.readouterr().err


def test_kills_that_came_too_late_prove_nothing() -> None:
    assert Killed(wanted=10, times=10, late=5).is_met()
    assert not Killed(wanted=10, times=9, late=1).is_met()
    assert not Killed().is_met()
