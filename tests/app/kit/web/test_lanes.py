"""A clerk's roster does not wait behind a county's matching run: short jobs have a lane of their own."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from huey.consumer import Consumer

from app.commands.worker import lane_consumer
from app.kit.web import queue
from app.kit.web.extensions import db
from models.access import Actor
from models.background_job import Job, JobState
from models.user import User
from tests.factories.racing import racing_app

PATIENCE = 60
# A person sits at the screen and waits for these; the others may take minutes.
WAITED_FOR = {
    "read_roster",
    "import_roster",
    "write_told_work",
    "withdraw_arrivals",
    "export_workers",
    "export_list",
    "count_report",
    "freeze_report",
    "indicator_effect",
}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application whose queue is a file, as in production."""
    folder = tmp_path_factory.mktemp("lanes")
    with racing_app("sqlite", folder, "lanes") as app:
        app.config.update(TESTING=False, INSTANCE=folder, QUEUE_URL=str(folder / "queue.db"))
        queue.init_app(app)
        db.session.add(User(id=1, username="asker", name="经办", password_hash="-"))
        db.session.commit()
        yield app


@pytest.fixture
def start(platform: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[Consumer]]]:
    """Start a worker's lanes in this process; all stop with the test."""
    monkeypatch.setattr(Consumer, "_set_signal_handlers", lambda self: None)
    running: list[Consumer] = []

    def started() -> list[Consumer]:
        lanes = [lane_consumer(platform, lane) for lane in queue.LANES]
        for consumer in lanes:
            consumer.start()
        running.extend(lanes)
        return lanes

    yield started
    end(running)


def end(lanes: list[Consumer]) -> None:
    for consumer in lanes:
        consumer.stop()
    for consumer in lanes:
        for _worker, thread in consumer.worker_threads:
            thread.join(PATIENCE)


def ask(name: str) -> Job:
    row = queue.enqueue(db.session, Actor(1, "asker"), name, 0)
    db.session.commit()
    return row


def state_of(row: Job, wanted: JobState) -> JobState:
    """The job's state, as soon as it is the one wanted or no patience is left."""
    deadline = time.monotonic() + PATIENCE
    while True:
        db.session.refresh(row)
        state = row.state
        db.session.rollback()  # a transaction that is left open while we sleep keeps the lanes from writing
        if state is wanted or time.monotonic() > deadline:
            return state
        time.sleep(0.02)


@pytest.fixture
def long_running(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """``long_probe`` goes on until the event is set; ``short_probe`` ends at once."""
    queue.load_jobs()
    over = threading.Event()
    monkeypatch.setitem(
        queue.JOBS, "long_probe", lambda progress, actor, subject: over.wait(PATIENCE) and None
    )
    monkeypatch.setitem(queue.JOBS, "short_probe", lambda progress, actor, subject: None)
    queue.LONG.add("long_probe")
    yield over
    queue.LONG.discard("long_probe")
    over.set()


def test_a_short_job_is_taken_while_a_long_one_runs(platform: Flask, start, long_running) -> None:
    start()
    run = ask("long_probe")
    assert state_of(run, JobState.RUNNING) is JobState.RUNNING
    assert state_of(ask("short_probe"), JobState.DONE) is JobState.DONE
    assert state_of(run, JobState.RUNNING) is JobState.RUNNING
    long_running.set()
    assert state_of(run, JobState.DONE) is JobState.DONE


def test_what_waits_in_either_lane_outlives_the_worker_and_the_web_server(
    platform: Flask, start, long_running
) -> None:
    long_running.set()
    rows = [ask("short_probe"), ask("long_probe")]
    queue.init_app(platform)  # a new process, with nothing in its memory
    start()
    assert [state_of(row, JobState.DONE) for row in rows] == [JobState.DONE, JobState.DONE]


def test_a_short_job_that_an_older_version_sent_is_neither_lost_nor_sent_again(
    platform: Flask, start, long_running
) -> None:
    row = Job(name="short_probe", subject_id=0, user_id=1, state=JobState.QUEUED)
    db.session.add(row)
    db.session.commit()
    platform.extensions["run_job"][queue.LANES[0]](row.id)
    assert row.id in queue._sent(platform)
    start()
    assert state_of(row, JobState.DONE) is JobState.DONE


def test_what_a_person_waits_for_is_in_the_short_lane_and_nothing_else() -> None:
    names = set(queue.load_jobs())
    assert names >= WAITED_FOR | {"match", "rebuild_index"}
    assert {name for name in names if not name.endswith("_probe") and name not in queue.LONG} == WAITED_FOR
