"""Groups that exchange places gain what is said, take no place twice, and the result stays below the
bound."""

import numpy as np

from matching import Limits, solve
from matching.assign.swaps import improved


def problem(seed: int, groups: int, orders: int) -> tuple[np.ndarray, ...]:
    dice = np.random.default_rng(seed)
    rows = np.repeat(np.arange(groups), 8)
    cols = np.concatenate([dice.choice(orders, 8, replace=False) for _ in range(groups)])
    sizes = dice.integers(2, 6, groups)
    values = dice.integers(50, 900, len(rows)) * sizes[rows]
    return rows, cols, values, dice.integers(2, int(1.4 * sizes.sum() / orders), orders), sizes


def test_groups_that_only_bid_and_swap_come_within_three_percent_of_their_bound() -> None:
    rows, cols, values, capacity, sizes = problem(3, 400, 60)
    found = solve(rows, cols, values, capacity, sizes, Limits(options=0))
    assert found.status == "bounded"
    placed = np.flatnonzero(found.assignment >= 0)
    used = np.bincount(found.assignment[placed], sizes[placed], len(capacity))
    worth = {(r, c): v for r, c, v in zip(rows.tolist(), cols.tolist(), values.tolist(), strict=True)}
    assert (used <= capacity).all()
    assert found.value == sum(worth[r, found.assignment[r]] for r in placed.tolist())
    assert found.gap < 0.03


def test_swaps_gain_what_they_say_and_take_no_place_twice() -> None:
    rows, cols, values, capacity, sizes = problem(5, 200, 30)
    takes = [{int(c): int(sizes[r])} for r, c in zip(rows, cols, strict=True)]
    nobody = np.full(len(sizes), -1)
    chosen, gain = improved(rows, values, takes, nobody, capacity)
    held = chosen[chosen >= 0]
    assert (rows[held] == np.flatnonzero(chosen >= 0)).all()
    assert (np.bincount(cols[held], sizes[rows[held]], len(capacity)) <= capacity).all()
    assert gain == values[held].sum()
    again, more = improved(
        rows,
        values,
        takes,
        chosen,
        capacity - np.bincount(cols[held], sizes[rows[held]], len(capacity)).astype(np.int64),
    )
    assert more == 0
    assert (again == chosen).all()
