"""The index on disk answers as the one in memory, before and after a worker changes."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from matching import rank
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import build_order_tables
from matching.pairs.ranking import ranking_of
from matching.pairs.scanning import scan_all
from matching.pairs.scorecard import DEFAULT_SCORECARD
from matching.pairs.store import VERSION, StoredIndex, save_index
from tests.matching.worlds import random_world, welder


def ranked(index: WorkerIndex, orders: list) -> list:
    tables = build_order_tables(index, orders)
    best = scan_all(index, tables, DEFAULT_SCORECARD, 10, 0)
    return list(ranking_of(index, tables, DEFAULT_SCORECARD, best.of_order, "order"))


@pytest.fixture
def stored(tmp_path: Path) -> tuple[Path, list, list]:
    workers, orders = random_world(21, 150, 25)
    index = WorkerIndex(workers)
    build_order_tables(index, orders[:15])
    save_index(index, tmp_path / "index")
    return tmp_path / "index", workers, orders


def test_a_stored_index_ranks_like_a_fresh_one(stored) -> None:
    folder, workers, orders = stored
    assert ranked(StoredIndex(folder), orders) == list(rank(workers, orders, 10, "order"))


def test_a_changed_worker_is_in_the_next_ranking_and_on_disk(stored) -> None:
    folder, workers, orders = stored
    index = StoredIndex(folder)
    changed = replace(
        workers[7],
        birth_date=date(1991, 7, 7),
        education=5,
        mandarin=3,
        health=2,
        cities=(),
        night_shift=None,
        wishes=workers[8].wishes[:1],
        wage_floor_yuan=workers[9].wage_floor_yuan,
        placed=False,
    )
    index.replace(7, changed)
    expected = list(rank([*workers[:7], changed, *workers[8:]], orders, 10, "order"))
    for found in (index, StoredIndex(folder)):
        assert ranked(found, orders) == expected
        assert found.frame.row(7) == changed


def test_a_change_after_new_orders_is_on_disk_too(stored) -> None:
    folder, workers, orders = stored
    index = StoredIndex(folder)
    build_order_tables(index, orders)
    changed = replace(workers[7], education=0, mandarin=0, health=0, cities=("999901",), placed=True)
    index.replace(7, changed)
    expected = list(rank([*workers[:7], changed, *workers[8:]], orders, 10, "order"))
    assert ranked(StoredIndex(folder), orders) == expected
    assert StoredIndex(folder).frame.row(7) == changed


def test_orders_that_come_after_a_change_see_it() -> None:
    workers, orders = random_world(22, 150, 25)
    index = WorkerIndex(workers)
    build_order_tables(index, orders[:5])
    changed = replace(workers[7], birth_date=date(1991, 7, 7), certificates=("焊工证",), placed=False)
    index.replace(7, changed)
    orders = [replace(order, min_age=19 + number) for number, order in enumerate(orders)]
    assert ranked(index, orders) == list(rank([*workers[:7], changed, *workers[8:]], orders, 10, "order"))


def test_many_changes_leave_the_bits_of_a_fresh_index(stored) -> None:
    """Only what changed is looked at, and answers are kept: after a hundred nothing is left behind."""
    folder, workers, orders = stored
    index, now = StoredIndex(folder), list(workers)
    for step in range(100):
        if step % 20 == 0:
            build_order_tables(index, orders[: 15 + step // 10])
        at, other = step * 7 % 150, workers[step * 11 % 150]
        now[at] = replace(other, worker_id=workers[at].worker_id) if step % 3 else workers[at]
        index.replace(at, now[at])
    fresh = WorkerIndex(now)
    keys = index.rows.keys
    numbers = fresh.rows.number(keys)
    assert len(keys) > 20
    for row, key in enumerate(keys):
        assert (fresh.rows.bits[numbers[key]] == index.rows.bits[row]).all(), key
    assert list(index.frame) == now
    assert ranked(index, orders) == list(rank(now, orders, 10, "order"))


def test_a_change_that_is_not_written_through_leaves_the_disk_alone(stored) -> None:
    folder, workers, _ = stored
    StoredIndex(folder, "c").replace(7, replace(workers[7], birth_date=date(1991, 7, 7), placed=True))
    assert StoredIndex(folder).frame.row(7) == workers[7]


def test_a_worker_with_something_new_asks_for_a_new_index_and_changes_nothing(stored) -> None:
    folder, workers, orders = stored
    index = StoredIndex(folder)
    with pytest.raises(LookupError, match="anew"):
        index.replace(3, welder(worker_id=workers[3].worker_id, wage_floor_yuan=123))
    assert ranked(index, orders) == list(rank(workers, orders, 10, "order"))


def test_an_index_of_another_version_is_refused(stored) -> None:
    folder = stored[0]
    about = (folder / "index.json").read_text("utf-8").replace(f'"version": {VERSION}', '"version": 99')
    (folder / "index.json").write_text(about, "utf-8")
    with pytest.raises(ValueError, match="version 99"):
        StoredIndex(folder)
