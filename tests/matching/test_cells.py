"""Cells (kinds of orders × blocks of workers) may be visited in any sequence: every key stays what it was."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matching import DEFAULT_SCORECARD, Order, Worker, WorkerIndex, pack_bits
from matching.pairs import kernel, pair_scan, prepared, scanning
from matching.pairs.neighbours import neighbours
from matching.pairs.order_tables import OrderTables, build_order_tables
from matching.pairs.scanning import Best, scan_all
from tests.matching.worlds import random_world, welder, welding_order

World = tuple[WorkerIndex, OrderTables]


@pytest.fixture(scope="module")
def world() -> World:
    """Orders of which many are alike, so that both ways to score a cell are taken."""
    workers, orders = random_world(77, 700, 80)
    alike = [replace(order, title=orders[n % 6].title, description="") for n, order in enumerate(orders)]
    index = WorkerIndex(workers)
    return index, build_order_tables(index, [*alike[:60], *orders[60:]])


@pytest.fixture
def in_sequence(monkeypatch: Any) -> Iterator[Any]:
    """Workers in sequence however few the orders, one word of them a block."""

    def turn_on() -> None:
        monkeypatch.setattr(prepared, "WORTH_SEQUENCE", 0)
        monkeypatch.setattr(scanning, "WORDS_PER_BLOCK", 1)

    return turn_on


def assert_same(one: Best, other: Best) -> None:
    assert np.array_equal(one.of_order, other.of_order)
    assert np.array_equal(one.of_worker, other.of_worker)


@pytest.mark.parametrize("asked", [(9, 0), (0, 5), (9, 5)])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_sequence_of_cells_changes_no_key(
    world: World, in_sequence: Any, monkeypatch: Any, asked: tuple[int, int], jobs: int
) -> None:
    prices, mask = np.arange(80, dtype=np.int64) % 40, pack_bits(np.arange(700) % 3 > 0)
    monkeypatch.setattr(scanning, "WORTH_THREADS", 1)
    questions: list[dict[str, Any]] = [{}, {"mask": mask}, {"steps": 256, "prices": prices}]
    before = [scan_all(*world, DEFAULT_SCORECARD, *asked, jobs, **given) for given in questions]
    in_sequence()
    monkeypatch.setattr(scanning, "TEXT_POINTS", 1 << 10)
    for given, best in zip(questions, before, strict=True):
        assert_same(scan_all(*world, DEFAULT_SCORECARD, *asked, jobs, **given), best)


def test_of_equals_the_lower_id_wins_though_met_later(in_sequence: Any) -> None:
    people = [welder(worker_id=f"W{n:03d}", wishes=("保安", "电焊工")) for n in range(70)]
    people += [welder(worker_id=f"X{n:03d}", wishes=("电焊工", "保安")) for n in range(70)]
    people = [replace(one, worker_id=f"{n * 37 % 140:03d}") for n, one in enumerate(people)]
    index = WorkerIndex(people)
    in_sequence()
    orders = [welding_order(order_id=f"O{n}", description="") for n in range(5)]
    best = scan_all(index, build_order_tables(index, orders), DEFAULT_SCORECARD, 3, 0)
    assert (neighbours(index).positions[:3] != [0, 1, 2]).any()
    assert [(-keys & 0xFFFFFFFF).tolist() for keys in best.of_order] == [[0, 1, 2]] * 5


def test_what_known_pairs_gain_is_read_for_the_right_worker(world: World, in_sequence: Any) -> None:
    whole = scan_all(*world, DEFAULT_SCORECARD, 0, 5)
    last = whole.of_worker[:, -1]
    lows = np.where(last == kernel.EMPTY, kernel.LOWEST, (last + 0xFFFFFFFF) >> 32).astype(np.int32)
    in_sequence()
    assert_same(scan_all(*world, DEFAULT_SCORECARD, 0, 5, lows=lows), whole)


def test_a_worker_who_changes_moves_in_the_sequence(in_sequence: Any) -> None:
    people = [welder(worker_id=str(n), wishes=("保安",) if n % 2 else ("电焊工",)) for n in range(1, 9)]
    index, orders = WorkerIndex(people), [welding_order(order_id=f"O{n}") for n in range(4)]
    tables = build_order_tables(index, orders)
    in_sequence()
    before = scan_all(index, tables, DEFAULT_SCORECARD, 1, 0)
    index.replace(0, replace(people[0], wishes=("电焊工",), trained_for=("O2",)))
    after = scan_all(index, tables, DEFAULT_SCORECARD, 1, 0)
    fresh = WorkerIndex(list(index.frame))
    assert_same(after, scan_all(fresh, build_order_tables(fresh, orders), DEFAULT_SCORECARD, 1, 0))
    assert (after.of_order > before.of_order).all()


def test_gains_too_large_for_sixteen_bits_are_kept_in_more() -> None:
    index = WorkerIndex([Worker(worker_id="1", wishes=("电焊工",))])
    tables = build_order_tables(index, [Order(order_id="A", title="焊工")])
    ready = prepared.prepare(index, tables, DEFAULT_SCORECARD)
    most = int(ready.orders.occupation.max()) + int(ready.texts.points.max())
    assert scanning._lanes_for(ready, pair_scan.FARTHEST_SHORT // most).dtype == np.int16
    assert scanning._lanes_for(ready, pair_scan.FARTHEST_SHORT // most + 1).dtype == np.int32


def test_who_cannot_matter_is_not_scored(world: World, in_sequence: Any) -> None:
    index, tables = world
    in_sequence()
    ready = prepared.prepare(index, tables, DEFAULT_SCORECARD)
    kinds = scanning.kinds_of(ready, ready.alike)
    cells = scanning.cells_of(ready, kinds, (0, index.rows.words), 1, (9, 0))
    assert len(cells) == (len(kinds.starts) - 1) * index.rows.words == len(np.unique(cells, axis=0))
    first = cells[: len(kinds.starts) - 1]
    assert sorted(first[:, 0].tolist()) == list(range(len(kinds.starts) - 1))
