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
from matching.pairs.index import WorkerIndex
from matching.pairs.order_tables import OrderTables
from matching.pairs.pair_scan import Charge, Heaps, scan_pairs
from matching.pairs.prepared import Prepared, prepare
from matching.pairs.scorecard import Scorecard

ORDERS_PER_STEP = 256
WORDS_PER_BLOCK = 256
# Pairs, in words of 64, from which it pays to start threads.
WORTH_THREADS = 1 << 18
# Told of a stage, how much of it is done, and of how much: "pairs", 3, 79.
Progress = Callable[[str, int, int], None]


class Best(NamedTuple):
    """The best keys of each order and each worker, high to low, ``EMPTY`` where there are fewer.

    ``of_order`` is int64 of shape (orders, top workers), ``of_worker`` of shape (workers, top orders);
    ``pairs`` counts the feasible pairs seen.

    >>> Best(np.array([[(400 << 32) - 7]]), np.empty((9, 0), np.int64), 1).pairs
    1
    """

    of_order: np.ndarray
    of_worker: np.ndarray
    pairs: int


class Part(NamedTuple):
    """A part of all pairs: a stretch of ``Prepared.alike`` and one of the workers' words (64 workers
    each)."""

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
    ``jobs`` are threads, 0 for as many as there are cores; ``progress("pairs", done, of)`` is told after
    every piece of orders, by one thread after another.

    >>> from matching import DEFAULT_SCORECARD, Order, Worker
    >>> from matching.pairs.order_tables import build_order_tables
    >>> index = WorkerIndex([Worker(worker_id="1"), Worker(worker_id="2", placed=True)])
    >>> scan_all(index, build_order_tables(index, [Order(order_id="A")]), DEFAULT_SCORECARD, 1, 1).pairs
    0
    """
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
    rows, workers = (
        sequence if part else slice(None),
        slice(64 * words[0], min(64 * words[1], prepared.people)),
    )
    of_order = _empty((len(shards), len(prepared.alike), top[0]), (slice(None), rows))
    if floors is not None:
        of_order[:] = floors[:, None]
    of_worker = _empty((prepared.people, top[1]), workers)
    least = _least_gains(64 * prepared.workers.bits.shape[1] if top[1] else 0, lows)
    heaps = [Heaps(own, of_worker, least) for own in of_order]
    pieces = pieces_of(sequence, 1 if top[1] else threads)
    pairs = _scan_lanes(prepared, charge, _lanes(pieces, shards, heaps), threads, progress)
    return Best(_merged(of_order[:, rows]), descending(of_worker[workers]), pairs)


def _lanes(pieces: list[np.ndarray], shards: list[tuple[int, int]], heaps: list[Heaps]) -> list[Lane]:
    """A lane per shard, or per piece of orders where workers keep no heaps."""
    if heaps and not heaps[0].of_worker.shape[1]:
        return [Lane([piece], shards[0], heaps[0]) for piece in pieces]
    return [Lane(pieces, shard, own) for shard, own in zip(shards, heaps, strict=True)]


def _scan_lanes(
    prepared: Prepared, charge: Charge, lanes: list[Lane], threads: int, progress: Progress | None
) -> int:
    """Do all lanes; pairs seen."""
    tell = _counting(progress, sum(len(lane.pieces) for lane in lanes)) if progress else _silent
    if threads == 1 or len(lanes) < 2:
        return sum(_scan_lane(prepared, charge, tell, lane) for lane in lanes)
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(partial(_scan_lane, prepared, charge, tell), lanes))


def _silent() -> None:
    """Nobody asked to be told."""


def _counting(progress: Progress, pieces: int) -> Callable[[], None]:
    """Tells of one more piece whenever it is called, by one thread at a time."""
    turn, done = Lock(), count(1)

    def tell() -> None:
        with turn:
            progress("pairs", next(done), pieces)

    return tell


def _scan_lane(prepared: Prepared, charge: Charge, tell: Callable[[], None], lane: Lane) -> int:
    arrays, pairs = (prepared.workers, prepared.orders, charge), 0
    for piece in lane.pieces:
        asking = prepared.texts.of(piece), piece
        pairs += int(scan_pairs(*arrays, asking, lane.words, WORDS_PER_BLOCK, lane.heaps))
        tell()
    return pairs


def pieces_of(sequence: np.ndarray, threads: int = 1) -> list[np.ndarray]:
    """Cut orders into pieces of a bearable size, at least as many as threads where there are so many
    orders."""
    size = min(ORDERS_PER_STEP, max(1, -(-len(sequence) // threads)))
    return [sequence[start : start + size] for start in range(0, len(sequence), size)]


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


def _least_gains(size: int, lows: np.ndarray | None) -> np.ndarray:
    """What the next pair of every worker must gain at least, int32, with room for whole words."""
    least = np.full(size, kernel.LOWEST, np.int32)
    if lows is not None:
        least[: len(lows)] = lows
    return least


def _merged(heaps: np.ndarray) -> np.ndarray:
    """The best keys over all shards, high to low."""
    kept = heaps.shape[2]
    together = np.concatenate(list(heaps), axis=1)
    return descending(together)[:, :kept]


def descending(keys: np.ndarray) -> np.ndarray:
    """Rows sorted high to low (negating would turn ``EMPTY`` into itself)."""
    return np.sort(keys, axis=1)[:, ::-1]
