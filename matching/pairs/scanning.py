"""One pass over every feasible pair: threads own shards of workers or, when only orders ask, pieces of
these."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count, pairwise
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from matching.pairs import kernel
from matching.pairs.cells import cells_of, kinds_of
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import OrderTables
from matching.pairs.pair_scan import FARTHEST_SHORT, Charge, Heaps, count_feasible, room_for, scan_cells
from matching.pairs.prepared import Prepared, prepare
from matching.pairs.scorecard import Scorecard
from matching.pairs.wishers import MOST_ORDERS, best_by_wish, wishers_of

ORDERS_PER_STEP = 256
WORDS_PER_BLOCK = 256
# Pairs, in words of 64, from which it pays to start threads.
WORTH_THREADS = 1 << 18
# Points of texts (orders' by experiences) that a piece of orders may hold at once.
TEXT_POINTS = 1 << 25
# Where only orders ask, pieces of theirs per thread; how often at least a long pass tells how far it is.
PIECES_PER_THREAD, TOLD = 4, 40
# Told of a stage, how much of it is done, and of how much: "pairs", 3, 79.
Progress = Callable[[str, int, int], None]


class Best(NamedTuple):
    """The best keys of each order and each worker, high to low, ``EMPTY`` where there are fewer.

    ``of_order`` is int64 of shape (orders, top workers), ``of_worker`` of shape (workers, top orders).

    >>> Best(np.array([[(400 << 32) - 7]]), np.empty((9, 0), np.int64)).of_order.tolist()
    [[1717986918393]]
    """

    of_order: np.ndarray
    of_worker: np.ndarray


class Part(NamedTuple):
    """A part of all pairs: a stretch of ``Prepared.alike`` and one of the words of the workers' sequence (64
    places each)."""

    orders: tuple[int, int]
    words: tuple[int, int]


class Lane(NamedTuple):
    """What one thread does without another in its way: pieces of orders, and a shard of workers, into
    heaps."""

    pieces: Sequence[np.ndarray]
    words: tuple[int, int]
    heaps: Heaps


def scan_all(
    index: WorkerIndex,
    tables: OrderTables,
    card: Scorecard,
    top_workers: int,
    top_orders: int,
    jobs: int = 0,
    steps: int = 1,
    prices: np.ndarray | None = None,
    lows: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    progress: Progress | None = None,
) -> Best:
    """Keep the best ``top_workers`` of every order and the best ``top_orders`` of every worker.

    For a worker, a pair counts ``score * steps - prices[order]`` (int64, free of charge by default). ``lows``
    (int32 per worker) are gains that ``top_orders`` known pairs of the worker reach at least: the result is
    the same, sooner. Of a ``mask`` (uint64 words, a bit per worker) only the workers whose bit is set count.
    ``jobs`` are threads, 0 for as many as there are cores; ``progress("pairs", done, of)`` is told again and
    again, by one thread after another, and at the end.

    >>> from matching import DEFAULT_SCORECARD, Order, Worker
    >>> from matching.pairs.order_tables import build_order_tables
    >>> index = WorkerIndex([Worker(worker_id="1"), Worker(worker_id="2", placed=True)])
    >>> scan_all(index, build_order_tables(index, [Order(order_id="A")]), DEFAULT_SCORECARD, 1, 0).of_order
    array([[-9223372036854775808]])
    """
    if len(tables) <= MOST_ORDERS and not top_orders and (lists := wishers_of(index)):
        kept = best_by_wish(index, tables, card, top_workers, lists, mask)
        return Best(descending(kept), np.empty((len(index), 0), np.int64))
    charged = np.zeros(len(tables), np.int64) if prices is None else prices
    prepared = prepare(index, tables, card, mask)
    return scan(
        prepared, (top_workers, top_orders), Charge(steps, charged), lows, jobs=jobs, progress=progress
    )


def scan(
    prepared: Prepared,
    top: tuple[int, int],
    charge: Charge,
    lows: np.ndarray | None = None,
    part: Part | None = None,
    jobs: int = 0,
    progress: Progress | None = None,
    floors: np.ndarray | None = None,
) -> Best:
    """:func:`scan_all` on prepared arrays; ``top`` are workers of an order and orders of a worker.

    Of a ``part``, only its pairs are seen and only its orders, in the sequence of ``alike``, and its workers
    are returned. ``floors`` (int64 keys per order) are what its heap begins with: pairs of lower keys do not
    enter, and where fewer are higher, they stay.
    """
    orders, words = part or Part((0, len(prepared.alike)), (0, prepared.workers.bits.shape[1]))
    sequence = prepared.alike[slice(*orders)]
    few = len(sequence) * (words[1] - words[0]) < WORTH_THREADS
    threads = 1 if few else jobs or os.cpu_count() or 1
    shards = shards_of(words, threads if top[1] else 1)
    rows = sequence if part else slice(None)
    places = slice(64 * words[0], min(64 * words[1], prepared.people))
    of_order = _empty((len(shards), len(prepared.alike), top[0]), (slice(None), rows))
    if floors is not None:
        of_order[:] = floors[:, None]
    of_worker = _empty((prepared.people, top[1]), places)
    least = _least_gains(prepared, lows, words) if top[1] else np.empty(0, np.int32)
    heaps = [Heaps(own, of_worker, least) for own in of_order]
    pieces = cut(prepared, sequence, 1 if top[1] else PIECES_PER_THREAD * threads if threads > 1 else 1)
    _scan_lanes(prepared, charge, _lanes(pieces, shards, heaps), threads, progress)
    kept = descending(of_worker[places])
    if top[1] and not part:
        of_worker[prepared.in_index(places)] = kept
        kept = of_worker
    return Best(_merged(of_order[:, rows]), kept)


def _lanes(pieces: list[np.ndarray], shards: list[tuple[int, int]], heaps: list[Heaps]) -> list[Lane]:
    """A lane per shard, or per piece of orders where workers keep no heaps."""
    if heaps and not heaps[0].of_worker.shape[1]:
        return [Lane([piece], shards[0], heaps[0]) for piece in pieces]
    return [Lane(pieces, shard, own) for shard, own in zip(shards, heaps, strict=True)]


def _scan_lanes(
    prepared: Prepared, charge: Charge, lanes: list[Lane], threads: int, progress: Progress | None
) -> None:
    """Do all lanes."""
    steps = max(1, -(-TOLD // max(1, sum(len(lane.pieces) for lane in lanes))))
    told = steps * sum(len(lane.pieces) for lane in lanes)
    scan_lane = partial(_scan_lane, prepared, charge, _counting(progress, told) if progress else None, steps)
    if threads == 1 or len(lanes) < 2:
        for lane in lanes:
            scan_lane(lane)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(scan_lane, lanes))


def _counting(progress: Progress, steps: int) -> Callable[[], None]:
    """Tells of one more step whenever it is called, by one thread at a time."""
    turn, done = Lock(), count(1)

    def tell() -> None:
        with turn:
            progress("pairs", next(done), steps)

    return tell


def _scan_lane(
    prepared: Prepared, charge: Charge, tell: Callable[[], None] | None, steps: int, lane: Lane
) -> None:
    block = max(1, min(WORDS_PER_BLOCK, lane.words[1] - lane.words[0]))
    room = room_for(block, _lanes_for(prepared, charge.steps))
    top = lane.heaps.of_order.shape[1], lane.heaps.of_worker.shape[1]
    for piece in lane.pieces:
        kinds = kinds_of(prepared, piece)
        cells = cells_of(prepared, kinds, lane.words, block, top)
        for some in np.array_split(cells, steps) if tell else [cells]:
            arrays = prepared.workers, prepared.orders, charge
            scan_cells(*arrays, kinds, some, lane.words[1], lane.heaps, room)
            if tell:
                tell()


def _lanes_for(prepared: Prepared, steps: int) -> np.ndarray:
    """An empty array of the narrowest type that holds what titles and texts are worth, in price steps."""
    most = int(prepared.orders.occupation.max(initial=0)) + int(prepared.texts.points.max(initial=0))
    return np.empty(0, np.int16 if most * steps < FARTHEST_SHORT else np.int32)


def feasible_pairs(prepared: Prepared) -> int:
    """How many pairs keep all hard rules.

    >>> from matching import DEFAULT_SCORECARD, Order, Worker
    >>> from matching.pairs.order_tables import build_order_tables
    >>> index = WorkerIndex([Worker(worker_id="1"), Worker(worker_id="2", placed=True)])
    >>> feasible_pairs(prepare(index, build_order_tables(index, [Order(order_id="A")]), DEFAULT_SCORECARD))
    0
    """
    words = np.empty(prepared.workers.bits.shape[1], np.uint64)
    return int(count_feasible(prepared.workers, prepared.orders, words))


def cut(prepared: Prepared, sequence: np.ndarray, pieces: int) -> list[np.ndarray]:
    """Cut orders, alike ones together, into so many pieces, more where their texts take too much room."""
    if len(sequence) * prepared.texts.experiences > TEXT_POINTS:
        texts = len(np.unique(prepared.texts.text_row[sequence]))
        pieces = max(pieces, -(-texts * prepared.texts.experiences // TEXT_POINTS))
    return pieces_of(sequence, -(-len(sequence) // max(1, pieces)))


def pieces_of(sequence: np.ndarray, size: int = ORDERS_PER_STEP) -> list[np.ndarray]:
    """Cut orders into pieces of a size."""
    return [sequence[start : start + size] for start in range(0, len(sequence), max(1, size))]


def shards_of(words: tuple[int, int], jobs: int) -> list[tuple[int, int]]:
    """Cut a stretch of the workers' words into one per thread (0 threads: as many as there are cores)."""
    wanted = max(1, min(jobs or os.cpu_count() or 1, words[1] - words[0]))
    bounds = np.linspace(*words, wanted + 1).astype(int).tolist()
    return list(pairwise(bounds))


def _empty(shape: tuple[int, ...], used: Any) -> np.ndarray:
    """Heaps of which only the ``used`` are made empty; the others take no memory."""
    heaps = np.empty(shape, np.int64)
    heaps[used] = kernel.EMPTY
    return heaps


def _least_gains(prepared: Prepared, lows: np.ndarray | None, words: tuple[int, int]) -> np.ndarray:
    """What the next pair of the worker at every place must gain at least, int32, in whole words."""
    least = np.full(64 * prepared.workers.bits.shape[1], kernel.LOWEST, np.int32)
    if lows is not None:
        places = slice(64 * words[0], min(64 * words[1], prepared.people))
        least[places] = lows[prepared.in_index(places)]
    return least


def _merged(heaps: np.ndarray) -> np.ndarray:
    """The best keys over all shards, high to low."""
    kept = heaps.shape[2]
    together = np.concatenate(list(heaps), axis=1)
    return descending(together)[:, :kept]


def descending(keys: np.ndarray) -> np.ndarray:
    """Rows sorted high to low (negating would turn ``EMPTY`` into itself)."""
    return np.sort(keys, axis=1)[:, ::-1]
