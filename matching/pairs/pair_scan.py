"""The compiled scan of all pairs of some kinds of orders and some blocks of workers, into the heaps of both
sides.

Orders with the same title and text share the two factors that take most looking up. What these are worth to
every worker of a block, plus the most that the other factors can add, shows which pairs could still enter a
heap; only those are scored. An order that shares them with few others looks at the occupation of its feasible
workers first instead. Nothing is lost by it: the test is against the heap's smallest score as it stands.
"""

from typing import NamedTuple

import numpy as np

from matching.compiled import Array, Int, compiled, lanes_reaching
from matching.pairs.cells import Kinds
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
# Gains are cut off here where 16 or 32 bits hold them: two of them still add up within the type.
FARTHEST_SHORT, FARTHEST = 16_000, (1 << 30) - 1


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


class Room(NamedTuple):
    """Room to work in, for one block of workers: what title and text are worth to them, by how much that
    exceeds what they need to gain (both int16, or int32 where gains are large), and who passes."""

    scratch: Scratch
    shared: Array
    slack: Array
    passing: Array


@compiled
def farthest(lanes: Array) -> Int:
    """Where gains are cut off, far from all real ones."""
    return np.int64(FARTHEST_SHORT if lanes.itemsize == 2 else FARTHEST)


@compiled
def within(gain: Int, bound: Int) -> Int:
    """A gain as int32, cut off at a bound."""
    return np.int32(max(-bound, min(bound, np.int64(gain))))


@compiled
def look_up(orders: OrderArrays, order: Int, texts: Array, codes: Array, steps: Int, shared: Array) -> Int:
    """What an order's title and text are worth to every worker of a block, in price steps; returns the
    most."""
    occupation = orders.occupation[orders.occupation_row[order]]
    workers, most = min(len(codes), len(shared)), np.int32(0)
    wishes, experience = codes[:, FIRST_WISH:], codes[:, EXPERIENCE_CODE]
    first_wish, second_wish = wishes[:, 0], wishes[:, min(1, wishes.shape[1] - 1)]
    for worker in range(workers):
        best = np.int32(max(occupation[first_wish[worker]], occupation[second_wish[worker]]))
        for wish in range(2, wishes.shape[1]):
            best = max(best, np.int32(occupation[wishes[worker, wish]]))
        points = (best + texts[experience[worker]]) * np.int32(steps)
        most = max(most, np.int32(points))
        shared[worker] = points
    return most


@compiled
def exceed(shared: Array, lows: Array, workers: Int, slack: Array) -> Int:
    """By how much ``shared`` exceeds what each of a block's workers must gain; returns the most."""
    bound = farthest(shared)
    most = -bound
    for worker in range(workers):
        more = max(-bound, min(bound, np.int64(shared[worker]) - np.int64(lows[worker])))
        slack[worker] = more
        most = max(most, more)
    return most


@compiled
def least_score(heaps: Heaps, order: Int, rising: Int) -> Int:
    """The score that a worker needs to be kept for an order; out of reach where no heap is kept.

    Where workers are met in ``rising`` sequence (1, else 0) one with the score of the last stays out.
    """
    if not heaps.of_order.shape[1]:
        return np.int64(FARTHEST)
    low = score_of(heaps.of_order[order, 0])
    return np.int64(LOWEST) if low == LOWEST else np.int64(low + rising)


@compiled
def promising(room: Room, both: tuple[bool, bool], over: Int, gain: Int, out: Array) -> None:
    """Set the bits of a block's workers who can still enter the heap of an order (``over``: what they need at
    most lack) or let it enter theirs (``gain``); ``both`` says which side keeps heaps."""
    for word in range(len(out)):
        if not both[1]:
            out[word] = lanes_reaching(room.shared, 64 * word, over)  # type: ignore[call-arg]
            continue
        out[word] = lanes_reaching(room.slack, 64 * word, gain)  # type: ignore[call-arg]
        if both[0]:
            out[word] |= lanes_reaching(room.shared, 64 * word, over)


@compiled
def narrowed(
    orders: OrderArrays,
    order: Int,
    most: Int,
    least: Int,
    codes: Array,
    charge: Charge,
    heaps: Heaps,
    candidates: Array,
) -> Int:
    """Keep in front of ``candidates`` those who could enter a heap by occupation and ``most`` points besides;
    returns how many. Of the order's heap that takes ``least`` points.

    The workers' heaps begin with the block, as ``codes`` do.
    """
    occupation = orders.occupation[orders.occupation_row[order]]
    over, price = least - most, charge.prices[order]
    both, kept = heaps.of_worker.shape[1] > 0, 0
    for at in range(len(candidates)):
        worker = candidates[at]
        best = occupation[codes[worker, FIRST_WISH]]
        for wish in range(FIRST_WISH + 1, codes.shape[1]):
            best = max(best, occupation[codes[worker, wish]])
        candidates[kept] = worker
        enters = best >= over
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
def any_trained(trained: Array, first: Int, workers: Int) -> bool:
    """Whether a block holds somebody who was trained for an order."""
    at = np.searchsorted(trained, first)
    return bool(at < len(trained) and trained[at] < first + workers)


@compiled
def keep_workers(heap: Array, positions: Array, first: Int, candidates: Array, scores: Array) -> None:
    """Offer a block's workers to the heap of their order."""
    low = score_of(heap[0])
    for at in range(len(candidates)):
        if scores[at] >= low:
            place = first + np.int64(candidates[at])
            position = np.int64(positions[place]) if len(positions) else place
            low = push(heap, (np.int64(scores[at]) << 32) - position)


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
def scan_cells(
    workers: WorkerArrays,
    orders: OrderArrays,
    charge: Charge,
    kinds: Kinds,
    cells: Array,
    end: Int,
    heaps: Heaps,
    room: Room,
) -> None:
    """Take every feasible pair of some cells that could matter into both sides' heaps, cell after cell.

    Blocks are as large as the ``room``, but end with the word ``end``.
    """
    for at in range(len(cells)):
        kind, word = cells[at, 0], cells[at, 1]
        size = min(len(room.passing), end - word)
        scratch = Scratch(room.scratch.words[:size], room.scratch.candidates, room.scratch.scores)
        block = Room(scratch, room.shared[: 64 * size], room.slack[: 64 * size], room.passing[:size])
        sequence = kinds.sequence[kinds.starts[kind] : kinds.starts[kind + 1]]
        asking = kinds.texts[kinds.rows[kind]], sequence
        first = 64 * word
        own = Heaps(heaps.of_order, heaps.of_worker[first:], heaps.lows[first:])
        if len(sequence) < SHARED_FROM:
            scan_few(workers, orders, charge, asking, word, own, block.scratch)
        else:
            scan_alike(workers, orders, charge, asking, word, own, block)


@compiled
def scan_few(
    workers: WorkerArrays,
    orders: OrderArrays,
    charge: Charge,
    asking: tuple[Array, Array],
    word: Int,
    heaps: Heaps,
    scratch: Scratch,
) -> None:
    """A cell of few orders: each looks at the occupation of its feasible workers first."""
    (row, sequence), codes = asking, workers.codes[64 * word :]
    highest, rising = row.max(), np.int64(len(workers.positions) == 0)
    for order in sequence:
        feasible(workers, orders, order, word, scratch.words)
        candidates = scratch.candidates[: listed(scratch.words, scratch.candidates)]
        most, least = most_besides(orders, order) + highest, least_score(heaps, order, rising)
        kept = narrowed(orders, order, most, least, codes, charge, heaps, candidates)
        keep(workers, orders, charge, (row, order), word, heaps, scratch, kept)


@compiled
def scan_alike(
    workers: WorkerArrays,
    orders: OrderArrays,
    charge: Charge,
    asking: tuple[Array, Array],
    word: Int,
    heaps: Heaps,
    room: Room,
) -> None:
    """A cell of alike orders: what their title and text are worth is looked up once, and who could enter no
    heap even with the most that the other factors add is dropped unscored; often that is everybody."""
    (row, sequence), scratch, first = asking, room.scratch, 64 * word
    codes, sides = workers.codes[first:], (heaps.of_order.shape[1] > 0, heaps.of_worker.shape[1] > 0)
    people, bound = min(len(room.shared), len(codes)), farthest(room.shared)
    rising = np.int64(len(workers.positions) == 0)
    top = np.int64(look_up(orders, sequence[0], row, codes, charge.steps, room.shared))
    widest = exceed(room.shared, heaps.lows, people, room.slack) if sides[1] else -bound
    for order in sequence:
        most, least = np.int64(orders.rest[order]) * charge.steps, least_score(heaps, order, rising)
        over = within(most - least * charge.steps, bound) if least != LOWEST else np.int32(bound)
        gain = within(most - charge.prices[order], bound)
        trained = trained_for(orders, order)
        is_open = (sides[0] and top + over >= 0) or (sides[1] and widest + gain >= 0)
        if is_open or any_trained(trained, first, people):
            feasible(workers, orders, order, word, scratch.words)
            promising(room, sides, over, gain, room.passing)
            let_trained_pass(trained, first, room.passing)
            scratch.words[:] &= room.passing
            found = listed(scratch.words, scratch.candidates)
            keep(workers, orders, charge, (row, order), word, heaps, scratch, found)


@compiled
def keep(
    workers: WorkerArrays,
    orders: OrderArrays,
    charge: Charge,
    asking: tuple[Array, Int],
    word: Int,
    heaps: Heaps,
    scratch: Scratch,
    found: Int,
) -> None:
    """Score the candidates found for an order and offer the pairs to both sides' heaps."""
    (row, order), candidates, scores = asking, scratch.candidates[:found], scratch.scores[:found]
    score(workers, orders, order, row, word, candidates, scores)
    if heaps.of_order.shape[1]:
        keep_workers(heaps.of_order[order], workers.positions, 64 * word, candidates, scores)
    if heaps.of_worker.shape[1]:
        keep_order(heaps.of_worker, heaps.lows, order, candidates, scores, charge)


@compiled
def room_for(size: Int, lanes: Array) -> Room:
    """Room for ``size`` words of workers; ``lanes`` is any array of the type that holds gains."""
    shared, slack = np.zeros(64 * size, lanes.dtype), np.zeros(64 * size, lanes.dtype)
    return Room(scratch_of(size), shared, slack, np.empty(size, np.uint64))


@compiled
def count_feasible(workers: WorkerArrays, orders: OrderArrays, words: Array) -> Int:
    """How many pairs keep all rules; ``words`` is room for one bit per worker."""
    count = np.int64(0)
    for order in range(len(orders.rest)):
        feasible(workers, orders, order, 0, words)
        count += ones(words)
    return count
