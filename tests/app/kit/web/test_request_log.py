"""The log and the counters tell what was asked and how it went, and nothing of anybody."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy.orm import Session

from app.commands.metrics import Standing, with_token
from app.kit.web import metrics, queue
from app.kit.web.logs import JsonLines, Lines, as_dict
from models.access import Role
from models.background_job import Job
from models.people.worker import Worker
from models.user import User
from tests.factories.world import World

FIELDS = {"at", "level", "logger", "pid", "text", "request", "route", "method", "status", "ms", "role"}
OF_JOBS = {"at", "level", "logger", "pid", "text", "job", "name", "state", "seconds"}


@pytest.fixture
def lines(app: Flask) -> Iterator[Callable[[], list[dict[str, object]]]]:
    """What a production with LOG_FORMAT=json writes."""
    written: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: written.append(JsonLines().format(record))  # type: ignore[method-assign]
    ours = logging.getLogger("app")
    before = ours.level
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written]
    ours.removeHandler(handler)
    ours.setLevel(before)


def test_a_request_is_one_line_with_its_rule_and_nothing_that_was_typed(
    app: Flask,
    session: Session,
    world: World,
    sign_in: Callable[..., FlaskClient],
    lines: Callable[[], list[dict[str, object]]],
) -> None:
    clerk = world.users[Role.COUNTY]
    worker = session.get_one(Worker, world.tenants["one"].ids["worker"])
    name, number, account = worker.name, worker.id, clerk.username
    session.rollback()
    client = sign_in(clerk)
    answer = client.get(f"/workers?q={name}")
    assert answer.status_code == 200
    client.get(f"/workers/{number}")
    client.get(f"/nowhere/{name}")
    client.get("/slip/ABCDEFGHJK")
    app.test_client().post("/sign-in", data={"username": account, "password": "secret-password"})
    told = [line for line in lines() if line["text"] == "request"]
    assert len(told) == 5
    assert all(set(line) == FIELDS for line in told)
    assert told[0]["request"] == answer.headers["X-Request-ID"]
    assert [(line["route"], line["role"]) for line in told[:3]] == [
        ("/workers", "county"),
        ("/workers/<int:worker_id>", "county"),
        ("(no such address)", ""),
    ]
    whole = json.dumps(lines(), ensure_ascii=False)
    for personal in (name, "ABCDEFGHJK", account, "secret-password", "q="):
        assert personal not in whole


def test_a_fault_is_told_without_the_values_it_broke_on() -> None:
    """A name that cannot be read stands in the error's own words; so do numbers."""
    record = None
    try:
        try:
            int("阿牛")
        except ValueError as first:
            raise KeyError("513431199001011230, telephone 13800138000") from first
    except KeyError as problem:
        record = logging.LogRecord("app", logging.ERROR, "", 0, "row %s", (13800138000,), None)
        record.exc_info = (KeyError, problem, problem.__traceback__)
    for form in (JsonLines(), Lines("%(message)s")):
        told = form.format(record)
        assert "ValueError" in told
        assert "test_request_log.py" in told
        for personal in ("阿牛\\'", "51343119900101", "13800138000"):
            assert personal not in told
    assert "invalid literal" not in told
    assert JsonLines().format(record).count("\n") == 0


def test_a_job_is_one_line_with_its_number_and_is_counted(
    app: Flask, session: Session, world: World, lines: Callable[[], list[dict[str, object]]]
) -> None:
    app.extensions["metrics"] = metrics.counts()
    counted = metrics.counts().jobs.labels("no_such_job", "failed")._value
    before = counted.get()
    user = world.users[Role.COUNTY]
    job = Job(name="no_such_job", subject_id=1, user_id=user.id)
    session.add(job)
    session.flush()
    number = job.id
    session.commit()
    try:
        queue.run(app, number)
    finally:
        del app.extensions["metrics"]
    (ended,) = [line for line in lines() if line["text"] == "job ended"]
    assert set(ended) == OF_JOBS
    assert (ended["job"], ended["name"], ended["state"]) == (number, "no_such_job", "failed")
    assert counted.get() == before + 1


def test_a_request_number_comes_from_our_proxy_or_from_nobody(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn, client = "0123456789abcdef" * 2, app.test_client()

    def number(sent: str) -> str:
        return client.get("/health/live", headers={"X-Request-ID": sent}).headers["X-Request-ID"]

    assert number(drawn) != drawn
    monkeypatch.setitem(app.config, "TRUSTED_PROXIES", 1)
    assert number(drawn) == drawn
    assert re.fullmatch("[a-z]{20}", number("513431199001011230"))


def test_prometheus_reads_routes_jobs_pools_and_how_things_stand(
    app: Flask, session: Session, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    user: User = world.users[Role.COUNTY]
    client = sign_in(user)
    app.extensions["metrics"] = there = metrics.counts()
    try:
        client.get(f"/workers/{world.tenants['one'].ids['worker']}")
    finally:
        del app.extensions["metrics"]
    assert there.requests.labels("/workers/<int:worker_id>", "GET", 200)._value.get() >= 1
    session.add(Job(name="match", subject_id=1, user_id=user.id))
    session.commit()
    registry = CollectorRegistry()
    registry.register(Standing(app))
    told = generate_latest(registry).decode()
    assert "xieshou_database_up 1.0" in told
    assert re.search(r'^xieshou_jobs\{state="queued"\} [1-9]', told, flags=re.M)
    assert re.search(r'^xieshou_job_oldest_seconds\{state="queued"\} \d', told, flags=re.M)
    assert "xieshou_disk_free_bytes" in told


def test_metrics_for_other_machines_need_the_token(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("a-token-of-thirty-two-characters\n")
    answer, statuses = with_token(CollectorRegistry(), str(file)), []
    for sent in ("", "Bearer wrong", "Bearer a-token-of-thirty-two-characters"):
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/metrics", "HTTP_AUTHORIZATION": sent}
        list(answer(environ, lambda status, _headers: statuses.append(status)))
    assert statuses == ["401 Unauthorized", "401 Unauthorized", "200 OK"]


def test_gunicorn_writes_the_same_lines() -> None:
    told = as_dict(is_json=True)
    assert told["formatters"]["ours"]["()"] == "app.kit.web.logs.JsonLines"
    assert as_dict(is_json=False)["formatters"]["ours"]["()"] == "app.kit.web.logs.Lines"
