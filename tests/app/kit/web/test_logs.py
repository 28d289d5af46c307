"""A fault that repeats itself does not fill the disk."""

import logging

import psycopg
import pytest

from app.kit.web.logs import Lines, Repetition


def told_of(count: int, seconds: float, text: str = "GET %s: %s") -> list[str]:
    """What the log holds after ``count`` faults within ``seconds``."""
    now, told = [0.0], []
    handler = logging.Handler()
    handler.emit = lambda record: told.append(handler.format(record))  # type: ignore[method-assign]
    handler.addFilter(Repetition(lambda: now[0]))
    handler.setFormatter(Lines("%(message)s"))
    log = logging.Logger("trial")
    log.addHandler(handler)
    for number in range(count):
        now[0] = number * seconds / count
        try:
            raise psycopg.OperationalError("connection refused\nIs the server running?")
        except psycopg.OperationalError:
            log.exception(text, f"/page/{number}", "away")
    return told


def test_a_database_that_is_away_costs_four_lines_a_minute() -> None:
    """20,000 lines a second were measured: each request and each look into the queue told its whole story."""
    told = told_of(30_000, 120)
    assert len(told) == 6
    assert "14997 more like it" in told[3]
    assert all("\n" not in line for line in told)


def test_a_fault_that_is_rare_is_told_each_time() -> None:
    assert len(told_of(3, 1)) == 3


def test_another_fault_is_not_left_out_with_it(caplog: pytest.LogCaptureFixture) -> None:
    quiet = Repetition(lambda: 0.0)

    def record(text: str, level: int = logging.ERROR) -> logging.LogRecord:
        return logging.LogRecord("trial", level, "", 0, text, (), None)

    assert [quiet.filter(record("one")) for _ in range(5)] == [True, True, True, False, False]
    assert quiet.filter(record("two"))
    assert all(quiet.filter(record("one", logging.INFO)) for _ in range(5))
