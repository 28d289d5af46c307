"""The bare solver against independent ones."""

from pathlib import Path

import numpy as np
import pytest
from ortools.graph.python import min_cost_flow

from matching import solve

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "assignment" / "assign100.txt"


def best_by_flow(
    rows: np.ndarray, cols: np.ndarray, values: np.ndarray, capacity: np.ndarray, units: int
) -> int:
    """The optimum by minimum-cost flow; every row may also stay out."""
    flow, orders = min_cost_flow.SimpleMinCostFlow(), len(capacity)
    source, sink = units + orders, units + orders + 1
    every, each = np.arange(units), np.arange(orders)
    tails = np.concatenate([rows, np.full(units, source), every, units + each])
    heads = np.concatenate([units + cols, every, np.full(units, sink), np.full(orders, sink)])
    room = np.concatenate([np.ones(len(rows) + 2 * units, np.int64), capacity])
    costs = np.concatenate([-values, np.zeros(2 * units + orders, np.int64)])
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, room, costs)
    flow.set_node_supply(source, units)
    flow.set_node_supply(sink, -units)
    assert flow.solve() == flow.OPTIMAL
    return -flow.optimal_cost()


@pytest.mark.parametrize("seed", range(12))
def test_the_optimum_is_found_and_proven(seed: int) -> None:
    dice = np.random.default_rng(seed)
    units, orders, edges = [(5, 3, 2), (60, 12, 4), (400, 30, 8), (3000, 80, 10)][seed % 4]
    rows = np.repeat(np.arange(units), edges)
    cols = dice.integers(0, orders, units * edges)
    coarse = 50 if seed % 3 == 0 else 1
    values = dice.integers(1, 1000, units * edges) // coarse * coarse
    capacity = dice.integers(0, 2 * units // orders + 2, orders)
    found = solve(rows, cols, values, capacity, sizes=np.ones(units, int))
    best = best_by_flow(rows, cols, values, capacity, units)
    assert (found.value, found.bound) == (best, best)
    placed = found.assignment[found.assignment >= 0]
    assert (np.bincount(placed, minlength=orders) <= capacity).all()


@pytest.mark.shared_data
@pytest.mark.skipif(not PUBLISHED.exists(), reason="the shared data folder is not here")
def test_the_published_instance_reaches_its_published_optimum() -> None:
    numbers = [int(word) for word in PUBLISHED.read_text().split()]
    size, costs = numbers[0], np.array(numbers[1:]).reshape(numbers[0], numbers[0])
    worth = 100 * (costs.max() + 1)
    rows, cols = np.divmod(np.arange(size * size), size)
    assert worth * size - solve(rows, cols, (worth - costs).ravel(), np.ones(size, int)).value == 305


def test_nothing_to_assign_is_worth_nothing() -> None:
    found = solve([], [], [], [])
    assert (found.value, found.bound, found.gap) == (0, 0, 0.0)


def test_worthless_pairs_and_full_orders_stay_out() -> None:
    found = solve([0, 1, 2], [0, 0, 1], [-5, 0, 7], [3, 0])
    assert found.assignment.tolist() == [-1, -1, -1]
    assert found.bound == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0], [0, 1], [1], [1]), "equally long"),
        (([0], [3], [1], [1]), "column"),
        (([-1], [0], [1], [1]), "row"),
        (([0], [0], [1], [-1]), "capacities"),
        (([0], [0], [1.5], [1]), "whole"),
        (([0], [0], [1 << 60], [1]), "large"),
    ],
)
def test_impossible_problems_are_refused(arguments: tuple, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        solve(*arguments)
