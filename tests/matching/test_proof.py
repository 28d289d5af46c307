"""Whole-point proofs of single workers' optimum, against HiGHS and from starts that are far from it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Policy, assign, solve
from matching.assign import auction, bidding
from matching.assign.bidding import bid, market
from matching.assign.proof import prove
from tests.matching.worlds import random_world
from tests.whole import share


def best_by_highs(
    rows: np.ndarray, cols: np.ndarray, values: np.ndarray, capacity: np.ndarray, units: int
) -> int:
    """The optimum by HiGHS: the problem is a transport, so its linear relaxation has a whole solution."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    pairs = np.arange(len(rows))
    takes = csr_array(
        (np.ones(2 * len(rows)), (np.concatenate([rows, units + cols]), np.concatenate([pairs, pairs]))),
        shape=(units + len(capacity), len(rows)),
    )
    limits = np.concatenate([np.ones(units), capacity])
    return round(-linprog(-values, takes, limits, bounds=(0, 1), method="highs").fun)


def problem(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, int]:
    """Sparse values in a few steps, so that ties, rings and free places abound."""
    dice = np.random.default_rng(seed)
    units, orders = int(dice.integers(1, 60)), int(dice.integers(1, 15))
    pairs = np.unique(dice.integers(0, units * orders, int(dice.integers(1, 5)) * units))
    rows, cols = np.divmod(pairs, orders)
    values = dice.integers(1, dice.choice([4, 40, 1000]), len(pairs))
    return rows, cols, values, dice.integers(0, 8, orders), units


def start(seed: int, edges: bidding.Edges, capacity: np.ndarray) -> np.ndarray:
    """Nobody anywhere, or everybody at random where a place is left."""
    dice, left = np.random.default_rng(seed), capacity.copy()
    held = np.full(len(edges.starts) - 1, -1)
    if seed % 3 == 0:
        return held
    for edge in dice.permutation(len(edges.orders)).tolist():
        worker, order = edges.workers[edge], edges.orders[edge]
        if held[worker] < 0 and left[order] > 0:
            held[worker], left[order] = edge, left[order] - 1
    return held


@given(st.integers(0, 1 << 30))
@settings(max_examples=share(50, 150), deadline=None, derandomize=True)
def test_chains_reach_and_prove_the_optimum_from_any_start(seed: int) -> None:
    rows, cols, values, capacity, units = problem(seed)
    edges = market(rows, cols, values, units, len(capacity))
    held = start(seed, edges, capacity)
    proof = prove(edges, capacity, held, 1)
    placed = proof.edge[proof.edge >= 0]
    assert (edges.workers[placed] == np.flatnonzero(proof.edge >= 0)).all()
    assert (np.bincount(edges.orders[placed], minlength=len(capacity)) <= capacity).all()
    value = int(edges.values[placed].sum())
    assert value - int(edges.values[held[held >= 0]].sum()) == proof.gained
    assert value == best_by_highs(rows, cols, values, capacity, units)
    assert auction.bound(proof.prices, capacity, edges.starts, edges.orders, edges.values) == value


@pytest.mark.parametrize("seed", range(4))
def test_the_bare_solver_proves_what_coarse_bids_leave_open(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with more than 20,000 placements, where bids are not fine enough to prove anything themselves."""
    monkeypatch.setattr(bidding, "PROVEN_UP_TO", 0)
    monkeypatch.setattr(bidding, "STEPS", 1)
    dice = np.random.default_rng(seed)
    pairs = np.unique(np.repeat(np.arange(900), 5) * 40 + dice.integers(0, 40, 4500))
    rows, cols = np.divmod(pairs, 40)
    values, capacity = dice.integers(1, 60, len(rows)), dice.integers(0, 30, 40)
    edges = market(rows, cols, values, 900, 40)
    by_bids = bid(edges, capacity, [4])
    best = best_by_highs(rows, cols, values, capacity, 900)
    assert values[by_bids.edge[by_bids.edge >= 0]].sum() < best
    found = solve(rows, cols, values, capacity, np.ones(900, int))
    assert (found.value, found.bound, found.status) == (best, best, "optimal")
    assert (found.prices == found.prices.astype(int)).all()


@pytest.mark.parametrize("knobs", [{}, {"placements_first": True}, {"reserved": {"O00003": 2, "O00007": 1}}])
def test_a_large_province_of_single_workers_is_proven(knobs: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    """With bids as coarse as a million workers get; the pricing pass goes over all pairs."""
    workers, orders = random_world(11, 300, 30)
    exact = assign(workers, orders, Policy(**knobs))
    monkeypatch.setattr(bidding, "PROVEN_UP_TO", 0)
    coarse = assign(workers, orders, Policy(**knobs))
    assert (coarse.value, coarse.bound, coarse.status) == (exact.value, exact.value, "optimal")


def test_what_groups_leave_open_is_stated_in_whole_points() -> None:
    workers, orders = random_world(12, 250, 12)
    grouped = [replace(w, group_id=f"G{n // 3}" if n < 150 else "") for n, w in enumerate(workers)]
    result = assign(grouped, orders)
    assert result.value <= result.bound
    assert (result.status == "optimal") == (result.value == result.bound)
