"""From candidate pairs to places: sorts the edges, chooses the bidding steps and runs the auction."""

from collections.abc import Sequence

import numpy as np

from matching.assign import auction
from matching.assign.place_counts import NOWHERE, Edges, State

# Whole-number prices with this many steps per unit of value. Problems with fewer placements than PROVEN_UP_TO
# get steps so fine that the result is the proven optimum.
STEPS = 256
PROVEN_UP_TO = 20_000
LARGEST = 1 << 52
FIRST_STEPS, SHRINK = 8, 6


def market(rows: np.ndarray, columns: np.ndarray, values: np.ndarray, units: int, orders: int) -> Edges:
    """Edges sorted by row and by column, in 32 bits but for ``values``, which are int64 price steps."""
    rows, columns = rows.astype(np.int32, copy=False), columns.astype(np.int32, copy=False)
    if not auction.in_order(rows, columns):
        by_row = np.lexsort((columns, rows))
        rows, columns, values = rows[by_row], columns[by_row], values[by_row]
    starts, order_starts = _starts(rows, units), _starts(columns, orders)
    at = auction.by_order(columns, order_starts)
    return Edges(starts, columns, values, rows, order_starts, at, rows[at], values[at])


def _starts(numbers: np.ndarray, most: int) -> np.ndarray:
    """Where the stretch of each number begins once they are sorted, int64 of shape (most + 1,)."""
    return np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=most))]).astype(np.int64)


def opening(edges: Edges, capacity: np.ndarray, prices: np.ndarray | None = None) -> State:
    """A state before any placement; an order needs no more slots than it has candidates."""
    orders, units = len(capacity), len(edges.starts) - 1
    slots = np.minimum(capacity, np.diff(edges.order_starts))
    starts = np.concatenate([[0], np.cumsum(slots)])
    price = np.zeros(orders, np.int64) if prices is None else prices.copy()
    nowhere = np.full(units, NOWHERE, np.int64)
    empty = np.zeros(orders, np.int64)
    return State(
        price,
        nowhere,
        capacity,
        empty,
        starts,
        np.empty(starts[-1], np.int64),
        np.empty(starts[-1], np.int64),
    )


def steps_down(largest: int, last: int = 1) -> list[int]:
    """The sizes of bidding steps from coarse to ``last``."""
    steps = [last]
    while steps[-1] * SHRINK < largest // FIRST_STEPS:
        steps.append(steps[-1] * SHRINK)
    return steps[::-1]


def price_scale(largest: int, placements: int, most: int = LARGEST) -> int:
    """Price steps per unit of value: fine enough to prove the optimum where prices stay below ``most``."""
    exact = 2 * placements + 3
    if placements <= PROVEN_UP_TO and largest * exact < most:
        return exact
    return max(1, min(STEPS, most // max(largest, 1)))


def bid(
    edges: Edges,
    capacity: np.ndarray,
    steps: Sequence[int],
    prices: np.ndarray | None = None,
    placed: np.ndarray | None = None,
) -> State:
    """Run the auction phase after phase; every phase starts from the last one's prices and places.

    ``prices`` and ``placed`` (an edge or -1 per unit) are where to start: free and empty by default.
    """
    state = opening(edges, capacity, prices)
    if placed is not None:
        state.edge[:] = placed
    for step in steps:
        auction.run(state, edges, state.edge.copy(), step)
    return state


def edges_between(edges: Edges, orders: np.ndarray) -> np.ndarray:
    """The edge of every unit to the order given for it; -1 for no order, or where there is no such edge."""
    width = max(int(edges.orders.max(initial=0)), int(orders.max(initial=0))) + 1
    known = edges.workers.astype(np.int64) * width + edges.orders
    asked = np.arange(len(orders)) * width + orders
    at = np.minimum(np.searchsorted(known, asked), max(len(known) - 1, 0))
    is_known = (orders != NOWHERE) & (known[at] == asked) if len(known) else np.zeros(len(orders), bool)
    return np.where(is_known, at, NOWHERE)
