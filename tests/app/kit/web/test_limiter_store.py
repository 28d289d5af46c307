"""The limiter counts once for all processes, without a server of its own, on both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import text

from app.kit.web import limiter_store
from app.kit.web.limiter_store import DatabaseStorage
from tests.factories.databases import postgres_url

Open = Callable[[], DatabaseStorage]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def open_store(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[Open]:
    """A function that opens the store as one process more would."""
    url = f"sqlite:///{tmp_path}/limits.db" if request.param == "sqlite" else postgres_url("limiter")
    opened: list[DatabaseStorage] = []

    def one_more() -> DatabaseStorage:
        store = storage_from_string(f"limits+{url}")
        assert isinstance(store, DatabaseStorage)
        opened.append(store)
        return store

    yield one_more
    for store in opened:
        store.engine.dispose()


def test_two_processes_count_together(open_store: Open) -> None:
    limit = parse("3/minute")
    here, there = (FixedWindowRateLimiter(open_store()) for _ in range(2))
    assert [one.hit(limit, "10.0.0.1") for one in (here, there, here, there)] == [True, True, True, False]
    assert here.hit(limit, "10.0.0.2")  # another address is counted by itself


def test_forty_at_once_are_forty(open_store: Open) -> None:
    stores = [open_store() for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda n: stores[n % 4].incr("key", 60), range(40)))
    assert sorted(counts) == list(range(1, 41))


def test_a_window_that_is_over_begins_anew(open_store: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store, now = open_store(), [1_000.0]
    monkeypatch.setattr(limiter_store.time, "time", lambda: now[0])
    assert [store.incr("key", 1), store.incr("key", 1)] == [1, 2]
    assert store.get_expiry("key") == 1_001
    now[0] = 1_001.0
    assert store.get("key") == 0
    assert store.incr("key", 60) == 1
    store.clear("key")
    assert store.get("key") == 0


def test_no_address_is_kept_as_such(open_store: Open) -> None:
    store = open_store()
    store.incr("LIMITER/10.0.0.77/sign_in", 60)
    with store.engine.connect().execution_options(readonly=True) as connection:
        kept = connection.execute(text("SELECT * FROM limit_counter")).all()
    assert len(kept) == 1
    assert "10.0.0.77" not in repr(kept)
    assert store.check()
    assert store.reset() == 1
