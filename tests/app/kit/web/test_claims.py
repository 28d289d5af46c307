"""Whose a job is, on both databases: a dead worker's goes on at once, one that lost it writes nothing."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.kit.web import claims, presence, queue
from app.kit.web.extensions import db
from models.access import Actor
from models.background_job import Job, JobState
from models.base import Base
from models.clock import utc_now
from models.reference.area import Area
from models.user import User
from tests.factories.people import ZHAOJUE
from tests.factories.racing import racing_app

ELSEWHERE = "a worker of another machine"
ENTER = """
import sys, time, types, pathlib
from app.kit.web import presence
print(presence.enter(types.SimpleNamespace(config={"INSTANCE": pathlib.Path(sys.argv[1])})), flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("claims")
    with racing_app(request.param, folder, "claims") as app:
        app.config["INSTANCE"] = folder
        db.session.add(User(id=1, username="asker", name="经办", password_hash="-"))
        db.session.commit()
        yield app


@pytest.fixture
def work(platform: Flask) -> Iterator[Callable[[Callable[[queue.Progress], None]], Job]]:
    """Queue a job that does what the test says, and let it be done; return its row."""

    def queued(what: Callable[[queue.Progress], None]) -> Job:
        queue.JOBS["probe_work"] = lambda progress, actor, subject_id: what(progress)
        row = queue.enqueue(db.session, Actor(1, "asker"), "probe_work", 0)
        db.session.commit()
        db.session.refresh(row)
        return row

    yield queued
    queue.JOBS.pop("probe_work", None)
    db.session.rollback()
    db.session.execute(Base.metadata.tables["job"].delete())
    db.session.commit()
    platform.extensions["huey"].flush()


def another_takes(number: int) -> None:
    """What a reaper and a worker elsewhere do: give the job up and claim it, in transactions of their own."""
    with Session(db.engine) as session:
        attempt = session.get_one(Job, number).attempts
        assert claims.give_back(session, claims.Claim(number, attempt), 9, "")
        session.commit()
        assert claims.take(session, number, ELSEWHERE)


def running(worker: str, silent: float) -> None:
    """Write down a job that ``worker`` has, last heard of ``silent`` seconds ago."""
    then = utc_now() - timedelta(seconds=silent)
    row = Job(name="probe_work", user_id=1, subject_id=0, state=JobState.RUNNING, attempts=1)
    row.claimed_by, row.created_at = worker, then
    db.session.add(row)
    db.session.commit()


def test_a_worker_that_lost_its_job_writes_nothing(platform: Flask, work) -> None:
    def rename(progress: queue.Progress) -> None:
        another_takes(progress.claim.number)
        db.session.execute(update(Area).where(Area.code == ZHAOJUE).values(name="半途"))
        db.session.commit()

    row = work(rename)
    assert db.session.get_one(Area, ZHAOJUE).name != "半途"
    assert (row.state, row.attempts, row.claimed_by) == (JobState.RUNNING, 2, ELSEWHERE)


def test_a_worker_that_lost_its_job_hears_of_it_at_its_next_word(platform: Flask, work) -> None:
    went_on: list[bool] = []

    def tell(progress: queue.Progress) -> None:
        number = progress.claim.number
        platform.extensions["huey"].put(f"progress-{number}", json.dumps({"attempt": 2, "beat": time.time()}))
        progress.tell(stage="anything")
        went_on.append(True)

    work(tell)
    assert went_on == []


def test_a_job_that_lost_the_database_is_tried_again(platform: Flask, work) -> None:
    tries: list[int] = []

    def break_first(progress: queue.Progress) -> None:
        tries.append(progress.claim.attempt)
        if len(tries) == 1:
            raise OperationalError("", {}, Exception("the server closed the connection"))

    row = work(break_first)
    assert row.state is JobState.RUNNING
    db.session.execute(update(Job).values(claimed_by=ELSEWHERE, created_at=utc_now() - timedelta(minutes=1)))
    db.session.commit()
    platform.extensions["huey"].flush()
    queue.reap(platform)
    db.session.refresh(row)
    assert (row.state, tries) == (JobState.DONE, [1, 2])


def test_the_job_of_a_killed_worker_goes_on_at_once(platform: Flask, work) -> None:
    done: list[int] = []
    queue.JOBS["probe_work"] = lambda progress, actor, subject_id: done.append(progress.claim.attempt)
    instance: Path = platform.config["INSTANCE"]
    with subprocess.Popen(
        [sys.executable, "-c", ENTER, str(instance)], stdout=subprocess.PIPE, text=True
    ) as child:
        name = child.stdout.readline().strip()  # type: ignore[union-attr]
        running(name, silent=30)
        assert queue.reap(platform) == 0, "it lives, and is left in peace"
        child.kill()
        child.wait()
        assert queue.reap(platform) == 1
    assert done == [2]
    assert not (instance / "workers" / name).exists()


def test_a_worker_of_another_machine_is_given_up_after_ten_seconds_of_silence(platform: Flask, work) -> None:
    queue.JOBS["probe_work"] = lambda progress, actor, subject_id: None
    running(ELSEWHERE, silent=8)
    assert queue.reap(platform) == 0
    running(ELSEWHERE, silent=12)
    assert queue.reap(platform) == 1


def test_a_job_that_waits_its_turn_is_not_sent_again_and_one_that_was_never_sent_is(
    platform: Flask, work, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed: list[int] = []
    monkeypatch.setattr(queue, "_push", lambda number, name: pushed.append(number))
    rows = [work(lambda progress: None) for _each in range(2)]
    pushed.clear()
    db.session.execute(update(Job).values(created_at=utc_now() - timedelta(seconds=30)))
    db.session.commit()
    store, task = platform.extensions["huey"], platform.extensions["run_job"]["huey"]
    monkeypatch.setattr(
        type(store.storage), "enqueued_items", lambda *_: [store.serialize_task(task.s(rows[0].id))]
    )
    assert (queue.reap(platform), pushed) == (1, [rows[1].id])


def test_the_heart_beats_on_when_a_report_could_not_be_kept(
    platform: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "BEAT_SECONDS", 0.01)
    progress, beats = queue.Progress(platform, claims.Claim(1, 1)), []

    def beat() -> None:
        beats.append(len(beats))
        if len(beats) == 1:
            raise OperationalError("", {}, Exception("the store is away"))

    monkeypatch.setattr(progress, "beat", beat)
    with progress.heart():
        deadline = time.monotonic() + 60
        while len(beats) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert len(beats) >= 3


def test_this_process_knows_what_it_does_not_work_at_any_more(platform: Flask, work) -> None:
    queue.JOBS["probe_work"] = lambda progress, actor, subject_id: None
    running(presence.enter(platform), silent=1)
    assert queue.reap(platform) == 1
