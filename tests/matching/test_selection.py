"""Questions about some workers of an index: exact, without changing it, from many threads at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from matching import DEFAULT_SCORECARD, Order, Selection, Worker, WorkerIndex, pack_bits, rank
from matching.pairs.kernel import EMPTY
from matching.pairs.order_tables import build_order_tables
from matching.pairs.scanning import Best, scan_all
from tests.matching.worlds import random_world

DAY = date(2017, 3, 1)


@pytest.fixture(scope="module")
def world() -> tuple[list[Worker], list[Order]]:
    return random_world(11, 400, 30)


def test_a_masked_scan_finds_what_a_scan_of_those_workers_alone_finds(world) -> None:
    people, orders = world
    chosen = np.random.default_rng(3).random(len(people)) < 0.4
    index = WorkerIndex(people)
    others_placed = [
        worker if chosen[index.frame.position(worker.worker_id)] else replace(worker, placed=True)
        for worker in people
    ]
    masked = scan(index, orders, pack_bits(chosen))
    assert equal(masked, scan(WorkerIndex(others_placed), orders, None))
    assert (masked.of_worker != EMPTY).any()


def test_a_mask_of_everybody_changes_nothing_to_the_bit(world) -> None:
    people, orders = world
    index = WorkerIndex(people)
    everybody = pack_bits(np.ones(len(people), bool))
    assert equal(scan(index, orders, everybody), scan(index, orders, None))


def test_a_mask_of_another_size_is_refused(world) -> None:
    people, orders = world
    index = WorkerIndex(people)
    for mask in (np.zeros(1, np.uint64), np.ones(len(people), bool)):
        with pytest.raises(ValueError, match="mask must be uint64"):
            scan(index, orders, mask)


def test_asking_leaves_the_rows_of_the_index_as_they_were(world) -> None:
    people, orders = world
    index = WorkerIndex(people)
    index.prepare_for(orders, DAY)
    before, wishes = index.rows.bits.copy(), index.wishes
    half = Selection(index, DAY, pack_bits(np.arange(len(people)) % 2 == 0), {"电焊工": "缝纫工"})
    assert sum(len(half.best(order, 5, DEFAULT_SCORECARD)[0]) for order in orders) > 0
    assert np.array_equal(index.rows.bits, before)
    assert index.wishes is wishes


def test_threads_with_different_masks_ask_one_index_at_once(world) -> None:
    people, orders = world
    masks = [pack_bits(np.arange(len(people)) % 7 == rest) for rest in range(7)]
    expected = [answers(WorkerIndex(people), mask, orders) for mask in masks]
    shared = WorkerIndex(people)  # makes its rows of bits while all of them ask
    with ThreadPoolExecutor(7) as pool:
        for _again in range(3):
            found = list(pool.map(lambda mask: answers(shared, mask, orders), masks))
            assert found == expected


def test_the_best_of_a_selection_are_those_that_rank_finds(world) -> None:
    people, orders = world
    everybody = Selection(WorkerIndex(people), DAY)
    for order in orders:
        positions, points = everybody.best(order, 10, DEFAULT_SCORECARD)
        ranking = rank(people, [order], 10, "order", today=DAY)
        ids = [str(identifier) for identifier in everybody.frame.ids[positions]]
        assert [(row.worker_id, row.score) for row in ranking] == list(zip(ids, points.tolist(), strict=True))


def test_nobody_selected_is_nobody_found(world) -> None:
    people, orders = world
    nobody = Selection(WorkerIndex(people), DAY, np.zeros((len(people) + 63) // 64, np.uint64))
    assert len(nobody) == 0
    assert len(nobody.best(orders[0], 10, DEFAULT_SCORECARD)[0]) == 0


def test_points_follow_the_orders_as_given_whatever_their_ids(world) -> None:
    people, orders = world
    everybody, backwards = Selection(WorkerIndex(people), DAY), orders[::-1]
    pairs = np.arange(len(orders)), np.zeros(len(orders), np.int64)
    forth = everybody.points(orders, *pairs, DEFAULT_SCORECARD)
    back = everybody.points(backwards, *pairs, DEFAULT_SCORECARD)
    assert forth.tolist() == back.tolist()[::-1]
    assert len(set(forth.tolist())) > 1


def scan(index: WorkerIndex, orders: list[Order], mask: np.ndarray | None) -> Best:
    return scan_all(index, build_order_tables(index, orders, DAY), DEFAULT_SCORECARD, 10, 5, mask=mask)


def equal(one: Best, other: Best) -> bool:
    sides = (one.of_order, other.of_order), (one.of_worker, other.of_worker)
    return all(np.array_equal(*side) for side in sides)


def answers(index: WorkerIndex, mask: np.ndarray, orders: list[Order]) -> list[list[tuple[int, int]]]:
    selection = Selection(index, DAY, mask)
    return [
        list(zip(*(side.tolist() for side in selection.best(order, 5, DEFAULT_SCORECARD)), strict=True))
        for order in orders
    ]
