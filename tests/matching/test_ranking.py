"""The fast path equals the plain one, whatever the input order, threads and block sizes."""

import random
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from matching import InputError, Match, Order, RankedPair, Worker, rank, score_pair
from matching.pairs import scanning
from matching.pairs.index import WorkerIndex
from matching.pairs.kernel import EMPTY, LOWEST
from matching.pairs.order_tables import build_order_tables
from matching.pairs.prepared import prepare
from tests.matching.worlds import random_world, welder, welding_order

TOP = 12


@pytest.fixture(scope="module", params=[11, 12])
def world(request: pytest.FixtureRequest) -> tuple[list[Worker], list[Order], list[tuple[str, str, Match]]]:
    workers, orders = random_world(request.param, 300, 40)
    pairs = [(o.order_id, w.worker_id, score_pair(w, o)) for o in orders for w in workers]
    return workers, orders, [pair for pair in pairs if pair[2].feasible]


@pytest.fixture(scope="module")
def alike() -> tuple[list[Worker], list[Order], list[tuple[str, str, Match]]]:
    """A world in which a few titles come again and again, so that few pairs can enter a full heap."""
    workers, orders = random_world(13, 250, 40)
    titles = ("电焊工", "保安", "缝纫工", "普工")
    orders = [replace(o, title=titles[n % 4], description="") for n, o in enumerate(orders)]
    workers = [replace(w, wishes=(titles[n % 3], *w.wishes[:1])) for n, w in enumerate(workers)]
    pairs = [(o.order_id, w.worker_id, score_pair(w, o)) for o in orders for w in workers]
    return workers, orders, [pair for pair in pairs if pair[2].feasible]


def expected(pairs: list[tuple[str, str, Match]], by: str, top: int = TOP) -> list[RankedPair]:
    """The ranking by sorting all feasible pairs, slowly."""
    return list(_expected(pairs, by, top))


def _expected(pairs: list[tuple[str, str, Match]], by: str, top: int) -> Iterator[RankedPair]:
    asking, asked = (0, 1) if by == "order" else (1, 0)
    for one in sorted({pair[asking] for pair in pairs}):
        own = sorted((p for p in pairs if p[asking] == one), key=lambda p: (-p[2].score, p[asked]))
        for place, (order_id, worker_id, match) in enumerate(own[:top], start=1):
            yield RankedPair(order_id, worker_id, place, match.score, match.needs, match.factors)


@pytest.mark.parametrize("by", ["order", "worker"])
def test_ranking_equals_score_pair_on_every_pair(world, by: str) -> None:
    workers, orders, pairs = world
    assert list(rank(workers, orders, TOP, by)) == expected(pairs, by)


@pytest.mark.parametrize("by", ["order", "worker"])
def test_pairs_that_are_not_scored_could_not_have_entered(alike, by: str) -> None:
    workers, orders, pairs = alike
    assert list(rank(workers, orders, 3, by)) == expected(pairs, by, 3)


def test_gains_at_prices_are_the_best_over_all_pairs_whatever_is_known_before(alike) -> None:
    from matching.pairs.factors import split_keys
    from matching.pairs.scorecard import DEFAULT_SCORECARD

    workers, orders, pairs = alike
    index = WorkerIndex(workers)
    tables = build_order_tables(index, orders)
    prices = np.random.default_rng(3).integers(0, 2000, len(orders))
    best = scanning.scan_all(index, tables, DEFAULT_SCORECARD, 0, 4, steps=7, prices=prices)
    numbers = {o: n for n, o in enumerate(tables.orders.ids.tolist())}
    gains: dict[str, list[tuple[int, int]]] = {}
    for order, worker, match in pairs:
        gains.setdefault(worker, []).append((int(prices[numbers[order]]) - 7 * match.score, numbers[order]))
    wanted = [(-g, o) for w in index.frame.ids.tolist() for g, o in sorted(gains.get(w, []))[:4]]
    _, _, order, gain = split_keys(best.of_worker)
    assert list(zip(gain.tolist(), order.tolist(), strict=True)) == wanted
    lows = np.where(best.of_worker[:, 3] == EMPTY, LOWEST, (best.of_worker[:, 3] + 0xFFFFFFFF) >> 32)
    again = scanning.scan_all(index, tables, DEFAULT_SCORECARD, 0, 4, steps=7, prices=prices, lows=lows)
    assert np.array_equal(again.of_worker, best.of_worker)


@pytest.mark.parametrize("jobs", [1, 3, 7])
def test_threads_blocks_and_input_order_change_nothing(world, jobs: int, monkeypatch) -> None:
    workers, orders, _ = world
    plain = list(rank(workers, orders, TOP, "order"))
    monkeypatch.setattr(scanning, "WORTH_THREADS", 0)
    monkeypatch.setattr(scanning, "WORDS_PER_BLOCK", jobs)
    monkeypatch.setattr(scanning, "ORDERS_PER_STEP", 3 * jobs)
    shuffled = (
        random.Random(jobs).sample(workers, len(workers)),
        random.Random(jobs).sample(orders, len(orders)),
    )
    assert list(rank(*shuffled, TOP, "order", jobs=jobs)) == plain


def test_both_directions_in_one_pass_equal_each_alone(world) -> None:
    from matching.pairs.scorecard import DEFAULT_SCORECARD

    index = WorkerIndex(world[0])
    tables = build_order_tables(index, world[1])
    both = scanning.scan_all(index, tables, DEFAULT_SCORECARD, 5, 3)
    assert np.array_equal(both.of_order, scanning.scan_all(index, tables, DEFAULT_SCORECARD, 5, 0).of_order)
    assert np.array_equal(both.of_worker, scanning.scan_all(index, tables, DEFAULT_SCORECARD, 0, 3).of_worker)
    prepared = prepare(index, tables, DEFAULT_SCORECARD)
    assert scanning.feasible_pairs(prepared) == len(world[2])


def test_at_equal_scores_the_lower_id_wins() -> None:
    twins = [welder(worker_id=name) for name in ("W3", "W1", "W2")]
    assert [row.worker_id for row in rank(twins, [welding_order()], 2, "order")] == ["W1", "W2"]


def test_ids_that_are_numbers_are_compared_as_numbers() -> None:
    twins = [welder(worker_id=name) for name in ("10", "9")]
    assert [row.worker_id for row in rank(twins, [welding_order()], 2, "order")] == ["9", "10"]


def test_many_wishes_count_as_much_as_the_best_of_them() -> None:
    many = welder(wishes=("保安", "保洁", "厨师", "司机", "快递员", "电焊工"))
    assert rank([many], [welding_order()], 1, "order")[0].factors["occupation"] == 360


def test_nobody_and_no_order_give_an_empty_ranking() -> None:
    assert list(rank([], [welding_order()], 3, "order")) == []
    assert list(rank([welder()], [], 3, "worker")) == []
    assert list(rank([], [], 3, "order")) == []


def test_an_id_that_occurs_twice_is_refused() -> None:
    with pytest.raises(InputError, match="twice"):
        rank([welder(), welder()], [welding_order()], 1, "order")


@pytest.mark.parametrize(("top", "by"), [(0, "order"), (1, "city")])
def test_impossible_questions_are_refused(top: int, by: str) -> None:
    with pytest.raises(ValueError, match="rank needs"):
        rank([welder()], [welding_order()], top, by)


def test_one_worker_asked_alone_gets_the_same_orders(world) -> None:
    from benchmarks.single_worker import orders_of

    index = WorkerIndex(world[0])
    tables = build_order_tables(index, world[1])
    ranked = list(rank(world[0], world[1], TOP, "worker"))
    for position in range(0, len(index), 7):
        mine = [row for row in ranked if row.worker_id == index.frame.ids[position]]
        assert list(orders_of(index, tables, position, TOP)) == mine
    with pytest.raises(IndexError):
        orders_of(index, tables, len(index), TOP)
    with pytest.raises(ValueError, match="top"):
        orders_of(index, tables, 0, 0)
