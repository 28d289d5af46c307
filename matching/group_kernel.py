"""The compiled pass over groups: which orders take all members of a group, and what the group is worth there."""

import numpy as np

from matching.compiled import compiled
from matching.kernel import (
    LOWEST,
    Array,
    OrderArrays,
    WorkerArrays,
    feasible,
    listed,
    push,
    score,
    score_of,
    scratch_of,
)


@compiled
def scan_groups(
    workers: WorkerArrays,
    orders: OrderArrays,
    steps: int,
    prices: Array,
    texts: tuple[Array, Array],
    sequence: Array,
    span: tuple[int, int],
    groups: tuple[Array, Array, Array],
    city_of: Array,
    capacity: Array,
    heaps: Array,
    city_heaps: Array,
) -> None:
    """Score some orders for the groups of a span, whose members stand one after another.

    ``groups`` are the first member of every group, the group of every member, and whether its rule is "one
    city". Groups of one order go to ``heaps``, those of one city member by member to ``city_heaps``.
    """
    starts, group_of, one_city = groups
    word, end = starts[span[0]] // 64, starts[span[1]]
    scratch = scratch_of((end + 63) // 64 - word)
    for number, order in enumerate(sequence):
        feasible(workers, orders, order, word, scratch.words)
        count = listed(scratch.words, scratch.found)
        found, scores = scratch.found[:count], scratch.scores[:count]
        score(workers, orders, order, texts[0][texts[1][number]], word, found, scores)
        found += np.uint32(64 * word)
        at, count = np.searchsorted(found, starts[span[0]]), np.searchsorted(found, end)
        while at < count:
            worker = np.int64(found[at])
            group = group_of[worker]
            members = starts[group + 1] - starts[group]
            last = at + members - 1
            if one_city[group]:
                gain = np.int64(scores[at]) * steps - prices[order]
                push(city_heaps[worker, city_of[order]], (gain << 32) - order)
            elif worker == starts[group] and last < count and found[last] == worker + members - 1:
                total = scores[at : last + 1].sum()
                if members <= capacity[order]:
                    push(heaps[group], ((total * steps - members * prices[order]) << 32) - order)
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
