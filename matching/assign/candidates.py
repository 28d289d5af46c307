"""The candidate pairs of workers who go alone: those that were among a worker's best at some prices."""

import numpy as np

from matching.compiled import Array, Int, compiled
from matching.pairs.kernel import EMPTY, LOWEST, push, score_of
from matching.pairs.pair_scan import Charge

LOW_BITS = 0xFFFFFFFF


class Candidates:
    """Pairs by worker: ``starts`` (int64, workers + 1), and of every pair ``orders`` and ``points`` (int32).

    The orders of a worker rise.
    """

    def __init__(self, workers: int) -> None:
        self.starts = np.zeros(workers + 1, np.int64)
        self.orders, self.points = np.empty(0, np.int32), np.empty(0, np.int32)

    def __len__(self) -> int:
        return len(self.orders)

    @property
    def workers(self) -> np.ndarray:
        """The worker of every pair, int32, rising."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))

    def lows(self, charge: Charge, most: int) -> np.ndarray:
        """The ``most``-th best gain of every worker, int32; what no new pair needs to stay below."""
        out = np.full(len(self.starts) - 1, LOWEST, np.int32)
        lowest_of(self.starts, self.orders, self.points, charge, np.empty(most, np.int64), out)
        return out

    def add(self, keys: np.ndarray, charge: Charge, extra: np.ndarray) -> np.ndarray:
        """Take in every worker's best pairs that are worth more than nothing; returns the best gains.

        ``keys`` are int64 of shape (workers, most), high to low: gains at the prices of ``charge``, to which
        ``extra`` (int64 per worker) is added.
        """
        gains, sizes = np.zeros(len(keys), np.int64), np.zeros(len(keys) + 1, np.int64)
        count_with(self.starts, self.orders, keys, extra, gains, sizes[1:])
        starts = np.cumsum(sizes)
        orders, points = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.int32)
        fill_with((self.starts, self.orders, self.points), keys, charge, extra, (starts, orders, points))
        self.starts, self.orders, self.points = starts, orders, points
        return gains


@compiled
def order_of(key: Int) -> Int:
    """The order in a key."""
    return -key & LOW_BITS


@compiled
def lowest_of(starts: Array, orders: Array, points: Array, charge: Charge, heap: Array, out: Array) -> None:
    """The smallest of every worker's best gains, as many as ``heap`` has room for; unchanged with fewer."""
    for worker in range(len(out)):
        if starts[worker + 1] - starts[worker] >= len(heap):
            heap[:] = EMPTY
            for pair in range(starts[worker], starts[worker + 1]):
                gain = np.int64(points[pair]) * charge.steps - charge.prices[orders[pair]]
                push(heap, gain << 32)
            out[worker] = score_of(heap[0])


@compiled
def is_among(orders: Array, order: Int) -> bool:
    """Whether an order stands in a short list."""
    for other in orders:  # noqa: SIM110 - this is compiled
        if other == order:
            return True
    return False


@compiled
def count_with(starts: Array, orders: Array, keys: Array, extra: Array, gains: Array, sizes: Array) -> None:
    """Every worker's best gain, and how many candidates there are with the new ones."""
    for worker in range(len(gains)):
        known = orders[starts[worker] : starts[worker + 1]]
        sizes[worker] = len(known)
        gains[worker] = max(np.int64(0), score_of(keys[worker, 0]) + extra[worker])
        for key in keys[worker]:
            if key == EMPTY or score_of(key) + extra[worker] <= 0:
                break
            sizes[worker] += not is_among(known, order_of(key))


@compiled
def insert(orders: Array, points: Array, count: Int, order: Int, value: Int) -> None:
    """Put a pair in its place behind ``count`` others whose orders rise."""
    at = count
    while at > 0 and orders[at - 1] > order:
        orders[at], points[at] = orders[at - 1], points[at - 1]
        at -= 1
    orders[at], points[at] = order, value


@compiled
def fill_with(
    old: tuple[Array, Array, Array],
    keys: Array,
    charge: Charge,
    extra: Array,
    new: tuple[Array, Array, Array],
) -> None:
    """Write old and new pairs of every worker."""
    for worker in range(len(keys)):
        first, last = old[0][worker], old[0][worker + 1]
        known, count = old[1][first:last], last - first
        orders, points = new[1][new[0][worker] :], new[2][new[0][worker] :]
        orders[:count], points[:count] = known, old[2][first:last]
        for key in keys[worker]:
            if key == EMPTY or score_of(key) + extra[worker] <= 0:
                break
            order = order_of(key)
            if not is_among(known, order):
                insert(orders, points, count, order, (score_of(key) + charge.prices[order]) // charge.steps)
                count += 1
