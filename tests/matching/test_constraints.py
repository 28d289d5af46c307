"""Rules counted over many pairs at once say what asking pair by pair says."""

from datetime import date

import numpy as np
import pytest

from matching import (
    RULES,
    Order,
    Selection,
    Verdict,
    Worker,
    WorkerIndex,
    obstacles,
    pack_bits,
    requirement_counts,
    unpack_bits,
)
from matching.assign.demand import requirement_costs
from matching.pairs.constraints import NOT_WAIVABLE
from tests.matching.worlds import random_world

DAY = date(2017, 3, 1)
WORKERS, ORDERS = 90, 25


@pytest.fixture(scope="module")
def world() -> tuple[list[Worker], list[Order]]:
    return random_world(5, WORKERS, ORDERS)


@pytest.fixture(scope="module")
def fails(world) -> np.ndarray:
    """Which rules do not pass, asked pair by pair: bool of shape (orders, workers, rules)."""
    people, orders = world
    return np.array(
        [
            [[rule.check(worker, order, DAY) is not Verdict.PASS for rule in RULES] for worker in people]
            for order in orders
        ]
    )


def test_obstacles_are_those_of_every_pair(world, fails: np.ndarray) -> None:
    found, failing = obstacles(*world, DAY), fails.sum(axis=2)
    alone = fails & (failing == 1)[:, :, None]
    assert alone.any()
    assert np.array_equal(found.blocked, fails.sum(axis=0))
    assert np.array_equal(found.alone, alone.sum(axis=0))
    assert np.array_equal(found.feasible, (failing == 0).sum(axis=0))
    assert np.array_equal(found.nearest, failing.argmin(axis=0))
    assert np.array_equal(found.sample, np.where(alone.any(axis=0), alone.argmax(axis=0), -1))


def test_without_orders_nothing_is_near(world) -> None:
    found = obstacles(world[0], [], DAY)
    assert (found.nearest == -1).all()
    assert not found.blocked.any()


def test_what_requirements_cost_is_counted_in_one_place(world, fails: np.ndarray) -> None:
    people, orders = world
    everybody, names = Selection(WorkerIndex(people), DAY), [rule.name for rule in RULES]
    dear = 0
    for number, order in enumerate(orders):
        failing = fails[number]
        expected = {
            name: (int((failing[:, n] & (failing.sum(axis=1) == 1)).sum()), int(failing[:, n].sum()))
            for n, name in enumerate(names)
            if name not in NOT_WAIVABLE and failing[:, n].any()
        }
        counts = requirement_counts(everybody.passing(order), everybody.mask)
        assert {count.name: (count.alone, count.touched) for count in counts} == expected
        candidates, costs = requirement_costs(people, order, DAY)
        assert candidates == (failing.sum(axis=1) == 0).sum()
        assert {cost.name: cost.more for cost in costs} == {
            name: alone for name, (alone, _) in expected.items() if alone
        }
        dear += len(costs)
    assert dear > 0


def test_a_shortfall_names_what_each_selected_worker_lacks_and_training_gives(world) -> None:
    people, orders = world
    chosen = np.arange(WORKERS) % 3 > 0
    some = Selection(WorkerIndex(people), DAY, pack_bits(chosen))
    lacking = 0
    for order in orders:
        short = some.shortfall(order)
        others = [
            bits for name, bits in some.passing(order).items() if name not in ("certificates", "mandarin")
        ]
        eligible = unpack_bits(np.bitwise_and.reduce(others), WORKERS) & chosen
        assert short.rows.tolist() == np.flatnonzero(eligible).tolist()
        for row in short.rows.tolist():
            worker, lacks = some.frame.row(row), short.of(row)
            assert (("mandarin", "") in lacks) == bool(
                order.min_mandarin and (worker.mandarin or 0) < order.min_mandarin
            )
            lacking += len(lacks)
    assert lacking > 0


def test_who_lacks_one_thing_by_whole_words_is_who_lacks_one_thing_one_by_one(world) -> None:
    people, orders = world
    some = Selection(WorkerIndex(people), DAY, pack_bits(np.arange(WORKERS) % 3 > 0))
    alone = 0
    for order in orders:
        short, near = some.shortfall(order), some.one_short(order)
        assert some.positions(near.ready).tolist() == short.rows[short.counts == 0].tolist()
        assert list(near.alone) == short.things
        for thing, lacks in zip(short.things, short.lacks, strict=True):
            expected = short.rows[lacks & (short.counts == 1)].tolist()
            assert some.positions(near.alone[thing]).tolist() == expected
            alone += len(expected)
        assert some.positions(near.any_one).tolist() == short.rows[short.counts == 1].tolist()
        among = some.shortfall(order, near.any_one)
        assert among.rows.tolist() == short.rows[short.counts == 1].tolist()
    assert alone > 0
