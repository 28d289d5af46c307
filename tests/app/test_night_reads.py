"""What the night counts for minutes at a million people, it reads where no writer waits for it."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.placements import jobs as placement_jobs
from app.problems.operations import staying, warnings
from app.workers import jobs as worker_jobs
from models.clock import today
from models.summary import counting
from tests.factories.people import make_order, make_placement, make_worker

# The step of the night, and what it reads most with.
LONG: tuple[tuple[Callable[..., object], Any, str], ...] = (
    (placement_jobs.count_summary, counting, "recount"),
    (placement_jobs.check_summary, counting, "recount"),
    (staying.refresh, staying, "_last_attempts"),
    (warnings.refresh, warnings, "_at_work"),
)


@pytest.mark.parametrize(("step", "room", "name"), LONG)
def test_nobody_who_writes_waits_while_the_night_counts(
    session: Session, monkeypatch: pytest.MonkeyPatch, step: Callable[..., object], room: Any, name: str
) -> None:
    row = make_placement(session, make_order(session), make_worker(session))
    row.state, row.on_site_on = "on_site", today()
    session.commit()
    counts, seen = getattr(room, name), list[bool]()

    def noted(asked: Session, *rest: Any) -> Any:
        seen.append(asked.connection().get_execution_options().get("readonly", False))
        return counts(asked, *rest)

    monkeypatch.setattr(counting, "is_kept", lambda _session: True)
    monkeypatch.setattr(room, name, noted)
    step(session, today())
    assert seen
    assert all(seen)
    assert not session.in_transaction()


@pytest.mark.only_on("sqlite")
def test_on_sqlite_nobodys_commit_waits_until_all_is_counted(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the rollback journal a reader that goes on for a minute lets nobody commit, only begin."""
    make_placement(session, make_order(session), make_worker(session))
    session.commit()
    file, committed = session.get_bind().engine.url.database, list[int]()
    other = sqlite3.connect(str(file), isolation_level=None, timeout=0)
    counts = counting.recount

    def counted(asked: Session, day: Any) -> Any:
        asked.scalar(text("SELECT count(*) FROM placement"))
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE placement SET leave_note = 'meanwhile'")
        other.execute("COMMIT")  # raised "database is locked" before
        committed.append(1)
        return counts(asked, day)

    monkeypatch.setattr(counting, "is_kept", lambda _session: True)
    monkeypatch.setattr(counting, "recount", counted)
    placement_jobs.count_summary(session, today())
    other.close()
    assert committed


def test_the_night_lets_sqlite_count_what_it_chooses_indexes_by(session: Session) -> None:
    make_placement(session, make_order(session), make_worker(session))
    session.commit()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    try:
        assert worker_jobs.measure_tables(session, today()) is is_sqlite
        if is_sqlite:
            looked_at = set(session.scalars(text("SELECT DISTINCT tbl FROM sqlite_stat1")))
            assert {"worker", "placement", "job_order"} <= looked_at
    finally:
        if is_sqlite:  # what holds for three rows would mislead whoever asks for plans after this
            session.execute(text("DELETE FROM sqlite_stat1"))
            session.execute(text("ANALYZE sqlite_schema"))
            session.commit()
