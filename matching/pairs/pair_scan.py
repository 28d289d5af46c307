"""The compiled scan of all pairs of some orders and a block of workers, into the heaps of both sides.

Orders with the same title and text stand one after another and share the two factors that take most looking
up. What these are worth to every worker of a block, plus the most that the other factors can add, shows which
pairs could still enter a heap; only those are scored. An order that shares them with few others looks at the
occupation of its feasible workers first instead. Nothing is lost by it: the test is against the heap's
smallest score as it stands.
"""

from typing import NamedTuple

import numpy as np

from matching.compiled import Array, Int, compiled, lanes_reaching
from matching.pairs.kernel import (
    EXPERIENCE_CODE,
    FIRST_WISH,
    LOWEST,
    ONE,
    OrderArrays,
    Scratch,
    WorkerArrays,
    feasible,
    listed,
    most_besides,
    ones,
    push,
    score,
    score_of,
    scratch_of,
    trained_for,
)

# Orders of one title and text from which it pays to look their workers up beforehand.
SHARED_FROM = 4
FARTHEST = 1 << 30


class Heaps(NamedTuple):
    """Best keys (orders, top) and (workers, top), either of width 0, and what a worker's next must gain at
    least.

    ``lows`` is int32 and has room for whole words of workers.
    """

    of_order: Array
    of_worker: Array
    lows: Array


class Charge(NamedTuple):
    """A pair gains ``score * steps - prices[order]`` for its worker."""

    steps: int
    prices: Array


@compiled
def look_up(orders: OrderArrays, order: Int, texts: Array, codes: Array, steps: Int, shared: Array) -> None:
    """What an order's title and text are worth to every worker of a block, in price steps."""
    occupation = orders.occupation[orders.occupation_row[order]]
    workers = min(len(codes), len(shared))
    wishes, experience = codes[:, FIRST_WISH:], codes[:, EXPERIENCE_CODE]
    first_wish, second_wish = wishes[:, 0], wishes[:, min(1, wishes.shape[1] - 1)]
    for worker in range(workers):
        best = np.int32(max(occupation[first_wish[worker]], occupation[second_wish[worker]]))
        for wish in range(2, wishes.shape[1]):
            best = max(best, np.int32(occupation[wishes[worker, wish]]))
        shared[worker] = (best + texts[experience[worker]]) * np.int32(steps)


@compiled
def within(gain: Int) -> Int:
    """A gain as int32, cut off far from all real ones."""
    return np.int32(max(-FARTHEST, min(FARTHEST, gain)))


@compiled
def lowest_of(heaps: Heaps, order: Int) -> Int:
    """The score that a worker must exceed to be kept for an order; out of reach where no heap is kept."""
    return score_of(heaps.of_order[order, 0]) if heaps.of_order.shape[1] else np.int64(FARTHEST)


@compiled
def promising(shared: Array, rest: Int, charge: Charge, order: Int, heaps: Heaps, out: Array) -> None:
    """Set the bits of a block's workers who could still enter a heap with this order, or let it enter
    theirs."""
    most, lowest = np.int64(rest) * charge.steps, lowest_of(heaps, order)
    over = within(most - (lowest + 1) * charge.steps) if lowest != LOWEST else np.int32(FARTHEST)
    if not heaps.of_worker.shape[1]:
        for word in range(len(out)):
            out[word] = lanes_reaching(shared, None, 64 * word, over)  # type: ignore[call-arg]
        return
    gain, lows = within(most - charge.prices[order]), heaps.lows
    for word in range(len(out)):
        out[word] = lanes_reaching(shared, lows, 64 * word, gain)  # type: ignore[call-arg]
        if heaps.of_order.shape[1]:
            out[word] |= lanes_reaching(shared, None, 64 * word, over)


@compiled
def narrowed(
    orders: OrderArrays, order: Int, most: Int, codes: Array, charge: Charge, heaps: Heaps, candidates: Array
) -> Int:
    """Keep in front of ``candidates`` those who could enter a heap by occupation and ``most`` points besides;
    returns how many.

    The workers' heaps begin with the block, as ``codes`` do.
    """
    occupation = orders.occupation[orders.occupation_row[order]]
    over, price = lowest_of(heaps, order) - most, charge.prices[order]
    both, kept = heaps.of_worker.shape[1] > 0, 0
    for at in range(len(candidates)):
        worker = candidates[at]
        best = occupation[codes[worker, FIRST_WISH]]
        for wish in range(FIRST_WISH + 1, codes.shape[1]):
            best = max(best, occupation[codes[worker, wish]])
        candidates[kept] = worker
        enters = best > over
        if both:
            enters |= (np.int64(best) + most) * charge.steps - price >= heaps.lows[worker]
        kept += enters
    return kept


@compiled
def let_trained_pass(trained: Array, first: Int, passing: Array) -> None:
    """Set the bits of a block's workers who were trained for an order: ``rest`` leaves that out."""
    for at in range(np.searchsorted(trained, first), len(trained)):
        place = trained[at] - first
        if place >= 64 * len(passing):
            break
        passing[place >> 6] |= ONE << np.uint64(place & 63)


@compiled
def drop_hopeless(
    orders: OrderArrays,
    order: Int,
    first: Int,
    shared: Array,
    charge: Charge,
    heaps: Heaps,
    words: tuple[Array, Array],
) -> None:
    """Clear the bits, in the second of ``words``, of who can enter no heap; the first is room to work in."""
    passing, kept = words
    promising(shared, orders.rest[order], charge, order, heaps, passing)
    let_trained_pass(trained_for(orders, order), first, passing)
    kept[:] &= passing


@compiled
def keep_workers(heap: Array, first: Int, candidates: Array, scores: Array) -> None:
    """Offer a block's workers to the heap of their order; they come in rising order, so equals stay out."""
    low = score_of(heap[0])
    for at in range(len(candidates)):
        if scores[at] > low:
            low = push(heap, (np.int64(scores[at]) << 32) - (first + np.int64(candidates[at])))


@compiled
def keep_order(
    heaps: Array, lows: Array, order: Int, candidates: Array, scores: Array, charge: Charge
) -> None:
    """Offer an order to the heaps of a block's workers."""
    for at in range(len(candidates)):
        worker = candidates[at]
        gain = np.int64(scores[at]) * charge.steps - charge.prices[order]
        if gain >= lows[worker]:
            lows[worker] = max(lows[worker], push(heaps[worker], (gain << 32) - order))


@compiled
def end_of_kind(orders: OrderArrays, sequence: Array, rows: Array, at: int) -> int:
    """Where the stretch of orders with the title and text of the one at ``at`` ends."""
    last = at + 1
    title = orders.occupation_row[sequence[at]]
    while last < len(sequence) and orders.occupation_row[sequence[last]] == title and rows[last] == rows[at]:
        last += 1
    return last


@compiled
def scan_pairs(
    workers: WorkerArrays,
    orders: OrderArrays,
    charge: Charge,
    asking: tuple[tuple[Array, Array], Array],
    words: tuple[int, int],
    block: Int,
    heaps: Heaps,
) -> Int:
    """Take every feasible pair of some orders and some words of workers into both sides' heaps, block by
    block.

    ``asking`` are rows of experience points with the row of each order, and the orders, alike ones together.
    Returns how many feasible pairs there were.
    """
    size = min(block, words[1] - words[0])
    scratch, passing, shared = scratch_of(size), np.empty(size, np.uint64), np.empty(64 * size, np.int32)
    seen = np.int64(0)
    for first in range(words[0], words[1], block):
        size = min(block, words[1] - first)
        room = Scratch(scratch.words[:size], scratch.candidates, scratch.scores)
        seen += scan_block(
            workers, orders, charge, asking, first, heaps, (room, passing[:size], shared[: 64 * size])
        )
    return seen


@compiled
def scan_block(
    workers: WorkerArrays,
    orders: OrderArrays,
    charge: Charge,
    asking: tuple[tuple[Array, Array], Array],
    word: Int,
    heaps: Heaps,
    room: tuple[Scratch, Array, Array],
) -> Int:
    """:func:`scan_pairs` of the block that begins with a word and is as large as the ``room``."""
    (texts, sequence), (scratch, passing, shared), first = asking, room, 64 * word
    block_heaps = Heaps(heaps.of_order, heaps.of_worker[first:], heaps.lows[first:])
    codes, at, seen = workers.codes[first:], 0, np.int64(0)
    while at < len(sequence):
        last = end_of_kind(orders, sequence, texts[1], at)
        row, looked_up = texts[0][texts[1][at]], last - at >= SHARED_FROM
        highest = row.max()
        if looked_up:
            look_up(orders, sequence[at], row, codes, charge.steps, shared)
        for order in sequence[at:last]:
            feasible(workers, orders, order, word, scratch.words)
            seen += ones(scratch.words)
            if looked_up:
                drop_hopeless(orders, order, first, shared, charge, block_heaps, (passing, scratch.words))
            candidates = scratch.candidates[: listed(scratch.words, scratch.candidates)]
            if not looked_up:
                most = most_besides(orders, order) + highest
                kept = narrowed(orders, order, most, codes, charge, block_heaps, candidates)
                candidates = candidates[:kept]
            score(workers, orders, order, row, word, candidates, scratch.scores[: len(candidates)])
            keep(block_heaps, order, first, candidates, scratch.scores, charge)
        at = last
    return seen


@compiled
def keep(heaps: Heaps, order: Int, first: Int, candidates: Array, scores: Array, charge: Charge) -> None:
    """Offer scored pairs to both sides' heaps."""
    if heaps.of_order.shape[1]:
        keep_workers(heaps.of_order[order], first, candidates, scores)
    if heaps.of_worker.shape[1]:
        keep_order(heaps.of_worker, heaps.lows, order, candidates, scores, charge)
