"""Who wishes for what, so that one order meets the workers of the likest wishes first and not the others.

A scan lists every feasible worker and looks each up. Here an order walks the wishes from the likest on, and
ends where no wish that is left, with the best text and all else, reaches the last one kept: the rest is never
looked at. Whoever was scored leaves the bits of those still to come, so nobody is met twice and the result is
the scan's to the bit.
"""

from typing import NamedTuple

import numpy as np

from matching.compiled import Array, Int, compiled
from matching.pairs.index import WorkerIndex
from matching.pairs.kernel import (
    COUNTY_CODE,
    EMPTY,
    EXPERIENCE_CODE,
    FIRST_WISH,
    FLOOR_CODE,
    ONE,
    OrderArrays,
    Scratch,
    WorkerArrays,
    feasible,
    listed,
    ones,
    score,
    score_of,
    scratch_of,
    trained_for,
)
from matching.pairs.order_tables import OrderTables
from matching.pairs.pair_scan import keep_workers
from matching.pairs.prepared import order_arrays, text_points, worker_arrays
from matching.pairs.scorecard import LEVELS, Scorecard

# Questions to an index after which its lists are made (they cost about ten scans), the workers from which
# they help, and the orders that still ask one by one.
WORTH_LISTS, WORTH_WORKERS, MOST_ORDERS = 4, 1 << 14, 4
# Workers who may change before the lists are made anew; until then every order looks at each of them.
MOST_MOVED = 4096
# An order with so few feasible workers looks at each. One whose walk met so many for each feasible one looks
# at those who are left.
FEW, PER_FEASIBLE = 2048, 8
# Words of workers who are listed at once, and those found who are scored together (TOGETHER more may come).
WORDS, TOGETHER = 16, 256
LIKENESSES = LEVELS["occupation"]


class Wishers(NamedTuple):
    """The workers of every wish number: ``starts`` (int64), ``positions`` (uint32), rising within a wish, and
    ``cells``, their numbers before the wishes. ``moved`` are the positions changed since."""

    starts: np.ndarray
    positions: np.ndarray
    cells: np.ndarray
    moved: list[int]


def wishers_of(index: WorkerIndex) -> Wishers | None:
    """The lists of an index that was asked often enough to be worth them.

    >>> from matching import Worker
    >>> index = WorkerIndex([Worker(worker_id="1", wishes=("焊工", "保安")), Worker(worker_id="2")])
    >>> made_for(index).positions.tolist()
    [1, 0, 0]
    """
    known: Wishers | None = index.wishers
    if known is None:
        index.asked += 1
    if len(index) < WORTH_WORKERS or (known is None and index.asked < WORTH_LISTS):
        return None
    if known is None or len(known.moved) > MOST_MOVED:
        known = index.wishers = made_for(index)
    return known


def made_for(index: WorkerIndex) -> Wishers:
    """The lists as the index stands."""
    codes = np.asarray(index.codes)
    starts = np.zeros(int(codes[:, FIRST_WISH:].max(initial=0)) + 2, np.int64)
    count_wishers(codes, starts[1:])
    np.cumsum(starts, out=starts)
    positions, cells = np.empty(starts[-1], np.uint32), np.empty((starts[-1], FIRST_WISH), codes.dtype)
    list_wishers(codes, starts[:-1].copy(), positions, cells)
    return Wishers(starts, positions, cells, [])


def best_by_wish(
    index: WorkerIndex,
    tables: OrderTables,
    card: Scorecard,
    top: int,
    lists: Wishers,
    mask: np.ndarray | None = None,
) -> np.ndarray:
    """The best ``top`` keys of every order, not sorted, as :func:`matching.pairs.scanning.scan_all` finds
    them."""
    heaps = np.full((len(tables), top), EMPTY, np.int64)
    orders, workers = order_arrays(tables, card), worker_arrays(index, mask)
    texts, rows = text_points(index, tables, card).of(np.arange(len(tables)))
    moved, words = np.unique(np.array(lists.moved, np.int64)), np.empty(index.rows.words, np.uint64)
    kept = lists.starts, lists.positions, lists.cells
    for order, heap in enumerate(heaps):
        likeness = tables.occupation_levels[tables.occupation_row[order]]
        about = texts[rows[order]], likeness
        keep_best(workers, orders, order, about, kept, moved, (FEW, PER_FEASIBLE), words, heap)
    return heaps


@compiled
def count_wishers(codes: Array, counts: Array) -> None:
    """How many workers have each wish; no wish at all is one, too."""
    for worker in range(len(codes)):
        for slot in range(FIRST_WISH, codes.shape[1]):
            if slot == FIRST_WISH or codes[worker, slot]:
                counts[codes[worker, slot]] += 1


@compiled
def list_wishers(codes: Array, room: Array, positions: Array, cells: Array) -> None:
    """Write every worker into the list of each wish; ``room`` is where the next of a list goes."""
    for worker in range(len(codes)):
        for slot in range(FIRST_WISH, codes.shape[1]):
            if slot == FIRST_WISH or codes[worker, slot]:
                at = room[codes[worker, slot]]
                positions[at] = worker
                for column in range(FIRST_WISH):
                    cells[at, column] = codes[worker, column]
                room[codes[worker, slot]] = at + 1


@compiled
def by_likeness(likeness: Array) -> Array:
    """Wish numbers from the likest to the least like."""
    room, wishes = np.zeros(LIKENESSES + 1, np.int64), np.empty(len(likeness), np.int64)
    for wish in range(len(likeness)):
        room[LIKENESSES - likeness[wish]] += 1
    for place in range(LIKENESSES):
        room[place + 1] += room[place]
    for wish in range(len(likeness)):
        place = LIKENESSES - 1 - likeness[wish]
        wishes[room[place]] = wish
        room[place] += 1
    return wishes


@compiled
def offer(
    workers: WorkerArrays,
    orders: OrderArrays,
    asking: tuple[Array, Int],
    scratch: Scratch,
    found: Int,
    heap: Array,
) -> None:
    """Score the candidates found, rising, and offer them to the order's heap."""
    (text, order), candidates, scores = asking, scratch.candidates[:found], scratch.scores[:found]
    score(workers, orders, order, text, 0, candidates, scores)
    keep_workers(heap, workers.positions, 0, candidates, scores)


@compiled
def offer_these(
    workers: WorkerArrays,
    orders: OrderArrays,
    asking: tuple[Array, Int],
    these: Array,
    words: Array,
    scratch: Scratch,
    heap: Array,
) -> None:
    """Offer workers at some rising positions, those whose bit is set, and take them out of the bits."""
    for first in range(0, len(these), len(scratch.candidates)):
        found = 0
        for position in these[first : first + len(scratch.candidates)]:
            bit = ONE << np.uint64(position & 63)
            if words[position >> 6] & bit:
                words[position >> 6] ^= bit
                scratch.candidates[found] = position
                found += 1
        offer(workers, orders, asking, scratch, found, heap)


@compiled
def offer_rest(
    workers: WorkerArrays,
    orders: OrderArrays,
    asking: tuple[Array, Int],
    words: Array,
    scratch: Scratch,
    heap: Array,
) -> None:
    """Offer everybody whose bit is set and whose occupation leaves a way into the heap."""
    text, order = asking
    occupation = orders.occupation[orders.occupation_row[order]]
    most, codes = np.int64(orders.rest[order]) + text.max(), workers.codes
    for word in range(0, len(words), WORDS):
        found, low, kept = listed(words[word : word + WORDS], scratch.candidates), score_of(heap[0]), 0
        for at in range(found):
            worker = np.int64(scratch.candidates[at]) + 64 * word
            best = occupation[codes[worker, FIRST_WISH]]
            for wish in range(FIRST_WISH + 1, codes.shape[1]):
                best = max(best, occupation[codes[worker, wish]])
            scratch.candidates[kept] = worker
            kept += best + most >= low
        offer(workers, orders, asking, scratch, kept, heap)


@compiled
def keep_best(
    workers: WorkerArrays,
    orders: OrderArrays,
    order: Int,
    about: tuple[Array, Array],
    lists: tuple[Array, Array, Array],
    moved: Array,
    limits: tuple[Int, Int],
    words: Array,
    heap: Array,
) -> None:
    """Keep the best workers of an order; ``about`` are the points of its text by experience, and how alike
    its title is to every wish, ``limits`` are ``FEW`` and ``PER_FEASIBLE``. ``words`` is room for one bit per
    worker."""
    (text, likeness), (starts, positions, cells), (few, per_feasible) = about, lists, limits
    scratch, asking = scratch_of(WORDS), (text, order)
    feasible(workers, orders, order, 0, words)
    left = per_feasible * ones(words)
    # What training for the order is worth, ``rest`` leaves out: whoever has it is looked at first.
    offer_these(workers, orders, asking, trained_for(orders, order), words, scratch, heap)
    offer_these(workers, orders, asking, moved, words, scratch, heap)
    if left <= per_feasible * few:
        offer_rest(workers, orders, asking, words, scratch, heap)
        return
    occupation, rest = orders.occupation[orders.occupation_row[order]], np.int64(orders.rest[order])
    wage, county = orders.wage[orders.wage_row[order]], orders.county[orders.county_row[order]]
    skills, highest = rest - wage.max() - county.max(), np.int64(text.max())
    found = 0
    for wish in by_likeness(likeness):
        if wish + 1 >= len(starts):
            continue
        worth = np.int64(occupation[wish])
        if worth + rest + highest < score_of(heap[0]):
            break
        left -= starts[wish + 1] - starts[wish]
        if left < 0:
            break
        for first in range(starts[wish], starts[wish + 1], TOGETHER):
            needed = score_of(heap[0]) - worth - skills
            for at in range(first, min(first + TOGETHER, starts[wish + 1])):
                near = wage[cells[at, FLOOR_CODE]] + county[cells[at, COUNTY_CODE]]
                if text[cells[at, EXPERIENCE_CODE]] + near >= needed:
                    position = positions[at]
                    place, bit = (
                        np.int64(position >> np.uint32(6)),
                        ONE << np.uint64(position & np.uint32(63)),
                    )
                    if words[place] & bit:
                        words[place] ^= bit
                        scratch.candidates[found] = position
                        found += 1
            if found >= TOGETHER:
                offer(workers, orders, asking, scratch, found, heap)
                found = 0
    offer(workers, orders, asking, scratch, found, heap)
    if left < 0:
        offer_rest(workers, orders, asking, words, scratch, heap)
