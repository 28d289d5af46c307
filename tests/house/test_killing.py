"""What the drills of killing measure."""

import sys

import pytest

from drills.killing import GO, Act


@pytest.mark.parametrize("words", [[], [GO]])
def test_an_undisturbed_act_is_timed_to_its_end(words: list[str]) -> None:
    """Timed as nothing, each of a hundred kills came before the act had begun, and all were met."""
    does = "print('go', flush=True); import time; time.sleep(0.4); print('done', flush=True)"
    act = Act.__new__(Act)
    act.command = [sys.executable, "-c", does, *words]
    seconds, _running = act.run()
    assert seconds >= 0.3  # "go" may be read a little late; before, it was 0.0
