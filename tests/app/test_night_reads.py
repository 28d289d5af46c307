"""What the night counts for minutes at a million people, it reads where no writer waits for it."""

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
