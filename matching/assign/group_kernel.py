"""The compiled pass over groups: which orders take all members of a group, and what the group is worth
there."""

import numpy as np

from matching.compiled import Array, Int, compiled
from matching.pairs.kernel import (
    LOWEST,
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
    steps: Int,
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
    starts = groups[0]
    word, end = starts[span[0]] // 64, starts[span[1]]
    scratch = scratch_of((end + 63) // 64 - word)
    for number, order in enumerate(sequence):
        feasible(workers, orders, order, word, scratch.words)
        count = listed(scratch.words, scratch.candidates)
        candidates, scores = scratch.candidates[:count], scratch.scores[:count]
        score(workers, orders, order, texts[0][texts[1][number]], word, candidates, scores)
        candidates += np.uint32(64 * word)
        in_span = slice(np.searchsorted(candidates, starts[span[0]]), np.searchsorted(candidates, end))
        about = order, steps, prices[order], capacity[order]
        offer(about, groups, candidates[in_span], scores[in_span], heaps, city_heaps[:, city_of[order]])


@compiled
def offer(
    about: tuple[Int, Int, Int, Int],
    groups: tuple[Array, Array, Array],
    candidates: Array,
    scores: Array,
    heaps: Array,
    city_heaps: Array,
) -> None:
    """Offer an order (its number, price steps in a point, price, places) to the groups of its feasible
    workers."""
    (order, steps, price, places), (starts, group_of, one_city) = about, groups
    at = 0
    while at < len(candidates):
        worker = np.int64(candidates[at])
        group = group_of[worker]
        members = starts[group + 1] - starts[group]
        if one_city[group]:
            push(city_heaps[worker], ((np.int64(scores[at]) * steps - price) << 32) - order)
            at += 1
        elif not all_there(candidates[at:], starts[group], members):
            at += 1
        else:
            if members <= places:
                gain = scores[at : at + members].sum() * steps - members * price
                push(heaps[group], (gain << 32) - order)
            at += members


@compiled
def all_there(candidates: Array, first: Int, members: Int) -> bool:
    """Whether a group's members, from ``first`` on, are the next of rising workers."""
    last = first + members - 1
    return bool(len(candidates) >= members and candidates[0] == first and candidates[members - 1] == last)


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
