"""The compiled pass over groups: which orders take all members of a group, and what the group is worth there."""

import numpy as np

from matching.compiled import compiled
from matching.kernel import LOWEST, Array, OrderArrays, Scratch, WorkerArrays, push, score_block, score_of


@compiled
def offer_order(heap: Array, gain: int, order: int) -> None:
    """Keep an order among those at which a group, or a member in one city, gains most."""
    if gain > score_of(heap[0]):
        push(heap, (gain << 32) - order)


@compiled
def scan_groups(
    workers: WorkerArrays,
    orders: OrderArrays,
    steps: int,
    prices: Array,
    texts: tuple[Array, Array],
    order_range: tuple[int, int],
    groups: tuple[Array, Array, Array],
    city_of: Array,
    capacity: Array,
    heaps: Array,
    city_heaps: Array,
) -> None:
    """Score a stretch of orders for groups whose members stand one after another.

    ``groups`` are the first member of every group, the group of every member, and whether its rule is "one
    city". Groups of one order go to ``heaps``, those of one city member by member to ``city_heaps``.
    """
    starts, group_of, one_city = groups
    size = workers.bits.shape[1]
    scratch = Scratch(np.empty(size, np.uint64), np.empty(64 * size, np.uint32), np.empty(64 * size, np.int32))
    for order in range(order_range[0], order_range[1]):
        row = texts[0][texts[1][order - order_range[0]]]
        count = score_block(workers, orders, order, row, (0, size), scratch)
        at = 0
        while at < count:
            worker = np.int64(scratch.found[at])
            group = group_of[worker]
            members = starts[group + 1] - starts[group]
            last = at + members - 1
            if one_city[group]:
                gain = np.int64(scratch.scores[at]) * steps - prices[order]
                offer_order(city_heaps[worker, city_of[order]], gain, order)
            elif worker == starts[group] and last < count and scratch.found[last] == worker + members - 1:
                total = scratch.scores[at : last + 1].sum()
                if members <= capacity[order]:
                    offer_order(heaps[group], total * steps - members * prices[order], order)
                at = last
            at += 1


@compiled
def best_cities(starts: Array, heaps: Array, out: Array) -> None:
    """Gain of every group in every city: the sum over members, lowest where a member has no order there."""
    for group in range(len(starts) - 1):
        for city in range(heaps.shape[1]):
            total = np.int64(0)
            for worker in range(starts[group], starts[group + 1]):
                best = score_of(heaps[worker, city].max())
                if best == LOWEST:
                    total = np.int64(LOWEST)
                    break
                total += best
            out[group, city] = total
