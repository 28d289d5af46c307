"""Forms that wait for one lock leave threads to everybody else."""

import pytest

from app.kit.web import patience
from app.kit.web.patience import IMPATIENT_SECONDS, LEAST_SECONDS, MOST_PATIENT, Patience


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(patience.time, "monotonic", lambda: now[0])
    return now


def test_nine_forms_that_meet_a_lock_do_not_take_every_thread(clock: list[float]) -> None:
    """Each waited to the end, again and again: nobody could read a page for as long as the lock was held."""
    waiting = Patience()
    first = [waiting.enter(form, 5) for form in range(MOST_PATIENT)]
    clock[0] += 1
    later = [waiting.enter(form, 5) for form in range(MOST_PATIENT, 9)]
    assert first == [5] * MOST_PATIENT
    assert set(later) == {IMPATIENT_SECONDS - 1}
    clock[0] += 4
    waiting.leave(0, in_vain=True)
    assert waiting.enter(10, 5) == LEAST_SECONDS


def test_a_lock_that_somebody_got_is_waited_for_again(clock: list[float]) -> None:
    waiting = Patience()
    for form in range(3):
        waiting.enter(form, 5)
    clock[0] += 5
    waiting.leave(0, in_vain=True)
    for form in (1, 2):
        waiting.leave(form, in_vain=False)
    assert [waiting.enter(form, 5) for form in (4, 5, 6)] == [5, 5, IMPATIENT_SECONDS]


def test_who_was_refused_at_once_does_not_call_a_lock_stuck(clock: list[float]) -> None:
    waiting = Patience()
    for form in range(3):
        waiting.enter(form, 5)
    clock[0] += 0.02
    waiting.leave(2, in_vain=True)
    assert waiting.enter(4, 5) > 1
