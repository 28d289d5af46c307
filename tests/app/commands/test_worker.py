"""The job worker is a command of the application, as the web server's supervisor is."""

import socket
import sys
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.commands.serve import Supervisor, _listen, worker_command
from app.commands.worker import Watch
from app.kit.web.queue import JOBS, LANES


def test_work_knows_every_job_and_the_nights(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[dict[str, Any]] = []

    class Consumer:
        def run(self) -> None:
            started.append({"jobs": set(JOBS)})

        def start(self) -> None:
            started.append({"short": True})

        def stop(self) -> None:
            pass

        def check_worker_health(self) -> None:
            assert {"short": True} in started, "what has not begun is not dead"
            started.append({"looked": True})

    def make(**settings: Any) -> Consumer:
        started.append(settings)
        return Consumer()

    monkeypatch.setattr(Watch, "start", Watch._look)
    monkeypatch.setattr(Watch, "stop", lambda self: None)
    for lane in LANES:
        monkeypatch.setattr(app.extensions[lane], "create_consumer", make)
    result = app.test_cli_runner().invoke(args=["work"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert [one["periodic"] for one in started[:2]] == [True, False], "one lane minds the clock"
    assert started[2] == {"short": True}
    assert started[3] == {"looked": True}
    assert started[4]["jobs"] >= {"read_roster", "match", "rule_effect"}


def test_the_supervisor_starts_the_worker_by_its_command(app: Flask) -> None:
    assert worker_command()[:2] == [sys.executable, "-m"]
    assert worker_command()[-1] in app.cli.list_commands(None)  # type: ignore[arg-type]


def test_a_web_server_that_is_told_to_end_refuses_whoever_comes_next() -> None:
    """Who is refused is sent to the next server by the proxy; who waits in the queue of a port is lost."""
    door = _listen("127.0.0.1", 0)
    address = door.getsockname()
    Supervisor({}, door).end()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)
