"""A web process that still loads its word lists keeps no writer from others meanwhile."""

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.commands import warming
from app.kit.web import collector
from app.kit.web.guards import WARMING
from models.access import Role
from tests.factories.people import ZHAOJUE, make_user


@pytest.fixture
def loading(app: Flask) -> Iterator[threading.Event]:
    """The application while its lists are loaded: until the event is set."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait, args=(5,), daemon=True)
    app.extensions[WARMING] = thread
    thread.start()
    yield done
    done.set()
    app.extensions.pop(WARMING)


def test_who_writes_waits_until_the_lists_are_loaded_and_who_reads_does_not(
    session: Session, sign_in: Callable[..., FlaskClient], loading: threading.Event
) -> None:
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    assert client.get("/workers").status_code == 200
    answers: list[int] = []
    writer = threading.Thread(target=lambda: answers.append(client.post("/workers/new", data={}).status_code))
    writer.start()
    writer.join(0.5)
    assert answers == []
    loading.set()
    writer.join(10)
    assert answers
    assert answers[0] < 500


def test_the_lists_are_loaded_after_the_first_page_and_writers_wait_from_the_start(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loading them beside it took the first page half its core."""
    begun = threading.Event()
    monkeypatch.setattr(warming, "BEGINS_AFTER", 0.3)
    monkeypatch.setattr(warming, "_prepare", lambda _app: begun.set())
    monkeypatch.setattr(warming, "put_aside_what_stays", lambda: None)
    warming.post_worker_init(SimpleNamespace(wsgi=app))
    waiting = app.extensions.pop(WARMING)
    assert waiting.is_alive()
    assert waiting.daemon
    assert not begun.is_set()
    waiting.join(10)
    assert begun.is_set()


@pytest.fixture
def collected() -> Iterator[None]:
    """The collector as it was, afterwards."""
    before = [*gc.callbacks]
    yield
    gc.callbacks[:] = before
    gc.unfreeze()


@pytest.mark.usefixtures("collected")
def test_what_stays_is_not_looked_through_again_and_what_goes_is_still_collected() -> None:
    """Templates and statements come with the first pages: a pass through them took 0.3 s of a page."""
    aside = collector.put_aside_what_stays()
    stays = [[number] for number in range(600_000)]
    gc.collect()
    assert aside.times == collector.TIMES - 1
    assert gc.get_freeze_count() >= len(stays)
    ring: list[object] = []
    ring.append(ring)
    del ring
    assert gc.collect() >= 1


@pytest.mark.usefixtures("collected")
def test_a_process_puts_little_aside_never_and_much_not_for_ever() -> None:
    now = [0.0]
    aside = collector.Aside(times=2, clock=lambda: now[0])

    def a_pass(seconds: float, generation: int = 2) -> None:
        aside("start", {"generation": generation})
        now[0] += seconds
        aside("stop", {"generation": generation})

    gc.callbacks.append(aside)
    kept: list[list[int]] = []
    for seconds, generation, left in ((0.009, 2, 2), (0.5, 1, 2), (0.02, 2, 1), (0.02, 2, 0)):
        kept += [[number] for number in range(100)]
        frozen = gc.get_freeze_count()
        before = aside.times
        a_pass(seconds, generation)
        assert aside.times == left
        assert (gc.get_freeze_count() > frozen) == (left < before)
    assert aside not in gc.callbacks


@pytest.mark.usefixtures("collected")
def test_what_another_thread_is_making_is_left_alone() -> None:
    """A pass that listed what lives held a page's half-made tuple, and the page became an error 500."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    gc.callbacks.append(collector.Aside())
    stays = [[number] for number in range(50_000)]
    ended = threading.Event()

    def collect() -> None:
        while not ended.is_set():
            gc.collect()

    other = threading.Thread(target=collect)
    other.start()
    try:
        made = [tuple(_slowly(number)) for number in range(300)]
    finally:
        ended.set()
        other.join()
        sys.setswitchinterval(interval)
    assert made == [(number,) for number in range(300)]
    assert stays


def _slowly(number: int) -> Iterator[int]:
    time.sleep(0.0005)
    yield number
